"""An estate is inspected before it changes hands: nothing missing stops it, nothing dangerous runs on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from casework import decisions, feel
from casework.cases.models import Case, CaseLink, CaseUnit
from casework.cases.queries import case_for
from casework.cases.step import Step
from casework.cases.values import from_json
from casework.config import ROOT
from casework.directory import services as directory
from casework.directory.viewing import viewer
from casework.errors import Conflict, NotFound, Refused
from casework.jobs import Job
from casework.notifications.models import Notice
from casework.plays.town import add_staff
from casework.takeovers import inspecting, invariants, units
from casework.takeovers.entry_models import GROUPS, Inspection, InspectionItem, ServiceContract
from tests.factories import Stage

ZONE = ZoneInfo("Asia/Shanghai")
PAPERS: list[Mapping[str, Any]] = [
    {"group": "documents", "item": "竣工图纸", "state": "rebuild", "keeper": "乙方物业", "due": date(2027, 3, 31)},
    {"group": "accounts", "item": "账簿", "state": "present"},
]
LIFT: Mapping[str, Any] = {
    "group": "equipment",
    "item": "2号电梯",
    "state": "defect",
    "grade": "A",
    "duty": "old_unit",
    "photo": [7],
}
ROAD = {"group": "facilities", "item": "道路", "state": "defect", "grade": "C", "duty": "government", "photo": [8]}


@pytest.fixture
def case_id(stage: Stage) -> int:
    return stage.report()


@contextmanager
def stepping(stage: Stage, case_id: int) -> Iterator[Step]:
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        yield Step(work, case, None, "takeover_inspection", "probe", f"probe-{work.now}", {})  # type: ignore[arg-type]


def begun(step: Step, stage: Stage) -> Mapping[str, Any]:
    """Begin an inspection by which the second company takes over from the first."""
    found: Mapping[str, Any] = inspecting.inspect_begin(step, stage.town.organisations["second company"])
    return found


def today(step: Step) -> date:
    return step.work.now.astimezone(ZONE).date()


def inspected(step: Step, stage: Stage, *items: Mapping[str, Any]) -> Mapping[str, Any]:
    """Begin an inspection and record what was found today."""
    row: Mapping[str, Any] = begun(step, stage)["inspection"]
    inspecting.inspect_record(step, row, PAPERS, items or (LIFT, ROAD), today(step))
    return row


def rows(step: Step, inspection: Mapping[str, Any]) -> list[InspectionItem]:
    return step.work.session.get_one(Inspection, int(inspection["id"])).items


def test_the_company_that_serves_hands_over_and_community_and_street_may_act_for_it(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found = begun(step, stage)
        town = stage.town
        assert (found["old"]["unit"], found["old"]["kind"]) == (town.organisations["company"], "firm")
        assert found["new"]["unit"] == town.organisations["second company"]
        assert found["old"]["at"] == [{"area": town.areas["community"]}, {"area": town.areas["street"]}]
        assert found["earlier"] is False


def test_a_company_called_in_an_emergency_hands_over_whoever_the_register_names(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        at = step.work.now - timedelta(days=3)
        units.flag(step.work, step.case, "firm_left", at, gone=True)
        helper = directory.add_organisation(step.work, "company", "应急物业", area_id=stage.town.areas["city"])
        units.change(step.work, step.case, helper.id, "emergency", at + timedelta(hours=1))
        assert begun(step, stage)["old"]["unit"] == helper.id


def test_where_only_the_street_answers_nobody_is_named_as_who_served(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        units.flag(step.work, step.case, "firm_left", step.work.now - timedelta(days=3), gone=True)
        assert (begun(step, stage)["old"]["unit"], begun(step, stage)["old"]["name_en"]) == (None, "nobody served")


def test_a_company_that_stays_does_not_hand_over_to_itself(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        found = inspecting.inspect_begin(step, {"organisation": stage.town.organisations["company"]})
        assert found["old"]["kind"] == "none"


def test_both_sides_see_the_case_though_neither_has_to_serve_the_estate(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        add_staff(work, stage.town, "国企老陶", "soe_manager", "second company")
        no = work.session.get_one(Case, case_id).no
        manager = viewer(work, stage.town.person("国企老陶"))
        with pytest.raises(NotFound):
            case_for(work, manager, no)
    for _ in range(2):
        with stepping(stage, case_id) as step:
            begun(step, stage)
            assert case_for(step.work, manager, no).id == case_id
    helping = [row.organisation_id for row in stage.rows(CaseUnit, case_id=case_id, leads=False)]
    assert helping == [stage.town.organisations["second company"]]


def test_nothing_is_inspected_for_nobody(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step, pytest.raises(Refused, match="No company"):
        inspecting.inspect_begin(step, None)


def test_one_case_may_inspect_several_estates(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        other = directory.add_area(step.work, "estate", "柳园小区", parent_id=stage.town.areas["community"])
        first = begun(step, stage)["inspection"]
        second = inspecting.inspect_begin(step, stage.town.organisations["second company"], other.id)
        assert second["inspection"] != first
        assert second["old"]["unit"] is None
        assert second["poster"] == {"area": stage.town.areas["community"]}
        row = step.work.session.get_one(Inspection, int(second["inspection"]["id"]))
        assert (row.estate_id, row.from_unit_id) == (other.id, None)


def test_what_was_found_is_counted_and_stops_nothing(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = begun(step, stage)["inspection"]
        listed = [{"group": "equipment", "item": "2号电梯", "item_en": "Lift 2"}]
        found = inspecting.inspect_record(step, row, PAPERS, [LIFT, ROAD], today(step), listed)
        assert found["inspection"] == {
            "id": row["id"],
            "items": 4,
            "missing": 1,
            "defects": 2,
            "isolated": 0,
            "agreed_on": None,
        }
        assert found["differences"] == []
        drawings, books, lift, road = rows(step, row)
        assert (drawings.state, drawings.keeper, drawings.due) == ("rebuild", "乙方物业", date(2027, 3, 31))
        assert (books.keeper, books.due) == ("", None)
        assert (lift.item_en, lift.unit_id) == ("Lift 2", stage.town.organisations["company"])
        assert road.unit_id == stage.town.organisations["ST"]


@pytest.mark.parametrize(
    "row",
    [
        {**LIFT, "group": "garden"},
        {**LIFT, "state": "present"},
        {**LIFT, "grade": None},
        {**LIFT, "duty": None},
        {**LIFT, "item": "  "},
        {**PAPERS[0], "state": "sound"},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(stage: Stage, case_id: int, row: Mapping[str, Any]) -> None:
    with stepping(stage, case_id) as step:
        found = begun(step, stage)["inspection"]
        with pytest.raises(Refused):
            inspecting.inspect_record(step, found, [], [row], today(step))


def test_the_day_of_the_check_lies_between_the_beginning_and_today(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = begun(step, stage)["inspection"]
        for days in (-1, 1):
            with pytest.raises(Refused, match="between"):
                inspecting.inspect_record(step, row, PAPERS, [ROAD], today(step) + timedelta(days=days))


def test_a_device_of_grade_a_is_stopped_once_and_the_county_told_once(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = inspected(step, stage)
        assert inspecting.isolate(step, row)["inspection"]["isolated"] == 1
        assert [one.isolated_at is not None for one in rows(step, row)] == [False, False, True, False]
        at = rows(step, row)[2].isolated_at
    assert stage.clock is not None
    stage.clock.move_to(stage.clock.now() + timedelta(hours=1))
    with stepping(stage, case_id) as step:
        assert inspecting.isolate(step, row)["inspection"]["isolated"] == 1
        assert rows(step, row)[2].isolated_at == at
        sent = step.work.session.scalars(select(Notice).where(Notice.code == "device_isolated")).all()
        assert [(one.params["place"], one.params["items_zh"]) for one in sent] == [("水景花苑", "2号电梯")]


def test_a_second_check_keeps_photos_and_what_was_stopped(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = inspected(step, stage)
        inspecting.isolate(step, row)
        again = [{**LIFT, "photo": None}, {**ROAD, "grade": "B", "photo": [9]}]
        inspecting.inspect_record(step, row, PAPERS, again, today(step))
        lift, road = rows(step, row)[2:]
        assert (lift.photos, lift.isolated_at is not None) == ([7], True)
        assert (road.photos, road.grade) == ([9], "B")
        inspecting.inspect_record(step, row, PAPERS, [{**LIFT, "grade": "B"}, ROAD], today(step))
        assert rows(step, row)[2].isolated_at is None


def test_an_agreement_needs_a_check_a_paper_and_a_day_in_between(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = begun(step, stage)["inspection"]
        with pytest.raises(Refused, match="Nothing was checked"):
            inspecting.inspect_agree(step, row, [1], today(step))
        inspecting.inspect_record(step, row, PAPERS, [ROAD], today(step))
        with pytest.raises(Refused, match="Upload"):
            inspecting.inspect_agree(step, row, None, today(step))
        with pytest.raises(Refused, match="after today"):
            inspecting.inspect_agree(step, row, [1], today(step) + timedelta(days=1))
        with pytest.raises(Refused, match="before the check"):
            inspecting.inspect_agree(step, row, [1], today(step) - timedelta(days=1))
        assert inspecting.inspect_agree(step, row, [1], today(step))["inspection"]["agreed_on"] == today(step)
        with pytest.raises(Conflict):
            inspecting.inspect_record(step, row, PAPERS, [ROAD], today(step))
        with pytest.raises(Conflict):
            inspecting.isolate(step, row)


def test_an_inspection_of_another_case_is_not_found(stage: Stage, case_id: int) -> None:
    other = stage.report("other", by="王业主", category="lift", cause="lift_fault", text="电梯停了。")
    with stepping(stage, other) as step:
        row = begun(step, stage)["inspection"]
    with stepping(stage, case_id) as step, pytest.raises(NotFound):
        inspecting.isolate(step, row)


def test_each_unit_in_duty_has_its_own_list_and_no_item_more_than_the_days_of_the_rule(
    stage: Stage, case_id: int
) -> None:
    with stepping(stage, case_id) as step:
        soon, late = today(step) + timedelta(days=5), today(step) + timedelta(days=200)
        drain = {**ROAD, "item": "雨污管道", "duty": "developer", "due": late}
        row = inspected(step, stage, LIFT, {**ROAD, "due": soon}, drain)
        found = inspecting.inspect_agree(step, row, [1], today(step))["duties"]
        latest = today(step) + timedelta(days=30)
        town = stage.town.organisations
        assert [(one["unit"], one["duty"]) for one in found] == [
            (town["company"], "old_unit"),
            (town["ST"], "government"),
            (None, "developer"),
            (town["second company"], "new_firm"),
        ]
        assert [one["due"] for one in found][:2] == [latest, soon]
        assert found[2]["due"] == latest
        assert [one["place"] for one in found[0]["findings"]] == ["2号电梯", "电梯"]
        assert [one["grade"] for one in found[0]["findings"]] == ["grave", "major"]
        assert [one.due for one in rows(step, row)][2:] == [latest, soon, latest]


def test_an_estate_without_lifts_and_defects_leaves_nobody_in_duty(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = inspected(step, stage, {"group": "facilities", "item": "道路", "state": "sound"})
        assert inspecting.inspect_agree(step, row, [1], today(step))["duties"] == []


def test_a_unit_in_duty_gets_a_rectification_of_its_own_at_the_estate_inspected(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = inspected(step, stage, ROAD)
        duty = inspecting.inspect_agree(step, row, [1], today(step))["duties"][0]
        inspecting.OPERATIONS["takeovers.inspect_defects"](step, duty)
        job = step.work.session.scalars(select(Job).where(Job.kind == "cases.start")).one()
        assert (job.payload["process"], job.payload["area"]) == ("rectification_notice", stage.town.areas["estate"])
        data = from_json(job.payload["data"])
        assert (data["to"], data["due"]) == (stage.town.organisations["ST"], duty["due"])
    stage.settle()
    with stage.work() as work:
        opened = work.session.scalars(select(Case).where(Case.process == "rectification_notice")).one()
        assert work.session.get(CaseLink, (case_id, opened.id, "inspection")) is not None


def test_what_was_put_right_is_settled_for_that_unit_alone(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = inspected(step, stage, LIFT, ROAD, {**ROAD, "item": "雨污管道", "duty": "developer"})
        found = inspecting.inspect_agree(step, row, [1], today(step))["duties"]
        put_right = inspecting.OPERATIONS["takeovers.put_right"]
        put_right(step)
        put_right(step, {"id": row["id"], "duty": "old_unit", "unit": found[0]["unit"]}, False)
        assert [one.settled_at for one in rows(step, row)] == [None] * 5
        put_right(step, {"id": row["id"], "duty": "old_unit", "unit": found[0]["unit"]})
        put_right(step, {"id": row["id"], "duty": "developer", "unit": None})
        step.work.session.expire_all()
        assert [one.settled_at is not None for one in rows(step, row)] == [False, False, True, False, True]


def test_the_end_keeps_how_long_it_hung_and_when_it_was_filed(stage: Stage, case_id: int) -> None:
    with stepping(stage, case_id) as step:
        row = inspected(step, stage, ROAD)
        inspecting.inspect_agree(step, row, [1], today(step))
        with pytest.raises(Refused, match="filed before"):
            inspecting.inspect_close(step, row, None, today(step) - timedelta(days=1), [2])
        starts = datetime(2026, 9, 18, 8, tzinfo=ZONE)
        posting = {"starts": starts, "ends": starts + timedelta(days=15)}
        inspecting.inspect_close(step, row, posting, today(step), [2])
        kept = step.work.session.get_one(Inspection, int(row["id"]))
        assert (kept.posted_at, kept.posted_until) == (starts, starts + timedelta(days=15))
        assert (kept.filed_on, kept.filing_receipt) == (today(step), [2])


@pytest.mark.parametrize(("agreed", "days", "found"), [(False, 0, True), (True, 0, False), (True, -1, True)])
def test_nobody_enters_before_the_agreement(stage: Stage, case_id: int, agreed: bool, days: int, found: bool) -> None:
    with stepping(stage, case_id) as step:
        row = inspected(step, stage, ROAD)
        if agreed:
            inspecting.inspect_agree(step, row, [1], today(step))
        day = today(step)
        signed = ServiceContract(
            case_id=case_id,
            estate_id=step.case.estate_id,
            unit_id=stage.town.organisations["second company"],
            area=Decimal(1),
            fee=Decimal("0.30"),
            lines=[],
            left_out=[],
            shortfall=Decimal(0),
            posted_on=day - timedelta(days=9),
            signed_on=day - timedelta(days=2),
            from_on=day - timedelta(days=1),
            to_on=day + timedelta(days=365),
            files=[1],
            filing_receipt=[],
            entered_at=step.work.now + timedelta(days=days),
        )
        step.work.session.add(signed)
        step.work.session.flush()
        rules = [one.rule for one in invariants.broken(step.work)]
        assert ("entered_before_agreement" in rules) == found


def test_who_once_took_over_explains_what_is_worse_before_anything_is_agreed(stage: Stage, case_id: int) -> None:
    town = stage.town.organisations
    with stepping(stage, case_id) as step:
        row = inspected(step, stage, {"group": "equipment", "item": "电梯", "state": "sound"}, ROAD)
        inspecting.inspect_agree(step, row, [1], today(step))
        units.flag(step.work, step.case, "old_estate", step.work.now - timedelta(hours=2), gone=True)
        units.change(step.work, step.case, town["second company"], "serving", step.work.now - timedelta(hours=1))
        out = inspecting.inspect_begin(step, town["company"])
        assert (out["earlier"], out["old"]["unit"]) == (True, town["second company"])
        found = inspecting.inspect_record(
            step, out["inspection"], PAPERS, [{**LIFT, "item": "电梯", "grade": "B"}], today(step)
        )
        assert [(one["item"], one["difference"], one["needed"]) for one in found["differences"]] == [
            ("电梯", "worse", True),
            ("道路", "gone", True),
        ]
        said = [{"group": "equipment", "item": "电梯", "explanation": "门机老化。"}]
        with pytest.raises(Refused, match="道路"):
            inspecting.inspect_agree(step, out["inspection"], [1], today(step), said)
        said.append({"group": "facilities", "item": "道路", "explanation": "已拆除改建。"})
        inspecting.inspect_agree(step, out["inspection"], [1], today(step), said)
        kept = step.work.session.get_one(Inspection, int(out["inspection"]["id"])).differences
        assert [one["explanation"] for one in kept] == ["门机老化。", "已拆除改建。"]


def test_the_checklist_names_the_usual_items_of_every_group_once_in_both_languages() -> None:
    file = ROOT / "processes" / "shared" / "takeover_inspection" / "takeover_checklist.dmn"
    table = decisions.load({file.name: file.read_bytes()})["takeover_checklist"]
    found = table.evaluate(feel.Scope({"soe": Decimal(1)}, {}, datetime(2026, 6, 1, tzinfo=ZONE), ZONE))
    assert list(dict.fromkeys(one["group"] for one in found)) == [
        name for name in GROUPS if any(one["group"] == name for one in found)
    ]
    assert {one["group"] for one in found} == set(GROUPS)
    assert 35 <= len(found) <= 50
    assert len({(one["group"], one["item"]) for one in found}) == len(found)
    assert all(one["item"] and one["item_en"] for one in found)
