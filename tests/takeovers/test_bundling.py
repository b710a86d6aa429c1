"""A bundle takes in what its owners agreed to, one estate never deciding for another, and ends with none left out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select

from casework.cases import services as cases
from casework.cases.models import Case, CaseLink, Posted
from casework.cases.step import Step
from casework.errors import Conflict, NotFound, Refused
from casework.jobs import Job
from casework.plays.town import add
from casework.takeovers import bundles, bundling, units
from casework.takeovers.models import FlaggedEstate
from casework.takeovers.planning_models import Bundle, BundleMember
from casework.votes import rolls
from casework.votes.models import Vote
from tests.factories import Stage

FOUR = ("小区1", "小区2", "小区3", "小区4")


@pytest.fixture
def case_id(stage: Stage) -> int:
    """A bundle that is to be formed, in a street with four flagged old estates; in the third a company serves."""
    return street_with(stage, FOUR)


def street_with(stage: Stage, estates: tuple[str, ...]) -> int:
    with stage.work() as work:
        add(work, stage.town, {"estates": estates})
    stage.do("roll", estates=estates, parts=[{"owner": "业主", "times": 2, "area": "50.00"}])
    company = stage.town.organisations["second company"]
    for name in estates:
        case_id = stage.report(estate=name, location=name)
        with stage.work() as work:
            case = work.session.get_one(Case, case_id)
            units.flag(work, case, "old_estate", work.now)
            if name == "小区3":
                units.change(work, case, company, "serving", work.now)
    with stage.work() as work:
        return cases.start_case(work, "takeover_bundle", {}, area_id=stage.town.areas["street"]).id


@contextmanager
def stepping(stage: Stage, case_id: int, **data: Any) -> Iterator[Step]:
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        yield Step(work, case, None, "takeover_bundle", "probe", f"probe-{len(data)}", data)  # type: ignore[arg-type]


def formed(stage: Stage, case_id: int, estates: tuple[str, ...] = FOUR) -> list[Mapping[str, Any]]:
    with stepping(stage, case_id) as step:
        told = bundling.form_bundle(step, [{"estate": Decimal(stage.town.areas[name])} for name in estates])
        return list(told["pending"])


def mandate(step: Step, member: Mapping[str, Any], said: str) -> dict[str, Any]:
    """Return how an estate voted: yes, no, dear (the fee was refused) or void."""
    roll = rolls.current(step.work, int(member["estate"]))
    assert roll is not None
    vote = Vote(estate_id=roll.estate_id, roll_id=roll.id, mode="paper", title="委托", items=[], rules={})
    step.work.session.add(vote)
    step.work.session.flush()
    results = [{"no": 1, "passed": said in ("yes", "dear")}, {"no": 2, "passed": said in ("yes", "no")}]
    void = {"void": said == "void", "results": [] if said == "void" else results}
    return {"member": member, "vote": {"id": Decimal(vote.id), "summary": "很长的结果", **void}}


def settled(stage: Stage, case_id: int, *said: str) -> Mapping[str, Any]:
    pending = formed(stage, case_id)
    with stepping(stage, case_id, members=[]) as step:
        told = [mandate(step, member, word) for member, word in zip(pending, said, strict=True)]
        return bundling.settle_bundle(step, told)


def outcomes(stage: Stage) -> list[str]:
    return [one.outcome for one in stage.rows(BundleMember)]


def opened(stage: Stage) -> list[tuple[str, str]]:
    """Return which cases were asked for, and where."""
    rows = stage.rows(Job, kind="cases.start")
    names = {area: name for name, area in stage.town.areas.items()}
    return sorted((row.payload["process"], names[row.payload["area"]]) for row in rows)


def test_members_are_old_flagged_estates_of_the_street_with_a_roll_each_once(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        add(work, stage.town, {"estates": ["新苑"]})
    with pytest.raises(Refused, match="新苑：还没有标记为失管"):
        formed(stage, case_id, ("小区1", "新苑"))
    left = stage.report(estate="新苑", location="新苑")
    with stage.work() as work:
        units.flag(work, work.session.get_one(Case, left), "firm_left", work.now, gone=True)
    with pytest.raises(Refused, match="新苑：不是老旧小区"):
        formed(stage, case_id, ("小区1", "新苑"))
    with stage.work() as work:
        flag = work.session.scalars(select(FlaggedEstate).filter_by(estate_id=stage.town.areas["新苑"])).one()
        flag.class_ = "B"
    with pytest.raises(Refused, match="新苑：还没有业主名册"):
        formed(stage, case_id, ("小区1", "新苑"))
    with pytest.raises(Refused, match="至少 2 个不同"):
        formed(stage, case_id, ("小区1", "小区1"))
    told = formed(stage, case_id, ("小区2", "小区1", "小区2"))
    assert [(one["name"], one["body"]) for one in told] == [("小区2", "none"), ("小区1", "none")]
    assert len(stage.rows(CaseLink, case_id=case_id, why="bundle")) == 2
    with stage.work() as work:
        again = cases.start_case(work, "takeover_bundle", {}, area_id=stage.town.areas["street"]).id
    with pytest.raises(Conflict, match="小区1：已在另一个打包项目中"):
        formed(stage, again, ("小区1", "小区3"))


def test_yes_is_in_no_keeps_its_company_or_is_taken_over_singly_and_void_votes_again(
    stage: Stage, case_id: int
) -> None:
    told = settled(stage, case_id, "yes", "dear", "no", "void")
    assert outcomes(stage) == ["yes", "no", "no", "pending"]
    assert [one["name"] for one in told["members"]] == ["小区1"]
    assert [one["name"] for one in told["pending"]] == ["小区4"]
    assert "summary" not in told["members"][0]["vote"]
    assert opened(stage) == [("estate_takeover", "小区2")], "in the third estate its company goes on"
    assert [one.round for one in stage.rows(Bundle)] == [2]


def test_the_second_void_vote_brings_basic_service_and_too_few_members_end_the_bundle(
    stage: Stage, case_id: int
) -> None:
    told = settled(stage, case_id, "yes", "no", "no", "void")
    with stepping(stage, case_id, members=told["members"]) as step:
        last = bundling.settle_bundle(step, [mandate(step, told["pending"][0], "void")])
    assert (last["pending"], outcomes(stage)) == ([], ["single", "no", "no", "basic"])
    assert opened(stage) == [("emergency_service", "小区4"), ("estate_takeover", "小区1"), ("estate_takeover", "小区2")]
    assert stage.case(case_id).outcome == "single"
    assert [one.open for one in stage.rows(BundleMember)] == [False] * 4


def test_what_is_settled_is_not_settled_again(stage: Stage, case_id: int) -> None:
    pending = formed(stage, case_id)
    with stepping(stage, case_id, members=[]) as step:
        told = [mandate(step, member, "yes") for member in pending]
        first = bundling.settle_bundle(step, told)
        again = bundling.settle_bundle(step, [mandate(step, pending[0], "no")])
    assert len(first["members"]) == 4
    assert again["pending"] == []
    assert outcomes(stage)[0] == "yes"


def test_only_a_company_is_awarded_by_tender_or_agreement(stage: Stage, case_id: int) -> None:
    company, street = stage.town.organisations["company"], stage.town.organisations["ST"]
    with stepping(stage, case_id) as step, pytest.raises(NotFound):
        bundling.award_bundle(step, company, "tender")
    formed(stage, case_id)
    with stepping(stage, case_id) as step:
        with pytest.raises(Refused, match="to be a company"):
            bundling.award_bundle(step, street, "tender")
        with pytest.raises(Refused, match="by lot"):
            bundling.award_bundle(step, company, "by lot")
        bundling.award_bundle(step, company, "negotiated")
    assert [one.unit_id for one in stage.rows(Bundle)] == [company]


def test_the_totals_are_closed_only_where_the_company_that_was_awarded_answers(stage: Stage, case_id: int) -> None:
    members = settled(stage, case_id, "yes", "yes", "no", "no")["members"]
    company = stage.town.organisations["second company"]
    ended = [{"member": one, "entry": {"result": "entered"}, "contract": None} for one in members]
    with stepping(stage, case_id) as step:
        bundling.award_bundle(step, company, "tender")
    with pytest.raises(Conflict, match="小区1、小区2去向未定"), stepping(stage, case_id) as step:
        bundling.check_totals(step, ended)
    assert outcomes(stage) == ["yes", "yes", "no", "no"]
    with stage.work() as work:
        for flag in work.session.scalars(select(FlaggedEstate).order_by(FlaggedEstate.id)).all()[:1]:
            units.change(work, work.session.get_one(Case, flag.case_id), company, "serving", work.now)
    with stepping(stage, case_id) as step:
        told = bundling.check_totals(step, [ended[0], {**ended[1], "entry": {"result": "stopped"}}])
    assert told["totals"] == {"all": 4, "entered": 1, "stopped": 1, "no": 2, "basic": 0}
    assert outcomes(stage) == ["entered", "stopped", "no", "no"]
    assert ("takeover_operation", "小区1") in opened(stage)
    assert ("estate_takeover", "小区2") in opened(stage)
    assert [one.open for one in stage.rows(BundleMember)] == [False] * 4


def test_a_company_that_declines_stops_only_entries_of_the_bundle_that_have_not_happened(
    stage: Stage, case_id: int
) -> None:
    settled(stage, case_id, "yes", "yes", "no", "yes")
    company = stage.town.organisations["second company"]
    with stage.work() as work:
        other = cases.start_case(work, "takeover_bundle", {}, area_id=stage.town.areas["street"])
        for name in ("小区1", "小区2", "小区4"):
            entry = cases.start_case(work, "bundle_entry", {"soe": Decimal(company)}, area_id=stage.town.areas[name])
            cases.link(work, other.id if name == "小区4" else case_id, entry.id, "bundle")
            if name == "小区1":
                units.change(work, entry, company, "serving", work.now)
    with stepping(stage, case_id) as step:
        bundling.award_bundle(step, company, "tender")
        bundling.decline(step, "企业退出。")
    sent = stage.rows(Posted, name="entry_stopped")
    told = [job.case_id for job in stage.rows(Job, kind="cases.signal")]
    assert [one.payload for one in sent] == [{"reason": "declined"}]
    assert [stage.case(one or 0).estate_id for one in told] == [stage.town.areas["小区2"]]


def test_a_step_costs_as_much_as_there_are_estates_not_their_square(stage: Stage) -> None:
    """Counted in questions to the database: three times the estates, at most three times the questions, and a few."""
    asked: list[int] = []
    for number, first in ((4, 10), (12, 20)):
        names = tuple(f"小区{one}" for one in range(first, first + number))
        case_id = street_with(stage, names)
        pending = formed(stage, case_id, names)
        with stepping(stage, case_id, members=[]) as step:
            told = [mandate(step, member, "no") for member in pending]
            questions: list[str] = []
            connection = step.work.session.connection()
            listen = (connection, "before_cursor_execute", lambda *given, to=questions: to.append(given[2]))
            event.listen(*listen)
            bundling.settle_bundle(step, told)
            event.remove(*listen)
        asked.append(len(questions))
    assert asked[1] <= 3 * asked[0] + 5


def test_the_newest_survey_says_who_stands_for_the_owners(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        assert bundles.surveyed_body(work, stage.town.areas["小区1"]) == "none"
        assert bundles.facts(work, work.session.get_one(Case, case_id))["waiting_estates"] == []
        for flag in work.session.scalars(select(FlaggedEstate)):
            flag.class_ = "B"
        work.session.flush()
        rows = bundles.facts(work, work.session.get_one(Case, case_id))["waiting_estates"]
        assert [int(row["estate"]) for row in rows] == [stage.town.areas[name] for name in FOUR]
    formed(stage, case_id, ("小区1", "小区2"))
    with stage.work() as work:
        assert len(bundles.facts(work, work.session.get_one(Case, case_id))["waiting_estates"]) == 2
