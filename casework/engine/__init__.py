"""The engine: a pure library that runs BPMN diagrams. State in, outcome out; no database, no clock of its own.

Where what happens, for whoever knows BPMN:

    a command comes in                            commands.complete
    whatever can run runs, one token at a time    running.Case.settle
    a process or subprocess begins                starting.place_tokens
    a process or subprocess ends                  running.Case.close
    a token arrives at an element and acts        nodes.Node.arrive, nodes.Node.act
    it chooses its flows and takes them           nodes.Node.choose, nodes.Node.follow
    an exclusive gateway chooses                  gateways.ExclusiveGateway.choose
    a join waits, and goes on                     gateways.Join.arrive, gateways.Join.fire
    an inclusive join looks who can still come    gateways.InclusiveGateway.complete
    events race behind a gateway                  catching.EventBasedGateway.arrive

    a person's task is opened                     people.ForPeople.prepare
    the house is asked for an operation           activities.AsksHouse.act
    a process is called, and gives back           holders.CallActivity.act, holders.CallActivity.take_back
    instances begin, and end                      repeating.Repeated.begin_next, repeating.Repeated.instance_done

    an event begins to wait, a timer is armed     catching.arm, catching.Catching.await_event
    a timer goes off                              commands.fire
    a message finds who waits for it              correlating.receiver
    a condition becomes true                      running.Case.fire_conditions
    an event happens                              catching.Catching.occur
    a boundary event interrupts                   catching.BoundaryEvent.happened
    an event subprocess waits, and starts         holders.EventSubProcess.arm_in, holders.EventSubProcess.happened
    an error or escalation is caught              propagation.throw_coded
    a signal reaches all who wait                 propagation.throw_signal
    an event throws, or terminates                throwing.throw
    done work is undone, a transaction left       compensating.compensate, compensating.cancel_transaction

    data is written, two sides are merged         running.Case.put, frames.merge
    branches are merged by a rule                 merging.merge_branches
    an expression is asked                        expressions.Asking.value
    a token can't go on, and tries again          running.Case.stick, nodes.Node.resume
    a case becomes bytes, and a case again        state.encode, state.decode

    a diagram is checked, rewritten, read         check.check, normalise.normalise, elements.DiagramParser
"""

from casework.engine.catalogue import Catalogue
from casework.engine.check import check
from casework.engine.commands import begin, cancel, complete, deliver, fail, fire, retry, start
from casework.engine.definition import Definition, fingerprint, forget_definitions, load
from casework.engine.looking import data, pending, retime
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
    "data",
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
