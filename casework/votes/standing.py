"""Where a vote stands, and who stands where in it: what every step looks at first, with the row of the vote locked."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from casework.errors import Conflict, Forbidden, NotFound, Refused, Texts
from casework.persistence import Work
from casework.votes.models import Ballot, RollHead, RollOwner, RollPart, Vote
from casework.votes.tally import Weight

STATES: dict[str, Texts] = {
    "prepared": ("尚未开始投票", "has not begun"),
    "open": ("正在投票", "is open"),
    "closed": ("已截止", "is closed"),
    "counted": ("已计票", "is counted"),
    "stopped": ("已中止", "was stopped"),
}


def locked(work: Work, vote_id: int, *states: str, shared: bool = False) -> Vote:
    """Return a vote, locked until the end of the transaction; casts share the lock, whatever else waits for them.

    Raises NotFound, or Conflict where the vote is in none of the `states`, if any are given.
    """
    query = select(Vote).where(Vote.id == vote_id)
    query = query.with_for_update(read=True) if shared else query.with_for_update(key_share=True)
    vote = work.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if vote is None:
        raise NotFound("没有这次表决。", "There is no such vote.")
    if states and vote.state not in states:
        zh, en = STATES[vote.state]
        raise Conflict(f"“{vote.title}”{zh}，不能这样做。", f"The vote “{vote.title}” {en}; this can't be done now.")
    return vote


def must_take_ballots(work: Work, vote: Vote) -> None:
    """Raise Refused unless the box is open at this very moment: at its end it no longer is."""
    if vote.state == "open" and vote.opens_at and work.now < vote.opens_at:
        raise Refused(f"投票 {_local(work, vote.opens_at)} 开始。", f"Voting begins at {_local(work, vote.opens_at)}.")
    if vote.state == "stopped":
        raise Refused("投票已中止，您的选票没有投出。", "Voting was stopped; your ballot is not cast.")
    if vote.state == "prepared" or vote.closes_at is None:
        raise Refused("投票尚未开始。", "Voting has not begun.")
    if vote.state != "open" or work.now >= vote.closes_at:
        raise Refused(
            f"投票已于 {_local(work, vote.closes_at)} 截止，您的选票没有投出。",
            f"Voting ended at {_local(work, vote.closes_at)}; your ballot is not cast.",
        )


def must_have_a_box(vote: Vote) -> None:
    """Raise Refused for a result that was taken over: what was counted elsewhere lies in no box of ours."""
    if vote.mode == "import":
        raise Refused(
            "这是录入的官方结果，没有票箱，请向计票单位复核。",
            "This is an official result that was taken over; there is no box here. Ask whoever counted it.",
        )


def head_of(work: Work, vote: Vote, head_id: int) -> RollHead:
    """Return a head of the vote's roll; raises NotFound."""
    head = work.session.get(RollHead, head_id)
    if head is None or head.roll_id != vote.roll_id:
        raise NotFound("名册中没有这位业主。", "The roll has no such owner.")
    return head


def owners_of(work: Work, head_id: int) -> set[int]:
    """Return the persons who own a head."""
    return set(work.session.scalars(select(RollOwner.person_id).where(RollOwner.head_id == head_id)))


def actor_of(work: Work) -> int:
    """Return the person who acts; raises Forbidden for a program."""
    if work.actor.person_id is None:
        raise Forbidden("请本人登录后操作。", "Sign in in person to do this.")
    return work.actor.person_id


def weights(work: Work, vote_id: int) -> dict[int, Decimal]:
    """Return the exclusive area of every head that holds a ballot now."""
    query = select(Ballot.head_id, func.sum(RollPart.area).label("area")).join(RollPart, RollPart.id == Ballot.part_id)
    found = work.session.execute(query.where(Ballot.vote_id == vote_id).group_by(Ballot.head_id))
    return {row.head_id: row.area for row in found}


def roll_weights(work: Work, roll_id: int) -> dict[int, Decimal]:
    """Return the exclusive area of every head of a roll, for a vote that issues no ballots here."""
    query = select(RollPart.head_id, func.sum(RollPart.area).label("area")).where(RollPart.roll_id == roll_id)
    return {row.head_id: row.area for row in work.session.execute(query.group_by(RollPart.head_id))}


def weigh(areas: Collection[Decimal]) -> Weight:
    """Return what so many heads weigh together."""
    return Weight(sum(areas, Decimal(0)), len(areas))


def _local(work: Work, moment: datetime) -> str:
    return f"{moment.astimezone(work.house.zone):%Y-%m-%d %H:%M}"
