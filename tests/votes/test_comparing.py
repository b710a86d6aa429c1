"""What changed since the list that was sent before."""

from datetime import date
from decimal import Decimal

from casework.votes import comparing, rolls
from tests.factories import Stage
from tests.votes.lists import as_csv, number_of, row

FIRST = [
    row("1", "101", "90", "周全", person=1),
    row("1", "102", "90", "李明", person=2),
    row("1", "103", "90", "赵红", number="", phone="13900000003"),
    row("1", "104", "90", "孙一", person=4),
]
SECOND = [
    row("1", "101", "90", "周全", person=1),
    row("1", "102", "91.5", "李明", person=2),
    row("1", "103", "90", "赵红", number=number_of(3), phone="13900000003"),
    row("1", "105", "80", "钱二", person=5),
]


def taken(stage: Stage, rows: list, by: str = "街道小孙") -> int:
    with stage.work(by) as work:
        report = rolls.take_in(work, stage.town.areas["estate"], as_csv(rows), "名册.csv", as_of=date(2026, 5, 20))
    return report.roll_id or 0


def test_flats_that_are_new_gone_or_changed_are_told_with_areas_and_owners(stage: Stage) -> None:
    taken(stage, FIRST)
    taken(stage, [*SECOND[:1], row("1", "104", "90", "吴三", person=9), *SECOND[1:]])
    with stage.work() as work:
        roll = rolls.current(work, stage.town.areas["estate"])
        assert roll is not None
        older = comparing.before(work, roll)
        assert older is not None
        found = comparing.compared(work, roll, older)
        assert comparing.before(work, older) is None
    assert found.numbers == {"new": 1, "changed": 2}
    assert [(one.place.rpartition(" ")[2], one.what, one.area, one.owners) for one in found.rows] == [
        ("102", "changed", (Decimal("90.00"), Decimal("91.50")), (["李**"], ["李**"])),
        ("104", "changed", (Decimal("90.00"), Decimal("90.00")), (["孙**"], ["吴**"])),
        ("105", "new", (None, Decimal("80.00")), ((), ["钱**"])),
    ]


def test_an_owner_whose_number_is_given_later_has_not_changed_and_a_flat_left_out_is_gone(stage: Stage) -> None:
    taken(stage, FIRST)
    taken(stage, SECOND[2:3])
    with stage.work() as work:
        roll = rolls.current(work, stage.town.areas["estate"])
        assert roll is not None
        older = comparing.before(work, roll)
        assert older is not None
        found = comparing.compared(work, roll, older, page=9)
    assert (found.numbers, found.page, found.pages) == ({"gone": 3}, 1, 1)
