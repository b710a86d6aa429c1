"""The engine: a pure library that runs BPMN diagrams. State in, outcome out; no database, no clock of its own."""

from casework.engine.catalogue import Catalogue
from casework.engine.check import check
from casework.engine.commands import begin, cancel, complete, deliver, fail, fire, retry, start
from casework.engine.definition import Definition, fingerprint, forget_definitions, load
from casework.engine.looking import pending, retime
from casework.engine.migrating import migrate
from casework.engine.model import (
    Data,
    ElementInfo,
    Event,
    Facts,
    HumanTask,
    Message,
    Operation,
    Outcome,
    ProcessInfo,
    State,
    Timer,
    Token,
)
from casework.engine.moving import move
from casework.engine.problems import DefinitionRefused, MigrationRefused, Problem
from casework.engine.refusals import (
    AlreadyEnded,
    MoveRefused,
    NoSuchStart,
    NoSuchTask,
    NoSuchTimer,
    NotOffered,
    OtherDefinition,
    SeveralStarts,
    UnreadableState,
)

__all__ = [
    "AlreadyEnded",
    "Catalogue",
    "Data",
    "Definition",
    "DefinitionRefused",
    "ElementInfo",
    "Event",
    "Facts",
    "HumanTask",
    "Message",
    "MigrationRefused",
    "MoveRefused",
    "NoSuchStart",
    "NoSuchTask",
    "NoSuchTimer",
    "NotOffered",
    "Operation",
    "OtherDefinition",
    "Outcome",
    "Problem",
    "ProcessInfo",
    "SeveralStarts",
    "State",
    "Timer",
    "Token",
    "UnreadableState",
    "begin",
    "cancel",
    "check",
    "complete",
    "deliver",
    "fail",
    "fingerprint",
    "fire",
    "forget_definitions",
    "load",
    "migrate",
    "move",
    "pending",
    "retime",
    "retry",
    "start",
]
