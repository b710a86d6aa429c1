"""Reading a list that somebody sent: any usual encoding, and nothing that fills the memory or reaches outside."""

import io
import zipfile

import pytest

from casework.errors import Invalid
from casework.votes import sheets, workbooks
from casework.votes.sheets import opened
from tests.votes.lists import as_csv, as_workbook


def cells(file: bytes) -> list[tuple[int, list[str]]]:
    [sheet] = opened(file, "名册")
    return [(line.no, list(line.cells)) for line in sheet.lines()]


def read_to_the_end(file: bytes, seen: list[int] | None = None) -> None:
    for sheet in opened(file, "名册"):
        for line in sheet.lines():
            if seen is not None:
                seen.append(line.no)


def package(**parts: str) -> bytes:
    """Return a workbook of one row with these parts in place of its own; an empty one is left out."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_workbook([["甲"]], headings=["房号"]))) as whole,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in whole.namelist():
            text = parts.get(name.rpartition("/")[2].removesuffix(".xml"))
            if text != "":
                package.writestr(name, whole.read(name) if text is None else text)
    return made.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_is_read_in_any_usual_encoding(encoding: str, separator: str) -> None:
    text = f"房号{separator}业主\r\n\r\n101{separator}周全\r\n"
    assert cells(text.encode(encoding)) == [(1, ["房号", "业主"]), (3, ["101", "周全"])]


def test_a_text_may_hold_breaks_within_quotes_and_numbers_kept_as_text() -> None:
    [sheet] = opened('房号,业主\n="0101","李明\n赵红"\n=A2,"=1+1"\n'.encode(), "名册")
    lines = list(sheet.lines())
    assert lines[1].cells == ["0101", "李明\n赵红"]
    assert (lines[1].formulas, lines[2].formulas) == (frozenset(), {0, 1})


def test_a_workbook_gives_numbers_as_they_were_typed() -> None:
    assert cells(as_workbook([[101, 89.94, 0.1 + 0.2, 1e20, "０３"]], headings=["甲"]))[1] == (
        2,
        ["101", "89.94", "0.3", "1.00000E+20", "０３"],
    )


def test_rich_text_is_put_together_without_its_reading_aid() -> None:
    rich = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>房</t></r><r><t>号</t></r>'
        "<rPh><t>fang</t></rPh></si><si><t>甲</t></si></sst>"
    )
    assert cells(package(sharedStrings=rich))[0] == (1, ["房号"])


def test_a_workbook_of_the_strict_kind_is_read_as_any_other() -> None:
    links = "xmlns:r='http://purl.oclc.org/ooxml/officeDocument/relationships'"
    strict = f"<workbook {links}><sheets><sheet name='名册' r:id='r1'/></sheets></workbook>"
    assert cells(package(workbook=strict))[0] == (1, ["房号"])


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"   \n ",
        b"PK\x03\x04 not a package",
        as_workbook([["甲"]])[:-200],
        package(workbook="<workbook"),
        package(workbook=""),
        package(s1="<worksheet><sheetData><row><c t='s'><v>7</v></c></row></sheetData></worksheet>"),
        package(s1="<worksheet><sheetData><row r='x'/></sheetData></worksheet>"),
        package(sharedStrings="<!DOCTYPE sst [<!ENTITY a 'aaaa'>]><sst>&a;<si>"),
        b"\x00\x01\x02\x03" * 40,
        b"\xff\xfe\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
    ],
)
def test_what_is_no_list_is_told_and_never_breaks_the_reader(file: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_to_the_end(file)
    assert caught.value.zh
    assert caught.value.en


def test_an_entity_is_never_replaced_by_what_it_names(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    text = f"<!DOCTYPE sst [<!ENTITY a SYSTEM '{secret.as_uri()}'>]><sst><si><t>&a;</t></si><si><t>甲</t></si></sst>"
    assert "secret" not in str(cells(package(sharedStrings=text)))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 10_000)
    with pytest.raises(Invalid, match="too large"):
        opened(package(s1=" " * 20_000), "名册")


def test_a_bomb_that_lies_about_its_size_is_refused_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    file = package(s1=f"<worksheet>{' ' * 200_000}<sheetData/></worksheet>")
    [sheet] = opened(file, "名册")
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 100_000)
    with pytest.raises(Invalid, match="too large"):
        list(sheet.lines())


@pytest.mark.parametrize("made", [as_workbook, as_csv])
def test_too_many_rows_are_refused_as_soon_as_they_are_met(monkeypatch: pytest.MonkeyPatch, made) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 100)
    seen: list[int] = []
    file = made([[f"甲{n}"] for n in range(1000)])
    with pytest.raises(Invalid, match="more than 100 rows"):
        read_to_the_end(file, seen)
    assert len(seen) == 100


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_BYTES", 10)
    with pytest.raises(Invalid):
        opened(b"a" * 11, "名册")


def test_columns_far_to_the_right_and_hidden_sheets_are_left_alone() -> None:
    row = "<row r='1'><c r='A1'><v>1</v></c><c r='XFD1'><v>2</v></c></row>"
    assert cells(package(s1=f"<worksheet><sheetData>{row}</sheetData></worksheet>")) == [(1, ["1"])]
    hidden = package(
        workbook="<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"
        "<sheets><sheet name='旧' state='hidden' r:id='r1'/></sheets></workbook>"
    )
    assert [one.hidden for one in opened(hidden, "名册")] == [True]
