"""Candidates: put forward, reviewed, put on the list, and looked at again when the facts have changed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.cases.models import Subscription
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.elections.models import Candidate, Election
from casework.elections.queries import candidates_of
from casework.elections.standing import election
from casework.elections.values import people_of, person_of
from casework.errors import Refused

_FREE = ("nominated", "failed", "passed")


def add_candidates(step: Step, candidates: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Register who was put forward, each once in an attempt; whoever was reviewed before keeps what was found.

    What they say of themselves is kept with them alone. Returns {to_review: [{person}] whom nobody has reviewed yet,
    candidates: nothing any more}.
    """
    found = election(step)
    for row in candidates:
        one = _candidate(step, found, person_of(row))
        one.source, one.party = str(row.get("source") or "self"), bool(row.get("party"))
        one.post = str(row.get("post") or "member")
        one.building, one.words = str(row.get("building") or ""), str(row.get("words") or "")
    step.work.session.flush()
    waiting = {one.person_id for one in candidates_of(step.work, found) if one.reviewed_at is None}
    to_review = [{"person": Decimal(person_of(row))} for row in candidates if person_of(row) in waiting]
    return {"to_review": to_review, "candidates": None}


def record_review(
    step: Step, passed: Sequence[Any] | None = None, failed: Sequence[Any] | None = None
) -> Mapping[str, Any]:
    """Record what the review found of each candidate; a recheck that came later stands.

    Returns {passed_count}.
    """
    found = election(step)
    for rows, state in ((passed, "passed"), (failed, "failed")):
        for row in rows or ():
            one = _candidate(step, found, person_of(row))
            if one.rechecked_at is None:
                _settle(step, one, state, row)
    step.work.session.flush()
    fit = [one for one in candidates_of(step.work, found) if one.state == "passed" and one.post == "member"]
    return {"passed_count": Decimal(len(fit))}


def open_recheck(step: Step, person: Any) -> Mapping[str, Any]:
    """Have a candidate reviewed again because the facts have changed, as when arrears are paid; the list waits for it.

    Returns {recheck_of: the candidate's row}.
    """
    one = _known(step, election(step), person_of(person))
    one.recheck_open = True
    return {"recheck_of": {"person": Decimal(one.person_id), "post": one.post, "source": one.source}}


def update_candidate(
    step: Step, person: Any, passed: Sequence[Any] | None = None, failed: Sequence[Any] | None = None
) -> None:
    """Record what a recheck found; a changed finding has the posted list posted again."""
    found = election(step)
    one = _known(step, found, person_of(person))
    state = "passed" if one.person_id in people_of(passed) else "failed"
    before = one.state
    one.recheck_open, one.rechecked_at = False, step.work.now
    if _list_waits(step):
        step.throw("recheck_done")
    if state == before:
        step.note("复查后结论不变。", "The recheck found the same.", what="recheck_same", candidate=one.id)
        return
    _settle(step, one, state, next((row for row in failed or () if person_of(row) == one.person_id), None))
    if state == "failed":
        one.place = None
    elif any(each.place is not None for each in candidates_of(step.work, found)):
        one.place = max(each.place or 0 for each in candidates_of(step.work, found)) + 1
    found.slate_changed = True
    step.note(
        "候选人复查结论有变，名单须重新公示。", "A recheck changed the list: it is posted again.", what="rechecked"
    )


def fix_list(step: Step, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the candidates on the list in the order given. Raises Refused for one who has not passed the review."""
    found = election(step)
    for one in candidates_of(step.work, found):
        one.place = None
    for number, row in enumerate(rows, 1):
        one = _known(step, found, person_of(row))
        if one.state != "passed":
            raise Refused(
                "名单里有未通过资格审查的人，请移除后再提交。",
                "Somebody on the list has not passed the review: take them off.",
            )
        one.place = int(row.get("order") or number)
        one.post = str(row.get("post") or one.post)
    found.slate_changed = False


def renew_list(step: Step) -> None:
    """Take the changed list as the one that is posted next; the street is told."""
    election(step).slate_changed = False
    tell(step, "slate_changed", "tier:2")
    step.note("候选人名单有变，重新公示。", "The list has changed and is posted again.", what="slate_renewed")


def _settle(step: Step, one: Candidate, state: str, row: Any) -> None:
    grounds = row.get("grounds") if isinstance(row, Mapping) else None
    one.state, one.grounds = state, [str(ground) for ground in grounds or ()] if state == "failed" else []
    one.reviewed_at = step.work.now


def _list_waits(step: Step) -> bool:
    """Tell whether the posted list is over and waits for the last recheck."""
    query = select(Subscription.name).where(Subscription.case_id == step.case.id, Subscription.name == "recheck_done")
    return step.work.session.scalar(query.limit(1)) is not None


def _candidate(step: Step, found: Election, person_id: int) -> Candidate:
    query = select(Candidate).filter_by(case_id=found.case_id, attempt=found.attempt, person_id=person_id)
    known = step.work.session.scalars(query).first()
    if known is None:
        known = Candidate(
            case_id=found.case_id,
            attempt=found.attempt,
            person_id=person_id,
            source="self",
            post="member",
            party=False,
            state="nominated",
            grounds=[],
            recheck_open=False,
        )
        step.work.session.add(known)
    return known


def _known(step: Step, found: Election, person_id: int) -> Candidate:
    known = next((one for one in candidates_of(step.work, found) if one.person_id == person_id), None)
    if known is None or known.state not in _FREE:
        raise Refused("此人不是本轮候选人。", "This person is no candidate of this round.")
    return known


OPERATIONS = {
    "elections.add_candidates": add_candidates,
    "elections.record_review": record_review,
    "elections.open_recheck": open_recheck,
    "elections.update_candidate": update_candidate,
    "elections.fix_list": fix_list,
    "elections.renew_list": renew_list,
}
