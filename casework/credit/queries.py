"""Reading companies' credit records."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select

from casework.credit.models import CreditEntry
from casework.persistence import Work


def points(work: Work, organisation_ids: Collection[int]) -> Mapping[int, int]:
    """Return the points that stand against each company now, 0 for a clean record.

    An entry counts once the time to object has passed, until it lapses; one that was withdrawn never does.
    """
    rows = (
        select(CreditEntry.organisation_id, func.sum(CreditEntry.points))
        .where(
            CreditEntry.organisation_id.in_(organisation_ids),
            CreditEntry.shows_at <= work.now,
            CreditEntry.lapses_at > work.now,
            CreditEntry.withdrawn_at.is_(None),
        )
        .group_by(CreditEntry.organisation_id)
    )
    found = {unit: int(total) for unit, total in work.session.execute(rows)}
    return {unit: found.get(unit, 0) for unit in organisation_ids}
