"""Reading hand-overs."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from casework.cases.models import Case
from casework.directory import queries as directory
from casework.handovers.models import Handover
from casework.persistence import Work


def current(work: Work, case_id: int) -> Handover | None:
    """Return the newest hand-over of a case; None when there was none yet."""
    query = select(Handover).where(Handover.case_id == case_id).order_by(Handover.id.desc()).limit(1)
    return work.session.scalars(query).first()


def before(work: Work, handover: Handover) -> Handover | None:
    """Return the last hand-over of the same kind at the same place that was signed; None for the first."""
    query = select(Handover).where(
        Handover.area_id == handover.area_id,
        Handover.template == handover.template,
        Handover.state == "done",
        Handover.id != handover.id,
    )
    return work.session.scalars(query.order_by(Handover.id.desc()).limit(1)).first()


NAMES: Final = frozenset({"handover"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return `handover` as the diagram asks for it; nothing for a case that hands nothing over."""
    known = current(work, case.id)
    if known is None:
        return {}
    return {
        "handover": {
            "id": Decimal(known.id),
            "template": known.template,
            "due": known.due_at,
            "result": None if known.state == "open" else known.state,
        }
    }


def owner_addresses(work: Work, case: Case) -> Iterable[str]:
    """Return the addresses of everybody who owns a flat at the place of the case."""
    return [f"person:{person}" for person in directory.owners_below(work, case.area_id)]


ADDRESSEES = {"owners": owner_addresses}
