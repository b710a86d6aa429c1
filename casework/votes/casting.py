"""Casting a ballot: the first valid one of a head counts, a later one is kept void and its owner told."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from casework import notifications
from casework.errors import Invalid, NotFound, Refused, Texts
from casework.jobs import crash_point
from casework.persistence import Work
from casework.votes import box
from casework.votes.choices import Choices, items_of, read
from casework.votes.models import Ballot, Envelope, Proxy, RollHead, Vote
from casework.votes.standing import actor_of, head_of, locked, must_take_ballots, owners_of

ONLINE = ("signed", "secret")
"""The modes in which ballots are cast online."""

VOID: dict[str, Texts] = {
    "again": ("您已投过票，以先投的有效票为准", "You had voted already; the first valid ballot counts"),
    "other_channel": (
        "同一业主已用另一种方式投过票，以先收到的有效票为准",
        "This owner had voted another way already; the first valid ballot counts",
    ),
    "other_flat": (
        "同一业主已用另一套房的选票投过票，人数只计一次，面积已合并",
        "This owner had voted with the ballot of another flat; one head counts once, with all its area",
    ),
    "co_owner": (
        "同一套房的另一位共有人已投过票，以先投的有效票为准",
        "A co-owner had voted already; the first valid ballot counts",
    ),
    "proxy": (
        "业主本人或其代理人已投过票，以先投的有效票为准",
        "The owner or their proxy had voted already; the first valid ballot counts",
    ),
    "unsigned": ("选票没有签名", "The ballot is not signed"),
    "replaced": ("共有人已共同作出选择", "The co-owners have chosen together"),
    "reentered": ("纸质选票按复核要求重新录入", "The paper ballots were entered again for a recount"),
    "old_owner": (
        "原业主转让前已投票，原业主的票有效",
        "The former owner had voted before the transfer; that vote stands",
    ),
}
"""Why an envelope does not count, by the code that is stored with it."""


@dataclass(frozen=True)
class Receipt:
    """What whoever casts a ballot keeps: the digest to look for in the box, and whether it counts."""

    digest: str
    valid: bool
    void_because: str | None = None


def cast(
    work: Work,
    vote_id: int,
    head_id: int,
    choices: Choices,
    *,
    key: str | None,
    proxy_id: int | None = None,
    ballot_no: int | None = None,
) -> Receipt:
    """Put the actor's ballot for a head into the box: the first valid one counts, a later one is kept void and told.

    The same `key` of the same actor gives the same receipt. Give the key here and not to `cases.commands.once`, whose
    hash of the request would tell the choice. Raises NotFound for somebody else's head, Refused outside the window (at
    its end it is over), in a vote on paper alone or beyond a mandate, Invalid for choices the agenda does not offer.
    """
    person = actor_of(work)
    vote = locked(work, vote_id, shared=True)
    command = None if key is None else hashlib.sha256(f"{person}:{key}".encode()).digest()
    earlier = _with_command(work, vote.id, command)
    if earlier is not None:
        return _repeated(earlier, head_id, proxy_id)
    if vote.mode == "import":
        raise Refused("这次表决在官方平台投票，请到那里投。", "This vote is on the official platform; vote there.")
    if vote.mode not in ONLINE:
        raise Refused("这次表决只收纸质选票。", "This vote takes paper ballots only.")
    must_take_ballots(work, vote)
    if vote.mode not in ("signed", "secret"):
        raise Refused(
            "本次表决只收纸质选票，请把选票交给组织者。",
            "This vote is on paper alone; hand your ballot to the organiser.",
        )
    head = head_of(work, vote, head_id)
    said = read(items_of(vote.items), choices)
    _must_be_theirs(work, vote, head, person, proxy_id, {int(no) for no in said})
    _must_hold_a_ballot(work, vote, head, ballot_no)
    sealed, digest = box.pack(work, vote, head, said)
    values = {
        "vote_id": vote.id,
        "head_id": head.id,
        "channel": "online",
        "person_id": person,
        "proxy_id": proxy_id,
        "ballot_no": ballot_no,
        "cast_at": work.now,
        "command": command,
        "sealed": sealed,
        "digest": digest,
    }
    envelope = put(work, vote, values)
    crash_point("vote_cast")
    return receipt_of(envelope)


def put(work: Work, vote: Vote, values: dict[str, Any], *, void_because: str | None = None) -> Envelope:
    """Lay an envelope into the box: valid where it is the head's first, else void; return it.

    Two at once wait for each other in the database: exactly one of them is the first.
    """
    if void_because is None:
        first = _insert(work, {**values, "valid": True})
        if first is not None:
            return first
        first = valid_of(work, vote.id, values["head_id"])
        void_because = "again" if first is None else why_later(first, values)
    placed = _insert(work, {**values, "valid": False, "void_because": void_because})
    if placed is None:  # the same command came twice at once, and the other was faster
        return work.session.scalars(
            select(Envelope).where(Envelope.vote_id == vote.id, Envelope.command == values["command"])
        ).one()
    tell_void(work, vote, placed)
    return placed


def why_later(first: Envelope, later: dict[str, Any]) -> str:
    """Return the code of why a ballot that came after the first does not count."""
    if first.channel != later["channel"]:
        return "other_channel"
    if first.proxy_id != later.get("proxy_id"):
        return "proxy"
    if first.person_id != later.get("person_id"):
        return "co_owner"
    return "other_flat" if first.ballot_no != later.get("ballot_no") else "again"


def tell_void(work: Work, vote: Vote, envelope: Envelope) -> None:
    """Tell the owners of a head, and whoever cast it for them, that an envelope does not count, and why."""
    people = owners_of(work, envelope.head_id) | ({envelope.person_id} - {None})
    zh, en = VOID[envelope.void_because or "again"]
    params = {
        "vote": vote.id,
        "title": vote.title,
        "code": envelope.void_because,
        "because": zh,
        "because_en": en,
        "receipt": envelope.digest.hex()[:12],
    }
    key = f"vote:{vote.id}:void:{envelope.digest.hex()}"
    addresses = [f"person:{one}" for one in sorted(people)]  # type: ignore[type-var]
    notifications.send(work, "ballot_void", addresses, vote.case_id, params, key=key)


def valid_of(work: Work, vote_id: int, head_id: int) -> Envelope | None:
    """Return the valid envelope of a head, suspended or not."""
    query = select(Envelope).where(Envelope.vote_id == vote_id, Envelope.head_id == head_id, Envelope.valid)
    return work.session.scalars(query).one_or_none()


def receipt_of(envelope: Envelope) -> Receipt:
    """Return the receipt of an envelope."""
    return Receipt(envelope.digest.hex(), envelope.valid, envelope.void_because)


def local_day(work: Work, moment: datetime) -> date:
    """Return the day of a moment where the estate lies."""
    return moment.astimezone(work.house.zone).date()


def _insert(work: Work, values: dict[str, Any]) -> Envelope | None:
    statement = insert(Envelope).values(values).on_conflict_do_nothing().returning(Envelope)
    return work.session.scalars(statement).one_or_none()


def _with_command(work: Work, vote_id: int, command: bytes | None) -> Envelope | None:
    if command is None:
        return None
    query = select(Envelope).where(Envelope.vote_id == vote_id, Envelope.command == command)
    return work.session.scalars(query).one_or_none()


def _repeated(earlier: Envelope, head_id: int, proxy_id: int | None) -> Receipt:
    if (earlier.head_id, earlier.proxy_id) != (head_id, proxy_id):
        raise Invalid(
            "这个操作编号已用于另一张选票，请刷新页面后重试。",
            "This command key was used for another ballot; reload the page and try again.",
        )
    return receipt_of(earlier)


def _must_be_theirs(work: Work, vote: Vote, head: RollHead, person: int, proxy_id: int | None, nos: set[int]) -> None:
    """Raise NotFound where the head is not the person's, Refused where their mandate does not reach."""
    if proxy_id is None:
        if person not in owners_of(work, head.id):
            raise NotFound("名册中没有这位业主。", "The roll has no such owner.")
        return
    proxy = work.session.get(Proxy, proxy_id)
    if proxy is None or (proxy.vote_id, proxy.head_id, proxy.holder_id) != (vote.id, head.id, person):
        raise NotFound("没有这份委托书。", "There is no such mandate.")
    if proxy.withdrawn_at is not None:
        raise Refused("委托已撤销，不能再代为投票。", "The mandate was withdrawn; nobody can vote with it.")
    if local_day(work, work.now) > proxy.until:
        raise Refused(f"委托已于 {proxy.until} 到期。", f"The mandate ended on {proxy.until}.")
    beyond = nos - set(proxy.matters)
    if beyond:
        listed = "、".join(map(str, sorted(beyond)))
        raise Refused(
            f"委托书没有授权第 {listed} 项，请只填授权的事项。",
            f"The mandate does not name item {listed}; choose in the items it names only.",
        )


def _must_hold_a_ballot(work: Work, vote: Vote, head: RollHead, ballot_no: int | None) -> None:
    query = select(Ballot.no).where(Ballot.vote_id == vote.id, Ballot.head_id == head.id)
    held = set(work.session.scalars(query))
    if not held or (ballot_no is not None and ballot_no not in held):
        raise Refused(
            "这张选票已随房屋转给新业主，或没有发给您。请与筹备组联系。",
            "This ballot went to the flat's new owner, or was never yours; ask the organising group.",
        )
