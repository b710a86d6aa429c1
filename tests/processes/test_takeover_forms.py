"""What the forms of a takeover take and refuse."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.processes.test_shared_forms import NOW, ONE, answers, refused

FLAG: dict[str, Any] = {
    "estate": 5,
    "origin": "old_estate",
    "households": 320,
    "built_area": "48532.17",
    "body": "none",
    "contract": "none",
    "photos": ONE,
}
SURVEY = {"facts": [{"item": "road", "state": "worn", "count": 320}], "wish": "unclear", "legal_body": "none"}
PLAN: dict[str, Any] = {"service_level": "basic", "service_items": [{"item": "保洁", "rate": "0.30"}], "fee": "0.30"}
APPOINT: dict[str, Any] = {
    "unit": 4,
    "items": [{"item": "清运垃圾", "often": "每天一次"}],
    "price": "0.20",
    "since": "2026-09-18T16:00:00+08:00",
    "until": "2026-10-03",
}


def test_an_estate_is_flagged_with_exact_area_and_photos() -> None:
    assert answers("estate_takeover/flag_estate", FLAG)["built_area"] == Decimal("48532.17")
    assert refused("estate_takeover/flag_estate", {**FLAG, "photos": []}) == {"photos"}
    assert refused("estate_takeover/flag_estate", {**FLAG, "built_area": "0"}) == {"built_area"}


def test_a_company_that_left_has_left_at_a_moment_that_is_past() -> None:
    left = {**FLAG, "origin": "firm_left"}
    assert refused("estate_takeover/flag_estate", left) == {"left_at"}
    assert refused("estate_takeover/flag_estate", {**left, "left_at": "2026-09-18T16:30:00+08:00"}) == {"left_at"}
    assert answers("estate_takeover/flag_estate", {**left, "left_at": "2026-09-18T08:00:00+08:00"})["left_at"] < NOW


def test_a_live_contract_tells_its_end() -> None:
    assert refused("estate_takeover/flag_estate", {**FLAG, "contract": "live"}) == {"contract_ends"}


def test_a_survey_counts_what_is_there_and_who_would_serve() -> None:
    whole = {**SURVEY, "bidders": 0, "neighbours": 1}
    assert answers("estate_takeover/survey", whole)["neighbours"] == 1
    assert "facts" in refused("estate_takeover/survey", {**whole, "facts": []})


def test_only_who_runs_it_themselves_brings_rules() -> None:
    assert refused("estate_takeover/draft_plan", PLAN, **{"class": "D"}) == {"rules"}
    planned = answers("estate_takeover/draft_plan", {**PLAN, "trial": True}, **{"class": "C"})
    assert (planned["trial"], planned["rules"]) == (True, None)


def test_a_work_is_of_a_kind_that_is_counted_and_a_utility_pays_for_its_own() -> None:
    gates = {"item": "gate", "planned": "19", "payer": "government", "estimate": "40000"}
    planned = answers("estate_takeover/draft_plan", {**PLAN, "renovation": [gates]}, **{"class": "C"})
    assert planned["renovation"][0]["planned"] == 19
    unnamed = {**gates, "item": "围墙"}
    assert refused("estate_takeover/draft_plan", {**PLAN, "renovation": [unnamed]}, **{"class": "C"}) == {
        "renovation.0.item"
    }
    heating = {**gates, "item": "heating", "payer": "owners"}
    assert refused("estate_takeover/draft_plan", {**PLAN, "renovation": [heating]}, **{"class": "C"}) == {"renovation"}


def test_nobody_is_served_free() -> None:
    assert refused("estate_takeover/draft_plan", {**PLAN, "fee": "0"}, **{"class": "C"}) == {"fee"}


SIDES = [{"side": "owners", "person": "业主代表", "mark": "本人"}, {"side": "firm", "person": "经理", "mark": "本人"}]
SIGNED: dict[str, Any] = {
    "contract_files": ONE,
    "signed_on": "2026-09-18",
    "from": "2026-10-01",
    "to": "2029-09-30",
    "signatures": SIDES,
}
PRICED: dict[str, Any] = {"price": {"text": "", "text_en": "", "left_out": [], "fee_agreed": True}}


def test_a_contract_begins_when_it_is_signed_or_later_and_ends_after_that() -> None:
    assert answers("takeover_entry/sign", SIGNED, **PRICED)["to"].year == 2029
    assert refused("takeover_entry/sign", {**SIGNED, "signed_on": "2026-09-19"}, **PRICED) == {"signed_on"}
    assert refused("takeover_entry/sign", {**SIGNED, "from": "2026-09-17"}, **PRICED) == {"from"}
    assert refused("takeover_entry/sign", {**SIGNED, "to": "2026-10-01"}, **PRICED) == {"to"}


def test_a_contract_is_filed_between_its_signing_and_today() -> None:
    filed = {"number": "备〔2026〕1", "filed_on": "2026-09-17", "receipt": ONE}
    signed = {"contract": {"signed_on": date(2026, 9, 17)}}
    assert answers("takeover_entry/file_contract", filed, **signed)["number"] == "备〔2026〕1"
    assert refused("takeover_entry/file_contract", {**filed, "filed_on": "2026-09-16"}, **signed) == {"filed_on"}


def test_emergency_service_begins_no_earlier_than_the_company_left_and_ends_in_time() -> None:
    assert answers("emergency_service/appoint", APPOINT, mode="emergency")["price"] == Decimal("0.20")
    assert refused("emergency_service/appoint", {**APPOINT, "until": "2026-10-04"}, mode="emergency") == {"until"}
    assert refused("emergency_service/appoint", APPOINT, mode="emergency", left_at=NOW.replace(minute=1)) == {"since"}
    assert answers("emergency_service/appoint", APPOINT, mode="basic")["until"] is None


def test_the_end_names_who_follows_or_brings_the_list_of_what_was_handed_over() -> None:
    accounts = {"accounts": [{"item": "服务费", "income": "10.00", "spent": "9.50"}]}
    still = {"unit_now": {"kind": "emergency"}}
    assert refused("emergency_service/settle", accounts, **still) == {"basic_unit"}
    assert refused("emergency_service/settle", accounts, unit_now={"kind": "serving"}) == {"handover"}
    assert answers("emergency_service/settle", {**accounts, "basic_unit": 3}, **still)["handover"] is None
