"""What is done with a vote of owners: prepare, issue, deliver, open, and all that casts, checks and counts ballots."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert

from casework import audit
from casework.errors import Conflict, Invalid, NotFound, Refused, Texts
from casework.jobs import crash_point
from casework.persistence import Work
from casework.votes.casting import Receipt, cast
from casework.votes.choices import Choices
from casework.votes.counting import PROVEN, close, count, enough_took_part, recount
from casework.votes.limits import checked
from casework.votes.mandates import give_proxy, transfer_part, withdraw_proxy
from casework.votes.matching import Difference, enter_again, match
from casework.votes.models import Ballot, Roll, RollPart, Trustee, Vote
from casework.votes.objections import object_to, settle_objection
from casework.votes.official import differences, enough_by, take_over
from casework.votes.paper import enter_paper, must_be_teller
from casework.votes.standing import locked
from casework.votes.trustees import hand_out_shares, must_not_stand, trustees_of

__all__ = [
    "Choices",
    "Difference",
    "Receipt",
    "cast",
    "close",
    "count",
    "differences",
    "enough_by",
    "enough_took_part",
    "enter_again",
    "enter_paper",
    "extend",
    "give_proxy",
    "hand_out_shares",
    "issue",
    "match",
    "must_be_teller",
    "object_to",
    "open_box",
    "prepare",
    "prepare_again",
    "record_delivery",
    "recount",
    "settle_objection",
    "stop",
    "take_over",
    "transfer_part",
    "trustees_of",
    "withdraw_proxy",
]

DELIVERIES = (*PROVEN, "refused", "posted")
_FEWEST = 2
"""Trustees that are needed at least: with one, a secret would be one person's."""
_MOST = 255


def prepare(
    work: Work,
    *,
    estate_id: int,
    case_id: int | None,
    roll_id: int,
    mode: Literal["import", "paper", "signed", "secret"],
    title: str,
    items: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Any],
    paper: bool,
    trustees: Sequence[int] = (),
    threshold: int = 0,
) -> Vote:
    """Lay down a vote on a frozen roll: its agenda and its rules, to which nothing is added later.

    `rules` as `casework.votes.limits.limits_of` gives them. Raises Invalid for an agenda or rules that lack something,
    NotFound for a roll of another estate, Conflict for one that is a draft, Refused with the name of a trustee who is
    a candidate.
    """
    roll = work.session.get(Roll, roll_id)
    if roll is None or roll.estate_id != estate_id:
        raise NotFound("没有这份名册。", "There is no such roll.")
    if roll.state != "frozen":
        raise Conflict("名册尚未固定，不能据以投票。", "The roll is a draft; freeze it before a vote on it.")
    wrong = _agenda_problems(items)
    if mode == "secret" and not _FEWEST <= threshold <= len(set(trustees)) <= _MOST:
        wrong["trustees"] = [
            (
                "不记名投票须有两名以上受托人，开箱所需人数为 2 至全部人数",
                "A secret vote needs two trustees or more, and two of them up to all to open the box",
            )
        ]
    if wrong:
        raise Invalid("表决事项填写有误。", "The agenda of the vote is not right.", wrong)
    if mode == "secret":
        must_not_stand(work, trustees, items)
    vote = Vote(
        estate_id=estate_id,
        case_id=case_id,
        roll_id=roll_id,
        mode=mode,
        paper=mode == "paper" or (paper and mode != "import"),
        title=title,
        items=[dict(item) for item in items],
        rules=checked(rules),
        threshold=threshold if mode == "secret" else 0,
    )
    work.session.add(vote)
    work.session.flush()
    if mode == "secret":
        for no, person in enumerate(dict.fromkeys(trustees), 1):
            work.session.add(Trustee(vote_id=vote.id, no=no, person_id=person))
    audit.record(work, ("vote", vote.id), "vote_prepared", roll=roll_id, mode=mode, items=len(items))
    work.session.flush()
    return vote


def prepare_again(work: Work, vote_id: int, items: Sequence[Mapping[str, Any]] | None = None) -> Vote:
    """Lay a vote down once more: on the same roll, by the same rules, in the same mode; `items` may be fewer.

    A secret one has the same trustees and needs a key of its own: what opens one box never opens another.
    """
    before = locked(work, vote_id)
    mode: Any = before.mode
    vote = prepare(
        work,
        estate_id=before.estate_id,
        case_id=before.case_id,
        roll_id=before.roll_id,
        mode=mode,
        title=before.title,
        items=before.items if items is None else items,
        rules=before.rules,
        paper=before.paper,
        trustees=[one.person_id for one in trustees_of(work, before.id)],
        threshold=before.threshold,
    )
    vote.round = before.round + 1
    work.session.flush()
    return vote


def issue(work: Work, vote_id: int) -> int:
    """Issue one numbered ballot for every exclusive part of the roll, once; return how many there are.

    For a vote on an official platform none is issued here.
    """
    vote = locked(work, vote_id, "prepared", "open")
    if vote.mode == "import":
        return 0
    order = func.row_number().over(order_by=(RollPart.building, RollPart.unit, RollPart.room, RollPart.id))
    parts = select(literal(vote.id), order, RollPart.id, RollPart.head_id, literal(work.now))
    issued = (
        insert(Ballot)
        .from_select(
            ["vote_id", "no", "part_id", "head_id", "issued_at"], parts.where(RollPart.roll_id == vote.roll_id)
        )
        .on_conflict_do_nothing()
        .returning(Ballot.id)
    )
    if new := len(work.session.scalars(issued).all()):
        audit.record(work, ("vote", vote.id), "ballots_issued", ballots=new)
    counted = select(func.count()).select_from(Ballot).where(Ballot.vote_id == vote.id)
    return work.session.scalar(counted) or 0


def record_delivery(
    work: Work, vote_id: int, no: int, *, at: datetime, how: str, proof: Mapping[str, Any] | None
) -> None:
    """Note how a ballot reached its owner: by hand, post or online, refused, or posted in the estate.

    A delivery that is proven stays as it was first noted. Raises NotFound for a number that was not issued, Invalid
    without proof of what needs one, or for a moment that lies ahead.
    """
    vote = locked(work, vote_id, "prepared", "open", shared=True)
    query = select(Ballot).where(Ballot.vote_id == vote.id, Ballot.no == no).with_for_update()
    ballot = work.session.scalars(query).one_or_none()
    if ballot is None:
        raise NotFound(f"没有发过 {no} 号选票。", f"No ballot {no} was issued.")
    wrong: dict[str, Sequence[Texts]] = {}
    if how not in DELIVERIES:
        wrong["how"] = [("没有这种送达方式", "There is no such way to deliver")]
    if at > work.now:
        wrong["at"] = [("送达时间不能晚于现在", "It can't have been delivered later than now")]
    if how != "posted" and not proof:
        wrong["proof"] = [("请附签收、照片或回执", "Add a signature, a photo or a receipt")]
    if wrong:
        raise Invalid(f"{no} 号选票的送达记录有误。", f"The delivery of ballot {no} is not right.", wrong)
    if ballot.delivered_how in PROVEN:
        return
    ballot.delivered_at, ballot.delivered_how = at, how
    ballot.proof = audit.as_references(proof) if proof else None
    work.session.flush()


def open_box(work: Work, vote_id: int, opens_at: datetime, closes_at: datetime) -> None:
    """Take ballots from `opens_at` until just before `closes_at`. Opened again with the same times is nothing.

    Raises Refused before the ballots are issued or the shares of a secret vote handed out.
    """
    vote = locked(work, vote_id, "prepared", "open")
    if vote.state == "open" and (vote.opens_at, vote.closes_at) == (opens_at, closes_at):
        return
    if vote.state == "open":
        raise Conflict("投票期已经确定；延长请用延期。", "The window is set; to prolong it, extend it.")
    if not work.now < closes_at > opens_at:
        raise Invalid(
            "投票截止须晚于开始和现在。",
            "Voting ends after it begins, and after now.",
            {"closes_at": [("时间不对", "The time is not right")]},
        )
    issued = work.session.scalar(select(Ballot.id).where(Ballot.vote_id == vote.id).limit(1)) is not None
    if not issued and vote.mode != "import":
        raise Refused("请先发放选票。", "Issue the ballots first.")
    if vote.mode == "secret" and vote.public_key is None:
        raise Refused("请先向受托人交付密钥份额。", "Hand the trustees their shares first.")
    vote.state, vote.opens_at, vote.closes_at = "open", opens_at, closes_at
    audit.record(work, ("vote", vote.id), "vote_opened", opens_at=opens_at, closes_at=closes_at)
    work.session.flush()


def extend(work: Work, vote_id: int, closes_at: datetime) -> None:
    """Take ballots for longer, also after a close; never after a count, because then the choices are known."""
    vote = locked(work, vote_id, "open", "closed")
    if vote.closes_at is None or closes_at < vote.closes_at or closes_at <= work.now:
        raise Invalid(
            "延长后的截止时间须晚于现在和原截止时间。",
            "The new end must lie after now and after the old one.",
            {"closes_at": [("时间不对", "The time is not right")]},
        )
    if (vote.state, vote.closes_at) == ("open", closes_at):
        return
    before = vote.closes_at
    vote.state, vote.closes_at, vote.closed_at, vote.box = "open", closes_at, None, None
    audit.record(work, ("vote", vote.id), "vote_extended", before=before, closes_at=closes_at)
    work.session.flush()
    crash_point("vote_extended")


def stop(work: Work, vote_id: int, why: str) -> None:
    """Stop a vote by order: no ballot is taken or opened any more. Stopped again is nothing."""
    vote = locked(work, vote_id, "prepared", "open", "closed", "stopped")
    if vote.state == "stopped":
        return
    vote.state, vote.stopped_because = "stopped", why
    audit.record(work, ("vote", vote.id), "vote_stopped")
    work.session.flush()


def _agenda_problems(items: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Texts]]:
    wrong: dict[str, Sequence[Texts]] = {}
    numbers = [item.get("no") for item in items]
    if not items or len(set(numbers)) < len(items) or not all(isinstance(no, int) for no in numbers):
        wrong["items"] = [("事项须有各不相同的序号", "Every item needs a number of its own")]
    for item in items:
        keys = [candidate["key"] for candidate in item.get("candidates", ())]
        elects = item.get("kind") == "election"
        if item.get("kind", "decision") not in ("decision", "election") or (
            item.get("class", "ordinary") not in ("ordinary", "special")
        ):
            wrong[str(item.get("no"))] = [("事项类型不对", "The kind of item is not known")]
        elif elects and (not keys or len(set(keys)) < len(keys) or int(item.get("seats", 0)) < 1):
            wrong[str(item.get("no"))] = [("选举须有应选名额和候选人", "An election needs seats and candidates")]
    return wrong
