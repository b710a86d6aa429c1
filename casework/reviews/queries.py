"""Reading reviews: how each person stands, what is asked of which office, and everything that proves it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from casework import attachments
from casework.cases.models import Case
from casework.persistence import Work
from casework.reviews.desks import desks_of
from casework.reviews.models import Review, ReviewCheck, ReviewSubject

NO_CONSENT = "no_consent"
"""The ground of whoever gives no declaration and no consent in time: no office looks anybody up without it."""


def reviews_of(work: Work, case_id: int) -> Sequence[Review]:
    """Return the runs of the review in a case, oldest first."""
    return work.session.scalars(select(Review).where(Review.case_id == case_id).order_by(Review.id)).all()


def subjects_of(work: Work, review_id: int) -> Sequence[ReviewSubject]:
    """Return who is reviewed, in the order they were put forward."""
    query = select(ReviewSubject).where(ReviewSubject.review_id == review_id)
    return work.session.scalars(query.order_by(ReviewSubject.id)).all()


def checks_of(work: Work, subject_id: int, *, replaced: bool = False) -> Sequence[ReviewCheck]:
    """Return what the offices found about a person; with `replaced` also what a later finding took the place of."""
    query = select(ReviewCheck).where(ReviewCheck.subject_id == subject_id)
    if not replaced:
        query = query.where(ReviewCheck.replaced_at.is_(None))
    return work.session.scalars(query.order_by(ReviewCheck.id)).all()


def asked(review: Review) -> list[Mapping[str, Any]]:
    """Return the grounds that offices check: all but those that stand for themselves."""
    return [ground for ground in review.grounds if ground["desk"] is not None]


def titles(review: Review, grounds: Sequence[str]) -> tuple[str, str]:
    """Return what grounds of the list are called, in both languages."""
    known = {row["ground"]: row for row in review.grounds}
    rows = [known.get(ground, {}) for ground in grounds]
    return (
        "、".join(str(row.get("title") or ground) for row, ground in zip(rows, grounds, strict=True)),
        ", ".join(str(row.get("title_en") or ground) for row, ground in zip(rows, grounds, strict=True)),
    )


NAMES: Final = frozenset({"reviews"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return `reviews`, each run with its desks and with how everybody stands; nothing for a case without one."""
    runs = reviews_of(work, case.id)
    return {"reviews": [_review(work, case, run) for run in runs]} if runs else {}


def bundle(work: Work, case_id: int) -> dict[str, Any]:
    """Return everything about the reviews of a case as evidence: what was replaced too, and each file by its hash.

    It names people by their ids alone.
    """
    runs = [_whole(work, run) for run in reviews_of(work, case_id)]
    subjects = [one for run in reviews_of(work, case_id) for one in subjects_of(work, run.id)]
    wanted = sorted({file for one in subjects for file in files_of(one, checks_of(work, one.id, replaced=True))})
    files = [
        {"id": file.id, "name": file.name, "sha256": file.digest, "received": file.received.hex()}
        for file in attachments.by_ids(work, wanted)
    ]
    return {"case": work.session.get_one(Case, case_id).no, "reviews": runs, "files": files}


def files_of(one: ReviewSubject, checks: Sequence[ReviewCheck]) -> list[int]:
    """Return the files that prove something about a person: their declaration, their challenge, what offices found."""
    return [
        *one.declaration.get("files", ()),
        *one.challenge.get("evidence", ()),
        *(file for check in checks for file in check.evidence),
    ]


def _review(work: Work, case: Case, review: Review) -> dict[str, Any]:
    today = work.now.astimezone(work.house.zone).date()
    subjects = subjects_of(work, review.id)
    found: dict[int, list[ReviewCheck]] = {one.id: [] for one in subjects}
    query = select(ReviewCheck).where(ReviewCheck.subject_id.in_(found), ReviewCheck.replaced_at.is_(None))
    for check in work.session.scalars(query.order_by(ReviewCheck.id)):
        found[check.subject_id].append(check)
    return {
        "id": Decimal(review.id),
        "grounds": [ground["ground"] for ground in asked(review)],
        "desks": _desks(work, case, review, [one for one in subjects if one.declared_at is not None]),
        "subjects": [_subject(work, review, one, found[one.id], today) for one in subjects],
    }


def _subject(
    work: Work, review: Review, one: ReviewSubject, found: Sequence[ReviewCheck], today: date
) -> dict[str, Any]:
    """Return how somebody stands today: findings that have run out count no more, whichever way they went."""
    holding = [check for check in found if check.valid_until is None or check.valid_until >= today]
    failed = [check for check in holding if check.result == "fail"]
    grounds = [check.ground for check in failed]
    if one.declared_at is None:
        grounds.append(NO_CONSENT)
    known = {check.ground for check in holding if check.result != "unknown"}
    ends = [check.valid_until for check in failed if check.valid_until is not None]
    passes = [check.valid_until for check in holding if check.result == "pass" and check.valid_until is not None]
    challenged = one.challenged_at is not None and one.ruled_at is None
    return {
        "person": Decimal(one.person_id),
        "declared": one.declared_at is not None,
        "grounds": grounds,
        "unknown": [ground["ground"] for ground in asked(review) if ground["ground"] not in known],
        "until": max(ends) if ends and len(ends) == len(grounds) else None,
        "valid_until": min(passes, default=None),
        "told": one.told_at is not None,
        "challenged": challenged,
        "in_time": one.ruled_at is None and (one.challenge_until is None or work.now < one.challenge_until),
        "ruling": one.ruling,
    }


def _desks(work: Work, case: Case, review: Review, subjects: Sequence[ReviewSubject]) -> list[dict[str, Any]]:
    """Return each office once, with a row for everybody and every ground that it is asked about."""
    desks: dict[int, dict[str, Any]] = {}
    grounds = asked(review) if subjects else []
    offices = desks_of(work, case, {ground["desk"] for ground in grounds})
    for ground in grounds:
        unit = offices[ground["desk"]]
        desk = desks.setdefault(
            unit.id, {"unit": Decimal(unit.id), "name": unit.name, "name_en": unit.name_en or unit.name, "rows": []}
        )
        for one in subjects:
            desk["rows"].append({"person": Decimal(one.person_id), "ground": ground["ground"], "result": None})
    return list(desks.values())


def _whole(work: Work, review: Review) -> dict[str, Any]:
    return {
        "review": review.id,
        "opened_at": review.opened_at.isoformat(),
        "grounds": review.grounds,
        "subjects": [
            {**_columns(one), "checks": [_columns(check) for check in checks_of(work, one.id, replaced=True)]}
            for one in subjects_of(work, review.id)
        ],
    }


def _columns(row: ReviewSubject | ReviewCheck) -> dict[str, Any]:
    values = {column.name: getattr(row, column.name) for column in row.__table__.columns}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
