"""The roll of an estate: taken in from a list, looked at by a second person, frozen."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from casework import audit
from casework.directory.days import today
from casework.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from casework.votes.entering import enter
from casework.votes.findings import RULES, Finding, Report, in_general
from casework.votes.heads import heads_of as gathered
from casework.votes.heads import identified
from casework.votes.keeping import must_keep, roll_rules
from casework.votes.lines import parts_in
from casework.votes.models import Roll, RollCorrection, RollHead, RollOwner, RollPart
from casework.votes.sheets import opened

__all__ = [
    "RULES",
    "Finding",
    "Report",
    "current",
    "freeze",
    "heads_of",
    "in_general",
    "is_whole",
    "locked_draft",
    "look",
    "parts_of",
    "take_in",
]

Percent = Callable[[int], None]
_READ, _GATHERED = 45, 50
"""How far the whole work is, in percent, once the list has been read, and once it is known who is one head."""
_OWNERS = "业主姓名"


def take_in(
    work: Work,
    estate_id: int,
    file: bytes,
    name: str,
    *,
    as_of: date,
    without: Collection[str] = (),
    progress: Percent | None = None,
) -> Report:
    """Check a list of owners whole and load it as a new draft of the estate's roll, all of it or nothing.

    The report says row by row what is wrong and what to do; with anything wrong nothing is loaded and `roll_id` is
    None. `without` names the sheets that are not meant; `progress` hears percents. Raises Invalid for what is no list
    at all or a day to come, Forbidden for somebody who does not keep the roll.
    """
    estate = must_keep(work, estate_id)
    if as_of > today(work):
        wrong = ("截止日期不能晚于今天", "The day can't lie ahead")
        raise Invalid(*wrong, {"as_of": [wrong]})
    tell = _Steps(progress)
    rules, report = roll_rules(work, estate, as_of), Report()
    parts = parts_in(
        opened(file, name, told=lambda done, whole: tell(_READ * done // max(whole, 1))),
        report,
        sources=rules.sources,
        uses=rules.uses,
        without=without,
    )
    tell(_READ)
    identities = identified(parts, report, _OWNERS)
    if not report.sound:
        return report
    tell(_READ + 2)
    heads = gathered(parts, identities, rules.heads)
    area = sum((part.area for part in parts), Decimal(0))
    tell(_GATHERED)
    roll = Roll(
        estate_id=estate.id,
        as_of=as_of,
        source=name[:200],
        source_digest=hashlib.sha256(file).digest(),
        made_at=work.now,
        made_by=work.actor.person_id,
        parts=0,
    )
    work.session.add(roll)
    work.session.flush()
    enter(work, roll, estate, parts, heads, lambda done, whole: tell(_GATHERED + (99 - _GATHERED) * done // whole))
    roll.parts, roll.heads, roll.area = len(parts), len(heads), area
    work.session.flush()
    report.roll_id, report.parts, report.heads, report.area = roll.id, len(parts), len(heads), area
    refs = {"roll": roll.id, "parts": len(parts), "heads": len(heads), "area": area, "source": roll.source_digest}
    audit.record(work, ("roll", roll.id), "roll_taken_in", estate=estate.id, **refs)
    tell(100)
    return report


def look(work: Work, roll_id: int) -> Roll:
    """Record that a second person has compared a draft with its source; whoever made or corrected it may not."""
    roll = locked_draft(work, roll_id)
    person = work.actor.person_id
    if person is None:
        raise Forbidden("请由本人登录复核。", "A person has to look at it, signed in.")
    if person in _hands(work, roll):
        raise Refused(
            "导入或更正名册的人不能自己复核，请换一位经办人。",
            "Who took the roll in or corrected it can't be its second person. Ask a colleague.",
        )
    if roll.checked_by is None:
        roll.checked_by = person
        audit.record(work, ("roll", roll.id), "roll_looked_at")
    work.session.flush()
    return roll


def freeze(work: Work, roll_id: int) -> Roll:
    """Freeze a draft that a second person has looked at: its digest holds every part, head and owner from now on.

    Freezing a frozen roll again changes nothing. Raises Conflict where a newer roll has been taken in since, Refused
    before the second person's look.
    """
    roll = _locked(work, roll_id)
    if roll.state == "frozen":
        return roll
    newest = current(work, roll.estate_id)
    if newest is not None and newest.id != roll.id:
        raise Conflict(
            "已有更新的名册，这一份不再使用。请打开最新的名册。",
            "A newer roll has been taken in; this one is out of use. Open the newest.",
        )
    if roll.checked_by is None:
        raise Refused(
            "固定前须由另一人复核：请导入人以外的经办人打开名册，点“复核无误”。",
            "A second person has to look at it before it is frozen: ask a colleague to open it and confirm.",
        )
    roll.digest = _digest(work, roll)
    roll.frozen_at, roll.state = work.now, "frozen"
    work.session.flush()
    audit.record(work, ("roll", roll.id), "roll_frozen", digest=roll.digest, parts=roll.parts, heads=roll.heads)
    return roll


def current(work: Work, estate_id: int) -> Roll | None:
    """Return the newest roll of an estate, a draft or frozen; None before the first."""
    newest = select(Roll).where(Roll.estate_id == estate_id).order_by(Roll.id.desc()).limit(1)
    return work.session.scalars(newest).first()


def heads_of(work: Work, roll_id: int) -> Sequence[RollHead]:
    """Return the heads of a roll, in the order they were entered."""
    return work.session.scalars(select(RollHead).where(RollHead.roll_id == roll_id).order_by(RollHead.id)).all()


def parts_of(work: Work, roll_id: int) -> Sequence[RollPart]:
    """Return the exclusive parts of a roll, in the order they were entered."""
    return work.session.scalars(select(RollPart).where(RollPart.roll_id == roll_id).order_by(RollPart.id)).all()


def is_whole(work: Work, roll_id: int) -> bool:
    """Say whether a frozen roll is what was frozen, by its digest; false for a draft."""
    roll = work.session.get_one(Roll, roll_id)
    return roll.digest is not None and _digest(work, roll) == roll.digest


def locked_draft(work: Work, roll_id: int) -> Roll:
    """Return a draft that the actor keeps, locked; Conflict for a frozen roll."""
    roll = _locked(work, roll_id)
    must_keep(work, roll.estate_id)
    if roll.state == "frozen":
        raise Conflict(
            "名册已经固定，不能再改。有异议成立的，请另作一份更正后的名册。",
            "The roll is frozen and can't change. Where an objection is upheld, make a corrected roll.",
        )
    return roll


class _Steps:
    """Tells each percent once, and never goes back."""

    def __init__(self, progress: Percent | None) -> None:
        self._progress, self._at = progress, -1

    def __call__(self, percent: int) -> None:
        if self._progress is not None and percent > self._at:
            self._at = percent
            self._progress(percent)


def _locked(work: Work, roll_id: int) -> Roll:
    roll = work.session.get(Roll, roll_id, with_for_update=True, populate_existing=True)
    if roll is None:
        raise NotFound("没有这份名册", "There is no such roll")
    return roll


def _hands(work: Work, roll: Roll) -> set[int | None]:
    corrected = select(RollCorrection.by).where(RollCorrection.roll_id == roll.id)
    return {roll.made_by, *work.session.scalars(corrected)}


def _digest(work: Work, roll: Roll) -> bytes:
    """Return the hash over the estate, the day, and one line for every part in a fixed order."""
    said = hashlib.sha256(f"roll\t{roll.estate_id}\t{roll.as_of}\t{roll.source_digest.hex()}\n".encode())
    for line in work.session.execute(_lines(roll.id).execution_options(yield_per=5_000)):
        said.update(("\t".join(map(_plain, line)) + "\n").encode())
    return said.digest()


def _lines(roll_id: int) -> Select[Any]:
    owners = (
        select(func.array_agg(RollOwner.person_id.distinct()))
        .where(RollOwner.head_id == RollPart.head_id)
        .correlate(RollPart)
        .scalar_subquery()
    )
    place = (RollPart.building, RollPart.unit, RollPart.room)
    said = (RollPart.area, RollPart.basis, RollPart.delivered, RollPart.moved_in, RollHead.kind, RollHead.key, owners)
    lines = select(*place, *said).join(RollHead, RollHead.id == RollPart.head_id)
    return lines.where(RollPart.roll_id == roll_id).order_by(*(one.collate("C") for one in place))


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return ",".join(map(str, sorted(value))) if isinstance(value, list) else str(value)
