"""Who answers for a report, how urgent it is, and by when: the tables of triage, asked like the diagram asks them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework import decisions, feel

FILE = Path(__file__).parents[2] / "processes" / "complaint_handling" / "triage.dmn"
TRIAGE = decisions.load({"triage.dmn": FILE.read_bytes()})["triage"]
RULES = {"complaint.joint.min_people": Decimal(10), "routing.illegal_building": "HC", "routing.restaurant_smoke": "EE"}


def ask(category: str | None = None, cause: str | None = None, danger: str = "none", **facts: Any) -> Any:
    names = {
        "category": category,
        "cause": cause,
        "danger": danger,
        "contract_in_force": True,
        "hotline": False,
        **facts,
    }
    scope = feel.Scope(names, {"policy": RULES.get}, datetime(2026, 9, 18, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    return TRIAGE.evaluate(scope)


def keys(found: Any, name: str) -> list[str]:
    return [clock["key"] for clock in found["clocks"] if clock["name"] == name]


def test_a_dark_stairwell_is_the_companys_with_both_clocks() -> None:
    found = ask("power_light", "common_lights")
    assert (found["unit"], found["urgency"], found["credit"]) == ("CO", "normal", ["late", "poor"])
    assert keys(found, "reply") == ["complaint.handle.working_days"]
    assert keys(found, "company_unhandled") == ["complaint.company.unhandled_hours"]


def test_a_hotline_order_carries_its_own_reply_limit_beside_the_citys() -> None:
    found = ask("power_light", "common_lights", hotline=True)
    assert keys(found, "reply") == ["complaint.handle.working_days", "hotline.reply.working_days"]


def test_a_bureaus_delay_is_never_a_companys() -> None:
    found = ask("breaches", "illegal_building")
    assert (found["unit"], found["co_units"], found["duty"]) == ("HC", ["CO"], "stop_and_report")
    assert found["credit"] == []
    assert keys(found, "company_unhandled") == []
    assert keys(found, "reply") == ["department.reply.working_days"]


def test_the_authority_for_smoke_and_illegal_building_is_the_citys_choice() -> None:
    assert ask("breaches", "restaurant_smoke")["unit"] == "EE"


def test_bribery_is_sealed_whatever_its_category() -> None:
    for category in ("service", "self_government", None):
        found = ask(category, "bribery")
        assert (found["unit"], found["sealed"]) == ("PT", True)
        assert keys(found, "reply") == ["petition.route_days"]


def test_without_a_contract_the_community_and_street_help_and_no_company_clock_runs() -> None:
    found = ask("cleaning", "daily_cleaning", contract_in_force=False)
    assert found["co_units"] == ["CM", "ST"]
    assert found["tags"] == ["unmanaged"]
    assert keys(found, "company_unhandled") == []


def test_a_trapped_person_wins_over_the_ordinary_lift_row_but_keeps_its_clocks() -> None:
    found = ask("lift", "lift_fault", "lift_trapped")
    assert (found["unit"], found["co_units"], found["urgency"]) == ("LM", ["CO"], "critical")
    assert found["arrive_key"] == "urgent.lift.arrive_minutes"
    assert found["accident_key"] == "urgent.lift.accident_report_hours"
    assert found["notify"] == [2, 3]
    assert found["first"] == "96333"
    assert found["fund"] is True
    assert keys(found, "reply") == ["complaint.handle.working_days"]
    assert keys(found, "company_unhandled") == ["complaint.company.unhandled_hours"]


@pytest.mark.parametrize(
    ("category", "cause", "facts", "urgency"),
    [
        ("lift", "lift_fault", {"only_lift": True}, "urgent"),
        ("lift", "lift_fault", {"only_lift": False}, "normal"),
        ("heating", "too_cold", {"in_season": True}, "urgent"),
        ("heating", "too_cold", {"in_season": False}, "normal"),
        ("drains", "drains_blocked", {"sewage_stands": True}, "urgent"),
        ("drains", "drains_blocked", {}, "normal"),
        ("order", "crime_throwing", {}, "urgent"),
    ],
)
def test_what_was_asked_with_the_cause_decides_the_urgency(
    category: str, cause: str, facts: dict[str, Any], urgency: str
) -> None:
    assert ask(category, cause, **facts)["urgency"] == urgency


def test_a_burst_drain_may_be_paid_by_the_fund() -> None:
    assert ask("drains", "drains_blocked", burst=True)["fund"] is True
    assert ask("drains", "drains_blocked", burst=False)["fund"] is False


@pytest.mark.parametrize(
    ("danger", "facts", "unit"),
    [
        ("burst_pipe", {}, "CO"),
        ("burst_pipe", {"house_part": False}, "UT.water"),
        ("no_water_power", {"category": "power_light"}, "UT.power"),
        ("no_water_power", {}, "UT.water"),
        ("no_water_power", {"house_part": True}, "CO"),
        ("gas_leak", {}, "UT.gas"),
        ("fire", {}, "CO"),
    ],
)
def test_urgent_classes_go_to_whoever_can_stop_the_danger(danger: str, facts: dict[str, Any], unit: str) -> None:
    assert ask(danger=danger, **facts)["unit"] == unit


def test_heating_is_due_sooner_after_the_first_ten_days() -> None:
    assert ask(danger="no_heat", season_first_ten=True)["arrive_key"] == "heating.quality.first10_hours"
    assert ask(danger="no_heat", season_first_ten=False)["arrive_key"] == "heating.quality.later_hours"


def test_a_company_that_is_late_in_an_emergency_is_debited_for_it() -> None:
    assert "urgent_late" in ask(danger="flooded_garage")["credit"]
    assert "urgent_late" not in ask(danger="gas_leak")["credit"]


def test_what_no_row_fits_is_left_to_a_person() -> None:
    assert ask()["unit"] is None
    assert ask("fees", "daily_cleaning")["unit"] is None


def test_a_unit_named_by_the_dispatcher_wins_and_the_rows_limits_stay() -> None:
    found = ask("fees", "overcharge", unit=Decimal(9), co_units=[Decimal(4)])
    assert (found["unit"], found["co_units"]) == (9, [4])
    assert keys(found, "reply") == ["department.reply.working_days"]


def test_many_who_join_raise_the_priority() -> None:
    assert ask("fees", "overcharge", joint=[{"name": "甲"}] * 10)["priority"] == 1
    assert ask("fees", "overcharge", joint=[{"name": "甲"}] * 9)["priority"] == 0
