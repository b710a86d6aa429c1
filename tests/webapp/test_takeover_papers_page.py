"""The papers of a takeover: taken by those who may see its case, what is not posted by its parties and offices."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from casework.cases import services as cases
from casework.documents.writing import font_in
from tests.documents.test_papers import words_of_docx
from tests.takeovers.paper_records import inspected, planned

needs_font = pytest.mark.skipif(font_in(Path("/nonexistent")) is None, reason="this machine has no Chinese font")


@pytest.fixture
def handover(city) -> str:  # type: ignore[no-untyped-def]
    """The number of a case in which 九安物业 hands 水景花苑 to 泉城物业."""
    with city.casework.work() as work:
        data = {"template": "firm_exit", "from": {"organisation": city.units["九安物业"]}, "to": "estate.community"}
        case = cases.start_case(work, "document_handover", data, area_id=city.areas["水景花苑"])
        inspected(work, case, city.units["九安物业"], city.units["泉城物业"])
        return case.no


@pytest.fixture
def service(city) -> str:  # type: ignore[no-untyped-def]
    """The number of a case of emergency service."""
    with city.casework.work() as work:
        case = cases.start_case(work, "emergency_service", {"mode": "emergency"}, area_id=city.areas["水景花苑"])
        planned(work, case, city.units["泉城物业"])
        return case.no


def words_of(raw: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(raw)).pages).replace("\n", "").replace(" ", "")


@needs_font
def test_an_office_takes_what_it_posts_as_pdf_and_word(browser, service) -> None:
    officer = browser("李主任")
    for kind in ("pdf", "docx"):
        response = officer.client.get(f"/cases/{service}/papers/emergency_notice.{kind}")
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
        words = words_of(response.data) if kind == "pdf" else words_of_docx(response.data).replace(" ", "")
        assert "水景花苑应急服务公告" in words
        assert "保洁" in words
        assert "0.50元/平方米·月" in words


@needs_font
def test_the_case_leads_to_its_papers_and_back(browser, service) -> None:
    officer = browser("李主任")
    page = officer.get(f"/cases/{service}")
    assert f"/cases/{service}/papers?back=" in page
    page = officer.get(f"/cases/{service}/papers?show=basic_notice&back=/cases/{service}")
    assert "预览：基本服务公告" in page
    assert page.count("/papers/basic_notice/1.png") == 1
    assert f'<a href="/cases/{service}">{service}</a>' in page
    picture = officer.client.get(f"/cases/{service}/papers/basic_notice/1.png")
    assert picture.data.startswith(b"\x89PNG")


def test_a_case_without_papers_says_nothing_of_them(browser, city) -> None:
    with city.casework.work() as work:
        data = {"title": "公告", "text": "公告", "poster": "estate.community", "decider": "estate.street"}
        number = cases.start_case(work, "publicity_and_objections", data, area_id=city.areas["水景花苑"]).no
    officer = browser("李主任")
    assert "/papers" not in officer.get(f"/cases/{number}")
    assert "没有文书模板" in officer.get(f"/cases/{number}/papers")


def test_what_is_not_posted_is_for_the_parties_and_offices(browser, handover) -> None:
    for name in ("李主任", "孙维"):  # the county's office; a clerk of the company that hands over
        response = browser(name).client.get(f"/cases/{handover}/papers/handover_list.docx")
        assert response.status_code == 200, name
        words = words_of_docx(response.data)
        assert "缺失和重建资料 1 项" in words
        assert "没有上次清单" in words


def test_who_may_not_see_the_case_finds_no_papers(browser, stranger, handover, service) -> None:
    other = browser("南池")  # another street's community
    for number, key in ((handover, "handover_list"), (service, "emergency_notice")):
        for path in ("", f"/{key}.docx", f"/{key}.pdf", f"/{key}/1.png"):
            other.get(f"/cases/{number}/papers{path}")
            assert other.status == 404, path
    stranger.get(f"/cases/{service}/papers/emergency_notice.docx")
    assert "emergency_notice" not in stranger.page[:200]
    assert stranger.url.startswith("/sign-in") or stranger.status in (401, 404)
