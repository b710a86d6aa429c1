"""Owners' representatives: who of a building has mandated whom in writing to bring the owners' opinions.

A representative carries signed opinions, one of each owner. Each is entered as the paper ballot of that owner; what the
representative thinks counts for nobody (Shandong art. 27).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select

from casework import attachments, audit
from casework.directory.people import shown
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import Invalid, NotFound, Texts
from casework.persistence import Work
from casework.votes.keeping import must_organise
from casework.votes.models import Representative, RollPart
from casework.votes.standing import actor_of, locked


@dataclass(frozen=True, slots=True)
class Writing:
    """A file of the signed mandate, with the hash under which it is kept."""

    id: int
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class RepresentativeView:
    """Somebody who brings the opinions of a building: `heads` owners of `of` have signed for it."""

    id: int
    name: Texts
    building: str
    heads: int
    of: int
    at: datetime
    files: Sequence[Writing]


def record_representative(
    work: Work, vote_id: int, building: str, person_id: int | None, heads: int, files: Sequence[int]
) -> Representative:
    """Record that `heads` owners of a building have mandated somebody in writing; `files` are drafts of the scan.

    Recorded again for the same building and person it takes the place of what was recorded. Raises Forbidden for who
    does not organise the vote, Conflict once it is closed, Invalid for a building the roll does not have, more owners
    than it has, an unknown person, or without the scan.
    """
    vote = locked(work, vote_id, "prepared", "open")
    must_organise(work, vote.estate_id)
    known = buildings(work, vote.roll_id)
    wrong: dict[str, Sequence[Texts]] = {}
    if building not in known:
        wrong["building"] = [("名册上没有这幢楼", "The roll has no such building")]
    elif not 1 <= heads <= known[building]:
        most = known[building]
        wrong["heads"] = [
            (f"须为 1 至 {most} 人（这幢楼的业主人数）", f"From 1 to {most}, the owners of this building")
        ]
    if person_id is None:
        wrong["phone"] = [("没有用这个手机号登记的人", "Nobody is registered with this phone")]
    if not files:
        wrong["proof"] = [("请上传签名的推选或委托书", "Add the signed mandate")]
    if wrong or person_id is None:
        raise Invalid("代表没有登记。", "The representative is not recorded.", wrong)
    attachments.attach(work, files, ("case", vote.case_id) if vote.case_id is not None else ("vote", vote.id))
    query = select(Representative).filter_by(vote_id=vote.id, building=building, person_id=person_id)
    made = work.session.scalars(query).one_or_none()
    if made is None:
        made = Representative(vote_id=vote.id, building=building, person_id=person_id, recorded_by=actor_of(work))
        work.session.add(made)
    made.heads, made.files, made.recorded_at = heads, list(files), work.now
    work.session.flush()
    audit.record(work, ("vote", vote.id), "representative_recorded", person=person_id, heads=heads, files=list(files))
    return made


def representatives(work: Work, vote_id: int, roll_id: int) -> Sequence[RepresentativeView]:
    """Return who brings opinions to a vote, building by building."""
    query = select(Representative).where(Representative.vote_id == vote_id)
    rows = work.session.scalars(query.order_by(Representative.building, Representative.id)).all()
    people = shown(work, [one.person_id for one in rows], full=True)
    files = {one.id: one for one in attachments.by_ids(work, [file for row in rows for file in row.files])}
    known = buildings(work, roll_id) if rows else {}
    return [
        RepresentativeView(
            id=row.id,
            name=(people[row.person_id].zh, people[row.person_id].en),
            building=row.building,
            heads=row.heads,
            of=known.get(row.building, row.heads),
            at=row.recorded_at,
            files=[Writing(one, files[one].name, files[one].digest) for one in row.files if one in files],
        )
        for row in rows
    ]


def buildings(work: Work, roll_id: int) -> dict[str, int]:
    """Return the buildings of a roll with how many owners each has."""
    query = select(RollPart.building, func.count(distinct(RollPart.head_id))).where(RollPart.roll_id == roll_id)
    return {name: number for name, number in work.session.execute(query.group_by(RollPart.building)) if name}


def open_writing(work: Work, vote_id: int, file_id: int) -> attachments.OpenFile:
    """Open the scan of a mandate; whether the actor organises the vote is asked before. Raises NotFound."""
    rows = work.session.scalars(select(Representative).where(Representative.vote_id == vote_id))
    if file_id not in {file for row in rows for file in row.files}:
        raise NotFound("没有找到文件", "The file was not found")
    return attachments.open_file(work, file_id, SYSTEM_VIEWER)
