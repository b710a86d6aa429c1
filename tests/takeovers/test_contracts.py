"""A firm enters by a contract that hung, was signed by both sides and filed; until then whoever answers goes on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.cases import clocks
from casework.cases.models import Case
from casework.cases.step import Step
from casework.errors import Conflict, NotFound, Refused
from casework.jobs import Job
from casework.notifications.models import Notice
from casework.takeovers import contracts, invariants, pricing, units
from casework.takeovers.entry_models import ServiceContract
from casework.votes.models import Roll, Vote
from tests.factories import Stage

AREA = Decimal("48532.17")
DAY = timedelta(days=1)
PLAN: Mapping[str, Any] = {
    "items": [{"item": "保洁", "rate": Decimal("0.30")}, {"item": "秩序维护", "rate": Decimal("0.35")}],
    "fee": Decimal("0.25"),
    "subsidy": [{"year": year, "rate": Decimal(rate)} for year, rate in ((1, "0.30"), (2, "0.20"), (3, "0.10"))],
    "revenue_items": [
        {"item": "停车", "income": Decimal(60000), "cost": Decimal("6000.50")},
        {"item": "电梯广告", "income": Decimal(8000), "cost": Decimal("500.01")},
    ],
}
SIGNED = [{"side": "owners", "person": "业主代表"}, {"side": "firm", "person": "经理"}]


@pytest.fixture
def case_id(stage: Stage) -> int:
    """A case of an estate whose firm has left: the street answers."""
    case_id = stage.report()
    with stage.work() as work:
        units.flag(work, work.session.get_one(Case, case_id), "firm_left", work.now - 40 * DAY, gone=True)
    return case_id


@contextmanager
def stepping(stage: Stage, case_id: int, **data: Any) -> Iterator[Step]:
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        yield Step(work, case, None, "takeover_entry", "probe", f"probe-{work.now}", data)  # type: ignore[arg-type]


def voted(*passed: bool) -> dict[str, Any]:
    return {"void": False, "results": [{"no": number, "passed": one} for number, one in enumerate(passed, 1)]}


def today(step: Step) -> date:
    return step.work.now.astimezone(step.work.house.zone).date()


def agreed(step: Step) -> dict[str, Any]:
    return {"id": Decimal(1), "agreed_on": today(step)}


def signed(step: Step, unit: int, posted: int = 10, **changed: Any) -> Mapping[str, Any]:
    """Sign today for three years, what hung for `posted` days."""
    found = pricing.price(step, PLAN, voted(True, True, False, True), AREA)
    given: dict[str, Any] = {
        "posted_at": step.work.now - posted * DAY,
        "signed_on": today(step),
        "since": today(step),
        "until": today(step) + 1000 * DAY,
        "sides": SIGNED,
    }
    return contracts.sign(step, unit, {**found, **changed.pop("price", {})}, **{**given, **changed})


def test_a_use_that_fell_short_of_three_quarters_brings_nothing_and_the_shortfall_is_shown(
    stage: Stage, case_id: int
) -> None:
    with stepping(stage, case_id) as step:
        found = pricing.price(step, PLAN, voted(True, True, False, True), AREA)
        assert [(one["kind"], one["item"], str(one["amount"])) for one in found["lines"]] == [
            ("service", "保洁", "174715.81"),
            ("service", "秩序维护", "203835.11"),
            ("fee", "", "145596.51"),
            ("revenue", "电梯广告", "7499.99"),
            ("subsidy", "", "174715.81"),
        ]
        assert found["left_out"] == ["停车"]
        assert (found["cost"], found["paid"]) == (Decimal("378550.92"), Decimal("327812.31"))
        years = [(int(one["year"]), str(one["subsidy"]), str(one["shortfall"])) for one in found["years"]]
        assert years == [(1, "174715.81", "50738.61"), (2, "116477.21", "108977.21"), (3, "58238.60", "167215.82")]
        assert "业主没有同意，不计入：停车" in found["text"].splitlines()
        assert "Missing in year 3: 167215.82 yuan" in found["text_en"].splitlines()


def test_the_area_charged_is_that_of_the_roll_voted_on(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        estate = step.case.estate_id or 0
        roll = Roll(
            estate_id=estate, as_of=today(step), source="名册", source_digest=b"1", made_at=step.work.now, area=AREA
        )
        step.work.session.add(roll)
        step.work.session.flush()
        vote = Vote(estate_id=estate, roll_id=roll.id, mode="paper", title="选聘", items=[], rules={})
        step.work.session.add(vote)
        step.work.session.flush()
        found = pricing.price(step, PLAN, {**voted(True, True), "id": Decimal(vote.id)}, Decimal(40000))
        assert found["area"] == AREA
        with pytest.raises(Refused, match="No area"):
            pricing.price(step, PLAN, voted(True, True))


def test_a_fee_that_the_owners_refused_is_that_of_the_contract_before(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        refused = pricing.price(step, PLAN, voted(True, False), AREA)
        assert (refused["fee"], refused["fee_agreed"]) == (0, False)
        with pytest.raises(Refused, match="not agreed to the fee"):
            signed(step, firm, price=refused)
        contract = signed(step, firm)
        contracts.enter(step, firm, contract, agreed(step))
        dearer = {**PLAN, "fee": Decimal("0.60")}
        assert pricing.price(step, dearer, voted(True, False), AREA)["fee"] == Decimal("0.25")
        assert pricing.price(step, dearer, voted(True, True), AREA)["fee"] == Decimal("0.60")


def test_a_void_vote_allows_nothing(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found = pricing.price(step, PLAN, {**voted(True, True, True, True), "void": True}, AREA)
        assert (found["left_out"], found["fee_agreed"]) == (["停车", "电梯广告"], False)


def test_a_text_that_hung_too_short_is_not_signed(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        with pytest.raises(Refused, match="hang longer"):
            signed(step, firm, posted=6)
        assert signed(step, firm, posted=7)["signed_on"] == today(step)


def test_the_days_of_a_contract_follow_each_other_and_both_sides_sign(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        day = today(step)
        for wrong, said in (
            ({"signed_on": day + DAY, "since": day + DAY}, "in the future"),
            ({"since": day - DAY}, "before it is signed"),
            ({"until": day}, "has to end"),
            ({"sides": SIGNED[:1]}, "the company"),
            ({"sides": SIGNED[1:]}, "the owners' side"),
        ):
            with pytest.raises(Refused, match=said):
                signed(step, firm, **wrong)
        assert step.work.session.scalars(select(ServiceContract)).all() == []


def test_a_filing_stops_its_clock_and_tells_the_street_and_a_late_one_says_so(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        contract = signed(step, firm, posted=40, signed_on=today(step) - 20 * DAY)
        with pytest.raises(Refused, match="between"):
            contracts.file(step, contract, "备1", today(step) - 21 * DAY)
        filed = contracts.file(step, contract, "备1", today(step), [7])
        assert filed["no"] == "备1"
        assert step.lines[-1].what == "filed_late"
        clock = clocks.latest(step.work, step.case, contracts.CLOCK)
        assert clock is not None
        assert clock.stopped_at is not None
        assert step.work.session.scalars(select(Notice.code).where(Notice.code == "contract_filed")).all()


def test_nothing_is_handed_over_before_the_inspection_is_agreed(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        contract = signed(step, firm)
        for early in (None, {"agreed_on": None}, {"agreed_on": today(step) + DAY}):
            with pytest.raises(Refused, match="not signed"):
                contracts.hand_over(step, firm, early)
            with pytest.raises(Refused, match="not signed"):
                contracts.enter(step, firm, contract, early)


def test_who_serves_hands_over_and_who_stays_or_only_stood_in_does_not(stage: Stage, case_id: int) -> None:
    town = stage.town
    firm, other = town.organisations["second company"], town.organisations["company"]
    with stepping(stage, case_id) as step:
        assert contracts.hand_over(step, firm, agreed(step))["passed"] is True
        units.change(step.work, step.case, other, "serving", step.work.now - DAY)
        found = contracts.hand_over(step, firm, agreed(step))
        assert found["passed"] is False
        assert set(found["from"]) == {town.person("项目经理老秦"), town.person("总部老郑")}
        assert found["to"] == {"organisation": firm}
        assert contracts.hand_over(step, other, agreed(step))["passed"] is True


def test_the_firm_that_signed_enters_on_its_day_and_the_complaints_of_the_unmanaged_estate_go_to_it(
    stage: Stage, case_id: int
) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        estate = step.case.estate_id or 0
        step.case.tags = ["unmanaged"]
        contract = signed(step, firm, since=today(step) + DAY)
        with pytest.raises(Refused, match="begins on"):
            contracts.enter(step, firm, contract, agreed(step))
        contract = signed(step, firm)
        with pytest.raises(Refused, match="Another company"):
            contracts.enter(step, stage.town.organisations["company"], contract, agreed(step))
        step.case.unit_id = stage.town.organisations["ST"]
        step.work.session.flush()
        found = contracts.enter(step, firm, contract, agreed(step))
        assert found == {"entry": {"result": "entered"}}
        now = units.responsible(step.work, estate)
        assert now is not None
        assert (now.unit_id, now.kind) == (firm, "serving")
        row = step.work.session.get_one(ServiceContract, int(contract["id"]))
        assert row.entered_at == step.work.now
        assert [one.rule for one in invariants.broken(step.work) if one.rule == "contract_of_another"] == []
        now.unit_id = stage.town.organisations["company"]
        step.work.session.flush()
        assert "contract_of_another" in [one.rule for one in invariants.broken(step.work)]


def test_complaints_about_the_unmanaged_estate_are_sent_to_the_firm(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    complaint = stage.report("other", by="王业主", category="service", cause="service_attitude", text="保安态度差。")
    with stage.work() as work:
        work.session.get_one(Case, complaint).tags = ["unmanaged"]
    with stepping(stage, case_id) as step:
        contracts.enter(step, firm, signed(step, firm), agreed(step))
        moved = step.work.session.scalars(select(Job.case_id).where(Job.kind == "complaints.hand_over")).all()
        assert complaint in moved


def test_a_stopped_entry_leaves_whoever_answers_in_place(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        before = units.responsible(step.work, step.case.estate_id or 0)
        contract = signed(step, firm)
        found = contracts.stop_entry(step, "annulled")
        assert found == {"entry": {"result": "stopped", "reason": "annulled"}}
        assert units.responsible(step.work, step.case.estate_id or 0) == before
        with pytest.raises(NotFound):
            contracts.file(step, contract, "备1", today(step))
        with pytest.raises(NotFound):
            contracts.enter(step, firm, contract, agreed(step))


def test_a_firm_that_has_entered_is_not_stopped_any_more(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id, entry={"result": "entered"}) as step, pytest.raises(Conflict, match="taken over"):
        contracts.stop_entry(step, "declined")


def test_a_contract_that_hung_is_counted_from_the_day_it_was_put_up(stage: Stage, case_id: int) -> None:
    firm = stage.town.organisations["second company"]
    with stepping(stage, case_id) as step:
        zone = step.work.house.zone
        evening = datetime.combine(today(step) - 7 * DAY, datetime.max.time(), zone)
        assert signed(step, firm, posted_at=evening)["signed_on"] == today(step)
