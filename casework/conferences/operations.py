"""What the diagram of the joint conference may ask for.

The conference is a case of its own, or a part of the case that waits for it. Its own case leaves a job to the one
that waits; a part of the waiting case acts at once.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.cases import clocks
from casework.cases.models import Case, WorkItem
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.complaints.models import Complaint
from casework.complaints.operations import designate
from casework.conferences.bodies import body_of
from casework.conferences.models import Conference, Resolution
from casework.conferences.queries import PROCESS, current, submitter

HIGHEST = 4
REASON = "joint_conference"


def admit(step: Step) -> Mapping[str, Any]:
    """Put the matter on the agenda: everybody in the body of the level is invited, and what waits for it stands still.

    Returns {level, members: [{unit, name, name_en}]}.
    """
    work, case = step.work, step.case
    conference = _conference(step)
    body = body_of(work, case, conference.level)
    conference.members, conference.silent = [member.id for member in body], []
    conference.meeting_on = step.day(step.data.get("meeting_on"))
    conference.admitted_at = work.now
    conference.category = step.data.get("category")
    case.level = conference.level
    work.session.flush()
    day = conference.meeting_on.isoformat() if conference.meeting_on else None
    tell(step, "conference_invited", " ".join(f"organisation:{member.id}" for member in body), date=day)
    _pause(step, conference)
    step.note(
        f"列入第 {conference.level} 级联席会议议程，邀请 {len(body)} 家单位。",
        f"On the agenda of the conference of level {conference.level}; {len(body)} units invited.",
        what="admitted",
        conference=conference.id,
        level=conference.level,
    )
    members = [{"unit": Decimal(one.id), "name": one.name, "name_en": one.name_en or one.name} for one in body]
    return {"level": Decimal(conference.level), "members": members}


def raise_level(step: Step) -> Mapping[str, Any]:
    """Hand the matter to the next level with its file; whoever submitted it and who sat in it is told. Returns {level}.

    The city is the last level.
    """
    conference = _conference(step)
    _minute_silent(step, conference)
    conference.level = min(HIGHEST, conference.level + 1)
    conference.admitted_at = None
    step.case.level = conference.level
    tell(step, "conference_raised", "submitter members complainant", level=conference.level)
    step.note(
        f"提请第 {conference.level} 级联席会议。",
        f"Referred to the conference of level {conference.level}.",
        what="level_raised",
        conference=conference.id,
        level=conference.level,
    )
    return {"level": Decimal(conference.level)}


def give_back(step: Step) -> None:
    """Return the matter to whoever submitted it: the clocks of what waits run on."""
    conference = _conference(step)
    conference.decided_at = step.work.now
    if conference.waiting_id == step.case.id:
        clocks.resume(step.work, step.case)
    elif conference.waiting_id is not None:
        step.later("conferences.returned", {"conference": conference.id}, case_id=conference.waiting_id, key="returned")
    tell(step, "conference_returned", "submitter")
    step.note("联席会议退回。", "Returned by the conference.", what="returned", conference=conference.id)


def assign(step: Step) -> None:
    """Hand out what was decided: what waits gets the unit and the day named, and its clocks run on with what was left.

    The first resolution names the unit; by a conference that unit is final.
    """
    work, case = step.work, step.case
    conference = _conference(step)
    _minute_silent(step, conference)
    conference.decided_at = work.now
    wanted = [_resolved(step, conference, row) for row in step.data.get("resolutions") or ()]
    lead = wanted[0] if wanted else None
    if conference.waiting_id == case.id:
        clocks.resume(work, case)
        tell(step, "due_moved", "complainant")
        if lead is not None:
            give_unit(step, lead.unit_id)
    elif conference.waiting_id is not None:
        step.later(
            "conferences.assigned",
            {"conference": conference.id, "unit": lead.unit_id if lead else None},
            case_id=conference.waiting_id,
            key="assigned",
        )
    step.note(
        f"联席会议作出 {len(wanted)} 项决定。",
        f"The conference made {len(wanted)} resolutions.",
        what="resolved",
        conference=conference.id,
    )


def give_unit(step: Step, unit: int) -> None:
    """Make the unit that a conference named the responsible one; it can't hand a complaint back any more."""
    if step.case.unit_id != unit and step.work.session.get(Complaint, step.case.id) is not None:
        designate(step, unit)


def _conference(step: Step) -> Conference:
    """Return the conference that this run of the diagram is about, made on its first step."""
    work, case = step.work, step.case
    known = current(work, case.id)
    if known is not None and known.decided_at is None:
        return known
    if known is not None and step.data.get("settled") is not None:
        return known
    made = Conference(
        case_id=case.id,
        waiting_id=_waiting(step),
        level=int(step.data.get("level") or 2),
        submitted_by=submitter(work, case.id),
        members=[],
        silent=[],
    )
    work.session.add(made)
    work.session.flush()
    return made


def _waiting(step: Step) -> int | None:
    """Return the case that waits for the conference: this one, or the one it was opened from."""
    if step.case.process != PROCESS:
        return step.case.id
    origin = step.data.get("origin")
    if origin is None:
        return None
    column = Case.no if isinstance(origin, str) else Case.id
    value = origin if isinstance(origin, str) else int(origin)
    return step.work.session.scalar(select(Case.id).where(column == value))


def _pause(step: Step, conference: Conference) -> None:
    if conference.waiting_id is None:
        return
    if conference.waiting_id == step.case.id:
        clocks.pause(step.work, step.case, REASON)
        tell(step, "clock_paused", "complainant")
    else:
        step.later("conferences.admitted", {"conference": conference.id}, case_id=conference.waiting_id, key="admitted")


def _minute_silent(step: Step, conference: Conference) -> None:
    """Put in the minutes who was asked for an opinion before the meeting and gave none; said once per meeting."""
    if conference.admitted_at is None or conference.silent:
        return
    asked = select(WorkItem).where(
        WorkItem.case_id == step.case.id,
        WorkItem.process == PROCESS,
        WorkItem.element == "consult",
        WorkItem.opened_at >= conference.admitted_at,
        WorkItem.state != "done",
    )
    units = sorted({int(item.subject["instance"]["unit"]) for item in step.work.session.scalars(asked)})
    if units:
        conference.silent = units
        step.note(
            f"{len(units)} 家单位会前未反馈意见，记入纪要。",
            f"{len(units)} units gave no opinion before the meeting; minuted.",
            what="silent",
            units=units,
        )


def _resolved(step: Step, conference: Conference, row: Mapping[str, Any]) -> Resolution:
    known = step.work.session.scalar(
        select(Resolution).where(Resolution.conference_id == conference.id, Resolution.no == str(row["no"]))
    )
    resolution = known or Resolution(conference_id=conference.id, no=str(row["no"]))
    resolution.unit_id = int(row["unit"])
    resolution.due_on = step.day(row["due"]) or step.work.now.date()
    resolution.decided_at = step.work.now
    step.work.session.add(resolution)
    step.work.session.flush()
    return resolution


OPERATIONS = {
    "conference.admit": admit,
    "conference.raise_level": raise_level,
    "conference.assign": assign,
    "conference.give_back": give_back,
}
