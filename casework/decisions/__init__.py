"""Decision tables and their sisters: DMN files in, decisions out, evaluated on the house's FEEL."""

from casework.decisions.coverage import Uncovered, look_through
from casework.decisions.decision import Decided, Decision
from casework.decisions.loading import Reading, load, read_files
from casework.decisions.problems import DecisionRefused, Problem
from casework.decisions.tables import Hit

__all__ = [
    "Decided",
    "Decision",
    "DecisionRefused",
    "Hit",
    "Problem",
    "Reading",
    "Uncovered",
    "load",
    "look_through",
    "read_files",
]
