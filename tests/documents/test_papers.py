"""The papers of an election can be filled, opened and read, as PDF and as Word files."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from casework.documents import NoFont, Paper, papers_in, papers_of, write_docx, write_pages, write_pdf
from casework.documents.writing import font_in
from casework.errors import Refused
from tests.documents.sample import DATA, NOWHERE, files

PAPERS = papers_of(files(), "committee_election")
SAYS = {
    "assembly_notice": ("业主大会会议公告", "选举委员", "<等额> & 差额", "面积不少于3分之2"),
    "candidate_list": ("候选人名单公告", "许明远", "3号楼，中共党员，自荐。愿为大家办事。", "换届小组"),
    "ballot": ("业主大会表决选票", "许明远", "愿为大家办事", "应选 1 名", "三年", "弃权"),
    "count_minutes": ("计票记录", "700.00", "监票人", "02" * 8),
    "result_notice": ("表决结果公告", "当选：许明远", "ab" * 8),
    "meeting_minutes": ("业主大会会议纪要", "许**（业主代表）", "记录人"),
    "filing_form": ("业主委员会备案表", "许明远（主任）", "RC-2026-001", "街道办事处"),
}


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    if font_in(NOWHERE) is None:
        pytest.skip("this machine has no Chinese font")
    return tmp_path


def words_of_docx(raw: bytes) -> str:
    opened = Document(BytesIO(raw))
    cells: Iterator[str] = (cell.text for table in opened.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


def words_of_pdf(raw: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(raw)).pages).replace("\n", "").replace(" ", "")


def test_every_paper_has_both_templates_and_says_whether_it_is_posted() -> None:
    assert [one.key for one in PAPERS] == list(SAYS)
    assert {one.key for one in PAPERS if one.posted} == {
        "assembly_notice",
        "candidate_list",
        "ballot",
        "result_notice",
    }


def test_a_case_has_the_papers_of_all_that_its_process_calls_its_own_first() -> None:
    listed = b'[%s]\ntitle = "%s"\ntitle_en = ""\nposted = true\nnames = []\n'
    called = {"called/documents/documents.toml": listed % (b"ballot", b"called") + listed % (b"notice", b"called")}
    found = papers_in(files() | called, "committee_election")
    assert [one.key for one in found] == [*SAYS, "notice"]
    assert {one.process for one in found if one.key == "ballot"} == {"committee_election"}
    assert {one.process for one in found if one.key == "notice"} == {"called"}
    assert "official.typ" in found[-1].files


def test_a_layout_of_its_own_goes_before_the_shared_one() -> None:
    own = files() | {"committee_election/documents/official.typ": b"own"}
    assert papers_of(own, "committee_election")[0].files["official.typ"] == b"own"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda one: one.key)
def test_a_paper_opens_in_word_with_what_it_has_to_say(paper: Paper) -> None:
    found = words_of_docx(write_docx(paper, DATA))
    assert [said for said in ("水景花苑", *SAYS[paper.key]) if said not in found] == []
    assert "{" not in found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda one: one.key)
def test_a_paper_is_a_pdf_whose_text_can_be_read(paper: Paper, fonts: Path) -> None:
    found = words_of_pdf(write_pdf(paper, DATA, fonts))
    assert [said for said in ("水景花苑", *SAYS[paper.key]) if said.replace(" ", "") not in found] == []


def test_a_paper_is_shown_page_by_page(fonts: Path) -> None:
    pages = write_pages(PAPERS[0], DATA, fonts)
    assert len(pages) == 1
    assert pages[0].startswith(b"\x89PNG")


def test_a_list_of_two_hundred_names_goes_on_over_pages(fonts: Path) -> None:
    many = {
        **DATA,
        "candidates": [{"place": str(n), "name": f"候选人{n}", "post": "委员", "about": ""} for n in range(200)],
    }
    assert len(write_pages(PAPERS[1], many, fonts)) > 3
    assert "候选人199" in words_of_docx(write_docx(PAPERS[1], many))


def test_without_a_chinese_font_there_is_no_pdf_and_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.documents.writing.FAMILIES", ("No Such Font",))
    with pytest.raises(NoFont) as refused:
        write_pdf(PAPERS[0], DATA, NOWHERE)
    assert "Word" in refused.value.zh
    assert "Word" in refused.value.en


@pytest.mark.parametrize(
    "template",
    [
        b'#import "@preview/cetz:0.3.0"',
        b'#read("/etc/passwd")',
        b'#read("../../../etc/passwd")',
        b"#data.nothing",
        b"#(",
    ],
)
def test_a_template_that_reaches_out_or_is_wrong_is_refused(fonts: Path, template: bytes) -> None:
    own = {**PAPERS[0].files, "assembly_notice.typ": template}
    with pytest.raises(Refused, match="模板不能使用"):
        write_pdf(replace(PAPERS[0], files=own), DATA, fonts)


def test_a_word_template_that_asks_for_what_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="模板不能使用"):
        write_docx(PAPERS[0], {**DATA, "vote": {}})
    with pytest.raises(Refused, match="模板不能使用"):
        write_docx(replace(PAPERS[0], files={}), DATA)
