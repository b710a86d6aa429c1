"""Tokens: got by password or from an administrator, kept as digests, ended at once, counted."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from casework.directory import signing_in, tokens
from casework.directory.models import ApiToken
from casework.errors import Forbidden, Invalid, NotFound
from casework.persistence import ANONYMOUS, SYSTEM, Actor, Work
from tests.webapp.api.county import PASSWORD, Caller, County
from webapp.api import bearer
from webapp.limits import Limit


def login(county: County, name: str) -> str:
    return f"login-{county.person(name)}"


def test_a_login_and_a_password_give_a_token_that_ends_when_asked(county: County, anybody: Caller) -> None:
    asked = {"login": login(county, "李业主"), "password": PASSWORD, "scopes": ["report", "follow"], "hours": 2}
    came = anybody.post("/tokens", asked)
    assert came.status_code == 201, came.text
    made = came.json or {}
    caller = Caller(county.app.test_client(), made["token"])
    told = caller.get("/tokens/current").json or {}
    assert told["person"] == county.person("李业主")
    assert told["scopes"] == ["follow", "report"]
    assert caller.get("/reports").status_code == 200
    assert caller.get("/tasks").status_code == 403
    assert caller.post("/tokens/current/end").status_code == 200
    after = caller.get("/reports")
    assert after.status_code == 401
    assert after.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_token_itself_is_nowhere_in_the_database(county: County, anybody: Caller) -> None:
    asked = {"login": login(county, "李业主"), "password": PASSWORD}
    token = (anybody.post("/tokens", asked, Idempotency_Key="a-key-of-sixteen-or-more").json or {})["token"]
    with county.casework.work() as work:
        for table in work.session.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).all():
            rows = work.session.scalars(text(f'SELECT row_to_json(t)::text FROM "{table}" t')).all()  # noqa: S608
            assert not any(token in row for row in rows), table


@pytest.mark.parametrize("password", ["wrong password", ""])
def test_a_wrong_password_gives_none(county: County, anybody: Caller, password: str) -> None:
    came = anybody.post("/tokens", {"login": login(county, "客服小周"), "password": password})
    assert came.status_code in {401, 422}
    assert "token" not in (came.json or {})


@pytest.mark.parametrize("sent", ["Bearer nonsense", "Basic abc", "Bearer ", "bj_x", "Bearer " + "x" * 5000])
def test_a_token_that_opens_nothing_is_refused_also_where_none_is_needed(county: County, sent: str) -> None:
    client = county.app.test_client()
    came = client.post("/api/v1/reports", json=county.report_body(), headers={"Authorization": sent})
    assert came.status_code == 401


def test_a_token_ends_by_itself_and_with_the_password_it_was_given_under(county: County) -> None:
    person = county.person("客服小周")
    with county.casework.database.transaction() as session:
        begun = county.clock.now()

        def at(moment: datetime, actor: Actor = SYSTEM) -> Work:
            return Work(session, moment, actor, county.casework.house)

        made = tokens.issue_to_person(at(begun), person, "x", ["tasks"], timedelta(hours=1))
        longest = tokens.issue_to_person(at(begun), person, "x", ["tasks"], timedelta(days=999))
        assert longest.expires_at - begun == tokens.LONGEST["staff"]
        assert tokens.bearer_of(at(begun + timedelta(minutes=59)), made.token) is not None
        assert tokens.bearer_of(at(begun + timedelta(hours=1)), made.token) is None
        later = begun + timedelta(hours=2)
        assert tokens.bearer_of(at(later), longest.token) is not None
        signing_in.change_password(at(later, Actor("person", person)), person, PASSWORD, "Another-lu-17-hao")
        assert tokens.bearer_of(at(later), longest.token) is None
        session.rollback()


def test_systems_get_tokens_from_the_administrator_of_their_area_alone(county: County) -> None:
    body = {"system": "12345", "area": county.area("city"), "name": "热线", "scopes": ["hotline"]}
    boss, below = county.caller("管理员", ("administer",)), county.caller("邻县管理员", ("administer",))
    made = boss.post("/tokens/systems", body)
    assert made.status_code == 201, made.text
    token = made.json or {}
    hotline = Caller(county.app.test_client(), token["token"])
    assert hotline.get("/hotline/answers").status_code == 200
    assert county.caller("客服小周", ("administer",)).post("/tokens/systems", body).status_code == 404
    assert county.caller("管理员").post("/tokens/systems", body).status_code == 403  # the scope is asked for by name
    assert below.post("/tokens/systems", body).status_code == 403
    tasks = boss.post("/tokens/systems", {**body, "scopes": ["tasks"]})
    assert (tasks.status_code, "scopes.0" in (tasks.json or {})["fields"]) == (422, True)
    listed = boss.get(f"/tokens/systems?area={county.area('city')}")
    assert token["id"] in [one["id"] for one in (listed.json or {})["items"]]
    assert token["token"] not in listed.text
    assert below.get(f"/tokens/systems?area={county.area('city')}").status_code == 403
    assert below.post(f"/tokens/{token['id']}/end").status_code == 404
    assert boss.post("/tokens/987654/end").status_code == 404
    assert boss.post(f"/tokens/{token['id']}/end").status_code == 200
    assert hotline.get("/hotline/answers").status_code == 401


def test_a_systems_token_reports_below_its_area_and_nowhere_else(county: County) -> None:
    mini = county.system("city", ("report",))
    assert mini.post("/reports", county.report_body()).status_code == 201
    away = mini.post("/reports", county.report_body(estate=county.area("外市家园")))
    assert (away.status_code, list((away.json or {})["fields"])) == (422, ["estate"])


def test_people_give_tokens_to_themselves_and_never_the_hotlines_scope(county: County) -> None:
    person, other = county.person("李业主"), county.person("王业主")
    county.caller("王业主")
    with county.casework.work(Actor("person", person)) as work:
        assert tokens.issue_to_person(work, person, "手机", ["follow"]).scopes == ("follow",)
        with pytest.raises(Forbidden):
            tokens.issue_to_person(work, other, "手机", ["follow"])
        for scopes in (["hotline"], [], ["everything"]):
            with pytest.raises(Invalid):
                tokens.issue_to_person(work, person, "手机", scopes)
        theirs = work.session.scalars(select(ApiToken.id).where(ApiToken.person_id != person).limit(1)).first()
        assert theirs is not None
        with pytest.raises(NotFound):
            tokens.revoke(work, theirs)
        with pytest.raises(NotFound):
            tokens.revoke(work, 987654)
    with county.casework.work(ANONYMOUS) as work, pytest.raises(Forbidden):
        tokens.issue_to_system(work, "x", county.area("city"), "x", ["hotline"])


def test_who_calls_too_often_waits(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer, "OF_TOKEN", Limit(3, timedelta(minutes=5)))
    eager, calm = county.caller("街道小孙", ("tasks",)), county.caller("社区小宋", ("tasks",))
    assert [eager.get("/tasks").status_code for _ in range(4)] == [200, 200, 200, 429]
    came = eager.get("/tasks")
    assert (came.json or {})["code"] == "too_many_requests"
    assert 0 < int(came.headers["Retry-After"]) <= 300
    assert calm.get("/tasks").status_code == 200
    now = county.clock.now()
    county.clock.move_to(now + timedelta(minutes=5))
    assert eager.get("/tasks").status_code == 200


def test_pins_can_not_be_guessed_one_after_the_other(county: County) -> None:
    guesser, code = county.caller(), "ABCDEFGHJK"
    found = [guesser.get(f"/reports/{code}", X_Report_Pin=f"{pin:06d}").status_code for pin in range(61)]
    assert found == [404] * 60 + [429]
