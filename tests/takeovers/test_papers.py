"""The papers of a takeover are filled from its records, as PDF and as Word files; money to the fen, nobody named."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader
from sqlalchemy import select

from casework.cases import papers
from casework.cases.models import Case
from casework.config import ROOT
from casework.documents import papers_in, write_docx, write_pdf
from casework.documents.writing import font_in
from casework.persistence import Work
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.planned import allowed, planned
from casework.votes.models import Vote
from tests.documents.test_papers import words_of_docx, words_of_pdf
from tests.factories import Stage
from tests.takeovers.paper_records import LIFTS, PARKING, ZONE, handed_over, inspected, records
from tests.takeovers.paper_records import planned as plan_seen

FOLDERS = (
    "estate_takeover",
    "shared/document_handover",
    "shared/emergency_service",
    "shared/owner_vote",
    "shared/takeover_entry",
    "shared/takeover_inspection",
    "shared/takeover_operation",
)
FILES = {f"documents/{path.name}": path.read_bytes() for path in (ROOT / "processes" / "documents").glob("*.typ")} | {
    f"{Path(folder).name}/documents/{path.name}": path.read_bytes()
    for folder in FOLDERS
    for path in (ROOT / "processes" / folder / "documents").iterdir()
}
PAPERS = {one.key: one for one in papers_in(FILES, "estate_takeover")}
SAYS = {
    "plan": ("门禁", "3", "2号楼电梯（A 危及安全）", "12 345.60", "48 532.17", "174 715.81",
        "116 477.21", "58 238.60", "停车位", "75 000.00", "最长90日"),
    "ballot": ("利用共用部分经营：停车位", "面积不少于4分之3、人数不少于4分之3", "面积超过2分之1", "弃权"),
    "inspection_report": ("2号电梯", "A", "原服务人", "竣工图纸（市城建档案馆）", "缺失",
        "2026年5月23日停用", "2026年6月14日"),
    "service_contract": ("乙方：乙方物业", "174 715.81", "停车位", "2029年5月31日", "提前60日", "满7日"),
    "contract_filing": ("HT-2026-007", "2026年6月5日", "2026年6月9日", "0.50 元/平方米·月"),
    "entry_notice": ("乙方物业", "2026年6月1日08:00", "九安物业", "保洁"),
    "emergency_notice": ("到2026年11月2日为止", "最长6个月", "九安物业", "保洁", "0.50 元/平方米·月"),
    "basic_notice": ("保洁和秩序等基本服务", "0.50 元/平方米·月"),
    "contract_ending": ("2029年5月31日期满", "2029年4月1日", "2029年3月2日", "门禁", "19", "15"),
    "revenue_notice": ("24 000.00", "5 250.25", "1 250.25", "20 000.00", "收费岗亭用电", "2026年10月8日"),
    "handover_list": ("竣工图纸", "遗失", "水浸", "2026年5月21日"),
}  # fmt: skip


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    if font_in(tmp_path) is None:
        pytest.skip("this machine has no Chinese font")
    return tmp_path


@contextmanager
def filled(stage: Stage, *, with_records: bool = True) -> Iterator[tuple[Work, Case]]:
    """Give a hand-over of the estate, taken for a takeover: it has the words of the list."""
    parties = {"from": {"organisation": "九安物业"}, "to": "estate.community", "template": "firm_exit"}
    stage.do("start", as_="handover", process="document_handover", with_=parties)
    case_id = int(stage.names["handover"]["case"])
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        case.process = "estate_takeover"
        if with_records:
            old, new = (stage.town.organisations[name] for name in ("company", "second company"))
            records(work, case, old, new, stage.town.person("社区小宋"))
        yield work, case


def facts(work: Work, case: Case, key: str) -> Mapping[str, Any]:
    return papers.facts(work, case, PAPERS[key])


def test_every_paper_has_both_templates_and_names_nobody() -> None:
    assert set(PAPERS) == set(SAYS)
    for paper in PAPERS.values():
        assert {f"{paper.key}.typ", f"{paper.key}.docx", "official.typ"} <= set(paper.files)
        assert (paper.names, bool(paper.title[1])) == (frozenset(), True)
    assert {one.key for one in PAPERS.values() if not one.posted} == {"contract_filing", "handover_list"}


def test_every_paper_says_what_is_on_record(stage: Stage, fonts: Path) -> None:
    with filled(stage) as (work, case):
        handed_over(work, case, datetime(2026, 5, 20, 9, tzinfo=ZONE), {"drawings": "present", "accounts": "present"})
        handed_over(
            work, case, datetime(2026, 9, 1, 9, tzinfo=ZONE), {"drawings": "lost", "accounts": "present"}, "水浸"
        )
        for key, paper in PAPERS.items():
            data = facts(work, case, key)
            word, pdf = words_of_docx(write_docx(paper, data)), words_of_pdf(write_pdf(paper, data, fonts))
            word = word.replace(" ", "")
            for said in SAYS[key]:
                assert said.replace(" ", "") in word, (key, said)
                assert said.replace(" ", "") in pdf, (key, said)
            assert "{" not in word


def test_before_anything_is_on_record_every_paper_can_be_filled_in_by_hand(stage: Stage, fonts: Path) -> None:
    with filled(stage, with_records=False) as (work, case):
        for key, paper in PAPERS.items():
            data = facts(work, case, key)
            assert "{" not in words_of_docx(write_docx(paper, data))
            assert str(data["estate"]) in words_of_pdf(write_pdf(paper, data, fonts))


def test_the_contract_leaves_out_a_use_that_the_owners_did_not_allow_and_shows_what_is_missing(stage: Stage) -> None:
    with filled(stage) as (work, case):
        told = facts(work, case, "service_contract")
        kinds = [(one["kind"], one["item"]) for one in told["contract"]["lines"]]
        assert ("公共收益", LIFTS) in kinds
        assert ("公共收益", PARKING) not in kinds
        assert told["contract"]["left_out"] == [PARKING]
        # 48532.17 m² at 0.45 + 0.40 cost, 0.50 fee and 0.30 subsidy for twelve months; 2999.50 from the lifts
        assert (told["contract"]["cost"], told["contract"]["paid"]) == ("495 028.14", "468 908.33")
        assert told["contract"]["shortfall"] == "26 119.81"
        assert told["plan"]["shortfall"] == "0.00"


def test_the_text_that_is_posted_before_signing_is_calculated_from_plan_and_vote(stage: Stage) -> None:
    with filled(stage) as (work, case):
        signed = facts(work, case, "service_contract")["contract"]
        work.session.execute(ServiceContract.__table__.delete())
        draft = facts(work, case, "service_contract")["contract"]
    assert [draft[name] for name in ("lines", "left_out", "cost", "shortfall", "firm", "fee", "area")] == [
        signed[name] for name in ("lines", "left_out", "cost", "shortfall", "firm", "fee", "area")
    ]
    assert (draft["signed"].strip(), signed["signed"]) == ("", "2026年5月30日")


def test_a_takeover_that_begins_anew_does_not_show_an_earlier_contract(stage: Stage) -> None:
    with filled(stage) as (work, case):
        later = work.session.get_one(Case, stage.report("later"))
        later.process, later.estate_id = "estate_takeover", case.estate_id
        assert facts(work, later, "service_contract")["contract"]["no"].strip() == ""
        later.process = "takeover_operation"
        assert facts(work, later, "service_contract")["contract"]["no"] == "HT-2026-007"


def test_an_inspection_of_two_hundred_items_goes_on_over_pages_with_its_heading(stage: Stage, fonts: Path) -> None:
    with filled(stage, with_records=False) as (work, case):
        inspected(work, case, *(stage.town.organisations[name] for name in ("company", "second company")), count=200)
        data = facts(work, case, "inspection_report")
    paper = PAPERS["inspection_report"]
    pages = [page.extract_text().replace(" ", "") for page in PdfReader(BytesIO(write_pdf(paper, data, fonts))).pages]
    of_lamps = [page for page in pages if "路灯" in page]
    assert len(of_lamps) > 3
    assert all("责任方" in page for page in of_lamps)
    assert "路灯200" in of_lamps[-1]
    tables = Document(BytesIO(write_docx(paper, data))).tables
    long = max(tables, key=lambda one: len(one.rows))
    assert len(long.rows) == 1 + 198
    assert long.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_every_long_table_repeats_its_heading_in_word() -> None:
    for paper in PAPERS.values():
        for table in Document(BytesIO(paper.files[f"{paper.key}.docx"])).tables:
            if any("{%tr" in cell.text for row in table.rows for cell in row.cells):
                assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None, paper.key


def test_an_emergency_service_is_told_from_its_own_case(stage: Stage) -> None:
    stage.do("start", as_="service", process="emergency_service", with_={"mode": "emergency", "left_at": None})
    case_id = int(stage.names["service"]["case"])
    appointed = {
        "unit": {"organisation": "乙方物业"},
        "items": [{"item": "清运垃圾", "often": "每天一次"}],
        "price": "0.30",
        "since": {"time": "2026-06-01 09:00:00"},
        "until": "2026-12-01",
    }
    stage.do("complete", by="街道老高", task="appoint", with_=appointed)
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        listed = [one.key for one in papers.papers(work, case)]
        told = papers.facts(work, case, PAPERS["emergency_notice"])
    assert listed == ["emergency_notice", "basic_notice"]
    assert told["plan"]["items"][0]["often"] == "每天一次"
    assert (told["plan"]["fee"], told["emergency"]["name"], told["basic"]["name"].strip()) == ("0.30", "乙方物业", "")
    assert told["emergency"]["until"] == "2026年12月1日"


def test_a_use_of_common_parts_is_allowed_by_its_own_item_alone(stage: Stage) -> None:
    with filled(stage, with_records=False) as (work, case):
        plan_seen(work, case, 1)
        found = planned(work, case)
    passed = [{"no": 1, "passed": True}, {"no": 2, "passed": True}, {"no": 3, "passed": False}]
    assert allowed(found, None) == []
    assert allowed(found, Vote(result={"items": passed})) == []
    assert allowed(found, Vote(result={"items": [*passed, {"no": 4, "passed": True}]})) == [LIFTS]


def test_a_contract_that_was_stopped_is_none(stage: Stage) -> None:
    with filled(stage) as (work, case):
        contract = work.session.scalars(select(ServiceContract)).one()
        contract.entered_at, contract.stopped_at = None, work.now
        work.session.flush()
        assert facts(work, case, "service_contract")["contract"]["no"].strip() == ""
