"""The ugliest lists that estates send: what is read all the same, and what is asked back by sheet and row."""

from collections.abc import Sequence

import pytest

from casework.votes.findings import Report
from casework.votes.flats import Part, Use
from casework.votes.heads import identified
from casework.votes.lines import parts_in
from casework.votes.sheets import opened
from tests.votes.lists import HEADINGS, Cell, as_csv, as_workbook, number_of, phone_of, row

USES = {"parking": Use(counted=False, source=("规则", "the rule")), "storage": Use(counted=True)}
WITHOUT_BUILDING = HEADINGS[1:]


def read(file: bytes, without: Sequence[str] = (), uses: dict[str, Use] | None = None) -> tuple[list[Part], Report]:
    report = Report()
    sources = ("registry", "survey", "contract")
    parts = parts_in(
        opened(file, "名册"), report, sources=sources, uses=USES if uses is None else uses, without=without
    )
    identified(parts, report, "业主姓名")
    return parts, report


def places(file: bytes, **how: object) -> list[str]:
    parts, report = read(file, **how)  # type: ignore[arg-type]
    assert report.rows == []
    return [str(part.place) for part in parts]


def wrongs(file: bytes) -> list[tuple[str, int, str]]:
    return [(one.sheet, one.row, one.rule) for one in read(file)[1].rows]


def flat(room: str = "101", person: int = 1, **more: Cell) -> list[Cell]:
    return row("1", room, "90", "周全", person=person, **more)  # type: ignore[arg-type]


def test_every_sheet_with_headings_is_read_and_gives_its_name_to_the_building() -> None:
    file = as_workbook(
        [flat()[1:]],
        headings=WITHOUT_BUILDING,
        more_sheets=[
            ("2号楼业主名册", [["二号楼"], [], WITHOUT_BUILDING, flat("102")[1:]]),
            ("3#", [WITHOUT_BUILDING, flat("103")[1:]]),
            ("商铺", [WITHOUT_BUILDING, flat("104")[1:]]),
            ("东区", [WITHOUT_BUILDING, flat("105")[1:]]),
            ("Sheet6", []),
        ],
    )
    _, report = read(file)
    assert [(one.sheet, one.row, one.rule) for one in report.rows] == [("名册", 1, "sheet_unnamed")]
    assert [str(part.place) for part in read(file, without=["名册"])[0]] == [
        "2号楼 1单元 102",
        "3号楼 1单元 103",
        "商铺 1单元 104",
        "东区 1单元 105",
    ]


def test_one_sheet_of_one_building_needs_no_building() -> None:
    assert places(as_workbook([flat()[1:]], headings=WITHOUT_BUILDING)) == ["1单元 101"]


def test_a_sheet_without_headings_is_told_by_its_name_until_it_is_said_not_to_be_meant() -> None:
    file = as_workbook([flat()], more_sheets=[("填表说明", [["请按户填写"]]), ("空", [])])
    _, report = read(file)
    assert [(one.sheet, one.rule) for one in report.rows] == [("填表说明", "sheet_skipped")]
    assert "“填表说明”" in report.rows[0].zh
    assert "“填表说明”" in report.rows[0].en
    assert report.skipped == ["填表说明"]
    parts, report = read(file, without=["填表说明"])
    assert (len(parts), report.rows, [one.rule for one in report.notes]) == (1, [], ["sheet_left_out"])


def test_a_finding_names_its_sheet_and_row_and_the_other_sheet_too() -> None:
    file = as_workbook([flat()], more_sheets=[("补充", [HEADINGS, flat("102"), flat("0101")])])
    [again] = read(file)[1].rows
    assert (again.sheet, again.row, again.rule) == ("补充", 3, "part_again")
    assert "“名册”第 2 行" in again.zh
    assert "row 2 of “名册”" in again.en


def test_a_hidden_sheet_is_told_and_a_hidden_row_is_read_and_told() -> None:
    file = as_workbook([flat(), flat("102")], hidden=[3], more_sheets=[("旧", [HEADINGS, flat("103")])], unseen=["旧"])
    parts, report = read(file)
    assert [part.place.room for part in parts] == ["101", "102"]
    assert [(one.sheet, one.row, one.rule) for one in report.notes] == [
        ("旧", 1, "sheet_hidden"),
        ("名册", 3, "row_hidden"),
    ]


def test_a_blank_row_below_a_merged_building_is_no_flat() -> None:
    rows = [flat(), [], ["", *flat("102")[1:]], ["", "", "小计", "180"]]
    assert places(as_workbook(rows, merged=["A2:A5"])) == ["1号楼 1单元 101", "1号楼 1单元 102"]


def test_headings_of_two_rows_and_headings_again_on_every_printed_page() -> None:
    above = [["阳光花园业主名册", *[""] * 9], ["房屋信息", "", "", "", "业主信息"]]
    file = as_workbook([flat(), HEADINGS, flat("102")], above=above, merged=["A1:J1", "A2:D2", "E2:J2"])
    assert places(file) == ["1号楼 1单元 101", "1号楼 1单元 102"]


def test_a_building_named_in_a_row_of_its_own_holds_for_the_flats_below() -> None:
    rows = [["1号楼"], flat()[1:], ["2号楼"], flat()[1:]]
    assert places(as_workbook(rows, headings=WITHOUT_BUILDING)) == ["1号楼 1单元 101", "2号楼 1单元 101"]


def test_a_remark_merged_over_the_whole_width_is_no_flat() -> None:
    remark = "本表由物业公司提供，仅供核对业主身份使用，以不动产登记为准，如有出入请联系筹备组。"
    parts, report = read(as_workbook([flat(), [remark], ["注：未售房屋另附"]], merged=["A3:J3", "A4:J4"]))
    assert (len(parts), report.rows) == (1, [])
    assert [(one.row, one.rule) for one in report.notes] == [(3, "total_row"), (4, "total_row")]


@pytest.mark.parametrize(
    "changes",
    [
        {"area": "９０．００"},
        {"area": "\u200b90\ufeff"},
        {"area": "89.99999999999999"},
        {"room": "０１０１室"},
        {"room": " 101 "},
        {"number": f"'{number_of(1)}"},
        {"number": " ".join([number_of(1)[:6], number_of(1)[6:]])},
        {"phone": f"{phone_of(1)}.0"},
        {"phone": f"{phone_of(1)}/{phone_of(2)}"},
        {"phone": f"{phone_of(1)[:3]}-{phone_of(1)[3:7]}-{phone_of(1)[7:]}"},
        {"delivered": "45000"},
        {"delivered": "45000.5"},
        {"delivered": "2021年3月"},
        {"owner": "周\u3000全"},
    ],
)
def test_what_people_and_spreadsheets_do_to_a_cell_changes_nothing(changes: dict[str, Cell]) -> None:
    wanted = {"room": "101", "area": "90", "owner": "周全", "person": 1}
    parts, report = read(as_csv([row("1", **{**wanted, **changes})]))  # type: ignore[arg-type]
    plain, _ = read(as_csv([row("1", **wanted)]))  # type: ignore[arg-type]
    assert report.rows == []
    assert parts == plain


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"owner": "李明等3人"}, "owner_others"),
        ({"owner": "李明 13812345678"}, "owner_others"),
        ({"owner": "同上"}, "ditto"),
        ({"building": "〃"}, "ditto"),
    ],
)
def test_what_leaves_owner_or_place_open_is_asked_back(changes: dict[str, Cell], rule: str) -> None:
    wanted = {"building": "1", "room": "101", "area": "90", "owner": "周全", "number": "", "phone": ""}
    assert wrongs(as_csv([row(**{**wanted, **changes})])) == [("", 2, rule)]  # type: ignore[arg-type]


def test_a_name_with_a_dot_in_any_writing_and_latin_letters_in_any_case_is_one_name() -> None:
    rows = [[*flat(f"10{at}")[:4], name, *flat()[5:]] for at, name in enumerate(["阿依古丽·买买提", "阿依古丽•买买提"])]
    rows += [row("2", f"20{at}", "90", name, person=2) for at, name in enumerate(["John Smith", "JOHN SMITH"])]
    assert wrongs(as_csv(rows)) == []


def test_a_wrong_last_sign_of_a_credit_code_is_told_and_a_right_one_makes_one_owner() -> None:
    code = "91350100M000100Y43"
    rows = [row("1", f"10{at}", "90", "山海商贸公司", kind="单位", number=code, phone="") for at in range(2)]
    parts, report = read(as_csv(rows))
    assert report.rows == []
    assert len(set(identified(parts, report, "业主姓名").values())) == 1
    assert wrongs(as_csv([row("1", "101", "90", "山海商贸公司", kind="单位", number=f"{code[:-1]}4", phone="")])) == [
        ("", 2, "id_wrong")
    ]


def test_what_counts_besides_flats_is_said_with_its_rule_and_summed_up() -> None:
    rows = [flat(), row("地下车库", "B12", "13.5", "周全", person=1), row("1", "储藏室3", "6", "周全", person=1)]
    parts, report = read(as_csv(rows))
    assert [part.place.room for part in parts] == ["101", "储藏室3"]
    assert [(one.row, one.rule) for one in report.notes] == [(3, "left_out"), (4, "counted_in")]
    assert "规则" in report.notes[0].zh
    assert {use: (one["counted"], one["parts"], one["area"]) for use, one in report.uses.items()} == {
        "parking": (False, 1, "13.50"),
        "storage": (True, 1, "6.00"),
    }
