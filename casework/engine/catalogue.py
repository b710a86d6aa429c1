"""What the house around the engine offers to a diagram; None always means "not known here, so not checked"."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Catalogue:
    """The operations, forms, roles, scopes and decisions that a diagram may name, and what its expressions may ask."""

    operations: Mapping[str, Sequence[str]] | None = None  # "noun.verb" → the parameters it takes
    needed: Mapping[str, Sequence[str]] | None = None  # "noun.verb" → those of them it can't do without
    forms: Collection[str] | None = None  # "complaint_handling/accept"
    roles: Collection[str] | None = None
    scopes: Collection[str] | None = None  # the keywords; "= FEEL" is always allowed
    conflicts: Collection[str] | None = None
    decisions: Collection[str] | None = None  # in addition to the decisions of the .dmn files at hand
    processes: Collection[str] | None = None  # in addition to the processes of the .bpmn files at hand
    notices: Collection[str] | None = None
    policies: Collection[str] | None = None  # keys that policy("…") and deadline("…", …) may name
    clocks: Collection[str] | None = None  # names that clock("…") may name
    names: Collection[str] | None = None  # what facts put beside the process data
    functions: Collection[str] | None = None  # the functions of facts, beside those of FEEL
    now: datetime | None = None  # the moment of the check: a timer that names an earlier one is told of
