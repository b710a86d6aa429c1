"""What the diagram of owners' votes may ask for, from the frozen roll to the count."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from casework import calendar
from casework.assemblies import official, outcomes
from casework.assemblies.laying import told, vote_of
from casework.assemblies.reading import take_in
from casework.cases import clocks
from casework.cases.notices import lasting, tell
from casework.cases.step import Step
from casework.cases.values import day_of
from casework.errors import Refused
from casework.persistence import Actor, Work
from casework.votes import rolls
from casework.votes import services as votes
from casework.votes.limits import limits_of
from casework.votes.models import Roll

ASSEMBLY = "assembly"
WINDOW = "window"
TRUSTEES = "trustees"
_ONLINE = "online"


def freeze_roll(step: Step, as_of: date | None = None) -> Mapping[str, Any]:
    """Freeze the newest roll of the estate, lay the agenda down on it, and tell every owner; `as_of` is its day.

    Raises Refused where there is no roll, or not of that day, where a trustee is a candidate, and where the place has
    no official platform or another form is chosen beside it. Returns {id, round, parts, heads, area, planned_at}.
    """
    work, case, data = step.work, step.case, step.data
    roll = _frozen(work, case.estate_id or case.area_id, as_of)
    pinned = clocks.counting(work, case).pinned
    forms = set(data.get("forms") or ["paper"])
    elsewhere = official.is_chosen(forms, pinned)
    paper = not elsewhere and (bool(forms - {_ONLINE}) or bool(pinned.value("vote.paper_parallel_required")))
    proxies = data.get("proxy_max")
    rules = limits_of(
        pinned,
        clause=data.get("silent_clause"),
        clause_names_special=data.get("silent_special") is True,
        tie=data.get("tie_rule"),
        proxy_max=None if proxies is None else int(proxies),
    )
    vote = votes.prepare(
        work,
        estate_id=roll.estate_id,
        case_id=case.id,
        roll_id=roll.id,
        mode="import" if elsewhere else _mode(forms, data),
        title=str(data.get("title") or case.no),
        items=[outcomes.plain(item) for item in data.get("items") or ()],
        rules=rules,
        paper=paper,
        trustees=[int(person) for person in data.get("trustees") or ()],
        threshold=int(data.get("threshold") or 0),
    )
    tell(step, "assembly_notice", "voters", title=vote.title, opens_on=_as_text(data.get("opens_on")))
    named = len(votes.trustees_of(work, vote.id))
    tell(step, "trustee_named", "trustees", title=vote.title, trustees=named, needed=vote.threshold, vote=vote.id)
    step.note(
        f"名册已固定：{roll.parts} 个专有部分、{roll.heads} 人、{roll.area} 平方米；议程 {len(vote.items)} 项。",
        f"Roll frozen: {roll.parts} parts, {roll.heads} owners, {roll.area} m²; {len(vote.items)} items.",
        what="roll_frozen",
        roll=roll.id,
        vote=vote.id,
    )
    return {**told(vote, roll), "planned_at": _start_of(work, data.get("opens_on"))}


def issue(
    step: Step, since: datetime | None = None, corrected: bool = False, notice: str | None = None
) -> Mapping[str, Any]:
    """Issue one numbered ballot for every part, and open the box: not before `since`, when the notice has hung enough.

    The owners get the notice named `notice`, else `vote_opened`. A vote on an official platform has no ballots here,
    only the window. After an upheld objection to the roll
    (`corrected`) the newest roll holds. Raises Refused where the planned last day
    is over, and before the trustees of a secret vote hold their shares.
    """
    work, case = step.work, step.case
    vote = vote_of(step)
    if corrected:
        vote.roll_id = _frozen(work, vote.estate_id, None).id
    number = votes.issue(work, vote.id)
    opens = work.now if since is None else max(work.now, since)
    closes = _planned_end(work, step.data.get("closes_on"), opens)
    clock = clocks.start(work, case, WINDOW, "vote.window_days", opens, again=True, ends=closes)
    votes.open_box(work, vote.id, opens, clock.due_at)
    last = calendar.last_day(clock.due_at, work.house.zone)
    if vote.mode == "import":
        tell(step, "vote_opened_there", "voters", title=vote.title, closes_on=last.isoformat())
        zh, en = "在官方平台投票", "Voting on the official platform"
    else:
        agenda = "、".join(str(item["title"]) for item in vote.items)
        about = {"title": vote.title, "closes_on": last, "until": last, "items": agenda, "ballots": number}
        tell(step, notice or "vote_opened", "voters", **about)
        zh, en = f"发出编号选票 {number} 张，投票", f"{number} numbered ballots issued; voting"
    step.note(
        f"{zh}到 {last} 为止。",
        f"{en} until {last}.",
        what="ballots_issued",
        vote=vote.id,
        ballots=number,
    )
    roll = work.session.get_one(Roll, vote.roll_id)
    kept = step.data["vote"].get("kept") or []
    return {**told(vote, roll), "kept": kept, "issued": Decimal(number), "delivered": Decimal(0)}


def record_delivery(step: Step, deliveries: Sequence[Mapping[str, Any]] | None = None) -> Mapping[str, Any]:
    """Record how ballots reached their owners, one row for one ballot or for several in a row. Returns {delivered}."""
    work, vote = _by_hand(step), vote_of(step)
    delivered = 0
    for row in deliveries or ():
        first = int(row["first_no"])
        for no in range(first, int(row.get("last_no") or first) + 1):
            proof = {"files": row.get("photo") or []}
            votes.record_delivery(work, vote.id, no, at=row["at"], how=row["how"], proof=proof)
            delivered += 1
    step.note(f"登记送达 {delivered} 张。", f"{delivered} deliveries recorded.", what="delivered", vote=vote.id)
    return {**step.data["vote"], "delivered": Decimal(delivered)}


def match(step: Step, entered: Sequence[Mapping[str, Any]] | None = None) -> Mapping[str, Any]:
    """Compare what both tellers have read; where they agree, close the box and tell whether enough took part.

    That is known by the outer envelopes, and nothing is opened for it. What the tellers wrote is kept no longer.
    The figures of an official platform are kept, to be taken over when nothing is extended any more. Returns {matched:
    {differences, listed}, vote}.
    """
    work, vote = step.work, vote_of(step)
    found: Sequence[Mapping[str, Any]]
    read: Mapping[str, Any] = {}
    if vote.mode == "import":
        found, read = official.compare(step, vote, entered or ())
    else:
        found = [fault for row in entered or () for fault in take_in(step, vote, row)]
        if vote.paper and not found:
            found = [{"ballot_no": one.ballot_no, "zh": one.zh, "en": one.en} for one in votes.match(work, vote.id)]
    known = step.data["vote"]
    if found:
        step.note(
            f"双录核对有 {len(found)} 处差异，退回重录。",
            f"Both entries differ in {len(found)} places; back to the tellers.",
            what="entries_differ",
            vote=vote.id,
        )
    else:
        votes.close(work, vote.id)
        enough = official.enough(step, vote, read) if read else votes.enough_took_part(work, vote.id)
        known = {**known, "participation": enough}
    listed = "；".join(one["zh"] for one in found)
    listed_en = "; ".join(one["en"] for one in found)
    matched = {**read, "differences": found, "listed": listed, "listed_en": listed_en}
    return {"matched": matched, "entered": None, "vote": known}


def count(step: Step, tie: str | None = None) -> Mapping[str, Any]:
    """Open the box and count it by area and by heads; `tie` says who of those tied has the last seats.

    A secret box has been opened and counted by its trustees; an official result is taken over. A vote in which enough
    took part is what clock `assembly` waits for, where one runs. Returns {vote: what the diagram asks of the result}.
    """
    work, vote = step.work, vote_of(step)
    if vote.mode == "import":
        official.take_over(step, vote)
    result = votes.count(work, vote.id)
    if result["participation"]:
        clocks.stop(work, step.case, ASSEMBLY, "held")
    kept = step.data["vote"].get("kept") or []
    found = outcomes.read(result, vote.items, tie or vote.rules["tie"], before=kept, counted_at=vote.counted_at)
    step.note(found.summary, found.summary_en, what="counted", vote=vote.id)
    if not found.tied:
        tell(step, "vote_result", "voters", **lasting({"title": vote.title, **found.as_notice()}))
    return {**step.data["vote"], **found.as_data()}


def extend(step: Step) -> Mapping[str, Any]:
    """Go on taking ballots for the time that was announced; those cast stand. Returns {extended, vote}."""
    work, case, vote = step.work, step.case, vote_of(step)
    rules = clocks.counting(work, case)
    ends = rules.pinned.extended("vote.extension_days", max(vote.closes_at or work.now, work.now), rules.calendar)
    clocks.start(work, case, WINDOW, "vote.extension_days", work.now, again=True, ends=ends)
    votes.extend(work, vote.id, ends.instant)
    last = calendar.last_day(ends.instant, work.house.zone)
    tell(step, "vote_extended", "voters", title=vote.title, closes_on=last.isoformat())
    step.note(
        f"参与不足，投票延期到 {last}。", f"Too few took part; voting goes on until {last}.", what="vote_extended"
    )
    return {"extended": True, "vote": {**step.data["vote"], "closes_at": ends.instant}}


def recount(step: Step) -> Mapping[str, Any]:
    """Have all paper ballots, or the official result, entered and counted again after an upheld objection to it."""
    vote = vote_of(step)
    votes.enter_again(step.work, vote.id, "异议成立")
    step.note(
        "异议成立，重新录入并计票。", "Objection upheld; entered and counted again.", what="recount", vote=vote.id
    )
    return {**step.data["vote"], "recounted": True}


def seal(step: Step, by: str, no: str | None = None, reason: str | None = None) -> Mapping[str, Any]:
    """Stop the vote by order `no` of a court or the street: no ballot is taken or opened any more; owners are told."""
    vote = vote_of(step)
    votes.stop(step.work, vote.id, " ".join(one for one in (by, no, reason) if one))
    for name in (WINDOW, TRUSTEES):
        clocks.stop(step.work, step.case, name, "stopped")
    tell(step, "vote_sealed", "voters", title=vote.title)
    step.note("表决中止，选票封存。", "Vote stopped; ballots sealed.", what="vote_stopped", vote=vote.id, order=no)
    return {**step.data["vote"], "participation": False, "void": True, "stopped": True, "elected": []}


def _frozen(work: Work, estate_id: int, as_of: date | None) -> Roll:
    """Return the newest roll of an estate, frozen now where it is still a draft."""
    roll = rolls.current(work, estate_id)
    if roll is None:
        raise Refused(
            "本小区还没有业主名册，请先导入并由另一人复核。",
            "The estate has no roll of owners yet. Take one in first and have a second person look at it.",
        )
    if as_of is not None and roll.as_of != as_of:
        raise Refused(
            f"最新的名册截止 {roll.as_of}，不是 {as_of}；请导入那一天的名册，或改用最新的。",
            f"The newest roll is of {roll.as_of}, not of {as_of}. Take in the roll of that day, or use the newest.",
        )
    return rolls.freeze(work, roll.id)


def _by_hand(step: Step) -> Work:
    """Return the work in the name of whoever completed the task before."""
    return step.work if step.person_id is None else step.work.acting_as(Actor("person", step.person_id))


def _mode(forms: Collection[str], data: Mapping[str, Any]) -> Literal["paper", "signed", "secret"]:
    if _ONLINE not in forms:
        return "paper"
    return "secret" if data.get("secret") is True else "signed"


def _start_of(work: Work, day: Any) -> datetime | None:
    day = day_of(day, work.house.zone)
    return None if day is None else datetime.combine(day, time.min, work.house.zone)


def _planned_end(work: Work, last: Any, opens: datetime) -> calendar.Due | None:
    """Return the end of a window whose last day was announced; None where the rules say how long it lasts."""
    day = day_of(last, work.house.zone)
    if day is None:
        return None
    ends = datetime.combine(day + timedelta(days=1), time.min, work.house.zone)
    if ends <= opens:
        raise Refused(
            f"公告的最后一天 {day} 已过，请另行公告新的投票时间。",
            f"The announced last day, {day}, is over. Give notice of a new time.",
        )
    return calendar.Due(ends, ends)


def _as_text(day: Any) -> str | None:
    return None if day is None else str(day)[:10]


OPERATIONS = {
    "votes.freeze_roll": freeze_roll,
    "votes.issue": issue,
    "votes.record_delivery": record_delivery,
    "votes.match": match,
    "votes.count": count,
    "votes.extend": extend,
    "votes.recount": recount,
    "votes.seal": seal,
}
