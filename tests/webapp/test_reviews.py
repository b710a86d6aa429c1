"""The pages of a review: officers see who found what, an office changes its own finding, the candidate answers."""

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import delete, select

from casework import attachments
from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.clock import MovableClock
from casework.directory import services as directory
from casework.reviews.models import Review, ReviewCheck, ReviewSubject
from tests.webapp.city import SINCE
from tests.webapp.conftest import certificate, photo

CANDIDATE = "李静怡"
BASIS = "楼顶搭建未拆除，城管立案。"
ANSWER = "照片里的搭建不是我家的，是隔壁单元的。"


@dataclass
class Made:
    """What a test points at."""

    case_id: int
    no: str
    subject_id: int
    file_id: int


@pytest.fixture
def review(city):  # type: ignore[no-untyped-def]
    """A review in which the urban management has found an illegal building and housing nothing; the person was told."""
    data = {"persons": [{"person": city.people[CANDIDATE], "on_paper": False}], "organiser": "estate.street"}
    with city.casework.work() as work:
        directory.appoint(
            work, city.people["马宁"], "bureau_officer", organisation_id=city.units["任城区城管局"], since=SINCE
        )
        case = cases.start_case(work, "qualification_review", data, area_id=city.areas["水景花苑"])
        run = work.session.scalars(select(Review).where(Review.case_id == case.id)).one()
        one = work.session.scalars(select(ReviewSubject).where(ReviewSubject.review_id == run.id)).one()
        kept = attachments.keep(work, *photo(), ("case", case.id))
        one.declared_at = one.told_at = work.now
        one.challenge_until = work.now + timedelta(days=5)
        ground = next(row["ground"] for row in run.grounds if row["desk"] == "UM")
        other = next(row["ground"] for row in run.grounds if row["desk"] == "HC")
        found = ((ground, "任城区城管局", "fail", BASIS, [kept.id]), (other, "任城区住建局", "pass", "无记录。", []))
        for what, unit, result, basis, files in found:
            row = ReviewCheck(subject_id=one.id, ground=what, unit_id=city.units[unit], result=result, basis=basis)
            row.evidence, row.checked_at = files, work.now
            work.session.add(row)
        made = Made(case.id, case.no, one.id, kept.id)
    yield made
    with city.casework.work() as work:
        work.session.execute(delete(ReviewCheck).where(ReviewCheck.subject_id == made.subject_id))
        work.session.execute(delete(ReviewSubject).where(ReviewSubject.id == made.subject_id))
        work.session.execute(delete(Review).where(Review.case_id == made.case_id))


def test_an_officer_sees_what_every_office_found_with_its_evidence(browser, review) -> None:
    officer = browser("李主任")
    assert "有 1 项不合格" in officer.get(f"/reviews/{review.no}")
    page = officer.get(f"/reviews/{review.no}/{review.subject_id}")
    for told in (CANDIDATE, BASIS, "任城区城管局", "任城区住建局", "有此情形", "没有此情形"):
        assert told in page
    assert "撤销或改变本单位意见" not in page
    opened = officer.client.get(f"/reviews/{review.no}/files/{review.file_id}")
    assert opened.status_code == 200
    assert hashlib.sha256(opened.data).hexdigest() in page


@pytest.mark.parametrize("who", ["孙维", "南池"])
def test_who_has_no_part_in_a_review_finds_nothing(browser, review, who: str) -> None:
    other = browser(who)
    for address in ("", f"/{review.subject_id}", "/evidence.zip", f"/files/{review.file_id}", "/mine"):
        other.get(f"/reviews/{review.no}{address}")
        assert other.status == 404, address


def test_the_candidate_sees_only_what_stands_against_them_and_by_when_to_answer(browser, review) -> None:
    page = browser(CANDIDATE).get(f"/reviews/{review.no}/mine")
    assert BASIS in page
    assert "任城区住建局" not in page
    assert "可以申辩，" in page
    assert "我不同意，申辩" in page


def test_a_challenge_goes_in_once_with_its_proof_and_a_mistake_loses_nothing(browser, city, review) -> None:
    person = browser(CANDIDATE)
    person.get(f"/reviews/{review.no}/mine")
    key = person.value("command_key")
    page = person.post(
        f"/reviews/{review.no}/mine/challenge", reasons="不", command_key=key, proof_reasons=certificate()
    )
    assert person.status == 422
    assert "请用 5 至 5000 字说明" in page
    token = re.search(r'name="proof_reasons" value="([^"]+)" checked', page)
    assert token is not None
    sent = {"reasons": ANSWER, "command_key": key, "proof_reasons": token[1]}
    page = person.post(f"/reviews/{review.no}/mine/challenge", **sent)
    assert ANSWER in page
    assert "等街道裁定" in page
    assert "证明.pdf" in page
    person.post(f"/reviews/{review.no}/mine/challenge", **{**sent, "proof_reasons": ""})
    assert "已经提出过申辩" in person.page
    with city.casework.work() as work:
        one = work.session.get_one(ReviewSubject, review.subject_id)
        assert len(one.challenge["evidence"]) == 1
    assert ANSWER in browser("李主任").get(f"/reviews/{review.no}/{review.subject_id}")


def test_after_the_time_no_challenge_is_offered_or_taken(browser, city, review) -> None:
    person = browser(CANDIDATE)
    person.get(f"/reviews/{review.no}/mine")
    key = person.value("command_key")
    with city.casework.work() as work:
        work.session.get_one(ReviewSubject, review.subject_id).challenge_until = work.now
    person.post(f"/reviews/{review.no}/mine/challenge", reasons=ANSWER, command_key=key)
    assert "申辩期已过" in person.page
    assert "我不同意，申辩" not in person.page


def test_paid_arrears_become_a_task_of_the_office_that_found_them(browser, city, review) -> None:
    person = browser(CANDIDATE)
    page = person.get(f"/reviews/{review.no}/mine")
    ground = re.search(r'<option value="([^"]+)"', page)
    assert ground is not None
    sent = {"ground": ground[1], "text": "昨天已经拆除并验收。", "command_key": person.value("command_key")}
    page = person.post(f"/reviews/{review.no}/mine/lifted", **sent, proof_text=photo())
    assert "复查后会通知您" in page
    assert rechecks(city, review) == 1


def test_an_office_changes_its_own_finding_with_a_reason_and_no_other(browser, city, review) -> None:
    officer = browser("马宁")
    page = officer.get(f"/reviews/{review.no}/{review.subject_id}")
    assert "只显示本单位审查的内容" in page
    assert "任城区住建局" not in page
    ground = re.search(r'<option value="([^"]+)"', page)
    assert ground is not None
    address, key = f"/reviews/{review.no}/{review.subject_id}/reconsideration", officer.value("command_key")
    officer.post(address, ground=ground[1], text="", command_key=key)
    assert officer.status == 422
    officer.post(address, ground=ground[1], text="现场复核，搭建已经拆除。", command_key=key)
    assert "已转为复查待办" in officer.page
    with city.casework.work() as work:
        housing = select(ReviewCheck.ground).where(
            ReviewCheck.subject_id == review.subject_id, ReviewCheck.result == "pass"
        )
        other = work.session.scalars(housing).one()
    officer.post(address, ground=other, text="现场复核，搭建已经拆除。", command_key=f"{key}2")
    assert officer.status == 403
    assert rechecks(city, review) == 1


def test_the_evidence_of_a_review_can_be_taken_a_year_later_and_every_hash_agrees(
    browser, city, review, monkeypatch
) -> None:
    with city.casework.work() as work:
        later = work.now + timedelta(days=366)
    monkeypatch.setattr(city.casework, "clock", MovableClock(later))
    officer = browser("李主任")
    sent = officer.client.get(f"/reviews/{review.no}/evidence.zip")
    assert sent.status_code == 200
    with zipfile.ZipFile(BytesIO(sent.data)) as packed:
        sums = dict(reversed(line.split("  ")) for line in packed.read("SHA256SUMS").decode().splitlines())
        assert set(sums) == set(packed.namelist()) - {"SHA256SUMS"}
        assert {name: hashlib.sha256(packed.read(name)).hexdigest() for name in sums} == sums
        index = json.loads(packed.read("index.json"))
    assert index["case"] == review.no
    assert BASIS in json.dumps(index, ensure_ascii=False)
    assert CANDIDATE not in json.dumps(index, ensure_ascii=False)
    assert [one["sha256"] for one in index["files"]] == [sums[one["path"]] for one in index["files"]]


def rechecks(city, review) -> int:  # type: ignore[no-untyped-def]
    """Return how many tasks to check again are open."""
    query = select(WorkItem.id).where(WorkItem.case_id == review.case_id, WorkItem.element == "recheck")
    with city.casework.work() as work:
        return len(work.session.scalars(query).all())
