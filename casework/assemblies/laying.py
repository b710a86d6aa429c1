"""The vote that a run of the diagram is about, as its diagram and forms know it before the count."""

from decimal import Decimal
from typing import Any

from casework.cases.step import Step
from casework.votes.models import Roll, Vote


def vote_of(step: Step) -> Vote:
    """Return the vote that this run of the diagram is about, locked."""
    return step.work.session.get_one(Vote, int(step.data["vote"]["id"]), with_for_update=True)


def told(vote: Vote, roll: Roll) -> dict[str, Any]:
    """Return what the diagram and its forms ask of a vote before it is counted."""
    return {
        "id": Decimal(vote.id),
        "round": Decimal(vote.round),
        "parts": Decimal(roll.parts),
        "heads": Decimal(roll.heads),
        "area": roll.area,
        "opens_at": vote.opens_at,
        "closes_at": vote.closes_at,
        "by_hand": vote.paper,
        "official": vote.mode == "import",
        "secret": vote.mode == "secret",
        "threshold": Decimal(vote.threshold),
        "participation": False,
        "void": False,
        "elected": [],
        "tied": [],
    }
