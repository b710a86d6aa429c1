"""The papers of an election: filled from its case, taken as PDF and Word; names only where they must stand."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from casework.audit.models import AuditEntry
from casework.documents.writing import font_in
from casework.elections.models import Committee
from tests.documents.test_papers import words_of_docx
from tests.webapp.elections import begin, end_all, seat

needs_font = pytest.mark.skipif(font_in(Path("/nonexistent")) is None, reason="this machine has no Chinese font")


@pytest.fixture(autouse=True)
def none_left_open(city):  # type: ignore[no-untyped-def]
    yield
    end_all(city)


def taken(browser, path: str) -> bytes:  # type: ignore[no-untyped-def]
    response = browser.client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)[:300]
    assert response.headers["Cache-Control"] == "private, no-store"
    return bytes(response.data)


@needs_font
def test_a_notice_is_filled_from_the_case_and_taken_as_pdf(browser, city) -> None:
    made = begin(city, flats=10, voted=4)
    raw = taken(browser("李主任"), f"/cases/{made.case_no}/papers/assembly_notice.pdf")
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(raw)).pages).replace("\n", "").replace(" ", "")
    for said in ("水景花苑业主大会会议公告", "全体业主共10人", "1000.00平方米", "共10张", "3分之2"):
        assert said in words


def test_the_list_of_candidates_names_them_and_tells_no_phone(browser, city) -> None:
    made = begin(city)
    words = words_of_docx(taken(browser("李主任"), f"/cases/{made.case_no}/papers/candidate_list.docx"))
    assert "许明远" in words
    assert "陈思齐" in words
    assert "高建国" not in words  # has not passed the review
    assert "13700000000" not in words


def test_who_is_named_in_full_is_recorded_with_the_purpose(browser, city) -> None:
    made = begin(city)

    def looks() -> int:
        with city.casework.work() as work:
            of = AuditEntry.subject_kind == "person", AuditEntry.subject_id == made.people[0]
            return work.session.scalar(select(func.count()).where(*of, AuditEntry.what == "revealed")) or 0

    before = looks()
    taken(browser("李主任"), f"/cases/{made.case_no}/papers/count_minutes.docx")
    assert looks() == before
    taken(browser("李主任"), f"/cases/{made.case_no}/papers/candidate_list.docx")
    assert looks() == before + 1


@needs_font
def test_papers_are_looked_at_page_by_page(browser, city) -> None:
    made = begin(city)
    officer = browser("李主任")
    page = officer.get(f"/cases/{made.case_no}/papers?show=candidate_list")
    assert "预览：候选人名单公告" in page
    assert page.count("/papers/candidate_list/1.png") == 1
    assert taken(officer, f"/cases/{made.case_no}/papers/candidate_list/1.png").startswith(b"\x89PNG")
    officer.get(f"/cases/{made.case_no}/papers/candidate_list/9.png")
    assert officer.status == 404


def test_without_a_font_the_page_says_so_and_word_is_still_there(browser, city, monkeypatch) -> None:
    made = begin(city)
    monkeypatch.setattr("casework.documents.writing.FAMILIES", ("No Such Font",))
    monkeypatch.setattr("webapp.fonts._fetch", lambda _fonts: None)
    officer = browser("李主任")
    assert "缺少中文字体" in officer.get(f"/cases/{made.case_no}/papers")
    officer.get(f"/cases/{made.case_no}/papers/assembly_notice.pdf")
    assert officer.status == 422
    assert words_of_docx(taken(officer, f"/cases/{made.case_no}/papers/assembly_notice.docx"))


def test_what_does_not_exist_is_not_found(browser, city) -> None:
    made = begin(city)
    for path in ("nothing.pdf", "assembly_notice.exe", "nothing/1.png"):
        officer = browser("李主任")
        officer.get(f"/cases/{made.case_no}/papers/{path}")
        assert officer.status == 404


def test_who_is_only_told_of_the_case_gets_what_is_posted(browser, city) -> None:
    made = begin(city)
    other = browser("孙维")  # serves the estate for its company
    assert "另有 3 份不张贴" in other.get(f"/cases/{made.case_no}/papers")
    other.get(f"/cases/{made.case_no}/papers/filing_form.docx")
    assert other.status == 403


def test_the_filing_form_names_the_committee(browser, city) -> None:
    made = begin(city)
    committee = seat(city, made.people)
    with city.casework.work() as work:
        work.session.get_one(Committee, committee).case_id = made.case_id
    words = words_of_docx(taken(browser("李主任"), f"/cases/{made.case_no}/papers/filing_form.docx"))
    for said in ("许明远（主任）", "宋佳", "RC-2024-001", "2029年3月7日"):
        assert said in words
