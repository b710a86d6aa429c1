"""A review as pages show it: whole to who supervises it, to an office what it found, to the person what is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from casework import attachments
from casework.cases.models import Case
from casework.directory.models import Organisation
from casework.directory.people import reveal, shown
from casework.directory.viewing import SYSTEM_VIEWER, Viewer
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.reviews.models import Review, ReviewCheck, ReviewSubject
from casework.reviews.queries import checks_of, files_of, reviews_of, subjects_of

RESULTS: Mapping[str, Texts] = {
    "pass": ("没有此情形", "Not found"),
    "fail": ("有此情形", "Found"),
    "unknown": ("无法认定", "Can't tell"),
}
RULINGS: Mapping[str, Texts] = {
    "upheld": ("申辩成立，资格恢复", "Challenge upheld: qualified"),
    "rejected": ("申辩不成立", "Challenge rejected"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that was handed in, with the hash under which it is kept."""

    id: int
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one office found about one ground; `held` until a later finding took its place; `own` is the viewer's."""

    ground: str
    title: Texts
    source: str
    unit: Texts
    result: str
    told: Texts
    basis: str
    evidence: Sequence[Evidence]
    valid_until: date | None
    at: datetime
    held: bool
    own: bool


@dataclass(frozen=True, slots=True)
class SubjectView:
    """Somebody who is reviewed, as far as the viewer may know."""

    id: int
    case_id: int
    case_no: str
    case_title: Texts
    name: Texts
    opened_at: datetime
    declared_at: datetime | None
    findings: Sequence[Finding]
    told_at: datetime | None
    challenge_until: datetime | None
    challenged_at: datetime | None
    reasons: str
    evidence: Sequence[Evidence]
    ruling: Texts | None
    ruled_at: datetime | None
    ruling_reasons: str
    whole: bool
    may_challenge: bool

    @property
    def failed(self) -> Sequence[Finding]:
        """What stands against them now."""
        return [one for one in self.findings if one.held and one.result == "fail"]


def subjects(work: Work, viewer: Viewer, case_no: str) -> tuple[Case, Sequence[SubjectView]]:
    """Return everybody who is reviewed in a case, the newest run first, as an officer sees them.

    Raises NotFound for a case that is not the viewer's to see, or in which they have nothing to look at.
    """
    case = case_of(work, case_no)
    found = [
        _view(work, viewer, case, run, one)
        for run in reversed(reviews_of(work, case.id))
        for one in subjects_of(work, run.id)
        if _concerns(work, viewer, case, one)
    ]
    if not found:
        raise NotFound("没有资格审查，或您无权查看。", "There is no review, or it is not yours to see.")
    return case, found


def subject(work: Work, viewer: Viewer, case_no: str, subject_id: int) -> SubjectView:
    """Return one who is reviewed, by name, as an officer sees them; the look is recorded. Raises NotFound."""
    case = case_of(work, case_no)
    one = work.session.get(ReviewSubject, subject_id)
    run = work.session.get(Review, one.review_id) if one is not None else None
    if one is None or run is None or run.case_id != case.id or not _concerns(work, viewer, case, one):
        raise NotFound("没有此人的资格审查，或您无权查看。", "There is no such review, or it is not yours to see.")
    return _view(work, viewer, case, run, one, named=True)


def own(work: Work, person_id: int, case_no: str) -> SubjectView:
    """Return one's own newest review in a case; raises NotFound for somebody who is not reviewed in it."""
    query = select(ReviewSubject, Review, Case).join(Review, Review.id == ReviewSubject.review_id)
    query = query.join(Case, Case.id == Review.case_id).where(ReviewSubject.person_id == person_id, Case.no == case_no)
    found = work.session.execute(query.order_by(ReviewSubject.id.desc()).limit(1)).first()
    if found is None:
        raise NotFound("没有您的资格审查。", "There is no review of you.")
    one, run, case = found
    return _view(work, None, case, run, one)


def own_cases(work: Work, person_id: int | None) -> Sequence[tuple[str, Texts]]:
    """Return the numbers and titles of the cases in which somebody is reviewed, the newest first."""
    query = select(Case.id, Case.no, Case.title_zh, Case.title_en).join(Review, Review.case_id == Case.id)
    query = query.join(ReviewSubject, ReviewSubject.review_id == Review.id)
    query = query.where(ReviewSubject.person_id == person_id).distinct().order_by(Case.id.desc())
    return [(no, _title(zh, en)) for _id, no, zh, en in work.session.execute(query)]


def case_of(work: Work, case_no: str) -> Case:
    """Return a case by its number, whoever asks: what of its reviews they see is decided person by person."""
    found = work.session.scalars(select(Case).where(Case.no == case_no)).one_or_none()
    if found is None:
        raise NotFound("没有资格审查，或您无权查看。", "There is no review, or it is not yours to see.")
    return found


def reads_review(work: Work, viewer: Viewer, case: Case) -> bool:
    """Tell whether somebody was reviewed in a case whom the viewer may look at."""
    runs = reviews_of(work, case.id)
    return any(_concerns(work, viewer, case, one) for run in runs for one in subjects_of(work, run.id))


def open_evidence(work: Work, viewer: Viewer, case_no: str, file_id: int) -> attachments.OpenFile:
    """Open a file of a review for who may see the finding or challenge it proves. Raises NotFound for anybody else."""
    query = select(ReviewSubject, Case).join(Review, Review.id == ReviewSubject.review_id)
    query = query.join(Case, Case.id == Review.case_id).where(Case.no == case_no)
    for one, case in work.session.execute(query):
        mine = one.person_id == viewer.person_id
        checks = checks_of(work, one.id, replaced=True)
        if mine or viewer.reads(case.area_path):
            seen = files_of(one, checks)
        else:
            seen = [file for check in checks if check.unit_id in viewer.organisations for file in check.evidence]
        if file_id in seen:
            return attachments.open_file(work, file_id, SYSTEM_VIEWER)
    raise NotFound("没有找到文件", "The file was not found")


def _concerns(work: Work, viewer: Viewer, case: Case, one: ReviewSubject) -> bool:
    """Tell whether an officer may look: who supervises the place, and every office that has found something."""
    if one.person_id == viewer.person_id:
        return False
    if viewer.reads(case.area_path):
        return True
    return any(check.unit_id in viewer.organisations for check in checks_of(work, one.id, replaced=True))


def _view(
    work: Work, viewer: Viewer | None, case: Case, run: Review, one: ReviewSubject, *, named: bool = False
) -> SubjectView:
    whole = viewer is None or viewer.reads(case.area_path)
    units = viewer.organisations if viewer is not None else frozenset()
    checks = [
        check for check in checks_of(work, one.id, replaced=viewer is not None) if whole or check.unit_id in units
    ]
    files = {file.id: file for file in attachments.by_ids(work, files_of(one, checks))}
    in_time = one.challenge_until is not None and work.now < one.challenge_until
    return SubjectView(
        id=one.id,
        case_id=case.id,
        case_no=case.no,
        case_title=_title(case.title_zh, case.title_en),
        name=_name(work, case, one.person_id, full=named),
        opened_at=run.opened_at,
        declared_at=one.declared_at,
        findings=[_finding(work, run, check, files, units) for check in checks],
        told_at=one.told_at,
        challenge_until=one.challenge_until,
        challenged_at=one.challenged_at,
        reasons=str(one.challenge.get("reasons") or "") if whole else "",
        evidence=_evidence(files, one.challenge.get("evidence") or ()) if whole else (),
        ruling=RULINGS.get(one.ruling or ""),
        ruled_at=one.ruled_at,
        ruling_reasons=(one.ruling_reasons or "") if whole else "",
        whole=whole,
        may_challenge=viewer is None and one.told_at is not None and one.challenged_at is None and in_time,
    )


def _title(zh: str | None, en: str | None) -> Texts:
    return (zh or "资格审查", en or "Review of qualification")


def _name(work: Work, case: Case, person_id: int, *, full: bool) -> Texts:
    if full:
        known = reveal(work, person_id, "verify", case_id=case.id).name
        return (known, known)
    found = shown(work, [person_id], full=True)[person_id]
    return (found.zh, found.en)


def _finding(
    work: Work,
    run: Review,
    check: ReviewCheck,
    files: Mapping[int, attachments.Attachment],
    units: frozenset[int],
) -> Finding:
    ground: Mapping[str, Any] = next((row for row in run.grounds if row["ground"] == check.ground), {})
    office = work.session.get_one(Organisation, check.unit_id)
    return Finding(
        ground=check.ground,
        title=(str(ground.get("title") or check.ground), str(ground.get("title_en") or check.ground)),
        source=str(ground.get("source") or ""),
        unit=office.names,
        result=check.result,
        told=RESULTS[check.result],
        basis=check.basis,
        evidence=_evidence(files, check.evidence),
        valid_until=check.valid_until,
        at=check.checked_at,
        held=check.replaced_at is None,
        own=check.replaced_at is None and check.unit_id in units,
    )


def _evidence(files: Mapping[int, attachments.Attachment], wanted: Sequence[int]) -> list[Evidence]:
    return [Evidence(one, files[one].name, files[one].digest) for one in wanted if one in files]
