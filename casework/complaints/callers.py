"""The people behind a phone number: found by its digest, or added with their data sealed."""

from collections.abc import Iterable

from sqlalchemy import func, select

from casework.directory import people
from casework.directory.models import Person
from casework.directory.sealing import Particulars, Sealing
from casework.persistence import Work


def by_phone(work: Work, phone: str, name: str = "") -> int:
    """Return the resident who gave this phone first; add one, sealed, when there is none.

    Two reports at once from one phone find the same person.
    """
    hold(work, [phone_lock(work, phone)])
    known = people.persons_with_phone(work, phone)
    if known:
        residents = select(Person.id).where(Person.id.in_(known), Person.kind == "resident", Person.erased_at.is_(None))
        found = work.session.scalar(residents.order_by(Person.id).limit(1))
        if found is not None:
            return found
    return people.add_person(work, "resident", Particulars(name=name, phone=phone)).id


def hold(work: Work, locks: Iterable[int]) -> None:
    """Hold these locks until the transaction ends; taken in one order, so that nobody waits in a circle."""
    for lock in sorted(set(locks)):
        work.session.execute(select(func.pg_advisory_xact_lock(lock)))


def phone_lock(work: Work, phone: str) -> int:
    """Return the lock of a phone; it is made with the installation's secret and tells nothing of the phone."""
    digest = Sealing.of(work.house.secrets).phone_digest(phone) or b"\0"
    return int.from_bytes(digest[:8], "big", signed=True)
