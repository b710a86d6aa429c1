"""The demonstration: a whole province, cases made by the process itself, loaded once however often it is cut off."""

import multiprocessing
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from banjie.demonstration import cities, playing, settling
from banjie.demonstration.acts import Act
from banjie.demonstration.elections import SITTING, VOTING
from banjie.demonstration.planning import PAST, plan
from banjie.demonstration.province import Province
from casework import bootstrap
from casework.cases.models import Case, CaseLink, WorkItem
from casework.clock import MovableClock
from casework.complaints.models import Intake
from casework.config import Settings
from casework.directory.models import Account, Area, AreaShape, HouseholdBinding, Membership, Organisation, Person
from casework.directory.roles import ROLES
from casework.directory.signing_in import Denied, sign_in
from casework.elections.queries import in_office, members_of
from casework.persistence import Work
from casework.takeovers.planning_models import FirmCapacity
from casework.votes.models import Vote
from casework.votes.rolls import is_whole
from tests.banjie.provinces import PRESENT, ZONE, play

LYING = ("county", "street", "estate")
CODES = (
    "PSB",
    "UM",
    "HC",
    "MS",
    "FR",
    "EE",
    "UT.water",
    "UT.power",
    "UT.heat",
    "UT.gas",
    "LM",
    "ST",
    "CM",
    "OC",
    "FB",
    "PT",
)


def count(work: Work, model: type, *where: object) -> int:
    found = select(func.count()).select_from(model).where(*where)  # type: ignore[arg-type]
    return work.session.scalar(found) or 0


def can_take(work: Work, role: str) -> list[bool]:
    """Say of each company with somebody of this role whether it can take estates on, and where it lies."""
    held = select(Membership.organisation_id).where(Membership.role == role)
    found = [work.session.get(FirmCapacity, unit) for unit in work.session.scalars(held)]
    return [one is not None and one.estates > 0 and one.longitude is not None for one in found]


def test_the_province_is_whole(own_province: Settings) -> None:
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        assert count(work, Area, Area.kind == "estate") == 45
        assert count(work, Area, Area.kind == "household") == 2_000
        assert count(work, HouseholdBinding, HouseholdBinding.kind == "owner") == 2_000
        assert count(work, Organisation, Organisation.kind == "company") == 14
        codes = Counter(work.session.scalars(select(Organisation.code).where(Organisation.code.is_not(None))))
        assert all(codes[code] >= 3 for code in CODES)
        roles = set(work.session.scalars(select(Membership.role)))
        assert roles >= {role.key for role in ROLES.values() if role.held != "household"}
        rules = dict(work.session.execute(select(Area.name, Area.jurisdiction).where(Area.kind == "city")).all())
        assert rules == {"济宁市": "jining", "聊城市": "liaocheng", "淄博市": "zibo"}
        lying = {area.id for area in work.session.scalars(select(Area).where(Area.kind.in_(LYING)))}
        assert set(work.session.scalars(select(AreaShape.area_id))) == lying
        assert all(can_take(work, "soe_manager"))
        nameless = count(work, Area, Area.name_en == "") + count(work, Organisation, Organisation.name_en == "")
        assert nameless == 0
    casework.database.close()


def test_every_member_of_staff_signs_in_with_the_one_password(own_province: Settings) -> None:
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    password = settling.password_of(own_province)
    with casework.work() as work:
        assert count(work, Account) >= count(work, Person, Person.kind == "staff")
        login = work.session.scalar(select(Account.login).order_by(Account.person_id))
        assert not isinstance(sign_in(work, login or "", password), Denied)
        assert isinstance(sign_in(work, login or "", f"{password}x"), Denied)
    casework.database.close()


def test_the_plan_is_the_same_every_time_and_has_exactly_300_reports(own_province: Settings) -> None:
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        province = Province.read(work)
    casework.database.close()
    acts = plan(province, PRESENT, ZONE)
    assert acts == plan(province, PRESENT, ZONE)
    assert sum(act.verb == "report" for act in acts) == 300
    assert list(acts) == sorted(acts, key=lambda act: act.at)
    assert acts[0].at > PRESENT - PAST
    assert acts[-1].at <= PRESENT
    assert len({act.key for act in acts}) == len(acts)


def tales(settings: Settings, *names: str) -> list[Act]:
    casework = bootstrap.build(settings, clock=MovableClock(PRESENT))
    with casework.work() as work:
        acts = plan(Province.read(work), PRESENT, ZONE)
    casework.database.close()
    first = {}
    for act in acts:
        plot = act.tale.rpartition("-")[0] or act.tale
        if act.city == "jining" and (plot in names or act.tale in names):
            first.setdefault(plot if plot in names else act.tale, act.tale)
    return [act for act in acts if act.tale in first.values()]


def test_tales_run_through_the_process_and_end_where_they_should(own_province: Settings) -> None:
    wanted = tales(own_province, "kitchen-flue", "stray-dogs", "two_lines", "redone", "second_tier", "new")
    player = play(own_province, wanted)
    assert [refused for refused in player.refused if not refused[0].optional] == []
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        flue = case_of(work, player, "kitchen-flue")
        assert flue.status == "closed"
        assert flue.outcome == "satisfied"
        assert flue.title_zh.startswith("水景花苑2号楼 ")
        assert flue.title_en.endswith("Building 2, Shuijing Garden")
        met = select(WorkItem.element).where(WorkItem.case_id == flue.id, WorkItem.process == "joint_conference")
        assert {"submit", "accept", "hold", "track"} <= set(work.session.scalars(met))
        assert case_of(work, player, "stray-dogs").outcome == "satisfied"
        assert count(work, CaseLink, CaseLink.why == "merged") == 2
        assert count(work, Case, Case.status == "open") == 1
    casework.database.close()


def case_of(work: Work, player: playing.Player, tale: str) -> Case:
    intake = work.session.get_one(Intake, player.tales[tale]["intake"])
    return work.session.get_one(Case, intake.case_id)


def test_an_election_stands_with_its_box_open_today_and_another_estate_has_its_committee(
    own_province: Settings,
) -> None:
    player = play(own_province, tales(own_province, "election"))
    assert player.refused == []
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        vote = work.session.scalars(select(Vote)).one()
        assert (vote.state, vote.mode) == ("open", "signed")
        assert vote.opens_at is not None
        assert vote.closes_at is not None
        assert vote.opens_at < PRESENT < vote.closes_at - timedelta(days=2)
        assert is_whole(work, vote.roll_id)
        estates = {name: work.session.scalar(select(Area.id).where(Area.name == name)) for name in (VOTING, SITTING)}
        assert vote.estate_id == estates[VOTING]
        case = work.session.scalars(select(Case).where(Case.process == "committee_election")).one()
        assert (case.estate_id, case.status) == (estates[VOTING], "open")
        sitting = in_office(work, estates[SITTING] or 0)
        assert sitting is not None
        assert len(members_of(work, sitting.id)) == sitting.seats
    casework.database.close()


def test_a_load_that_was_cut_off_goes_on_and_doubles_nothing(own_province: Settings) -> None:
    acts = tales(own_province, "stray-dogs", "redone")
    half = [act for act in acts if act.at < acts[len(acts) // 2].at]
    play(own_province, half, {})
    play(own_province, acts)
    again = play(own_province, acts)
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        assert count(work, Intake) == 2
        assert count(work, Case) == 2
        assert set(playing.done(work)) == {act.key for act in acts}
    assert again.refused == []
    casework.database.close()


def test_a_city_is_played_by_a_process_of_its_own_and_touches_no_other(own_province: Settings) -> None:
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        acts = plan(Province.read(work), PRESENT, ZONE)
        first = next(act for act in acts if act.verb == "report")
        path = work.session.scalar(select(Area.path).where(Area.jurisdiction == first.city))
    counter = multiprocessing.get_context("spawn").Value("i", 0)
    assert cities.play_city(own_province, first.city, PRESENT, counter, until=first.at) == []
    with casework.work() as work:
        assert counter.value == len([act for act in acts if act.city == first.city and act.at <= first.at])
        places = work.session.scalars(select(Case.area_path)).all()
        assert places
        assert all(one.startswith(path or "?") for one in places)
    casework.database.close()
