"""What an organiser does to the agenda of a vote before it is announced, and trustees to its key and its box."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from casework import audit, notifications
from casework.assemblies import outcomes
from casework.assemblies.queries import latest
from casework.cases import clocks
from casework.cases import services as cases
from casework.cases.advance import lock
from casework.cases.commands import once
from casework.cases.models import Case
from casework.engine import Message
from casework.errors import Conflict, Invalid, NotFound, Refused
from casework.persistence import Work
from casework.publicity.models import Posting
from casework.votes import services as votes
from casework.votes.keeping import must_organise
from casework.votes.models import Vote

NOTICE = "election.notice.days"
LOCKED = "election.agenda.locked"
MET = "trustees_met"
REMADE = "trustee_key_remade"


def add_item(work: Work, case_id: int, item: Mapping[str, Any], *, key: str | None = None) -> None:
    """Add an item to the agenda of a vote whose notice has not been posted; without a `no` it gets the next one.

    Raises Forbidden for anybody but the organisers, Refused once it is posted where the rules lock the agenda, with the
    first day a notice of today would allow; Conflict once the box is open, or for a number that the agenda has;
    Invalid without a title; NotFound for a case without a vote.
    """
    case = lock(work, case_id)
    vote = latest(work, case.id)
    if vote is None:
        raise NotFound("这个案件没有表决。", "This case has no vote.")
    must_organise(work, vote.estate_id)
    found = outcomes.plain(item)

    def act() -> dict[str, Any]:
        no = found.get("no") or max(known["no"] for known in vote.items) + 1
        _must_fit(vote, {**found, "no": no})
        refused = locked_because(work, case, vote)
        if refused is not None:
            raise refused
        vote.items = [*vote.items, {**found, "no": no}]
        audit.record(work, ("vote", vote.id), "item_added", item=no)
        work.session.flush()
        return {"no": no}

    once(work, key, {"object": case_id, "item": found}, act)


def hand_out_shares(work: Work, vote_id: int, *, again: bool = False) -> dict[int, bytes]:
    """Make the key of a secret vote and return each trustee's share by person, this once; its case goes on.

    The key may be made as soon as the vote is prepared, also before its case asks for it. Made `again`, the trustees
    are told that their old shares open nothing. Raises as `casework.votes.services.hand_out_shares`.
    """
    vote = _with_its_case_locked(work, vote_id)
    before = vote.public_key
    shares = votes.hand_out_shares(work, vote_id, again=again)
    if before is not None and vote.case_id is not None:
        told = {"title": vote.title, "vote": vote.id}
        key = f"vote {vote.id} instead of {before.hex()}"
        notifications.send(work, REMADE, [f"person:{one}" for one in shares], vote.case_id, told, key=key)
    _trustees_met(work, vote, "key")
    return shares


def open_box(work: Work, vote_id: int, shares: Sequence[bytes]) -> None:
    """Open a secret box with its trustees' shares and count it; its case goes on in the same transaction.

    Opened again is nothing. Raises Refused with too few shares, and as long as papers are being entered.
    """
    vote = _with_its_case_locked(work, vote_id)
    if vote.state == "counted":
        return
    votes.count(work, vote_id, shares=shares)
    if not _trustees_met(work, vote, "opening"):
        raise Refused(
            "计票人还在录入和核对纸质选票，核对一致以后才能开箱。",
            "The tellers are still entering paper ballots; the box is opened once their entries agree.",
        )


def _with_its_case_locked(work: Work, vote_id: int) -> Vote:
    """Return a vote after locking its case: a case is locked before anything in it. Raises NotFound."""
    vote = work.session.get(Vote, vote_id)
    if vote is None:
        raise NotFound("没有这次表决。", "There is no such vote.")
    if vote.case_id is not None:
        lock(work, vote.case_id)
        work.session.refresh(vote)
    return vote


def _trustees_met(work: Work, vote: Vote, purpose: str) -> bool:
    """Tell the case of a vote what its trustees have done together; return whether it waited for that."""
    if vote.case_id is None:
        return True
    return cases.deliver(work, vote.case_id, Message(MET, {}, {"purpose": purpose}), required=False)


def locked_because(work: Work, case: Case, vote: Vote) -> Refused | None:
    """Return why nothing is added to the agenda of a vote any more; None while its notice is not posted."""
    posting = _announced(work, case, vote)
    rules = clocks.counting(work, case)
    if posting is None or not rules.pinned.value(LOCKED):
        return None
    first = rules.pinned.earliest(NOTICE, work.now, rules.calendar, rules.zone)
    posted, earliest = _day(work, posting.posted_at), _day(work, first.instant)
    return Refused(
        f"议程已于 {posted} 公告，不能增加未公告的事项（{rules.pinned.source(LOCKED)}）。新事项须另行公告，今天张贴的，"
        f"最早 {earliest} 表决。",
        f"The agenda was announced on {posted}; nothing unannounced is voted ({rules.pinned.source(LOCKED, 'en')}). "
        f"Give notice of a new item by itself: posted today, it can be voted on {earliest} at the earliest.",
    )


def _must_fit(vote: Vote, item: Mapping[str, Any]) -> None:
    if vote.state != "prepared":
        raise Conflict("投票已经开始，不能再增加事项。", "Voting has begun; nothing can be added.")
    if not str(item.get("title") or "").strip():
        fault = ("请写明表决什么", "Say what is voted on")
        raise Invalid("请填写表决事项。", "Fill in the matter.", {"title": [fault]})
    if any(known["no"] == item["no"] for known in vote.items):
        raise Conflict(
            f"议程已有第 {item['no']} 项，请另编号。", f"The agenda has an item {item['no']}; number it anew."
        )


def _announced(work: Work, case: Case, vote: Vote) -> Posting | None:
    """Return the notice of a vote once it is posted: every assembly has its own, a new ballot after a tie has none."""
    notices = select(Posting).where(Posting.case_id == case.id, Posting.length_key == NOTICE)
    posted = work.session.scalars(notices.order_by(Posting.id)).all()
    before = select(func.count()).select_from(Vote).where(Vote.case_id == case.id, Vote.round == 1, Vote.id < vote.id)
    runs = list(dict.fromkeys(one.run for one in posted))
    return posted[-1] if len(runs) > (work.session.scalar(before) or 0) else None


def _day(work: Work, moment: datetime) -> date:
    return moment.astimezone(work.house.zone).date()
