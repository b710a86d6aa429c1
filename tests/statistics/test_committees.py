"""How committees and elections stand: who is covered, who belongs to the party, whose term ends, what is late."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from casework.cases.models import Case
from casework.directory.viewing import SYSTEM_VIEWER, viewer
from casework.elections.models import Committee, CommitteeSeat, CommunityBody, Election, Filing, Mandate
from casework.errors import NotFound
from casework.persistence import Work
from casework.policies import publish
from casework.statistics.elections import elections_view
from casework.statistics.views import ElectionsRow, Rate
from tests.directory.town import Town, build
from tests.policies.conftest import SHIPPED
from tests.statistics.books import JUNE, Books, open_books

EAST, WEST = "水景花苑", "运河花园"


@pytest.fixture
def town(work: Work) -> Town:
    publish(work, SHIPPED)
    return build(work)


@pytest.fixture
def books(work: Work, town: Town) -> Books:
    return open_books(work, town)


def today(work: Work) -> date:
    return work.now.astimezone(work.house.zone).date()


def election(books: Books, estate: str, *, outcome: str | None = None, attempt: int = 0, late: bool = False) -> Case:
    """Write an election, under way unless it has an outcome."""
    case = books.case(estate, "安居物业", JUNE, closed=False)
    case.process, case.outcome, case.status = "committee_election", outcome, "closed" if outcome else "open"
    work = books.town.work
    case.due_at = work.now - timedelta(hours=1) if late else None
    area = books.town.areas[estate].id
    work.session.add(Election(case_id=case.id, estate_id=area, variant="first", attempt=attempt, failed=attempt))
    work.session.flush()
    return case


def seat(town: Town, estate: str, *party: bool, ends: date | None = None, case: Case | None = None) -> Committee:
    """Put a committee in office, one member for each that is said to belong to the party or not, and a substitute."""
    work = town.work
    made = Committee(
        estate_id=town.areas[estate].id,
        organisation_id=town.units["水景业委会"].id,
        case_id=case.id if case is not None else None,
        seats=len(party),
        elected_on=date(2020, 1, 1),
        seated_on=date(2020, 1, 2),
        term_ends=ends or today(work) + timedelta(days=1000),
    )
    work.session.add(made)
    work.session.flush()
    for belongs in (*party, None):
        post, since = ("substitute" if belongs is None else "member"), date(2020, 1, 2)
        person = town.staff().id
        work.session.add(
            CommitteeSeat(committee_id=made.id, person_id=person, post=post, party=belongs is not False, since=since)
        )
    work.session.flush()
    return made


def row(work: Work, name: str) -> ElectionsRow:
    return next(one for one in elections_view(work, SYSTEM_VIEWER).rows if one.name[0] == name)


def rate(work: Work, key: str) -> Rate | None:
    return next(one.rate for one in elections_view(work, SYSTEM_VIEWER).figures if one.key == key)


def count(work: Work, key: str) -> int | None:
    return next(one.count for one in elections_view(work, SYSTEM_VIEWER).figures if one.key == key)


def test_an_estate_is_covered_once_its_committee_is_filed(work: Work, town: Town, books: Books) -> None:
    assert rate(work, "filed") == Rate(0, 2)
    case = election(books, EAST, outcome="seated")
    committee = seat(town, EAST, True, case=case)
    assert (rate(work, "filed"), rate(work, "acted_for")) == (Rate(0, 2), Rate(1, 2))
    filing = Filing(
        committee_id=committee.id, case_id=case.id, authorities=[], state="submitted", submitted_at=work.now
    )
    work.session.add(filing)
    work.session.flush()
    assert rate(work, "filed") == Rate(0, 2)
    filing.state = "issued"
    work.session.flush()
    assert rate(work, "filed") == Rate(1, 2)
    assert row(work, "东街").filed == Rate(1, 1)
    assert row(work, "西街").filed == Rate(0, 1)


def test_a_committee_from_before_the_records_counts_as_filed(work: Work, town: Town) -> None:
    seat(town, EAST, True)
    assert rate(work, "filed") == Rate(1, 2)


def test_an_estate_whose_conditions_were_not_met_may_not_have_one_until_they_are(
    work: Work, town: Town, books: Books
) -> None:
    election(books, EAST, outcome="not_met")
    assert rate(work, "filed") == Rate(0, 1)
    election(books, EAST)
    assert rate(work, "filed") == Rate(0, 2)


def test_a_body_that_acts_covers_an_estate_for_as_long_as_it_acts(work: Work, town: Town, books: Books) -> None:
    case = election(books, EAST)
    since = today(work)
    mandate = Mandate(
        estate_id=case.estate_id,
        case_id=case.id,
        body="pmc",
        scope=[],
        members=[],
        since=since,
        until="committee_filed",
    )
    preparing = Mandate(
        estate_id=town.areas[WEST].id, case_id=case.id, body="group", scope=[], members=[], since=since, until="seated"
    )
    work.session.add_all([mandate, preparing])
    work.session.flush()
    assert rate(work, "acted_for") == Rate(1, 2)
    mandate.ended_at, mandate.ended_because = work.now, "filed"
    work.session.flush()
    assert rate(work, "acted_for") == Rate(0, 2)


def test_a_community_is_covered_while_its_body_is_within_its_term(work: Work, town: Town, books: Books) -> None:
    case, day = election(books, EAST), today(work)
    body = CommunityBody(
        community_id=town.areas["东社区"].id,
        case_id=case.id,
        members=[],
        appointed_on=day - timedelta(days=9),
        term_ends=day,
    )
    work.session.add(body)
    work.session.flush()
    assert rate(work, "bodies") == Rate(1, 2)
    assert row(work, "东街").bodies == Rate(1, 1)
    body.term_ends = day - timedelta(days=1)
    work.session.flush()
    assert rate(work, "bodies") == Rate(0, 2)


def test_the_share_of_party_members_is_held_against_the_target_of_the_place_and_leaves_substitutes_out(
    work: Work, town: Town
) -> None:
    seat(town, EAST, True, True, False, False, False)
    assert rate(work, "met") == Rate(0, 0)
    town.area("city", "济宁市", "山东省", jurisdiction="jining")
    for at in ("县", "街", "社区"):
        town.area({"县": "county", "街": "street", "社区": "community"}[at], f"运河{at}", None or _above(at))
    for name, party in (("甲园", 3), ("乙园", 2)):
        town.area("estate", name, "运河社区")
        seat(town, name, *(n < party for n in range(5)))
    view = elections_view(work, SYSTEM_VIEWER)
    assert [(one.estate[0], one.party, one.target) for one in view.below] == [("乙园", Rate(2, 5), Fraction(3, 5))]
    assert rate(work, "met") == Rate(1, 2)
    assert row(work, "运河街").party == Rate(5, 10)


def _above(kind: str) -> str:
    return {"县": "济宁市", "街": "运河县", "社区": "运河街"}[kind]


def test_terms_that_end_within_twelve_months_are_told_beside_those_that_are_over(work: Work, town: Town) -> None:
    day = today(work)
    committee = seat(town, EAST, True, ends=day)
    other = seat(town, WEST, True, ends=day - timedelta(days=1))
    assert (count(work, "ending"), count(work, "over")) == (1, 1)
    view = elections_view(work, SYSTEM_VIEWER)
    assert [one.term_ends for one in view.ending] == [other.term_ends, day]
    assert sum(row.ending for row in view.rows) == 1
    committee.term_ends = elections_view(work, SYSTEM_VIEWER).until
    work.session.flush()
    assert count(work, "ending") == 1
    committee.term_ends += timedelta(days=1)
    work.session.flush()
    assert count(work, "ending") == 0


def test_elections_are_counted_by_street_with_those_that_are_late_and_by_attempt(
    work: Work, town: Town, books: Books
) -> None:
    election(books, EAST, late=True)
    election(books, EAST, attempt=1, outcome="seated")
    election(books, WEST)
    assert rate(work, "late") == Rate(1, 2)
    assert (row(work, "东街").open, row(work, "东街").late) == (1, 1)
    assert (row(work, "西街").open, row(work, "西街").late) == (1, 0)
    assert list(elections_view(work, SYSTEM_VIEWER).attempts) == [(1, 2), (2, 1)]


def test_a_street_counts_its_own_estates_alone(work: Work, town: Town, books: Books) -> None:
    seat(town, EAST, True)
    seat(town, WEST, True)
    election(books, WEST)
    officer = town.staff("street_officer@东街")
    view = elections_view(work, viewer(work, officer.id))
    assert [one.name[0] for one in view.rows] == ["东街"]
    assert [one.estate[0] for one in view.terms] == [EAST]
    assert not view.attempts
    with pytest.raises(NotFound):
        elections_view(work, viewer(work, officer.id), town.areas["西街"].id)
    with pytest.raises(NotFound):
        elections_view(work, SYSTEM_VIEWER, by="company")


def test_an_estate_that_is_gone_is_not_counted(work: Work, town: Town) -> None:
    work.session.execute(
        update(type(town.areas[EAST]))
        .where(type(town.areas[EAST]).id == town.areas[EAST].id)
        .values(valid_to=today(work))
    )
    assert rate(work, "acted_for") == Rate(0, 1)
