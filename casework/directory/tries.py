"""How often somebody may try something, counted in the database so that all processes count together."""

from datetime import timedelta

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert

from casework.directory.models import Tries
from casework.persistence import Work

_KEPT = timedelta(days=1)
_SWEPT = 200


def one_more(work: Work, key: str, most: int, span: timedelta) -> timedelta | None:
    """Count one try under `key`; return None while it is one of `most` within `span`, else how long to wait.

    `key` must not show who tries: it is a digest. Counting begins anew when the span is over.
    """
    over = Tries.since <= work.now - span
    counted = (
        insert(Tries)
        .values(key=key, since=work.now, count=1)
        .on_conflict_do_update(
            index_elements=[Tries.key],
            set_={"since": case((over, work.now), else_=Tries.since), "count": case((over, 1), else_=Tries.count + 1)},
        )
        .returning(Tries.since, Tries.count)
    )
    since, count = work.session.execute(counted).one()
    if count == 1:
        _sweep(work)
    return None if count <= most else max(since + span - work.now, timedelta(seconds=1))


def _sweep(work: Work) -> None:
    """Forget counts of yesterday; nobody waits for another who does the same."""
    old = select(Tries.key).where(Tries.since < work.now - _KEPT).limit(_SWEPT).with_for_update(skip_locked=True)
    work.session.execute(delete(Tries).where(Tries.key.in_(old)))
