"""Comparing what two tellers read: what both read alike goes into the one box, everything else comes back as a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from casework import audit
from casework.persistence import Work
from casework.votes import box
from casework.votes.casting import put, tell_void, valid_of
from casework.votes.models import Ballot, Envelope, PaperEntry, PartTransfer, RollHead, Vote
from casework.votes.objections import chosen_together
from casework.votes.paper import about_paper, must_take_paper, pending_lots
from casework.votes.standing import locked


@dataclass(frozen=True)
class Difference:
    """Why paper ballots can't be counted yet.

    `kind`: missing (one teller only), choices, signed, received_at, twice, not_issued, or more (than were issued). What
    was read stays unsaid: `items` names where to look again.
    """

    kind: str
    ballot_no: int | None
    items: tuple[int, ...]
    zh: str
    en: str


def match(work: Work, vote_id: int) -> list[Difference]:
    """Put into the box what two tellers read alike, and return everything that does not fit; nothing, then count.

    As long as anything differs nothing of it goes into the box. Called again it does nothing twice.
    """
    vote = locked(work, vote_id, "open", "closed")
    must_take_paper(vote)
    pending = pending_lots(work, vote.id)
    ballots = {ballot.no: ballot for ballot in work.session.scalars(select(Ballot).where(Ballot.vote_id == vote.id))}
    found = list(_differences(pending, ballots, _papers(work, vote.id)))
    if found or not pending:
        return found
    joint = chosen_together(work, vote.id)
    for lot in sorted(pending.values(), key=lambda lot: (_received(lot), lot[0].ballot_no)):
        _lay_in(work, vote, ballots[lot[0].ballot_no], lot, joint)
        for entry in lot:
            entry.checks = None
    work.session.flush()
    if vote.state == "closed":
        vote.box = box.root(box.leaves(work, vote.id))
    audit.record(work, ("vote", vote.id), "paper_matched", ballots=len(pending), root=vote.box)
    work.session.flush()
    return []


def enter_again(work: Work, vote_id: int, why: str) -> None:
    """Have all paper ballots entered anew after an upheld objection; those counted before are kept void.

    An online ballot that had stood back behind a paper counts again until the papers are matched. An official result
    that was taken over is entered anew.
    """
    vote = locked(work, vote_id, "closed", "counted")
    if vote.mode != "import":
        must_take_paper(vote)
    papers = select(Envelope).where(
        Envelope.vote_id == vote.id, Envelope.ballot_no.is_not(None), Envelope.channel == "paper"
    )
    heads = set()
    for envelope in work.session.scalars(papers):
        heads.add(envelope.head_id)
        envelope.valid, envelope.suspended, envelope.void_because = False, False, "reentered"
    work.session.flush()
    for head_id in heads:
        query = select(Envelope).where(Envelope.vote_id == vote.id, Envelope.head_id == head_id)
        later = query.where(Envelope.channel == "online", Envelope.void_because == "other_channel")
        first = work.session.scalars(later.order_by(Envelope.cast_at, Envelope.id).limit(1)).one_or_none()
        if first is not None and valid_of(work, vote.id, head_id) is None:
            first.valid, first.void_because = True, None
            work.session.flush()
    for entry in work.session.scalars(select(PaperEntry).where(PaperEntry.vote_id == vote.id)):
        work.session.delete(entry)
    vote.state, vote.counted_at = "closed", None
    work.session.flush()
    vote.box = box.root(box.leaves(work, vote.id))
    audit.record(work, ("vote", vote.id), "paper_entered_again", why=why, root=vote.box)
    work.session.flush()


def _papers(work: Work, vote_id: int) -> int:
    """Return how many papers have come in: of every number, as many as the teller found who found most."""
    most = select(func.max(PaperEntry.papers)).where(PaperEntry.vote_id == vote_id).group_by(PaperEntry.ballot_no)
    return sum(work.session.scalars(most))


def _differences(
    pending: Mapping[int, Sequence[PaperEntry]], ballots: Mapping[int, Ballot], received: int
) -> Iterable[Difference]:
    if received > len(ballots):
        yield Difference(
            "more",
            None,
            (),
            f"收回 {received} 张，多于发出的 {len(ballots)} 张",
            f"{received} papers came in, more than the {len(ballots)} that were issued",
        )
    for no, lot in pending.items():
        if no not in ballots:
            yield _difference("not_issued", no, (), "没有发出过这个编号", "this number was never issued")
            continue
        if any(entry.papers > 1 for entry in lot):
            yield _difference("twice", no, (), "这个编号出现多张", "more than one paper bears this number")
        if len(lot) < 2:
            yield _difference("missing", no, (), "只有一名计票人录入", "only one teller has entered it")
        yield from _unlike(no, lot)


def _unlike(no: int, lot: Sequence[PaperEntry]) -> Iterable[Difference]:
    first, others = lot[0], lot[1:]
    read_as = [first.checks or {}, *(other.checks or {} for other in others)]
    items = tuple(int(item) for item in read_as[0] if len({one.get(item) for one in read_as}) > 1)
    if items:
        listed = "、".join(map(str, items))
        yield _difference("choices", no, items, f"第 {listed} 项两人读得不同", f"item {listed} was read differently")
    if any(other.signed != first.signed for other in others):
        yield _difference("signed", no, (), "签名情况两人读得不同", "whether it is signed was read differently")
    if any(other.received_at != first.received_at for other in others):
        yield _difference("received_at", no, (), "收到时间两人读得不同", "when it was received was read differently")


def _difference(kind: str, no: int, items: tuple[int, ...], zh: str, en: str) -> Difference:
    return Difference(kind, no, items, f"{no} 号选票：{zh}", f"Ballot {no}: {en}")


def _received(lot: Sequence[PaperEntry]) -> datetime:
    return min(entry.received_at or entry.entered_at for entry in lot)


def _lay_in(work: Work, vote: Vote, ballot: Ballot, lot: Sequence[PaperEntry], joint: set[int]) -> None:
    received = _received(lot)
    _give_back(work, vote, ballot, received)
    head = work.session.get_one(RollHead, ballot.head_id)
    sealed, digest = box.repack(work, vote, head, lot[0].sealed, about_paper(vote, ballot.no))
    values = {
        "vote_id": vote.id,
        "head_id": head.id,
        "channel": "paper",
        "ballot_no": ballot.no,
        "cast_at": received,
        "sealed": sealed,
        "digest": digest,
    }
    if not lot[0].signed:
        put(work, vote, values, void_because="unsigned")
        return
    first = valid_of(work, vote.id, head.id)
    suspended = False
    if first is not None and first.cast_at > received and head.id not in joint:
        suspended = first.suspended
        _make_void(work, vote, first, "other_channel")
    put(work, vote, values).suspended = suspended


def _give_back(work: Work, vote: Vote, ballot: Ballot, received: datetime) -> None:
    """Hand a flat's ballot back to its former owner, whose paper had come in before it changed hands."""
    query = select(PartTransfer).where(
        PartTransfer.vote_id == vote.id,
        PartTransfer.part_id == ballot.part_id,
        PartTransfer.moved,
        PartTransfer.at > received,
    )
    later = list(work.session.scalars(query.order_by(PartTransfer.at, PartTransfer.id)))
    if not later:
        return
    new = ballot.head_id
    ballot.head_id = later[0].from_head
    for transfer in later:
        transfer.moved = False
    work.session.flush()
    left = select(Ballot.id).where(Ballot.vote_id == vote.id, Ballot.head_id == new)
    theirs = valid_of(work, vote.id, new)
    if theirs is not None and work.session.scalar(left.limit(1)) is None:
        _make_void(work, vote, theirs, "old_owner")


def _make_void(work: Work, vote: Vote, envelope: Envelope, because: str) -> None:
    envelope.valid, envelope.suspended, envelope.void_because = False, False, because
    work.session.flush()
    tell_void(work, vote, envelope)
