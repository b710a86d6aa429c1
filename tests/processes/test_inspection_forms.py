"""What the forms of a handover inspection offer and ask: nobody types the usual items."""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from casework import feel
from tests.processes.test_shared_forms import NOW, ONE, answers, form, refused

LISTED = [
    {"group": "documents", "item": "竣工图纸", "item_en": "As-built drawings"},
    {"group": "equipment", "item": "电梯", "item_en": "Lifts"},
    {"group": "accounts", "item": "账簿", "item_en": "Account books"},
    {"group": "hazards", "item": "违法搭建", "item_en": "Illegal structures"},
]
ROWS = [{"group": one["group"], "item": one["item"]} for one in LISTED]
OLD = {"unit": Decimal(3), "name": "九安物业", "name_en": "九安物业"}
DEFECT = {"group": "equipment", "item": "电梯", "state": "defect", "grade": "A", "duty": "old_unit", "photo": ONE}


def opened(name: str, **known: Any) -> Any:
    """Return what stands in a form when it is opened."""
    return form(f"takeover_inspection/{name}").initial(feel.Scope(known, {}, NOW, ZoneInfo("Asia/Shanghai")))


def check(*items: Any, **known: Any) -> Any:
    given = {"checked_on": "2026-09-18", "present": ["new", "old"], "items": list(items)}
    return answers("takeover_inspection/check", given, old=OLD, **known)["items"]


def test_the_plan_offers_every_usual_item_of_every_group() -> None:
    found = opened("plan", listed=LISTED)
    assert len(found["groups"]) == 8
    assert found["checklist"] == ROWS


def test_papers_and_things_are_asked_where_they_are_in_the_groups_that_were_chosen() -> None:
    known = {"checklist": ROWS, "groups": ["documents", "equipment", "accounts"]}
    assert opened("collect", **known)["papers"] == [ROWS[0], ROWS[2]]
    assert opened("check", **known)["items"] == [ROWS[1]]
    assert opened("check", **known)["checked_on"] == date(2026, 9, 18)


def test_a_second_check_begins_with_what_the_first_one_found() -> None:
    before = [{**DEFECT, "unit": None, "due": None, "text": "停梯", "photo": [Decimal(7)]}]
    found = opened("check", items=before, checklist=ROWS, groups=["equipment"])["items"]
    assert [(one["item"], one["state"], one["grade"], one["text"]) for one in found] == [
        ("电梯", "defect", "A", "停梯")
    ]
    assert "photo" not in found[0]


def test_a_missing_paper_names_its_keeper_and_day() -> None:
    row = {"group": "documents", "item": "竣工图纸", "state": "missing"}
    assert refused("takeover_inspection/collect", {"papers": [row]}) == {"papers.0.keeper", "papers.0.due"}
    whole = {**row, "keeper": "九安物业", "due": "2026-12-31"}
    assert answers("takeover_inspection/collect", {"papers": [whole]})["papers"][0]["due"] == date(2026, 12, 31)
    here = {**row, "state": "present", "keeper": "九安物业"}
    assert answers("takeover_inspection/collect", {"papers": [here]})["papers"][0]["keeper"] is None
    assert answers("takeover_inspection/collect", {})["papers"] is None


def test_a_defect_has_a_grade_somebody_in_duty_and_a_photo() -> None:
    known = {"checked_on": "2026-09-18", "present": ["new", "old"]}
    bare = {"group": "equipment", "item": "电梯", "state": "defect"}
    asked = refused("takeover_inspection/check", {**known, "items": [bare]}, old=OLD)
    assert asked == {"items.0.grade", "items.0.duty", "items.0.photo"}
    assert check(DEFECT)[0]["grade"] == "A"
    again = check({**DEFECT, "photo": None}, confirmed=[{"agreed": False}])
    assert again[0]["photo"] is None


def test_nobody_is_in_duty_who_did_not_serve() -> None:
    given = {"checked_on": "2026-09-18", "present": ["new", "community"], "items": [DEFECT]}
    assert refused("takeover_inspection/check", given, old={"unit": None}) == {"items.0.duty"}


def test_the_differences_are_shown_and_only_the_bad_ones_have_to_be_explained() -> None:
    rows = [
        {"group": "equipment", "item": "电梯", "was": "sound", "now": "B", "difference": "worse", "needed": True},
        {"group": "facilities", "item": "道路", "was": "C", "now": "sound", "difference": "better", "needed": False},
    ]
    known = {"differences": [{**row, "item_en": "", "explanation": ""} for row in rows]}
    assert [one["item"] for one in opened("explain", **known)["explained"]] == ["电梯", "道路"]
    assert refused("takeover_inspection/explain", {"explained": [{}, {}]}, **known) == {"explained.0.explanation"}
    given = {"explained": [{"explanation": "门机老化。", "item": "别的"}, {}]}
    found = answers("takeover_inspection/explain", given, **known)["explained"]
    assert [(one["item"], one["explanation"]) for one in found] == [("电梯", "门机老化。"), ("道路", None)]


def test_both_sides_and_a_witness_sign() -> None:
    known = {"checked_on": date(2026, 9, 17), "old": OLD}
    signed = {"signing": "signed", "agreement": ONE, "agreed_on": "2026-09-18", "signed_by": ["new", "old", "street"]}
    assert answers("takeover_inspection/sign", signed, **known)["agreed_on"] == date(2026, 9, 18)
    for by in (["new", "old"], ["old", "street"], ["new", "street"]):
        assert refused("takeover_inspection/sign", {**signed, "signed_by": by}, **known) == {"signed_by"}
    for day in ("2026-09-16", "2026-09-19"):
        assert refused("takeover_inspection/sign", {**signed, "agreed_on": day}, **known) == {"agreed_on"}
    nobody = {**known, "old": {"unit": None}}
    assert answers("takeover_inspection/sign", {**signed, "signed_by": ["new", "community"]}, **nobody)["signed_by"]
    assert refused("takeover_inspection/sign", {"signing": "refused"}, **known) == {"refusal"}


def test_the_street_s_record_takes_a_paper_and_a_day() -> None:
    given = {"decision": "witness", "reason": "两次不到场。"}
    known = {"checked_on": date(2026, 9, 17)}
    assert refused("takeover_inspection/mediate", given, **known) == {"agreement", "agreed_on"}
    assert answers("takeover_inspection/mediate", {**given, "decision": "again"}, **known)["agreement"] is None


def test_findings_of_an_inspection_stand_in_the_notice_already() -> None:
    noted = [{"clause": "承接查验第2项", "place": "电梯", "grade": "grave", "limit": date(2026, 10, 14)}]
    name = "rectification_notice/issue"
    scope = feel.Scope(
        {"noted": noted, "due": date(2026, 10, 14), "to": Decimal(3)}, {}, NOW, ZoneInfo("Asia/Shanghai")
    )
    found = form(name).initial(scope)
    assert (found["findings"], found["limit"], found["to"]) == (noted, date(2026, 10, 14), 3)
    row = {"clause": "承接查验第2项", "place": "电梯", "grade": "grave"}
    given = {"findings": [row], "limit": "2026-10-14", "to": 3}
    assert answers(name, given, noted=noted)["findings"][0]["photo"] is None
    assert refused(name, given) == {"findings.0.photo"}


def test_the_street_reads_what_was_objected_to() -> None:
    known = {"confirmed": [{"agreed": True, "objection": None}, {"agreed": False, "objection": "够不上 A 级。"}]}
    shown = form("takeover_inspection/mediate").shown(feel.Scope(known, {}, NOW, ZoneInfo("Asia/Shanghai")))
    assert shown["components"][0]["text"] == "不同意：够不上 A 级。"
    assert shown["components"][0]["text_en"] == "Not agreed: 够不上 A 级。"
