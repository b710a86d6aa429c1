"""Signed minutes of assemblies and of a committee: scanned, kept under their hash, read by those they concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casework import attachments, audit
from casework.cases.commands import once
from casework.cases.views import Texts
from casework.directory.models import Area
from casework.directory.viewing import SYSTEM_VIEWER, Viewer
from casework.elections.models import Committee, CommitteeAct
from casework.elections.queries import in_office
from casework.errors import Forbidden, Invalid, NotFound, Refused
from casework.errors import Texts as Pair
from casework.persistence import Work
from casework.votes.keeping import keeps

KIND = "minutes"
MEETINGS: Mapping[str, Texts] = {
    "assembly": ("业主大会会议", "Owners' assembly"),
    "committee": ("业主委员会会议", "Committee meeting"),
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A file of minutes, with the hash under which it is kept."""

    id: int
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of one meeting."""

    id: int
    meeting: Texts
    held_on: date
    files: Sequence[Scan]


def keep_minutes(
    work: Work,
    viewer: Viewer,
    estate_id: int,
    meeting: str,
    held_on: date | None,
    files: Sequence[int],
    *,
    key: str | None = None,
) -> None:
    """Keep the scan of signed minutes with the committee in office and the election it came from; `files` are drafts.

    Raises Forbidden for anybody but members and organisers, Refused without a committee, Invalid for a day to come or
    without a file.
    """
    if not may_keep(work, viewer, estate_id):
        raise Forbidden("只有委员和组织者可以上传会议纪要。", "Only members and organisers hand in minutes.")
    committee = in_office(work, estate_id)
    if committee is None:
        raise Refused("小区没有在任的业主委员会。", "No committee is in office in this estate.")
    wrong: dict[str, Sequence[Pair]] = {}
    if meeting not in MEETINGS:
        wrong["meeting"] = [("请选择是哪种会议", "Choose which meeting")]
    if held_on is None or held_on > work.now.astimezone(work.house.zone).date():
        wrong["held_on"] = [("请填开会的日期，不晚于今天", "Give the day of the meeting, not after today")]
    if not files:
        wrong["proof"] = [("请上传签字后的纪要", "Add the signed minutes")]
    if wrong or held_on is None:
        raise Invalid("会议纪要没有存入。", "The minutes are not kept.", wrong)

    def act() -> dict[str, int]:
        subject = ("case", committee.case_id) if committee.case_id is not None else ("committee", committee.id)
        attachments.attach(work, files, subject)
        refs = {"meeting": meeting, "held_on": held_on.isoformat(), "files": list(files)}
        made = CommitteeAct(committee_id=committee.id, case_id=committee.case_id, kind=KIND, at=work.now, refs=refs)
        made.by_person = work.actor.person_id
        work.session.add(made)
        work.session.flush()
        audit.record(work, ("area", estate_id), "minutes_kept", act=made.id, files=list(files))
        return {"act": made.id}

    once(work, key, {"object": estate_id, "meeting": meeting, "held_on": held_on.isoformat()}, act)


def minutes(work: Work, viewer: Viewer, estate_id: int) -> Sequence[Minutes] | None:
    """Return the minutes of an estate's committees, the newest meeting first; None for who is not entitled to them."""
    if not _entitled(work, viewer, estate_id):
        return None
    query = select(CommitteeAct).join(Committee, Committee.id == CommitteeAct.committee_id)
    query = query.where(Committee.estate_id == estate_id, CommitteeAct.kind == KIND)
    acts = work.session.scalars(query.order_by(CommitteeAct.id.desc())).all()
    files = {one.id: one for one in attachments.by_ids(work, [file for act in acts for file in act.refs["files"]])}
    found = [
        Minutes(
            act.id,
            MEETINGS[act.refs["meeting"]],
            date.fromisoformat(act.refs["held_on"]),
            [Scan(one, files[one].name, files[one].digest) for one in act.refs["files"] if one in files],
        )
        for act in acts
    ]
    return sorted(found, key=lambda one: one.held_on, reverse=True)


def open_minutes(work: Work, viewer: Viewer, estate_id: int, file_id: int) -> attachments.OpenFile:
    """Open a file of minutes for who is entitled to them. Raises NotFound for anybody and anything else."""
    known = {scan.id for one in minutes(work, viewer, estate_id) or () for scan in one.files}
    if file_id not in known:
        raise NotFound("没有找到文件", "The file was not found")
    return attachments.open_file(work, file_id, SYSTEM_VIEWER)


def may_keep(work: Work, viewer: Viewer, estate_id: int) -> bool:
    """Tell whether the viewer hands in minutes: who sits in the committee, and who organises or guides its votes."""
    committee = in_office(work, estate_id)
    sits = committee is not None and committee.organisation_id in viewer.organisations
    return sits or keeps(viewer, work.session.get_one(Area, estate_id).path)


def _entitled(work: Work, viewer: Viewer, estate_id: int) -> bool:
    """Tell whether the viewer reads minutes: by office, as a member or organiser, or as an owner of the estate."""
    path = work.session.get_one(Area, estate_id).path
    owns = any(kind == "owner" and home.startswith(path) for _home, home, kind in viewer.homes)
    return owns or viewer.reads(path) or may_keep(work, viewer, estate_id)
