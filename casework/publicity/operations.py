"""What the diagram of publicity may ask for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from casework import calendar
from casework.cases import clocks
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.errors import Refused
from casework.publicity.models import Damage, Objection, Posting
from casework.publicity.queries import latest

CLOCK = "posting"
_FOUND = {
    True: ("确实被毁，已重新张贴，公示期已顺延", "it was torn down; it hangs again, for longer"),
    False: ("没有被毁", "it still hangs"),
}


def open_posting(
    step: Step, since: datetime, length_key: str, keeps: str | None = None, notice: str | None = None
) -> Mapping[str, Any]:
    """Count how long it hangs, from `since` with the length of policy `length_key`, by the clock `posting`.

    Posting is what clock `keeps` waits for, where one is named: it stops. The owners get the notice named `notice`.
    A length that has to pass before an act ends when the first day of the act begins; with the day of the act in the
    data (`act_on`), Refused when that is too early. Returns {round, starts, ends}.
    """
    work, case = step.work, step.case
    before = latest(work, case.id)
    again = before is not None and step.data.get("posting") is not None
    clock = clocks.start(work, case, CLOCK, length_key, since, again=True, ends=_before_act(step, since, length_key))
    posting = Posting(
        case_id=case.id,
        estate_id=case.estate_id,
        title=str(step.data.get("title") or case.title_zh),
        text=str(step.data.get("text") or ""),
        run=1 if before is None else before.run if again else before.run + 1,
        round=before.round + 1 if before is not None and again else 1,
        posted_at=since,
        ends_at=clock.due_at,
        length_key=length_key,
        places=len(step.data.get("places") or ()),
        online=bool(step.data.get("online")),
        proof=[
            {"where": str(place.get("where") or ""), "photos": _ids(place.get("photo"))}
            for place in step.data.get("places") or ()
        ],
        files=_ids(step.data.get("files")),
        people=_listed(step.data.get("people")),
    )
    work.session.add(posting)
    work.session.flush()
    work.known.pop(("posting", case.id), None)
    if keeps is not None:
        clocks.stop(work, case, keeps, "posted")
    last = calendar.last_day(clock.due_at, work.house.zone)
    if notice is not None:
        tell(step, notice, "owners", title=posting.title, until=last)
    step.note(
        f"第 {posting.round} 次公示，到 {last} 为止。",
        f"Posted for the {posting.round}. time, until {last}.",
        what="posted",
        posting=posting.id,
    )
    return {"round": Decimal(posting.round), "starts": since, "ends": clock.due_at}


def answer(step: Step, objection: int, finding: str, reply: str, change: bool) -> None:
    """Record the answer to an objection and tell who filed it, with what they may do next."""
    row = step.work.session.get_one(Objection, int(objection), with_for_update=True)
    row.finding, row.reply, row.change = finding, reply, change
    row.answered_at, row.answered_by = step.work.now, step.person_id
    next_step = "posted_again" if change else "may_go_to_court"
    tell(
        step,
        "objection_answered",
        f"person:{row.person_id}",
        objection=row.id,
        finding=finding,
        next_step=next_step,
    )
    step.note("异议已答复。", "Objection answered.", what="objection_answered", objection=row.id, finding=finding)


def settle_damage(
    step: Step,
    damage: Mapping[str, Any] | None = None,
    damaged_at: datetime | None = None,
    confirmed: bool = True,
    photos: Sequence[Any] = (),
) -> None:
    """Record what whoever posts it found of a report that a notice was torn down.

    Confirmed, it hangs again: the new photos prove it, the days without notice are added to its time.
    """
    work, case = step.work, step.case
    row = work.session.get_one(Damage, int(damage["id"])) if damage is not None else None
    if row is not None:
        row.confirmed, row.decided_at, row.decided_by = confirmed, work.now, step.person_id
        zh, en = _FOUND[confirmed]
        tell(step, "damage_settled", f"person:{row.person_id}", found_zh=zh, found_en=en)
    if not confirmed:
        step.note("核实：公示没有被毁。", "Looked into: the notice still hangs.", what="damage_refuted")
        return
    posting = latest(work, case.id)
    if posting is not None and photos:
        where = row.where if row is not None else ""
        posting.proof = [*posting.proof, {"where": where, "photos": _ids(photos)}]
    zone = work.house.zone
    since = damaged_at if damaged_at is not None else work.now
    days = max(1, (work.now.astimezone(zone).date() - since.astimezone(zone).date()).days)
    clocks.extend(work, case, CLOCK, days, "days", basis="notice_damaged")
    step.note(
        f"公示被毁，已补贴，补足 {days} 天。", f"Torn down, posted again; {days} days added.", what="damage_repaired"
    )


def _ids(files: Iterable[Any] | None) -> list[int]:
    return [int(one) for one in files or ()]


def _listed(people: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Return a list of people as it hangs, by reference alone, each with their number on it."""
    return [
        {"person": int(one["person"]), "post": str(one.get("post") or ""), "place": place}
        for place, one in enumerate(people or (), 1)
    ]


def _before_act(step: Step, since: datetime, length_key: str) -> calendar.Due | None:
    rules = clocks.counting(step.work, step.case)
    if rules.pinned.entry(length_key).dir != "before":
        return None
    first = rules.pinned.earliest(length_key, since, rules.calendar, rules.zone)
    planned = _instant(step, step.data.get("act_on"))
    if planned is None:
        return first
    if planned < first.instant:
        day = first.instant.astimezone(rules.zone).date()
        raise Refused(
            f"公示期未满，最早可在 {day} 进行。", f"It has to hang longer: {day} is the first day it may be done."
        )
    return calendar.Due(planned, planned, first.provisional)


def _instant(step: Step, value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min, step.work.house.zone)
    return None


OPERATIONS = {"publicity.open": open_posting, "publicity.answer": answer, "publicity.settle_damage": settle_damage}
