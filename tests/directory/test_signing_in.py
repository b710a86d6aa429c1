"""Signing in: what is counted, what ends a session, and what nobody can learn from a failure."""

import statistics
import time
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import audit
from casework.directory import services, signing_in
from casework.directory.models import Account, Person, Session
from casework.directory.people import Particulars, add_person, change_particulars, erase_person
from casework.directory.signing_in import Denied, SignedIn
from casework.errors import Conflict, Forbidden, Invalid, NotFound
from casework.persistence import Actor, Work
from tests.directory.town import Town

PASSWORD = "correct horse battery"


def at(work: Work, later: timedelta) -> Work:
    return Work(work.session, work.now + later, work.actor, work.house)


@pytest.fixture
def person(work: Work) -> Person:
    made = add_person(work, "staff")
    signing_in.open_account(work, made.id, " Zhou.Min ", PASSWORD)
    return made


def test_the_right_password_opens_a_session_whose_token_is_stored_nowhere(work: Work, person: Person) -> None:
    opened = signing_in.sign_in(work, "zhou.min", PASSWORD)
    assert isinstance(opened, SignedIn)
    who = signing_in.session_of(work, opened.token)
    assert (who.person_id, who.login, who.language, who.shortcuts) == (person.id, "zhou.min", "", True)
    stored = work.session.scalars(select(Session)).one()
    assert opened.token.encode() not in stored.token_digest
    assert signing_in.session_of(work, opened.token + "x") is None


def test_every_failure_looks_the_same(work: Work, person: Person) -> None:
    wrong, unknown = (signing_in.sign_in(work, login, "nonsense123") for login in ("zhou.min", "nobody"))
    assert wrong == unknown == Denied()


def test_an_unknown_login_takes_as_long_as_a_wrong_password(work: Work, person: Person) -> None:
    def seconds(login: str) -> float:
        signing_in.sign_in(work, login, "nonsense123")
        start = time.perf_counter()
        signing_in.sign_in(work, login, "nonsense123")
        return time.perf_counter() - start

    known, unknown = (statistics.median(seconds(login) for _ in range(2)) for login in ("zhou.min", "nobody"))
    assert unknown > known / 4


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(work: Work, person: Person) -> None:
    for _ in range(5):
        assert isinstance(signing_in.sign_in(work, "zhou.min", "nonsense123"), Denied)
    assert isinstance(signing_in.sign_in(work, "zhou.min", PASSWORD), Denied)
    assert isinstance(signing_in.sign_in(at(work, timedelta(minutes=14, seconds=59)), "zhou.min", PASSWORD), Denied)
    assert isinstance(signing_in.sign_in(at(work, timedelta(minutes=15)), "zhou.min", PASSWORD), SignedIn)
    assert "account_locked" in [entry.what for entry in audit.entries_of(work.session, ("person", person.id))]


def test_a_success_forgets_the_failures_before_it(work: Work, person: Person) -> None:
    for _ in range(4):
        signing_in.sign_in(work, "zhou.min", "nonsense123")
    signing_in.sign_in(work, "zhou.min", PASSWORD)
    signing_in.sign_in(work, "zhou.min", "nonsense123")
    assert isinstance(signing_in.sign_in(work, "zhou.min", PASSWORD), SignedIn)


def test_a_session_ends_when_idle_and_at_its_longest(work: Work, person: Person) -> None:
    token = signing_in.open_session(work, person.id).token
    assert signing_in.session_of(at(work, timedelta(minutes=29)), token)
    assert signing_in.session_of(at(work, timedelta(minutes=58)), token)
    assert signing_in.session_of(at(work, timedelta(minutes=89)), token) is None
    steady = signing_in.open_session(work, person.id).token
    for minutes in range(0, 12 * 60, 20):
        assert signing_in.session_of(at(work, timedelta(minutes=minutes)), steady)
    assert signing_in.session_of(at(work, timedelta(hours=12)), steady) is None


def test_signing_out_kills_the_session_on_the_server(work: Work, person: Person) -> None:
    one, other = (signing_in.open_session(work, person.id).token for _ in range(2))
    signing_in.sign_out(work, one)
    assert signing_in.session_of(work, one) is None
    assert signing_in.session_of(work, other)
    signing_in.sign_out_everywhere(work, person.id)
    assert signing_in.session_of(work, other) is None


def test_a_changed_password_ends_every_session(work: Work, person: Person) -> None:
    token = signing_in.open_session(work, person.id).token
    with pytest.raises(Invalid):
        signing_in.change_password(work, person.id, "not the old one", "a fresh long one")
    signing_in.change_password(work, person.id, PASSWORD, "a fresh long one")
    assert signing_in.session_of(work, token) is None
    assert isinstance(signing_in.sign_in(work, "zhou.min", PASSWORD), Denied)
    assert isinstance(signing_in.sign_in(work, "zhou.min", "a fresh long one"), SignedIn)


@pytest.mark.parametrize(
    "password", ["short", "1234567890", "password2026!", "aaaaaaaaaaaa", "my zhou.min!", "x" * 300]
)
def test_weak_passwords_are_refused(work: Work, person: Person, password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        signing_in.change_password(work, person.id, PASSWORD, password)
    assert refusal.value.fields["password"]


def test_the_hash_is_argon2id_with_the_agreed_cost(work: Work, person: Person) -> None:
    stored = work.session.get_one(Account, person.id).password_hash
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    work.session.get_one(Account, person.id).password_hash = "not a hash"
    assert isinstance(signing_in.sign_in(work, "zhou.min", PASSWORD), Denied)


def test_a_login_belongs_to_one_person(work: Work, person: Person) -> None:
    with pytest.raises(Conflict):
        signing_in.open_account(work, add_person(work, "staff").id, "ZHOU.MIN", PASSWORD)
    with pytest.raises(Invalid):
        signing_in.open_account(work, add_person(work, "staff").id, "two words", PASSWORD)


def test_a_reset_password_is_told_once_and_works(work: Work, person: Person) -> None:
    with pytest.raises(Forbidden):
        signing_in.reset_password(work.acting_as(Actor("person", person.id)), person.id)
    assert isinstance(signing_in.sign_in(work, "zhou.min", signing_in.reset_password(work, person.id)), SignedIn)


def test_preferences_last(work: Work, person: Person) -> None:
    signing_in.set_preferences(work, person.id, language="en", shortcuts=False)
    who = signing_in.session_of(work, signing_in.open_session(work, person.id).token)
    assert (who.language, who.shortcuts) == ("en", False)
    with pytest.raises(Invalid):
        signing_in.set_preferences(work, person.id, language="fr")


def test_who_was_erased_never_signs_in_again(work: Work, person: Person) -> None:
    token = signing_in.open_session(work, person.id).token
    erase_person(work, person.id)
    assert signing_in.session_of(work, token) is None
    assert isinstance(signing_in.sign_in(work, "zhou.min", PASSWORD), Denied)
    with pytest.raises(NotFound):
        signing_in.open_session(work, person.id)


def test_an_administrator_takes_over_nobody_whose_reach_is_wider(town: Town) -> None:
    county, city = town.staff("administrator@高唐县"), town.staff("administrator@聊城市")
    clerk, both = town.staff("street_officer@东街"), town.staff("street_officer@东街", "county_officer@茌平区")
    for person in (city, clerk, both):
        signing_in.open_account(town.work, person.id, f"login{person.id}", PASSWORD)
    mine = town.work.acting_as(Actor("person", county.id))
    assert signing_in.reset_password(mine, clerk.id)
    for beyond in (city, both):
        with pytest.raises(Forbidden):
            signing_in.reset_password(mine, beyond.id)
        with pytest.raises(Forbidden):
            change_particulars(mine, beyond.id, Particulars("某人"))
        with pytest.raises(Forbidden):
            services.deputise(mine, beyond.id, county.id, date(2026, 9, 18), date(2026, 9, 19))
    with pytest.raises(Forbidden):
        signing_in.open_account(town.work.acting_as(Actor("person", clerk.id)), both.id, "mine", PASSWORD)
