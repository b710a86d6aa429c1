"""What may be known of a vote: who takes part so far, never what they chose; after its close, what lies in the box."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.errors import NotFound, Refused
from casework.persistence import Work
from casework.votes import box
from casework.votes.counting import Ground, counted_envelopes
from casework.votes.models import Ballot, Envelope, Proxy, RollHead, RollOwner, RollPart, Vote
from casework.votes.results import weight
from casework.votes.standing import must_have_a_box, weigh

CLOSED = ("closed", "counted")


def turnout(work: Work, vote_id: int) -> dict[str, Any]:
    """Return who has taken part so far of how many, in area and in heads, and whether that is enough."""
    ground = Ground(work, _vote(work, vote_id))
    return {
        "area": ground.participants.area,
        "heads": ground.participants.heads,
        "whole_area": ground.whole.area,
        "whole_heads": ground.whole.heads,
        "enough": ground.enough,
    }


def mine(work: Work, person_id: int, estate_id: int) -> list[dict[str, Any]]:
    """Return the votes of an estate in which a person has a head or a mandate, the newest first, with each of them.

    Of a head: its flats with area and ballot number, its owners as the roll shows them, and what was cast for it.
    """
    votes = work.session.scalars(
        select(Vote).where(Vote.estate_id == estate_id, Vote.state != "prepared").order_by(Vote.id.desc())
    )
    found = [(vote, _heads_of(work, vote, person_id)) for vote in votes]
    return [
        {
            "vote": vote.id,
            "title": vote.title,
            "state": vote.state,
            "mode": vote.mode,
            "opens_at": vote.opens_at,
            "closes_at": vote.closes_at,
            "items": vote.items,
            "heads": [_head(work, vote, head, proxy) for head, proxy in heads],
        }
        for vote, heads in found
        if heads
    ]


def estates_voting(work: Work) -> Sequence[int]:
    """Return the estates whose owners can vote now."""
    now_open = select(Vote.estate_id).where(Vote.state == "open", Vote.opens_at <= work.now, Vote.closes_at > work.now)
    return work.session.scalars(now_open.distinct().order_by(Vote.estate_id)).all()


def find_in_box(work: Work, vote_id: int, digest_hex: str) -> dict[str, Any] | None:
    """Return the way from a receipt to the published root; None where nothing in the box has it.

    Raises Refused before the close, when there is no root yet.
    """
    vote = _closed(work, vote_id)
    try:
        digest = bytes.fromhex(digest_hex.strip())
    except ValueError:
        return None
    return box.proof_of(box.leaves(work, vote.id), digest)


def published_box(work: Work, vote_id: int) -> dict[str, Any]:
    """Return what is published at the close: the root and every leaf in its order, nothing else."""
    vote = _closed(work, vote_id)
    return {
        "vote": vote.id,
        "root": (vote.box or box.EMPTY).hex(),
        "envelopes": [{"digest": leaf.digest.hex(), "counted": leaf.counted} for leaf in box.leaves(work, vote.id)],
    }


def export_box(work: Work, vote_id: int) -> dict[str, Any]:
    """Return all that an independent recount needs, for those who may recount.

    A signed vote is exported once it is counted, with what every envelope holds. A secret one after its close, sealed,
    each with its area: whoever has it and enough shares can read it. Raises Refused earlier.
    """
    vote = _closed(work, vote_id)
    secretly = vote.public_key is not None
    if not secretly and vote.state != "counted":
        raise Refused("计票后才能导出票箱。", "The box is exported once it is counted.")
    ground = Ground(work, vote)
    opening = None if secretly else box.Opening(work, vote)
    areas = {envelope.id: ground.areas.get(head.id, Decimal(0)) for envelope, head in counted_envelopes(work, vote.id)}
    query = select(Envelope, RollHead).join(RollHead, RollHead.id == Envelope.head_id)
    rows = work.session.execute(query.where(Envelope.vote_id == vote.id).order_by(Envelope.digest))
    envelopes = []
    for envelope, head in rows:
        content = opening.open(envelope, head) if opening else envelope.sealed
        held = {"digest": envelope.digest.hex(), "counted": envelope.id in areas, "void": envelope.void_because}
        held |= {"about": box.as_text(box.about(vote, head)), "content": box.as_text(content)}
        if envelope.id in areas:
            held |= {"head": head.key.hex(), "area": f"{areas[envelope.id]:.2f}"}
        envelopes.append(held)
    return {
        "vote": vote.id,
        "title": vote.title,
        "secret": secretly,
        "public_key": vote.public_key.hex() if vote.public_key else None,
        "threshold": vote.threshold,
        "items": vote.items,
        "rules": vote.rules,
        "whole": weight(ground.whole),
        "silent": {**weight(ground.silent), "items": ground.silent_items},
        "root": (vote.box or box.EMPTY).hex(),
        "envelopes": envelopes,
        "result": vote.result,
    }


def _vote(work: Work, vote_id: int) -> Vote:
    vote = work.session.get(Vote, vote_id)
    if vote is None:
        raise NotFound("没有这次表决。", "There is no such vote.")
    return vote


def _closed(work: Work, vote_id: int) -> Vote:
    vote = _vote(work, vote_id)
    must_have_a_box(vote)
    if vote.state not in CLOSED:
        raise Refused("投票截止后才公布票箱。", "The box is published once voting has ended.")
    return vote


def _heads_of(work: Work, vote: Vote, person_id: int) -> list[tuple[RollHead, Proxy | None]]:
    """Return the heads a person votes for: their own that hold a ballot, and those whose mandate they have."""
    query = select(RollHead).join(RollOwner, RollOwner.head_id == RollHead.id)
    query = query.where(
        RollHead.roll_id == vote.roll_id,
        RollOwner.person_id == person_id,
        RollHead.id.in_(select(Ballot.head_id).where(Ballot.vote_id == vote.id)),
    )
    own = [(head, None) for head in work.session.scalars(query.order_by(RollHead.id))]
    mandates = (
        select(RollHead, Proxy)
        .join(Proxy, Proxy.head_id == RollHead.id)
        .where(Proxy.vote_id == vote.id, Proxy.holder_id == person_id, Proxy.withdrawn_at.is_(None))
        .order_by(Proxy.id)
    )
    return [*own, *((head, proxy) for head, proxy in work.session.execute(mandates))]


def _head(work: Work, vote: Vote, head: RollHead, proxy: Proxy | None) -> dict[str, Any]:
    query = select(Ballot, RollPart).join(RollPart, RollPart.id == Ballot.part_id)
    query = query.where(Ballot.vote_id == vote.id, Ballot.head_id == head.id).order_by(Ballot.no)
    held = list(work.session.execute(query))
    envelopes = work.session.scalars(
        select(Envelope).where(Envelope.vote_id == vote.id, Envelope.head_id == head.id).order_by(Envelope.id)
    )
    owners = work.session.execute(
        select(RollOwner.person_id, RollOwner.shown).where(RollOwner.head_id == head.id).order_by(RollOwner.person_id)
    )
    return {
        "head": head.id,
        "kind": head.kind,
        "area": weigh([part.area for _, part in held]).area,
        "owners": [{"person": person, "shown": shown} for person, shown in owners],
        "proxy": proxy and {"proxy": proxy.id, "matters": proxy.matters, "until": proxy.until},
        "parts": [_part(ballot, part) for ballot, part in held],
        "cast": [_cast(envelope) for envelope in envelopes],
    }


def _part(ballot: Ballot, part: RollPart) -> Mapping[str, Any]:
    return {
        "ballot_no": ballot.no,
        "part": part.id,
        "building": part.building,
        "unit": part.unit,
        "room": part.room,
        "area": part.area,
        "household": part.household_id,
        "delivered_at": ballot.delivered_at,
        "delivered_how": ballot.delivered_how,
    }


def _cast(envelope: Envelope) -> Mapping[str, Any]:
    return {
        "receipt": envelope.digest.hex(),
        "valid": envelope.valid,
        "void_because": envelope.void_because,
        "suspended": envelope.suspended,
        "channel": envelope.channel,
        "cast_at": envelope.cast_at,
        "by": envelope.person_id,
    }
