"""Votes as pages show them. What a ballot says is nowhere here: nobody sees it before the count."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import func, select

from casework.directory import queries as directory
from casework.directory.models import Area
from casework.directory.people import shown
from casework.directory.viewing import Viewer
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.votes import queries, rolls
from casework.votes.ballots import agenda
from casework.votes.casting import VOID
from casework.votes.designations import Designation
from casework.votes.envelopes import CoownerObjection, Envelope, PaperEntry, Proxy
from casework.votes.keeping import keeps, tells
from casework.votes.models import Ballot, Roll, RollHead, RollOwner, RollPart, Vote
from casework.votes.views import (
    CastView,
    DeskView,
    EstateVotes,
    FlatView,
    HeadView,
    MandateView,
    Phase,
    RollView,
    VoteView,
)

_NUMBERED = re.compile(r"(\d+)(号楼|单元)")
_ENGLISH = {"号楼": "Building", "单元": "Unit"}


def watches(seen_by: Viewer, path: str) -> bool:
    """Say whether a person may follow the turnout of a vote: who organises or guides it, and its tellers."""
    return keeps(seen_by, path) or tells(seen_by, path)


def vote_view(work: Work, vote_id: int) -> VoteView:
    """Return a vote; raises NotFound."""
    vote = work.session.get(Vote, vote_id)
    estate = work.session.get(Area, vote.estate_id) if vote is not None else None
    if vote is None or estate is None:
        raise NotFound("没有这次表决。", "There is no such vote.")
    return _view(work, vote, estate)


def estates(work: Work, seen_by: Viewer) -> Sequence[EstateVotes]:
    """Return the estates whose votes concern a person: they own there by a roll, live there, or organise votes."""
    ids = dict.fromkeys([*_owned(work, seen_by), *_homes(work, seen_by), *_organised(work, seen_by)])
    rows = [area for one in ids if (area := work.session.get(Area, one)) is not None]
    return [EstateVotes(area.id, area.names, roll_view(work, seen_by, area.id), _votes(work, area)) for area in rows]


def posted(work: Work, estate_id: int) -> Sequence[VoteView]:
    """Return the votes of an estate that everybody may know of: they run, have run or are counted; the newest first."""
    estate = work.session.get_one(Area, estate_id)
    return [vote for vote in _votes(work, estate) if vote.phase != "prepared"]


def roll_view(work: Work, seen_by: Viewer, estate_id: int) -> RollView | None:
    """Return the newest roll of an estate with what a person owns on it; None before the first."""
    roll = rolls.current(work, estate_id)
    if roll is None:
        return None
    own = own_heads(work, roll.id, seen_by.person_id)
    return RollView(roll.as_of, roll.state, roll.parts, roll.heads, roll.area, own)


def own_heads(work: Work, roll_id: int, person_id: int | None) -> Sequence[HeadView]:
    """Return the heads that a person owns on a roll, each with its flats."""
    mine = select(RollOwner.head_id).where(RollOwner.person_id == person_id)
    query = select(RollHead).where(RollHead.roll_id == roll_id, RollHead.id.in_(mine)).order_by(RollHead.id)
    return [
        HeadView(head.id, head.kind, _flats(work, head.id), head.area, _owners(work, head.id))
        for head in work.session.scalars(query)
    ]


def heads(work: Work, vote: VoteView, person_id: int) -> Sequence[HeadView]:
    """Return the heads a person votes for, with what was cast; before the ballots are out, those on its roll."""
    found = [one for one in queries.mine(work, person_id, vote.estate_id) if one["vote"] == vote.id]
    if not found:
        return own_heads(work, work.session.get_one(Vote, vote.id).roll_id, person_id)
    return [_head(work, vote, person_id, one) for one in found[0]["heads"]]


def head(work: Work, vote: VoteView, person_id: int, head_id: int, mandate: int | None = None) -> HeadView:
    """Return one of the heads a person votes for, their own unless by a mandate; raises NotFound."""
    for one in heads(work, vote, person_id):
        if (one.id, one.mandate) == (head_id, mandate):
            return one
    raise NotFound("名册中没有这位业主。", "The roll has no such owner.")


def mandate_of(work: Work, person_id: int, proxy_id: int) -> Proxy:
    """Return a mandate that a person has given, alone or as a co-owner; raises NotFound."""
    proxy = work.session.get(Proxy, proxy_id)
    owners = select(RollOwner.person_id).where(RollOwner.head_id == (proxy.head_id if proxy else 0))
    if proxy is None or person_id not in set(work.session.scalars(owners)):
        raise NotFound("没有这份委托书。", "There is no such mandate.")
    return proxy


def proxy_seen(work: Work, proxy_id: int, seen_by: Viewer) -> bool:
    """Tell whether a person may see the writing of a mandate: its owner, its holder, and who organises the vote."""
    proxy = work.session.get(Proxy, proxy_id)
    if proxy is None:
        return False
    if seen_by.person_id in (proxy.holder_id, proxy.principal_id):
        return True
    return keeps(seen_by, vote_view(work, proxy.vote_id).path)


def has_cast(work: Work, vote_id: int, receipt: str) -> bool:
    """Say whether the box holds a receipt, before and after its close."""
    try:
        digest = bytes.fromhex(receipt)
    except ValueError:
        return False
    query = select(Envelope.id).where(Envelope.vote_id == vote_id, Envelope.digest == digest)
    return work.session.scalar(query) is not None


def desk(work: Work, vote_id: int, teller: int) -> DeskView:
    """Return how far the paper ballots of a vote are entered, as one teller sees it."""
    pending = select(PaperEntry.ballot_no, PaperEntry.entered_by).where(
        PaperEntry.vote_id == vote_id, PaperEntry.checks.is_not(None)
    )
    rows = [(no, by) for no, by in work.session.execute(pending.order_by(PaperEntry.id.desc()))]
    own = list(dict.fromkeys(no for no, by in rows if by == teller))
    others = {no for no, by in rows if by != teller}
    papers = select(func.count()).select_from(Envelope)
    placed = papers.where(Envelope.vote_id == vote_id, Envelope.ballot_no.is_not(None), Envelope.channel == "paper")
    issued = select(func.count()).select_from(Ballot).where(Ballot.vote_id == vote_id)
    return DeskView(
        own=own,
        alone=sorted(set(own) - others),
        lacking=sorted(others - set(own)),
        matched=work.session.scalar(placed) or 0,
        issued=work.session.scalar(issued) or 0,
    )


def flat_name(building: str, unit: str, room: str) -> Texts:
    """Return how a flat is called, in both languages: 3号楼 2单元 301, Building 3, Unit 2, 301."""
    chinese = Designation(building, unit, room)
    return str(chinese), ", ".join(_english(part) for part in chinese if part)


def _english(part: str) -> str:
    match = _NUMBERED.fullmatch(part)
    return f"{_ENGLISH[match[2]]} {match[1]}" if match else part


def _view(work: Work, vote: Vote, estate: Area) -> VoteView:
    return VoteView(
        id=vote.id,
        case_id=vote.case_id,
        estate_id=vote.estate_id,
        estate=estate.names,
        path=estate.path,
        round=vote.round,
        title=vote.title,
        mode=vote.mode,
        paper=vote.paper,
        phase=_phase(work, vote),
        items=agenda(work, vote),
        rules=vote.rules,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        counted_at=vote.counted_at,
        stopped_because=vote.stopped_because,
        root=(vote.box or b"").hex(),
        result=vote.result,
    )


def _phase(work: Work, vote: Vote) -> Phase:
    if vote.state == "open" and vote.opens_at is not None and work.now < vote.opens_at:
        return "waiting"
    if vote.state == "open" and vote.closes_at is not None and work.now >= vote.closes_at:
        return "over"
    found: Phase = vote.state  # type: ignore[assignment]
    return found


def _votes(work: Work, estate: Area) -> Sequence[VoteView]:
    query = select(Vote).where(Vote.estate_id == estate.id).order_by(Vote.id.desc())
    return [_view(work, vote, estate) for vote in work.session.scalars(query)]


def _owned(work: Work, seen_by: Viewer) -> Iterable[int]:
    query = select(Roll.estate_id).join(RollHead, RollHead.roll_id == Roll.id)
    query = query.join(RollOwner, RollOwner.head_id == RollHead.id)
    return work.session.scalars(
        query.where(RollOwner.person_id == seen_by.person_id).distinct().order_by(Roll.estate_id)
    )


def _homes(work: Work, seen_by: Viewer) -> Iterable[int]:
    found = (directory.ancestor(work, home, "estate") for home, _path, _kind in seen_by.homes)
    return [estate.id for estate in found if estate is not None]


def _organised(work: Work, seen_by: Viewer) -> Iterable[int]:
    """Return the estates with votes that a person organises, guides or counts."""
    query = select(Area).where(Area.id.in_(select(Vote.estate_id))).order_by(Area.id)
    return [estate.id for estate in work.session.scalars(query) if watches(seen_by, estate.path)]


def _flats(work: Work, head_id: int) -> Sequence[FlatView]:
    query = select(RollPart).where(RollPart.head_id == head_id).order_by(RollPart.id)
    return [FlatView(flat_name(one.building, one.unit, one.room), one.area) for one in work.session.scalars(query)]


def _owners(work: Work, head_id: int) -> Sequence[str]:
    query = select(RollOwner.shown).where(RollOwner.head_id == head_id).order_by(RollOwner.person_id)
    return list(work.session.scalars(query))


def _head(work: Work, vote: VoteView, person_id: int, found: Mapping[str, Any]) -> HeadView:
    flats = [
        FlatView(flat_name(one["building"], one["unit"], one["room"]), one["area"], one["ballot_no"])
        for one in found["parts"]
    ]
    mandate = found["proxy"] or {}
    return HeadView(
        id=found["head"],
        kind=found["kind"],
        flats=flats,
        area=found["area"],
        owners=[one["shown"] for one in found["owners"]],
        mandate=mandate.get("proxy"),
        matters=mandate.get("matters"),
        until=mandate.get("until"),
        cast=[_cast(one, person_id) for one in found["cast"]],
        given=_given(work, vote.id, found["head"]),
        objected=_objected(work, vote.id, found["head"], person_id),
    )


def _cast(one: Mapping[str, Any], person_id: int) -> CastView:
    why = None if one["valid"] else VOID[one["void_because"]]
    own = one["by"] == person_id
    return CastView(one["receipt"], one["cast_at"], one["channel"], one["valid"], one["suspended"], own, why)


def _given(work: Work, vote_id: int, head_id: int) -> MandateView | None:
    query = select(Proxy).where(Proxy.vote_id == vote_id, Proxy.head_id == head_id, Proxy.withdrawn_at.is_(None))
    proxy = work.session.scalars(query).one_or_none()
    if proxy is None:
        return None
    holder = shown(work, [proxy.holder_id])[proxy.holder_id]
    return MandateView(proxy.id, (holder.zh, holder.en), proxy.matters, proxy.until)


def _objected(work: Work, vote_id: int, head_id: int, person_id: int) -> Literal["", "own", "other"]:
    query = select(CoownerObjection.person_id).where(
        CoownerObjection.vote_id == vote_id,
        CoownerObjection.head_id == head_id,
        CoownerObjection.settled_at.is_(None),
    )
    by = work.session.scalar(query)
    return "" if by is None else "own" if by == person_id else "other"
