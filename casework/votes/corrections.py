"""Correcting a draft part by part, with a reason that stays; and a draft made of a frozen roll to be corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from casework import audit
from casework.directory.models import Area
from casework.directory.sealing import Sealing
from casework.directory.services import found
from casework.errors import Conflict, Invalid, NotFound
from casework.persistence import Work
from casework.votes.entering import people_for, shown
from casework.votes.heads import DEVELOPER, identity_of
from casework.votes.identities import Owner
from casework.votes.keeping import must_keep
from casework.votes.models import Roll, RollCorrection, RollHead, RollOwner, RollPart
from casework.votes.rolls import current, locked_draft
from casework.votes.words import square_metres

BASES = ("registry", "survey", "contract")
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Change:
    """What a part should say; None leaves it as it is.

    `owners` replaces those of the part: several own it together. What is not handed over is the developer's; what is
    handed over needs its owners.
    """

    area: Decimal | None = None
    basis: str | None = None
    delivered: bool | None = None
    moved_in: bool | None = None
    owners: Sequence[Owner] | None = None


def correct(work: Work, roll_id: int, part_id: int, change: Change, *, reason: str) -> RollCorrection:
    """Correct one part of a draft; what it said before is kept with the reason, and a second person looks anew.

    Raises Invalid without a reason, for an area that is none, or where nothing would change; Conflict once frozen.
    """
    roll = locked_draft(work, roll_id)
    part = work.session.get(RollPart, part_id)
    if part is None or part.roll_id != roll.id:
        raise NotFound("名册里没有这处房屋", "The roll has no such part")
    _must_be_sound(change, reason)
    before = _said(work, part)
    for name in ("area", "basis", "delivered", "moved_in"):
        value = getattr(change, name)
        if value is not None:
            setattr(part, name, value)
    left = work.session.get_one(RollHead, part.head_id)
    if change.delivered is False:
        part.head_id = _developer(work, roll)
    elif change.owners:
        part.head_id = _head(work, roll, part, change.owners)
    elif change.delivered and left.kind == "developer":
        wrong = ("交付后请填写业主", "Once handed over, the part needs its owner")
        raise Invalid("更正没有保存", "The correction was not saved", {"owners": [wrong]})
    work.session.flush()
    after = _said(work, part)
    if before == after:
        raise Invalid("没有任何改动", "Nothing would change")
    _weigh_again(work, roll, {left.id, part.head_id})
    roll.checked_by = None
    said = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    made = RollCorrection(
        roll_id=roll.id,
        part_id=part.id,
        at=work.now,
        by=work.actor.person_id,
        reason=reason.strip(),
        before={name: pair[0] for name, pair in said.items()},
        after={name: pair[1] for name, pair in said.items()},
    )
    work.session.add(made)
    work.session.flush()
    audit.record(work, ("roll", roll.id), "roll_corrected", part=part.id, correction=made.id)
    return made


def corrections_of(work: Work, roll_id: int) -> Sequence[RollCorrection]:
    """Return what was corrected on a roll, newest first."""
    made = select(RollCorrection).where(RollCorrection.roll_id == roll_id).order_by(RollCorrection.id.desc())
    return work.session.scalars(made).all()


def drawn_again(work: Work, roll_id: int) -> Roll:
    """Return a new draft that says what a frozen roll says, to be corrected; the frozen one stays as it is.

    Conflict where a newer roll is there already.
    """
    old = found(work, Roll, roll_id)
    must_keep(work, old.estate_id)
    work.session.execute(select(Area.id).where(Area.id == old.estate_id).with_for_update())
    newest = current(work, old.estate_id)
    if old.state != "frozen" or (newest is not None and newest.id != old.id):
        raise Conflict(
            "已有一份草稿或更新的名册，请直接更正那一份。",
            "There is a draft or a newer roll already. Correct that one.",
        )
    made = Roll(
        estate_id=old.estate_id,
        as_of=old.as_of,
        source=old.source,
        source_digest=old.source_digest,
        made_at=work.now,
        made_by=work.actor.person_id,
        parts=old.parts,
        heads=old.heads,
        area=old.area,
    )
    work.session.add(made)
    work.session.flush()
    _copy(work, old.id, made.id)
    audit.record(work, ("roll", made.id), "roll_drawn_again", from_roll=old.id)
    return made


def _copy(work: Work, old: int, new: int) -> None:
    fresh = aliased(RollHead)
    with_parts = select(RollPart.id).where(RollPart.head_id == RollHead.id).exists()
    heads = select(literal(new), RollHead.kind, RollHead.key, RollHead.area)
    both = select(RollHead.id.label("was"), fresh.id.label("now")).join(fresh, fresh.key == RollHead.key)
    pairs = both.where(RollHead.roll_id == old, fresh.roll_id == new).subquery()
    kept = [column for column in RollPart.__table__.columns if column.name not in ("id", "roll_id", "head_id")]
    names = [column.name for column in kept]
    owners = select(pairs.c.now, RollOwner.person_id, RollOwner.shown).join(pairs, pairs.c.was == RollOwner.head_id)
    parts = select(literal(new), pairs.c.now, *kept).join(pairs, pairs.c.was == RollPart.head_id)
    for statement in (
        insert(RollHead).from_select(
            ["roll_id", "kind", "key", "area"], heads.where(RollHead.roll_id == old, with_parts)
        ),
        insert(RollOwner).from_select(["head_id", "person_id", "shown"], owners),
        insert(RollPart).from_select(["roll_id", "head_id", *names], parts.order_by(RollPart.id)),
    ):
        work.session.execute(statement)


def _must_be_sound(change: Change, reason: str) -> None:
    wrong: dict[str, list[tuple[str, str]]] = {}
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        wrong["reason"] = [("请写明更正的原因和依据", "Say why, and on what evidence")]
    if change.area is not None and square_metres(str(change.area))[1]:
        wrong["area"] = [("面积须大于 0，最多两位小数", "The area is more than 0, with two decimals at most")]
    if change.basis is not None and change.basis not in BASES:
        wrong["basis"] = [("请选择面积来源", "Choose where the area comes from")]
    unknown = [one for one in change.owners or () if not one.name or (one.side == "person" and not _contact(one))]
    if unknown:
        wrong["owners"] = [("请填写业主姓名，及证件号或电话", "Give the owner's name, with identity number or phone")]
    if wrong:
        raise Invalid("更正没有保存", "The correction was not saved", wrong)


def _contact(owner: Owner) -> str:
    return owner.id_number or owner.phone


def _developer(work: Work, roll: Roll) -> int:
    known = select(RollHead.id).where(RollHead.roll_id == roll.id, RollHead.kind == "developer").order_by(RollHead.id)
    head_id = work.session.scalars(known.limit(1)).first()
    if head_id is None:
        people = people_for(work, found(work, Area, roll.estate_id), {identity_of(DEVELOPER): DEVELOPER}, {})
        head_id = _new_head(work, roll, "developer", ("developer",), dict.fromkeys(people.values(), DEVELOPER))
    return head_id


def _head(work: Work, roll: Roll, part: RollPart, owners: Sequence[Owner]) -> int:
    """Return the head of these owners together, made where the roll has none yet."""
    estate = found(work, Area, roll.estate_id)
    named = {identity_of(owner): owner for owner in owners}
    homes = {identity: [part.household_id] if part.household_id else [] for identity in named}
    people = people_for(work, estate, named, homes)
    held = set(people.values())
    each = func.array_agg(RollOwner.person_id)
    known = (
        select(RollOwner.head_id, each)
        .join(RollHead, RollHead.id == RollOwner.head_id)
        .where(RollHead.roll_id == roll.id, RollHead.kind != "developer")
        .where(RollOwner.head_id.in_(select(RollOwner.head_id).where(RollOwner.person_id.in_(held))))
        .group_by(RollOwner.head_id)
    )
    same = [head_id for head_id, others in work.session.execute(known) if set(others) == held]
    if same:
        return int(same[0])
    sides = {owner.side for owner in owners}
    kind = "joint" if len(held) > 1 else "unit" if sides == {"unit"} else "person"
    return _new_head(work, roll, kind, sorted(named), {people[identity]: owner for identity, owner in named.items()})


def _new_head(work: Work, roll: Roll, kind: str, key: Sequence[str], owners: Mapping[int, Owner]) -> int:
    digest = Sealing.of(work.house.secrets).owner_key(roll.estate_id, "\n".join(key))
    head = RollHead(roll_id=roll.id, kind=kind, key=digest, area=Decimal(0))
    work.session.add(head)
    work.session.flush()
    work.session.add_all(RollOwner(head_id=head.id, person_id=one, shown=shown(owner)) for one, owner in owners.items())
    work.session.flush()
    return head.id


def _weigh_again(work: Work, roll: Roll, heads: set[int]) -> None:
    """Sum up the heads that were touched, and the roll; a head that owns nothing any more goes."""
    session = work.session
    area = select(func.sum(RollPart.area)).where(RollPart.head_id == RollHead.id).scalar_subquery()
    gone = [one for one in heads if not session.scalar(select(func.count()).where(RollPart.head_id == one))]
    session.execute(delete(RollOwner).where(RollOwner.head_id.in_(gone)))
    session.execute(delete(RollHead).where(RollHead.id.in_(gone)))
    session.execute(update(RollHead).where(RollHead.id.in_(heads - set(gone))).values(area=area))
    session.expire_all()
    roll.area = session.scalar(select(func.sum(RollPart.area)).where(RollPart.roll_id == roll.id)) or Decimal(0)
    roll.heads = session.scalar(select(func.count()).select_from(RollHead).where(RollHead.roll_id == roll.id)) or 0


def _said(work: Work, part: RollPart) -> Mapping[str, Any]:
    owners = select(RollOwner.person_id).where(RollOwner.head_id == part.head_id).order_by(RollOwner.person_id)
    return {
        "area": f"{part.area:.2f}",
        "basis": part.basis,
        "delivered": part.delivered,
        "moved_in": part.moved_in,
        "head": part.head_id,
        "owners": list(work.session.scalars(owners)),
    }
