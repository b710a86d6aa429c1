"""Closing the box, opening it, counting: each in one transaction, so that a vote is in or refused, never unsaid."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from casework import audit
from casework.errors import Conflict, Refused
from casework.jobs import crash_point
from casework.persistence import Work
from casework.votes import box
from casework.votes.choices import as_tallied, items_of, unpack
from casework.votes.limits import rules_of
from casework.votes.models import Ballot, Envelope, RollHead, RollPart, Vote
from casework.votes.paper import pending_paper
from casework.votes.results import double, item_result, weight
from casework.votes.standing import locked, must_have_a_box, roll_weights, weigh, weights
from casework.votes.tally import Cast, Counted, Item, Rules, Weight, tally
from casework.votes.trustees import right_shares

PROVEN = ("hand", "post", "online")
"""How a ballot was delivered so that its owner surely has it: neither posted in the estate nor refused."""


def close(work: Work, vote_id: int) -> str:
    """Close the box at its time, once casts in flight are in, and return the root over all that lies in it.

    Closed again it gives the same root. Raises Refused before its time.
    """
    vote = locked(work, vote_id, "open", "closed", "counted")
    if vote.state == "open":
        if vote.closes_at is None or work.now < vote.closes_at:
            raise Refused("投票期还没有结束，不能封箱。", "Voting is not over yet; the box can't be closed.")
        crash_point("vote_close")
        vote.state, vote.closed_at = "closed", work.now
        found = box.leaves(work, vote.id)
        vote.box = box.root(found)
        audit.record(work, ("vote", vote.id), "box_closed", root=vote.box, envelopes=len(found))
        work.session.flush()
        crash_point("vote_closed")
    return (vote.box or box.EMPTY).hex()


def enough_took_part(work: Work, vote_id: int) -> bool:
    """Say by the outer envelopes of a closed box whether enough took part, in area and in heads; nothing is opened.

    Raises Refused with papers that are not matched, Conflict where the box was altered since its close.
    """
    vote = locked(work, vote_id, "closed", "counted")
    return _ground(work, vote).enough


def count(work: Work, vote_id: int, *, shares: Sequence[bytes] = ()) -> dict[str, Any]:
    """Open the envelopes and count them in this transaction; return what is stored as the result.

    Raises Refused without enough shares of a secret vote or with papers that are not matched, Conflict where the box
    was altered since its close.
    """
    vote = locked(work, vote_id, "closed", "counted")
    if vote.state == "counted" and vote.result is not None:
        return vote.result
    ground = _ground(work, vote)
    result = _counted(work, vote, ground, shares, keep=True)
    vote.state, vote.counted_at, vote.result = "counted", work.now, result
    audit.record(work, ("vote", vote.id), "box_counted", root=vote.box, participation=result["participation"])
    work.session.flush()
    crash_point("vote_counted")
    return result


def recount(work: Work, vote_id: int, *, shares: Sequence[bytes] = ()) -> dict[str, Any]:
    """Count the box again and return the result; raises Conflict when it is not the one that is stored."""
    vote = locked(work, vote_id, "counted")
    must_have_a_box(vote)
    box.must_be_whole(work, vote)
    result = _counted(work, vote, Ground(work, vote), shares, keep=False)
    if result != vote.result:
        raise Conflict(
            "复核结果与公布的结果不一致，请停止公布并报告街道。",
            "The recount differs from the published result; stop publishing it and tell the street office.",
        )
    return result


class Ground:
    """What a count stands on before a single envelope is opened: all owners, those who took part, the silent ones."""

    def __init__(self, work: Work, vote: Vote) -> None:
        self.vote = vote
        self.rules: Rules = rules_of(vote.rules)
        self.items: list[Item] = items_of(vote.items)
        self.areas = roll_weights(work, vote.roll_id) if vote.mode == "import" else weights(work, vote.id)
        self.whole = weigh(self.areas.values())
        voted = select(Envelope.head_id).where(*_counts(vote.id))
        self.participants = weigh([self.areas.get(head, Decimal(0)) for head in work.session.scalars(voted)])
        self.silent = _silent(work, vote)
        self.silent_items = [item.no for item in self.items if _goes_with_silence(vote.rules["silent"], item)]
        most = self.participants + self.silent if self.silent_items else self.participants
        self.enough = self.rules.participation.met(most, self.whole)

    def result(self, plain: Sequence[Any], with_silent: Sequence[Any]) -> dict[str, Any]:
        """Return the result with what was counted; the second tally is the one that holds where a clause applies."""
        holds = list(with_silent if self.silent_items else plain)
        silent = self.vote.rules["silent"]
        return {
            "vote": self.vote.id,
            "mode": self.vote.mode,
            "whole": weight(self.whole),
            "participants": weight(self.participants),
            "participation": any(one["valid"] for one in holds) if holds else self.enough,
            "thresholds": double(self.rules.participation, self.participants, self.whole),
            "silent": {
                **weight(self.silent),
                "mode": silent["mode"],
                "clause": silent["clause"],
                "items": self.silent_items,
            },
            "items": holds,
            "plain": list(plain),
            "with_silent": list(with_silent),
            "elected": [key for one in holds for key in one.get("elected", ())],
            "tied": [key for one in holds for key in one.get("tied", ())],
            "root": (self.vote.box or b"").hex(),
        }


def _ground(work: Work, vote: Vote) -> Ground:
    """Return what a count stands on, once all papers are in a box that nobody has touched."""
    if pending := pending_paper(work, vote.id):
        raise Refused(
            f"还有 {pending} 张纸质选票没有核对入箱，请先核对。",
            f"{pending} paper ballots are not matched yet; match them first.",
        )
    box.must_be_whole(work, vote)
    return Ground(work, vote)


def _counted(work: Work, vote: Vote, ground: Ground, shares: Sequence[bytes], *, keep: bool) -> dict[str, Any]:
    opening = box.Opening(work, vote, _checked(work, vote, shares))
    crash_point("vote_shuffle")
    casts = []
    for envelope, head in counted_envelopes(work, vote.id):
        said = unpack(opening.open(envelope, head))
        casts.append(Cast(head.id, ground.areas.get(head.id, Decimal(0)), as_tallied(said)))
        if keep and vote.public_key is None:
            envelope.choices = said
    crash_point("vote_tally")
    stored = {one["no"]: one for one in vote.items}

    plain = tally(ground.whole, casts, ground.items, ground.rules)
    silent, nos = ground.silent, ground.silent_items
    with_silent = tally(ground.whole, casts, ground.items, ground.rules, silent=silent, silent_items=nos)

    def published(lots: Sequence[Counted]) -> list[dict[str, Any]]:
        return [
            item_result(lot, stored[lot.item.no], ground.rules, ground.whole, cast=cast if vote.public_key else None)
            for lot, cast in zip(lots, plain, strict=True)
        ]

    return ground.result(published(plain), published(with_silent))


def _checked(work: Work, vote: Vote, shares: Sequence[bytes]) -> list[bytes]:
    """Return the shares that are this vote's, each once; raises Refused where they are too few."""
    if vote.public_key is None:
        return []
    right = right_shares(work, vote.id, shares)
    wrong = len(set(shares)) - len(right)
    if wrong or len(right) < vote.threshold:
        raise Refused(
            f"开箱需要 {vote.threshold} 位受托人的份额，现有 {len(right)} 份正确、{wrong} 份不符。",
            f"The box opens with {vote.threshold} right shares; {len(right)} are right, {wrong} not of this vote.",
        )
    return sorted(right.values())[: vote.threshold]


def counted_envelopes(work: Work, vote_id: int) -> list[tuple[Envelope, RollHead]]:
    """Return what counts, in the order of the digests, which tells nothing of who cast when."""
    query = select(Envelope, RollHead).join(RollHead, RollHead.id == Envelope.head_id)
    rows = work.session.execute(query.where(*_counts(vote_id)).order_by(Envelope.digest))
    return [(envelope, head) for envelope, head in rows]


def _counts(vote_id: int) -> tuple[ColumnElement[bool], ...]:
    return Envelope.vote_id == vote_id, Envelope.valid.is_(True), Envelope.suspended.is_(False)


def _silent(work: Work, vote: Vote) -> Weight:
    """Return who is proven to have got a ballot and has returned none; each with the flats whose ballots arrived."""
    returned = select(Envelope.head_id).where(Envelope.vote_id == vote.id)
    query = (
        select(Ballot.head_id, RollPart.area)
        .join(RollPart, RollPart.id == Ballot.part_id)
        .where(
            Ballot.vote_id == vote.id,
            Ballot.delivered_how.in_(PROVEN),
            Ballot.proof.is_not(None),
            Ballot.delivered_at < (vote.closes_at or work.now),
            Ballot.head_id.not_in(returned),
        )
    )
    found = list(work.session.execute(query))
    return Weight(sum((area for _, area in found), Decimal(0)), len({head for head, _ in found}))


def _goes_with_silence(silent: dict[str, Any], item: Item) -> bool:
    if silent["mode"] != "by_rules":
        return False
    if item.kind == "election" and not silent["elections"]:
        return False
    return bool(silent["special"]) or not item.special
