"""A messy list, row by row: what is read all the same, and what is told to whoever sent it."""

import contextlib
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from casework.errors import Invalid
from casework.votes.findings import RULES, Report
from casework.votes.flats import Use
from casework.votes.heads import HeadRule, heads_of, identified
from casework.votes.lines import Part, parts_in
from casework.votes.sheets import opened
from tests.votes.lists import Cell, as_csv, as_workbook, number_of, phone_of, row, sunshine

SOURCES = ("registry", "survey", "contract")
USES = {"parking": Use(counted=False), "storage": Use(counted=True)}


def read(file: bytes) -> tuple[list[Part], Report]:
    report = Report()
    parts = parts_in(opened(file, "名册"), report, sources=SOURCES, uses=USES)
    identified(parts, report, "业主姓名")
    return parts, report


def heads(*rows: Sequence[Cell]) -> list[tuple[str, int, Decimal]]:
    """Return of each head of a list: kind, number of parts, area."""
    parts, report = read(as_csv(rows))
    found = heads_of(parts, identified(parts, report, "业主姓名"), HeadRule())
    assert report.rows == []
    return [(one.kind, len(one.parts), one.area) for one in found]


@pytest.mark.parametrize(
    ("written", "area"),
    [
        ("90", "90.00"),
        ("９０．５", "90.50"),
        ("89.5㎡", "89.50"),
        ("89.50平方米", "89.50"),
        ("1,234.5", "1234.50"),
        (" 1 234.50 m² ", "1234.50"),
        (89.94, "89.94"),
        (0.1 + 0.2, "0.30"),
        ("89.500", "89.50"),
    ],
)
def test_an_area_is_read_however_it_is_written(written: Cell, area: str) -> None:
    parts, report = read(as_workbook([row("1", "101", written, "周全", person=1)]))
    assert (report.rows, [str(part.area) for part in parts]) == ([], [area])


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("", "area_missing"),
        ("约90", "area_unclear"),
        ("90-95", "area_unclear"),
        ("1,23.5", "area_unclear"),
        ("九十", "area_unclear"),
        ("0", "area_not_positive"),
        ("-89.5", "area_not_positive"),
        ("89.123", "area_too_fine"),
        ("99999999", "area_too_large"),
        (("B2*1.2", "108"), "formula"),
        ("#REF!", "area_unclear"),
    ],
)
def test_an_area_that_is_none_is_told_with_its_row_and_column(written: Cell, rule: str) -> None:
    _, report = read(as_workbook([row("1", "101", "90", "周全", person=1), row("1", "102", written, "周全", person=1)]))
    assert (3, "建筑面积（㎡）", rule) in [(one.row, one.column, one.rule) for one in report.rows]


@pytest.mark.parametrize(
    ("changes", "column", "rule"),
    [
        ({"owner": ""}, "业主姓名", "owner_missing"),
        ({"owner": "待定"}, "业主姓名", "owner_missing"),
        ({"owner": "李明 赵红"}, "业主姓名", "owner_unclear"),
        ({"owner": "李**"}, "业主姓名", "masked"),
        ({"number": "370***********0011"}, "身份证号", "masked"),
        ({"number": number_of(1)[:-1] + ("1" if number_of(1)[-1] != "1" else "2")}, "身份证号", "id_wrong"),
        ({"number": number_of(1)[:-1]}, "身份证号", "id_wrong"),
        ({"number": 370101199001010011.0}, "身份证号", "id_lost"),
        ({"number": "3.70101E+17"}, "身份证号", "id_lost"),
        ({"owner": "李明、赵红", "phone": ""}, "身份证号", "ids_differ"),
        ({"owner": "李明、赵红", "number": ""}, "联系电话", "phones_differ"),
        ({"phone": "1390000"}, "联系电话", "phone_wrong"),
        ({"room": ""}, "房号", "no_room"),
        ({"building": ""}, "楼栋", "no_building"),
        ({"delivered": "也许"}, "是否交付", "yes_no_unclear"),
        ({"delivered": ""}, "是否交付", "yes_no_unclear"),
        ({"owner": "泉城房地产开发有限公司", "number": "", "phone": ""}, "业主类型", "developer_unclear"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_column(changes: dict[str, Cell], column: str, rule: str) -> None:
    wrong = row(**{"building": "1", "room": "101", "area": "90", "owner": "周全", "person": 1, **changes})  # type: ignore[arg-type]
    _, report = read(as_workbook([wrong]))
    assert [(one.row, one.column, one.rule) for one in report.rows] == [(2, column, rule)]


def test_the_same_flat_twice_is_told_with_the_other_row() -> None:
    _, report = read(
        as_csv([row("3号楼", "0301室", "90", "周全", person=1), row("３#", "301", "90", "周全", person=1)])
    )
    assert [(one.row, one.rule) for one in report.rows] == [(3, "part_again")]
    assert "第 2 行" in report.rows[0].zh
    assert "row 2" in report.rows[0].en


def test_one_number_under_two_names_is_told() -> None:
    _, report = read(as_csv([row("1", "101", "90", "周全", person=1), row("1", "102", "90", "周泉", person=1)]))
    assert [(one.row, one.rule) for one in report.rows] == [(3, "id_of_another")]


def test_a_name_alone_that_comes_twice_is_told_and_once_it_is_enough() -> None:
    alone = {"number": "", "phone": ""}
    _, report = read(as_csv([row("1", "101", "90", "周全", **alone)]))
    assert report.rows == []
    _, report = read(as_csv([row("1", "101", "90", "周全", **alone), row("1", "102", "90", "周全", **alone)]))
    assert [(one.row, one.rule) for one in report.rows] == [(3, "owner_ambiguous")]
    _, report = read(as_csv([row("1", "101", "90", "周全", person=1), row("1", "102", "90", "周全", **alone)]))
    assert [(one.row, one.rule) for one in report.rows] == [(3, "owner_ambiguous")]


def test_titles_blank_rows_and_totals_around_the_list_are_no_flats() -> None:
    rows = [[], row("1", "101", "90", "周全", person=1), [], ["合计", "", "", "90"], ["填表人：老高"]]
    parts, report = read(as_workbook(rows, above=[["阳光花园业主名册"], ["2026年5月"], []]))
    assert ([part.row for part in parts], report.rows) == ([6], [])
    assert {one.rule for one in report.notes} == {"total_row"}


def test_merged_cells_count_for_every_row_they_cover() -> None:
    rows = [
        row("1", "101", "90", "李明", person=1),
        ["", "", "", "", "赵红", number_of(2), phone_of(2), "", "已售", "是"],
        ["", "1", "102", "80", "周全", number_of(3), phone_of(3), "", "已售", "是"],
    ]
    parts, report = read(as_workbook(rows, merged=["A2:A4", "B2:B3", "C2:C3", "D2:D3"]))
    assert report.rows == []
    assert [(str(part.place), part.area, [one.name for one in part.owners]) for part in parts] == [
        ("1号楼 1单元 101", Decimal("90.00"), ["李明", "赵红"]),
        ("1号楼 1单元 102", Decimal("80.00"), ["周全"]),
    ]


def test_merged_rows_of_one_flat_with_two_areas_are_told() -> None:
    rows = [row("1", "101", "90", "李明", person=1), ["1", "1", "", "91", "赵红", number_of(2), "", "", "已售", "是"]]
    _, report = read(as_workbook(rows, merged=["C2:C3"]))
    assert [(one.row, one.rule) for one in report.rows] == [(3, "area_differs")]


def test_an_address_in_one_cell_is_taken_apart() -> None:
    headings = ("房屋坐落", "登记面积", "实测面积", "权利人", "身份证号")
    rows = [
        ["阳光花园3号楼2单元0501室", "", "90.10", "李明", number_of(1)],
        ["3-2-502", "90.2", "90.9", "李明", number_of(1)],
        ["槐荫路对面", "90", "", "李明", number_of(1)],
    ]
    parts, report = read(as_csv(rows, headings=headings))
    assert [(str(one.place), str(one.area), one.basis) for one in parts] == [
        ("3号楼 2单元 501", "90.10", "survey"),
        ("3号楼 2单元 502", "90.20", "registry"),
    ]
    assert [(one.row, one.rule) for one in report.rows] == [(4, "address_unclear")]


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (as_csv([], headings=("姓名", "电话")), "no_headings"),
        (as_csv([]), "no_rows"),
        (as_csv([], headings=("楼栋", "单元", "房号", "面积", "业主", "姓名")), "heading_twice"),
        (
            as_workbook([row("1", "101", "90", "周全", person=1)], more_sheets=[("说明", [["填表说明"]])]),
            "sheet_skipped",
        ),
    ],
)
def test_a_list_without_plain_headings_is_told(file: bytes, rule: str) -> None:
    _, report = read(file)
    assert rule in {one.rule for one in report.rows}


def test_one_owner_is_one_head_however_the_name_is_spaced_and_the_number_written() -> None:
    assert heads(
        row("1", "101", "90", "王 伟", person=1),
        row("1", "102", "80", "王伟", number=number_of(1).lower(), phone=""),
        row("1", "103", "70", "王　伟", number="", phone=f"+86 {phone_of(1)}"),
    ) == [("person", 3, Decimal("240.00"))]


def test_namesakes_with_other_phones_are_two_heads() -> None:
    rows = [row("1", f"10{person}", "90", "王伟", number="", phone=phone_of(person)) for person in (1, 2)]
    assert len(heads(*rows)) == 2


def test_a_couple_is_one_head_in_any_order_and_each_alone_another() -> None:
    couple = {"number": f"{number_of(1)}/{number_of(2)}", "phone": ""}
    turned = {"number": f"{number_of(2)}\n{number_of(1)}", "phone": ""}
    assert heads(
        row("1", "101", "90", "李明、赵红", **couple),
        row("1", "102", "80", "赵红，李明", **turned),
        row("1", "103", "70", "李明", person=1),
    ) == [("joint", 2, Decimal("170.00")), ("person", 1, Decimal("70.00"))]


def test_the_developer_is_one_head_with_what_it_has_not_sold_or_handed_over() -> None:
    assert heads(
        row("1", "101", "90", "", sold="未售", delivered="否"),
        row("1", "102", "80", "买家", person=1, delivered="否"),
        row("1", "103", "70", "泉城房地产开发有限公司", kind="建设单位", number="", phone=""),
        row("1", "104", "60", "买家", person=1),
    ) == [("developer", 3, Decimal("240.00")), ("person", 1, Decimal("60.00"))]


def test_without_the_head_rule_every_part_is_a_head() -> None:
    rows = [row("1", f"10{n}", "90", "王伟", person=1) for n in range(3)]
    rows += [row("2", f"10{n}", "90", "", sold="未售", delivered="否") for n in range(2)]
    parts, report = read(as_csv(rows))
    found = heads_of(parts, identified(parts, report, "业主姓名"), HeadRule(False, False))
    assert len({one.key for one in found}) == 5


def test_every_rule_speaks_both_languages_and_says_what_to_do() -> None:
    for rule, (zh, en) in RULES.items():
        assert zh.endswith("。"), rule
        assert en.endswith("."), rule


def spoilt(file: bytes, chance: random.Random) -> bytes:
    """Return a file with some of its bytes changed, taken out or doubled, or its inner parts so."""
    if file.startswith(b"PK") and chance.random() < 0.7:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(file)) as whole, zipfile.ZipFile(made, "w") as package:
            for name in whole.namelist():
                part = whole.read(name)
                package.writestr(name, spoilt(part, chance) if chance.random() < 0.5 else part)
        return made.getvalue()
    data = bytearray(file)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 2:
            data[at:at] = data[at : at + chance.randint(1, 40)]
        else:
            data[at:at] = chance.choice([b"-9", b"1e999", b"NaN", b"\x00", b"<", b'"', b"\xff", b"9" * 30])
    return bytes(data)


@pytest.mark.parametrize("made", [as_workbook, as_csv])
def test_a_spoilt_file_is_refused_or_told_row_by_row_and_never_breaks(made: Callable[..., bytes]) -> None:
    whole = made(list(sunshine())[190:])
    for seed in range(250):
        with contextlib.suppress(Invalid):
            read(spoilt(whole, random.Random(seed)))
