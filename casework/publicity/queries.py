"""Reading postings and objections."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from casework.cases.models import Case
from casework.persistence import Work
from casework.publicity.models import Objection, Posting


def latest(work: Work, case_id: int) -> Posting | None:
    """Return the newest posting of a case; None when nothing was posted yet."""
    query = select(Posting).where(Posting.case_id == case_id).order_by(Posting.id.desc()).limit(1)
    return work.remembered(("posting", case_id), lambda: work.session.scalars(query).first())


def objections(work: Work, case_id: int) -> Sequence[Objection]:
    """Return the objections to what the case has posted in its latest run, oldest first."""
    posting = latest(work, case_id)
    if posting is None:
        return []
    query = (
        select(Objection)
        .join(Posting, Posting.id == Objection.posting_id)
        .where(Posting.case_id == case_id, Posting.run == posting.run)
        .order_by(Objection.id)
    )
    return work.session.scalars(query).all()


NAMES: Final = frozenset({"objections"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return `objections` as the diagram asks for them; nothing for a case that has posted nothing."""
    if latest(work, case.id) is None:
        return {}
    return {"objections": [_objection(row) for row in objections(work, case.id)]}


def _objection(row: Objection) -> dict[str, Any]:
    return {
        "id": Decimal(row.id),
        "person": Decimal(row.person_id),
        "open": row.answered_at is None,
        "finding": row.finding,
        "change": row.change,
        "filed_at": row.filed_at,
        "answered_at": row.answered_at,
    }
