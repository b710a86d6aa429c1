"""Who sees a case, and who is told that there is none."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from casework.cases.queries import CaseFilters, case_for, cases, count
from casework.cases.reading import read_case, read_item
from casework.cases.sights import case_seen
from casework.directory import services as directory
from casework.directory.viewing import NOBODY, Service, Viewer, viewer
from casework.errors import NotFound
from casework.persistence import Work
from tests.factories import NOON, Stage

BRIBE = {"category": "service", "cause": "bribery", "text": "反映企业人员向业主索要好处费。"}


SIGNED = [{"person": "本人", "signer": signer, "mark": "本人"} for signer in ("teller", "teller", "observer")]


def sees(stage: Stage, person: str | None, case_id: int) -> bool:
    """Tell whether somebody sees a case; every way of asking must say the same."""
    no = stage.case(case_id).no
    with stage.work(person) as work:
        looker = NOBODY if person is None else viewer(work, stage.town.person(person))
        found = case_seen(work, case_id, looker)
        listed = [row.no for row in cases(work, looker, CaseFilters(status=None))[0]]
        assert (no in listed) == found
        assert count(work, looker, CaseFilters(status=None, words=no)) == found
        for read in (case_for, read_case):
            if found:
                assert read(work, looker, no).no == no
            else:
                with pytest.raises(NotFound):
                    read(work, looker, no)
    return found


@pytest.fixture
def beside(stage: Stage) -> Stage:
    """The town with another street beside its own: a community, an estate, a company, and people there."""
    town = stage.town
    with stage.work() as work:
        street = directory.add_area(work, "street", "越河街道", parent_id=town.areas["county"], code="other-street")
        community = directory.add_area(work, "community", "越河社区", parent_id=street.id, code="other-community")
        estate = directory.add_area(work, "estate", "越河小区", parent_id=community.id, code="other-estate")
        town.areas.update({"other street": street.id, "other community": community.id, "other estate": estate.id})
    for name, role, where in (
        ("邻街道", "street_officer", "other street"),
        ("邻社区", "community_officer", "other community"),
    ):
        stage.do("appoint", person=name, role=role, at=where)
    return stage


@pytest.mark.parametrize("person", ["客服小周", "社区小宋", "街道小孙", "县住建小何", "市住建老梁", "李业主"])
def test_whoever_has_a_part_in_it_sees_it(beside: Stage, person: str) -> None:
    assert sees(beside, person, beside.report())


@pytest.mark.parametrize("person", ["邻街道", "邻社区", "乙方客服小唐", "供电公司经办", "王业主", None])
def test_whoever_has_none_is_told_that_there_is_none(beside: Stage, person: str | None) -> None:
    assert not sees(beside, person, beside.report())


def test_a_task_outside_the_area_is_not_there_either(beside: Stage) -> None:
    item = beside.item(beside.report(), "handle")
    for person in ("邻社区", "乙方客服小唐", "王业主"):
        with pytest.raises(NotFound), beside.work(person) as work:
            read_item(work, viewer(work, beside.town.person(person)), item.id)


def test_the_side_complained_about_never_reads_who_complained(beside: Stage) -> None:
    case_id = beside.report()
    no = beside.case(case_id).no
    for person, told in (("客服小周", False), ("社区小宋", True), ("李业主", True)):
        with beside.work(person) as work:
            page = read_case(work, viewer(work, beside.town.person(person)), no)
            assert (page.reporter is not None) == told
            assert page.may_reveal == told
            if not told:
                assert "李业主" not in repr(page)


def test_a_sealed_case_is_seen_by_the_unit_it_was_routed_to_alone(beside: Stage) -> None:
    case_id = beside.report(**BRIBE, anonymous=True)
    assert beside.case(case_id).sealed
    assert sees(beside, "信访局经办", case_id)
    for person in ("客服小周", "项目经理老秦", "社区小宋", "街道小孙", "县住建小何", "市住建老梁"):
        assert not sees(beside, person, case_id)


def test_a_unit_that_was_asked_before_keeps_its_own_record_and_sees_nothing_newer(beside: Stage) -> None:
    case_id = beside.report()
    beside.do(
        "complete",
        by="客服小周",
        task="handle",
        with_={"result": "hand_back", "text": "楼道灯由供电公司负责，申请退回。", "reason": "not_our_duty"},
        photos={"files": 1},
    )
    beside.do(
        "complete",
        by="派单员小马",
        task="redispatch_user",
        with_={"accept": True, "unit": {"organisation": "UT.power"}, "reason": "属供电公司维护范围。"},
    )
    no = beside.case(case_id).no
    given_up = beside.clock.now()
    beside.move("2026-06-05 09:00:00")
    assert beside.case(case_id).unit_id == beside.town.organisations["UT.power"]
    read = {}
    for person in ("客服小周", "市住建老梁", "供电公司经办"):
        with beside.work(person) as work:
            timeline = read_case(work, viewer(work, beside.town.person(person)), no).timeline
            read[person] = [entry.at for entry in timeline if entry.at is not None]
    assert max(read["客服小周"]) <= given_up < max(read["市住建老梁"])
    assert read["供电公司经办"] == read["市住建老梁"]


@pytest.mark.parametrize(("zone", "seen"), [("Asia/Shanghai", True), ("America/New_York", False)])
def test_the_day_of_a_contract_is_counted_in_the_zone_of_the_house(stage: Stage, zone: str, seen: bool) -> None:
    """Nine in the morning of the first day here is the evening before elsewhere."""
    case_id, estate = stage.report(), stage.town.areas["estate"]
    company = Viewer(None, "staff", services=(Service(estate, "", date(2026, 6, 1), None),))
    with stage.work() as work:
        elsewhere = Work(work.session, work.now, work.actor, replace(work.house, zone=ZoneInfo(zone)))
        assert case_seen(elsewhere, case_id, company) == seen


def test_a_task_shows_its_case_to_whom_it_is_open_and_no_longer(stage: Stage) -> None:
    for name, role in (("计票员小甲", "teller"), ("计票员小乙", "teller"), ("筹备组老赵", "group_lead")):
        stage.do("appoint", person=name, role=role, at="estate")
    stage.do("roll", parts=[{"owner": "户主", "times": 3, "area": "100.00"}])
    item = {"no": 1, "title": "选聘物业", "kind": "decision", "class": "ordinary"}
    stage.do("start", process="owner_vote", with_={"title": "选聘物业", "text": "见议程。", "items": [item]})
    case_id = int(stage.names["case"]["case"])
    places = [{"where": place, "photo": {"photos": 1}} for place in ("1号楼", "2号楼")]
    posted = {"posted_at": NOON.isoformat(), "places": places, "online": True}
    stage.do("complete", by="筹备组老赵", task="post", with_=posted)
    stage.move("2026-06-16 09:00:00")
    stage.do("complete", by="筹备组老赵", task="conclude", with_={"result": "confirmed"})
    stage.do("deliver", by="网格员小吴")
    assert not sees(stage, "计票员小甲", case_id)
    stage.move("2026-07-02 00:00:00")
    assert sees(stage, "计票员小甲", case_id)
    stage.do("enter_ballots", by="计票员小甲", received=0)
    stage.do("enter_ballots", by="计票员小乙", received=0)
    stage.do("complete", by="社区小宋", task="sign_record", with_={"record": {"photos": 1}, "sign": SIGNED})
    assert not sees(stage, "计票员小甲", case_id)
