"""Messages and signals between cases: posted with the step that throws them, and taken by a job of their own.

A message goes to exactly one receiver and waits for it a while; a signal goes to all who wait at that moment.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from typing import Any, Final

from sqlalchemy import and_, delete, insert, or_, select

from casework import engine, jobs
from casework.cases.models import Case, CaseLink, Posted, Subscription
from casework.cases.values import to_json
from casework.definitions.models import Release
from casework.persistence import Work

MESSAGE_JOB = "cases.message"
SIGNAL_JOB = "cases.signal"
KEPT: Final = timedelta(days=30)
"""How long a message waits for a receiver, and how long it is remembered once its way is over."""

_SOONEST, _LATEST = timedelta(seconds=5), timedelta(hours=6)
_MOST_KEYS = 6
_MOST_WOKEN = 100


def post(work: Work, case: Case, message: engine.Message) -> Posted:
    """Send off what the diagram of `case` threw and nothing in the case itself took."""
    posted = Posted(
        name=message.name,
        signal=message.signal,
        correlation=to_json(message.correlation),
        payload=to_json(message.payload),
        sender_id=case.id,
        posted_at=work.now,
        expires_at=work.now + KEPT,
    )
    work.session.add(posted)
    work.session.flush()
    jobs.schedule(work, MESSAGE_JOB, key=_job_of(posted.id), payload={"posted": posted.id})
    return posted


def post_to(work: Work, case: Case, message: engine.Message, receivers: Sequence[int]) -> None:
    """Send a message of `case` to these cases and no others; each takes it if it waits for it when its job runs."""
    posted = Posted(
        name=message.name,
        signal=False,
        correlation=to_json(message.correlation),
        payload=to_json(message.payload),
        sender_id=case.id,
        posted_at=work.now,
        expires_at=work.now + KEPT,
        outcome="told",
        ended_at=work.now,
    )
    work.session.add(posted)
    work.session.flush()
    for case_id in receivers:
        key = f"message:{posted.id}:{case_id}"
        jobs.schedule(work, SIGNAL_JOB, case_id=case_id, key=key, payload={"posted": posted.id})


def subscribe(
    work: Work, case: Case, waiting: Sequence[engine.Message], *, known: Sequence[tuple[str, str, bool]]
) -> None:
    """Write what the case waits for from now on, when that differs from what it is `known` to wait for.

    Messages on their way that may be meant for it look again at once.
    """
    wanted = [(one.name, key_of(to_json(one.correlation)), one.signal) for one in waiting]
    if wanted == list(known):
        return
    if known:
        work.session.execute(delete(Subscription).where(Subscription.case_id == case.id))
    if wanted:
        rows = [
            {"case_id": case.id, "position": place, "name": name, "key": key, "signal": signal}
            for place, (name, key, signal) in enumerate(wanted)
        ]
        work.session.execute(insert(Subscription), rows)
        _wake(work, {name for name, key, signal in wanted if not signal} - {name for name, _key, _signal in known})


def key_of(correlation: Mapping[str, Any]) -> str:
    """Return what must agree as one text: the same values give the same text; nothing gives the empty one."""
    return json.dumps(correlation, sort_keys=True, ensure_ascii=False) if correlation else ""


def receiver_of(work: Work, posted: Posted) -> int | None:
    """Return the case that waits for a message, the oldest first: one whose keys agree, or one linked to the sender.

    A receiver without a key could not tell who is meant, so it hears only the cases it is linked to.
    """
    linked = select(CaseLink.other_id).where(CaseLink.case_id == posted.sender_id)
    meant = or_(
        Subscription.key.in_(list(_keys(posted.correlation))),
        and_(Subscription.key == "", Subscription.case_id.in_(linked)),
    )
    query = (
        select(Subscription.case_id)
        .join(Case, Case.id == Subscription.case_id)
        .where(Subscription.name == posted.name, Subscription.signal.is_(False), meant)
        .where(Case.status == "open", Case.id != posted.sender_id)
        .order_by(Subscription.case_id)
        .limit(1)
    )
    return work.session.scalar(query)


def listeners_of(work: Work, posted: Posted) -> Sequence[int]:
    """Return the open cases that wait for a signal at this moment, but for the one that threw it."""
    query = (
        select(Subscription.case_id)
        .join(Case, Case.id == Subscription.case_id)
        .where(Subscription.name == posted.name, Subscription.signal, Case.status == "open")
        .where(Case.id != posted.sender_id)
        .distinct()
    )
    return work.session.scalars(query).all()


def started_by(work: Work, posted: Posted) -> Sequence[str]:
    """Return the processes whose current release begins with a message or signal of this name."""
    begins = Release.signals if posted.signal else Release.messages
    query = select(Release.process).where(Release.current, begins.contains([posted.name]))
    return work.session.scalars(query.order_by(Release.process)).all()


def end(work: Work, posted: Posted, outcome: str, receiver_id: int | None = None) -> None:
    """Note how the way of a message or signal ended."""
    posted.outcome, posted.ended_at, posted.receiver_id = outcome, work.now, receiver_id
    work.session.flush()


def put_off(work: Work, posted: Posted) -> jobs.Later:
    """Return when a message looks for its receiver again, should nobody who begins to wait wake it before."""
    pause = min(max(work.now - posted.posted_at, _SOONEST), _LATEST)
    return jobs.Later(min(work.now + pause, posted.expires_at))


def forget(work: Work) -> None:
    """Delete the messages and signals whose way ended long ago."""
    work.session.execute(delete(Posted).where(Posted.ended_at < work.now - KEPT))


def _wake(work: Work, names: set[str]) -> None:
    if names:
        waiting = select(Posted.id).where(Posted.name.in_(names), Posted.outcome.is_(None)).order_by(Posted.id)
        for posted_id in work.session.scalars(waiting.limit(_MOST_WOKEN)).all():
            jobs.move(work, _job_of(posted_id), work.now)


def _keys(correlation: Mapping[str, Any]) -> Iterator[str]:
    """Yield the key of every receiver the message may be for: each asks for some of what the message says."""
    said = [(name, value) for name, value in correlation.items() if value is not None]
    if len(said) > _MOST_KEYS:
        yield key_of(dict(said))
        return
    for number in range(1, len(said) + 1):
        yield from (key_of(dict(some)) for some in combinations(said, number))


def _job_of(posted_id: int) -> str:
    return f"message:{posted_id}"
