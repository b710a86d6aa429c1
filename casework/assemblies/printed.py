"""What the papers of a vote say: its roll and its agenda as texts. Nobody is named but who stands for election."""

from typing import Any

from casework import documents
from casework.cases.models import Case
from casework.cases.papers import vote_of
from casework.directory.viewing import Viewer
from casework.persistence import Work
from casework.votes.texts import of_roll, of_vote


def may_have_all(work: Work, viewer: Viewer, case: Case) -> bool:  # noqa: ARG001  asked of every process alike
    """Tell whether the viewer reads the place by office."""
    return viewer.reads(case.area_path)


def facts(work: Work, case: Case, paper: documents.Paper) -> dict[str, Any]:  # noqa: ARG001  all have the same facts
    """Return what a paper is filled with."""
    vote = vote_of(work, case)
    return {"roll": of_roll(work, vote), "vote": of_vote(work, vote)}
