"""What a scenario may expect of conferences, postings, receptions and the statistics."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from casework.assemblies.queries import latest as latest_vote
from casework.cases.models import Case, History, WorkItem
from casework.cases.values import from_json
from casework.conferences.queries import current as conference_of
from casework.directory.viewing import SYSTEM_VIEWER
from casework.elections.queries import SUBSTITUTE, acts_of, committee_from, filings_of, in_office, mandates, seats_of
from casework.handovers.queries import current as handover_of
from casework.persistence import Work
from casework.plays.comparing import due, equal
from casework.plays.town import Town
from casework.publicity.queries import objections
from casework.receptions.models import ReceptionIssue, Sitting
from casework.reviews.queries import bundle
from casework.reviews.queries import facts as review_facts
from casework.statistics.periods import Period
from casework.statistics.queries import overview
from casework.takeovers import inspecting
from casework.takeovers import units as answering
from casework.takeovers.entry_models import Inspection
from casework.votes.models import Ballot, Envelope, Vote


def _conference(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the newest conference of the case: {level, members: [organisations], meeting_on}."""
    row = conference_of(work, case.id)
    if expected == "none" or row is None:
        equal("联席会议 conference", expected, "none" if row is None else f"level {row.level}")
        return
    for field, value in expected.items():
        wanted = sorted(town.organisations[name] for name in value) if field in {"members", "silent"} else value
        found = sorted(row.members) if field == "members" else getattr(row, field)
        equal(f"联席会议 {field}", wanted, found)


def _committee(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the committee of the estate: none in office, or {members, substitutes, seats, powers, term_ends}."""
    row = in_office(work, case.estate_id or case.area_id)
    if expected == "none" or row is None:
        equal("业委会 committee", expected, "none" if row is None else f"term {row.id}")
        return
    seats = seats_of(work, row.id)
    for field, value in expected.items():
        if field in ("members", "substitutes"):
            wanted = sorted(town.person(name) for name in value)
            found = sorted(seat.person_id for seat in seats if (seat.post == SUBSTITUTE) == (field == "substitutes"))
            equal(f"业委会 {field}", wanted, found)
        else:
            equal(f"业委会 {field}", value, getattr(row, field))


def _term(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the term that the case put in office: {state, flagged: how many acts, filings: their states}."""
    del town
    row = committee_from(work, case.id)
    if row is None:
        equal("任期 term", expected, "none")
        return
    found = {
        "state": row.state,
        "flagged": sum(act.flagged_at is not None for act in acts_of(work, row.id)),
        "filings": [filing.state for filing in filings_of(work, row.id)],
        "elected_on": row.elected_on,
    }
    for field, value in expected.items():
        equal(f"任期 {field}", value, found[field])


def _objections(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect the objections to what is posted, in order: open, or the finding."""
    del town
    equal("异议 objections", list(expected), [row.finding or "open" for row in objections(work, case.id)])


def _review(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect the grounds that hold today against each person named, by the newest review of the case."""
    subjects = review_facts(work, case)["reviews"][-1]["subjects"]
    found = {int(one["person"]): one["grounds"] for one in subjects}
    for name, grounds in expected.items():
        equal(f"审查 {name}", list(grounds), found.get(town.person(name)))


def _evidence(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect how much the bundle of evidence of the reviews holds: {reviews, checks, files}."""
    del town
    kept = bundle(work, case.id)
    people = [one for run in kept["reviews"] for one in run["subjects"]]
    found = {"reviews": len(kept["reviews"]), "checks": sum(len(one["checks"]) for one in people)}
    equal("审查证据 evidence", dict(expected), {**found, "files": len(kept["files"])})


def _composition(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the last check of how a body is made up: {met, count, party, owners, ratios: {level: met}}."""
    del town
    query = select(History.refs).where(History.case_id == case.id, History.what == "composition")
    refs = work.session.scalars(query.order_by(History.seq.desc()).limit(1)).one()
    equal("构成 composition", dict(expected), {name: refs.get(name) for name in expected})


def _mandates(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect which bodies act for the estate now."""
    del case
    equal("代行 mandates", list(expected), [one.body for one in mandates(work, town.areas["estate"])])


def _handover(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the newest hand-over of the case: {state, seal_void, differences: [items]}."""
    del town
    row = handover_of(work, case.id)
    equal("移交 state", expected.get("state"), row.state if row is not None else None)
    if row is not None:
        equal("移交 seal_void", expected.get("seal_void"), row.seal_void_at is not None)
        equal("移交 differences", expected.get("differences"), [one["item"] for one in row.differences])


def _vote(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the newest vote of the case: {state, round, items, ballots, opens, closes, void, …} or of its result.

    Of the result: whole and participants as [heads, area], participation, elected and tied (keys), passed {item: bool},
    candidates and silent as [heads, area], plain {item: [heads, area, passed]} without who returned no ballot.
    """
    del town
    row = latest_vote(work, case.id)
    if row is None:
        equal("表决 vote", expected, "none")
        return
    for field, value in expected.items():
        if field in {"opens", "closes"}:
            due(work, f"表决 {field}", value, getattr(row, f"{field}_at"))
        else:
            equal(f"表决 {field}", value, _VOTE_FIELDS[field](work, row))


def _answers(work: Work, town: Town, case: Case | None, expected: Any) -> None:
    """Expect who answers for the estate of the case now: none, or {unit, kind, since, until}; `before` are the kinds
    until then.
    """
    estate = case.estate_id if case is not None else None
    found = answering.history(work, estate or town.areas["estate"])
    if expected == "none" or not found:
        equal("责任单位 answers", expected, found[-1].kind if found else "none")
        return
    *before, row = found
    for field, value in expected.items():
        if field == "unit":
            equal("责任单位 answers", town.organisations[value], row.unit_id)
        elif field == "before":
            equal("以前的责任 answers before", list(value), [one.kind for one in before])
        elif field == "kind":
            equal("责任性质 answers kind", value, row.kind)
        else:
            due(work, f"责任 {field}", value, row.until if field == "until" else row.during.lower)


def _inspection(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the newest inspection of the case: {from, items, missing, defects, isolated, agreed_on, posted_on,
    filed_on, differences: [items], rows: {item: {state, grade, due, keeper, unit}}}.
    """
    query = select(Inspection).where(Inspection.case_id == case.id).order_by(Inspection.id.desc()).limit(1)
    row = work.session.scalars(query).one()
    for item, wanted in expected.get("rows", {}).items():
        found = next(one for one in row.items if one.item == item)
        for field, value in wanted.items():
            meant = town.organisations.get(value) if field == "unit" else value
            equal(f"{item} {field}", meant, getattr(found, "unit_id" if field == "unit" else field))
    known = {
        **inspecting.summary(row),
        "posted_on": row.posted_at and row.posted_at.astimezone(work.house.zone).date(),
        "filed_on": row.filed_on,
        "differences": [one["item"] for one in row.differences],
    }
    for field in expected.keys() - {"rows"}:
        wanted = town.organisations[expected[field]] if field == "from" and expected[field] else expected[field]
        equal(f"查验 {field}", wanted, row.from_unit_id if field == "from" else known[field])


def _issues(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of what was brought to a sitting: {brought, solved}."""
    del town
    rows = work.session.scalars(select(ReceptionIssue).where(ReceptionIssue.case_id == case.id)).all()
    found = {"brought": len(rows), "solved": sum(row.solved and row.signed_at is not None for row in rows)}
    equal("接待事项 issues", dict(expected), found)


def _sittings(work: Work, town: Town, case: Case | None, expected: Any) -> None:
    """Expect the planned days of all sittings that have been opened, in order."""
    del town, case
    equal("接待 sittings", list(expected), list(work.session.scalars(select(Sitting.planned_on).order_by(Sitting.id))))


def _sitting(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect of the sitting that the case is about: planned_on, sits_at, moved."""
    del town
    row = work.session.scalars(select(Sitting).where(Sitting.case_id == case.id)).one()
    for field, value in expected.items():
        if field == "sits_at":
            due(work, "接待时间 sits_at", value, row.sits_at)
        else:
            equal(f"接待 {field}", value, getattr(row, field))


def _statistics(work: Work, town: Town, case: Case | None, expected: Any) -> None:
    """Expect figures of the month that it is: {received: 3, once: [1, 2], …}; a share is [part, whole]."""
    del town, case
    today = work.now.astimezone(work.house.zone)
    view = overview(work, SYSTEM_VIEWER, Period.month(today.year, today.month, work.house.zone))
    for key, value in expected.items():
        figure = view.figure(key)
        found = figure.count if figure.rate is None else [figure.rate.part, figure.rate.whole]
        equal(f"统计 {key}", value, found)


def _seated(work: Work, town: Town, case: Case, expected: Any) -> None:
    """Expect whom the newest task is told to be elected, over all ballots of its vote: their keys, in order."""
    del town
    newest = select(WorkItem.subject).where(WorkItem.case_id == case.id).order_by(WorkItem.id.desc()).limit(1)
    known = from_json(work.session.scalars(newest).one())["data"]
    equal("当选 seated", list(expected), [one["key"] for one in known["vote"]["elected"]])


def _number_of(model: type[Ballot | Envelope], *which: Any) -> Callable[[Work, Vote], int | None]:
    def number(work: Work, vote: Vote) -> int | None:
        return work.session.scalar(select(func.count()).select_from(model).where(model.vote_id == vote.id, *which))

    return number


def _of_result(read: Callable[[Mapping[str, Any]], Any]) -> Callable[[Work, Vote], Any]:
    return lambda _, vote: None if vote.result is None else read(vote.result)


def _weight(found: Mapping[str, Any]) -> list[Any]:
    return [found["heads"], found["area"]]


_VOTE_FIELDS: Mapping[str, Callable[[Work, Vote], Any]] = {
    "state": lambda _, vote: vote.state,
    "round": lambda _, vote: vote.round,
    "items": lambda _, vote: [item["no"] for item in vote.items],
    "ballots": _number_of(Ballot),
    "delivered": _number_of(Ballot, Ballot.delivered_at.is_not(None)),
    "valid": _number_of(Envelope, Envelope.valid),
    "void": _number_of(Envelope, ~Envelope.valid),
    "whole": _of_result(lambda result: _weight(result["whole"])),
    "participants": _of_result(lambda result: _weight(result["participants"])),
    "participation": _of_result(lambda result: result["participation"]),
    "elected": _of_result(lambda result: result["elected"]),
    "tied": _of_result(lambda result: result["tied"]),
    "silent": _of_result(lambda result: _weight(result["silent"])),
    "passed": _of_result(lambda result: {item["no"]: item["passed"] for item in result["items"]}),
    "for": _of_result(lambda result: {item["no"]: _weight(item["for"]) for item in result["items"]}),
    "candidates": _of_result(
        lambda result: {one["key"]: _weight(one) for item in result["items"] for one in item.get("candidates", ())}
    ),
    "plain": _of_result(
        lambda result: {item["no"]: [*_weight(item["participants"]), item["passed"]] for item in result["plain"]}
    ),
    "with_silent": _of_result(
        lambda result: {item["no"]: [*_weight(item["participants"]), item["passed"]] for item in result["with_silent"]}
    ),
}

LOOKS: Mapping[str, Callable[..., None]] = {
    "conference": _conference,
    "committee": _committee,
    "term": _term,
    "objections": _objections,
    "composition": _composition,
    "mandates": _mandates,
    "handover": _handover,
    "review": _review,
    "evidence": _evidence,
    "vote": _vote,
    "seated": _seated,
    "answers": _answers,
    "inspection": _inspection,
    "issues": _issues,
    "sittings": _sittings,
    "sitting": _sitting,
    "statistics": _statistics,
}
