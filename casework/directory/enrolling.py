"""Residents entered by the thousand, each with particulars sealed under a key of their own."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import select

from casework.directory.models import PersonData, PersonKey
from casework.directory.sealing import Particulars, Sealing
from casework.persistence import Work
from casework.persistence.copying import fresh_ids, pour

_AT_ONCE = 2_000
_SEALED_AT_ONCE = 5_000


def enrol(
    work: Work,
    residents: Sequence[Particulars],
    *,
    told: Callable[[int], None] = lambda done: None,  # noqa: ARG005
) -> list[int]:
    """Add a resident for each of the particulars, as `add_person` would one by one; return their ids in order.

    `told` hears now and then how many are sealed.
    """
    sealing, session, now = Sealing.of(work.house.secrets), work.session, work.now
    ids = fresh_ids(session, "person", len(residents))
    for start in range(0, len(ids), _SEALED_AT_ONCE):
        several = ids[start : start + _SEALED_AT_ONCE]
        sealed = [
            sealing.seal(one, known)
            for one, known in zip(several, residents[start : start + _SEALED_AT_ONCE], strict=True)
        ]
        pour(
            session,
            "person",
            ("id", "kind", "pseudonym", "created_at"),
            ((one, "resident", f"居民{one}", now) for one in several),
        )
        pour(
            session,
            "person_data",
            ("person_id", "sealed", "phone_digest"),
            ((one, made.data, made.phone_digest) for one, made in zip(several, sealed, strict=True)),
        )
        pour(
            session,
            "person_key",
            ("person_id", "wrapped", "master"),
            ((one, made.wrapped, made.master) for one, made in zip(several, sealed, strict=True)),
        )
        told(start + len(several))
    return ids


def opened(work: Work, person_ids: Iterable[int]) -> Iterator[tuple[int, Particulars]]:
    """Yield the particulars of those people of whom any are kept: to find who is known already, never to show."""
    sealing, ids = Sealing.of(work.house.secrets), sorted(set(person_ids))
    for start in range(0, len(ids), _AT_ONCE):
        rows = work.session.execute(
            select(PersonData.person_id, PersonData.sealed, PersonKey.wrapped)
            .join(PersonKey, PersonKey.person_id == PersonData.person_id)
            .where(PersonData.person_id.in_(ids[start : start + _AT_ONCE]))
        )
        for person_id, sealed, wrapped in rows:
            yield person_id, sealing.open(person_id, sealed, wrapped)
