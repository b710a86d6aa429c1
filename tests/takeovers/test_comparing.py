"""What is handed out is compared with what was handed in, item by item."""

from datetime import UTC, datetime
from typing import Any

from casework.handovers.models import Handover
from casework.takeovers.comparing import compare, explained
from casework.takeovers.entry_models import Inspection, InspectionItem


def inspection(*rows: tuple[str, str, str]) -> Inspection:
    """Return an inspection of rows (group, item, state or grade)."""
    made = []
    for number, (group, item, state) in enumerate(rows, 1):
        grade = state if state in "ABC" else None
        named = "defect" if grade else state
        made.append(InspectionItem(number=number, group=group, item=item, item_en="", state=named, grade=grade))
    return Inspection(items=made)


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["item"], row["was"], row["now"], row["difference"], row["needed"]) for row in rows]


def test_what_is_as_it_was_is_not_told() -> None:
    same = [("documents", "竣工图纸", "missing"), ("equipment", "电梯", "B"), ("facilities", "道路", "sound")]
    assert compare(inspection(*same), inspection(*same)) == []


def test_worse_and_gone_are_explained_and_better_is_not() -> None:
    then = inspection(
        ("documents", "竣工图纸", "rebuild"),
        ("documents", "钥匙清单", "present"),
        ("accounts", "账簿", "present"),
        ("equipment", "电梯", "C"),
        ("facilities", "道路", "B"),
    )
    now = inspection(
        ("documents", "竣工图纸", "present"),
        ("documents", "钥匙清单", "missing"),
        ("equipment", "电梯", "A"),
        ("facilities", "道路", "C"),
    )
    assert told(compare(then, now)) == [
        ("竣工图纸", "rebuild", "present", "better", False),
        ("钥匙清单", "present", "missing", "worse", True),
        ("账簿", "present", None, "gone", True),
        ("电梯", "C", "A", "worse", True),
        ("道路", "B", "C", "better", False),
    ]


def test_what_is_added_is_explained_only_where_it_is_at_fault() -> None:
    now = inspection(("hazards", "违法搭建", "B"), ("facilities", "门禁", "sound"))
    assert told(compare(inspection(), now)) == [
        ("违法搭建", None, "B", "added", True),
        ("门禁", None, "sound", "added", False),
    ]


def test_what_was_put_right_meanwhile_counts_as_good() -> None:
    then = inspection(("equipment", "电梯", "A"), ("documents", "竣工图纸", "rebuild"))
    for row in then.items:
        row.settled_at = datetime(2027, 1, 1, tzinfo=UTC)
    now = inspection(("equipment", "电梯", "A"), ("documents", "竣工图纸", "rebuild"))
    assert told(compare(then, now)) == [
        ("电梯", "sound", "A", "worse", True),
        ("竣工图纸", "present", "rebuild", "worse", True),
    ]


def test_several_items_of_one_name_are_told_apart() -> None:
    then = inspection(("hazards", "违法搭建", "B"), ("hazards", "违法搭建", "B"))
    now = inspection(("hazards", "违法搭建", "B"), ("hazards", "违法搭建", "B"), ("hazards", "违法搭建", "B"))
    assert told(compare(then, now)) == [("违法搭建", None, "B", "added", True)]


def test_a_hand_over_list_is_compared_by_what_it_names_alone() -> None:
    then = inspection(
        ("documents", "竣工图纸", "present"), ("accounts", "账簿", "present"), ("equipment", "电梯", "sound")
    )
    listed = Handover(items=[{"item": "drawings", "state": "lost"}, {"item": "accounts", "state": "present"}])
    assert told(compare(then, listed)) == [("竣工图纸", "present", "lost", "worse", True)]


def test_explanations_go_to_their_items() -> None:
    rows = compare(inspection(("accounts", "账簿", "present")), inspection(("hazards", "违法搭建", "A")))
    given = [{"group": "hazards", "item": "违法搭建", "explanation": " 2028 年新建。 "}]
    assert [row["explanation"] for row in explained(rows, given)] == ["", "2028 年新建。"]
    assert [row["explanation"] for row in explained(rows, None)] == ["", ""]
