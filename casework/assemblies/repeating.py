"""A vote that is held once more: among those tied, or as a whole because its box can never be opened."""

from collections.abc import Mapping
from typing import Any

from casework.assemblies import outcomes
from casework.assemblies.laying import told, vote_of
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.votes import services as votes
from casework.votes.models import Roll, Vote


def new_ballot(step: Step) -> Mapping[str, Any]:
    """Lay down a new ballot for the seats that a tie left open, among those tied; a secret one needs its own key.

    Who is elected already stays so. Returns {vote, closes_on}: the window is the one of the rules.
    """
    counted = vote_of(step)
    items = outcomes.open_seats(counted.items, outcomes.plain(step.data["vote"]["tied"]))
    vote = votes.prepare_again(step.work, counted.id, items)
    step.note("并列的另行投票。", "Those tied stand again.", what="new_ballot", vote=vote.id)
    return _next(step, vote, step.data["vote"]["elected"])


def hold_again(step: Step, reason: str) -> Mapping[str, Any]:
    """Give up a box that too few shares are left to open, and lay the same vote down anew; everybody is told why.

    What was cast stays sealed for good. The new vote has its own notice, window and key. Returns {vote, text, opens_on,
    closes_on, extended}.
    """
    lost = vote_of(step)
    because = f"开箱密钥份额不足：{reason}"
    votes.stop(step.work, lost.id, because)
    vote = votes.prepare_again(step.work, lost.id)
    for whom in ("voters", "trustees"):
        tell(step, "vote_held_again", whom, title=vote.title, reason=reason, vote=vote.id)
    step.note(
        f"票箱无法打开，表决重新举行。{because}",
        f"The box can't be opened; the vote is held again. Too few shares: {reason}",
        what="held_again",
        vote=vote.id,
        instead_of=lost.id,
    )
    text = f"原票箱因密钥份额不足无法打开，重新投票；原来投的票作废。{step.data.get('text') or ''}"
    again = _next(step, vote, step.data["vote"].get("kept") or [])
    return {**again, "text": text, "opens_on": None, "extended": False}


def _next(step: Step, vote: Vote, kept: Any) -> dict[str, Any]:
    roll = step.work.session.get_one(Roll, vote.roll_id)
    return {"vote": {**told(vote, roll), "kept": kept, "planned_at": None}, "closes_on": None}


OPERATIONS = {
    "votes.new_ballot": new_ballot,
    "votes.hold_again": hold_again,
}
