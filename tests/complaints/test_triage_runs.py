"""Who answers and by when, from the report to the clock: every category once at least, as the specification lists them.

Monday 1 June 2026, 09:00, in 济宁. Five working days end on the 8th, three calendar days on the 4th, fifteen on the
16th, ten working days on the 15th; five calendar days end on a Saturday and go on to Monday the 8th.
"""

from datetime import datetime

import pytest

from casework.cases.models import CaseUnit
from casework.directory.models import Organisation
from tests.factories import Stage

WEEK, QUERY, LONG, PETS = "2026-06-08", "2026-06-04", "2026-06-16", "2026-06-15"

ROWS = [
    ("service", "service_attitude", "九安物业", "normal", WEEK),
    ("fees", "posting_or_query", "九安物业", "normal", QUERY),
    ("fees", "overcharge", "市场监管局", "normal", WEEK),
    ("cleaning", "daily_cleaning", "九安物业", "normal", WEEK),
    ("cleaning", "dumping", "综合执法局", "normal", LONG),
    ("greening", "green_upkeep", "九安物业", "normal", WEEK),
    ("order", "crime_throwing", "公安分局", "urgent", WEEK),
    ("parking", "garage_sales", "住房城乡建设局", "normal", WEEK),
    ("lift", "lift_unsafe", "市场监管局", "urgent", WEEK),
    ("water", "water_utility", "水务公司", "normal", WEEK),
    ("water", "water_pump_room", "九安物业", "normal", WEEK),
    ("power_light", "power_supply", "供电公司", "normal", WEEK),
    ("heating", "too_cold", "热力公司", "normal", QUERY),
    ("gas", "gas_supply", "燃气公司", "normal", LONG),
    ("drains", "drains_blocked", "九安物业", "normal", WEEK),
    ("leaks", "leak_warranty", "住房城乡建设局", "normal", WEEK),
    ("leaks", "leak_neighbour", "九安物业", "normal", WEEK),
    ("fire_lane", "lane_or_ebike", "消防救援大队", "urgent", WEEK),
    ("breaches", "illegal_building", "综合执法局", "normal", WEEK),
    ("breaches", "pets", "公安分局", "normal", PETS),
    ("self_government", "committee_inactive", "古槐街道办事处", "normal", WEEK),
    ("self_government", "fund_use", "维修资金中心", "normal", WEEK),
    ("self_government", "bribery", "信访局", "normal", LONG),
]

URGENT = [
    ("lift_trapped", "lift", "lift_fault", "电梯维保公司", "critical", 30),
    ("gas_leak", "gas", "gas_supply", "燃气公司", "critical", 30),
    ("electric_shock", "power_light", "common_lights", "九安物业", "critical", 15),
    ("collapse_or_falling", "leaks", "leak_after_warranty", "九安物业", "critical", 15),
    ("heating_leak", "heating", "too_cold", "热力公司", "urgent", 60),
    ("flooded_garage", "drains", "drains_blocked", "九安物业", "urgent", 60),
]


def units(stage: Stage, case_id: int) -> tuple[str, list[str]]:
    """Return who leads and who helps, by name."""
    names = {one.id: one.name for one in stage.rows(Organisation)}
    rows = [row for row in stage.rows(CaseUnit, case_id=case_id) if row.until is None]
    leading = [names[row.organisation_id] for row in rows if row.leads]
    assert len(leading) == 1
    return leading[0], sorted(names[row.organisation_id] for row in rows if not row.leads)


@pytest.mark.parametrize(("category", "cause", "unit", "urgency", "last_day"), ROWS)
def test_a_report_goes_to_its_unit_with_its_limits(
    stage: Stage, category: str, cause: str, unit: str, urgency: str, last_day: str
) -> None:
    case_id = stage.report(category=category, cause=cause, text="请尽快处理这件事情，谢谢。")
    case = stage.case(case_id)
    assert units(stage, case_id)[0] == unit
    assert case.urgency == urgency
    end = datetime.fromisoformat(f"{last_day}T00:00:00+08:00").timestamp() + 86_400
    assert stage.clock_of(case_id, "reply").due_at.timestamp() == end
    unhandled = stage.clock_of(case_id, "company_unhandled")
    assert (unhandled is not None) == (unit == "九安物业"), "only a company is measured by the 72 hours"
    if unhandled is not None:
        assert unhandled.due_at == datetime.fromisoformat("2026-06-04T09:00:00+08:00")


@pytest.mark.parametrize(("danger", "category", "cause", "unit", "urgency", "minutes"), URGENT)
def test_a_danger_goes_at_once_to_who_can_stop_it(
    stage: Stage, danger: str, category: str, cause: str, unit: str, urgency: str, minutes: int
) -> None:
    stage.clock.move_to(datetime.fromisoformat("2026-10-03T23:10:00+08:00"))
    case_id = stage.report(category=category, cause=cause, danger=danger, channel="call", text="情况紧急，请马上来人。")
    assert units(stage, case_id)[0] == unit
    assert stage.case(case_id).urgency == urgency
    arrive = stage.clock_of(case_id, "urgent_arrive")
    assert (arrive.due_at - arrive.from_at).total_seconds() == minutes * 60
    assert stage.clock_of(case_id, "reply") is not None, "the ordinary limit runs beside it"
    assert "arrive" in stage.tasks(case_id)


def test_what_no_row_fits_is_decided_by_a_dispatcher(stage: Stage) -> None:
    case_id = stage.report(category="lift", cause="no_such_cause", text="说不清楚是什么问题。")
    assert stage.tasks(case_id) == ["confirm_triage"]
    assert stage.case(case_id).unit_id is None


def test_an_estate_without_a_company_is_the_communitys_and_is_marked(stage: Stage) -> None:
    stage.do("contract", ends="2026-05-31")
    case_id = stage.report()
    assert units(stage, case_id)[0] == "运河社区居委会"
    assert "unmanaged" in stage.case(case_id).tags
    assert stage.clock_of(case_id, "company_unhandled") is None


def test_a_bureau_that_the_place_lacks_is_stood_in_for(stage: Stage) -> None:
    with stage.work() as work:
        work.session.get_one(Organisation, stage.town.organisations["UM"]).code = "elsewhere"
    case_id = stage.report(category="breaches", cause="facade", text="有人在外墙开门窗，破坏立面。")
    assert units(stage, case_id)[0] == "九安物业"


def test_those_who_help_stand_beside_the_one_that_leads(stage: Stage) -> None:
    case_id = stage.report(category="fire_lane", cause="lane_or_ebike", text="消防通道被车辆长期堵塞。")
    assert units(stage, case_id) == ("消防救援大队", sorted(["公安分局", "九安物业"]))
