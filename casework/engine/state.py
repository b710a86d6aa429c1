"""The state of a case as bytes: only what lives, in a format of our own; the definition is never part of it."""

from typing import Any, Final

import orjson
from SpiffWorkflow.util.task import TaskState

from casework.engine.definition import Definition
from casework.engine.expressions import Asking
from casework.engine.frames import GONE, Frame
from casework.engine.refusals import OtherDefinition, UnreadableState
from casework.engine.resting import unpacked
from casework.engine.running import Case
from casework.engine.tokens import ROOT, CaseTask
from casework.engine.values import pack, unpack

PLAIN: Final = 1  # the first format, in which every state is still written that it has words for
FULL: Final = 2  # with instances at rest, and with what branches keep apart
READABLE: Final = (PLAIN, FULL)
_HOST: Final = 5  # position of an optional host in a task's row


def encode(case: Case, definition: Definition) -> bytes:
    """Return the state of a settled case."""
    case.compact()
    for scope in case.scopes():
        scope.rest()
    _prune(case)
    document = {
        "format": FULL if any(scope.resting or scope.apart for scope in case.scopes()) else PLAIN,
        "definition": definition.hash[:16],
        "process": case.spec.name,
        "last": case.last_id,
        "ended": case.ended,
        **({"keys": case.keys} if case.keys else {}),
        "scopes": [_pack_scope(scope) for scope in case.scopes()] if case.ended is None else [],
    }
    return orjson.dumps(document)


def decode(state: bytes, definition: Definition, asking: Asking) -> Case:
    """Return the case; OtherDefinition when it runs on another one, UnreadableState when the bytes are no state."""
    document = _document(state)
    if document["definition"] != definition.hash[:16]:
        raise OtherDefinition
    case = Case(definition.specs[document["process"]], definition.specs, asking, document["last"])
    case.ended, case.keys = document["ended"], document.get("keys", {})
    found: dict[int, CaseTask] = {}
    for row in document["scopes"]:
        owner = None if row["owner"] is None else found[row["owner"]]
        frame = _unpack_frame(row["frame"]) if row["frame"] is not None else None
        if owner is None:
            scope: Any = case
            case.frame = frame
        else:
            scope = case.enter(definition.specs[row["spec"]], owner, frame)
        scope.apart = {flow: _unpack_frame(packed) for flow, packed in row.get("apart", {}).items()}
        scope.done, scope.gates = row.get("done", []), row.get("gates", {})
        for task in row["tasks"]:
            found[task[0]] = _unpack_task(scope, task)
        for holder, around, runs in row.get("resting", ()):
            scope.resting[holder] = unpacked(found[holder], around, runs)
    for task in case.receivers():
        task.task_spec.watch(task)
    case.emptied.extend(scope for scope in case.subprocesses.values() if not scope.live and _may_end(scope))
    case.ready.extend(
        sorted((t for s in case.scopes() for t in s.live.values() if _runs_by_itself(t)), key=lambda task: task.id)
    )
    return case


def _document(state: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(state)
    except orjson.JSONDecodeError as error:
        raise UnreadableState from error
    if not isinstance(document, dict) or document.get("format") not in READABLE:
        raise UnreadableState
    return document


def _may_end(scope: Any) -> bool:
    return "stuck" not in scope.owner.internal_data


def _runs_by_itself(task: CaseTask) -> bool:
    return bool(task._state == TaskState.READY and task.task_spec.by_itself)


def _pack_scope(scope: Any) -> dict[str, Any]:
    tasks = sorted((*scope.live.values(), *scope.armed.values()), key=lambda task: task.id)
    row = {
        "owner": scope.owner.id if scope.owner else None,
        "spec": scope.spec.name,
        "frame": _pack_frame(scope.frame) if scope.frame is not None else None,
        "tasks": [_pack_task(task) for task in tasks],
    }
    resting = [group.packed() for group in scope.resting.values()]
    apart = {flow: _pack_frame(frame) for flow, frame in scope.apart.items()}
    beside = {"done": scope.done, "gates": scope.gates, "resting": resting, "apart": apart}
    return row | {name: value for name, value in beside.items() if value}


def _pack_task(task: CaseTask) -> list[Any]:
    row = [task.id, task.task_spec.name, int(task._state), int(task.armed), task.internal_data]
    host = None if task._parent == ROOT else task._parent
    if host is not None or task.frame is not None:
        row.append(host)
    if task.frame is not None:
        row.append(_pack_frame(task.frame))
    return row


def _unpack_task(scope: Any, row: list[Any]) -> CaseTask:
    number, name, state, armed, internal = row[:_HOST]
    host = row[_HOST] if len(row) > _HOST else None
    parent = scope.tasks.get(host, scope.task_tree)
    task = CaseTask(scope, scope.spec.task_specs[name], parent, TaskState.FUTURE, number)
    task.internal_data = internal
    task.armed = bool(armed)
    task.frame = _unpack_frame(row[_HOST + 1]) if len(row) > _HOST + 1 else None
    task._state = state
    (scope.armed if armed else scope.live)[number] = task
    return task


def _pack_frame(frame: Frame) -> list[Any]:
    journal = [[version, name, [] if old is GONE else [pack(old)]] for version, name, old in frame.journal]
    values = {name: pack(value) for name, value in frame.values.items()}
    packed = [values, frame.version, journal, list(frame.wrote), list(frame.given)]
    beside = [frame.writers, frame.authors, frame.ended]
    return [*packed, *beside] if any(beside) else packed


def _unpack_frame(packed: list[Any]) -> Frame:
    values, version, journal, wrote, given, *beside = packed
    frame = Frame({name: unpack(value) for name, value in values.items()}, given)
    frame.version = version
    frame.journal = [(at, name, unpack(old[0]) if old else GONE) for at, name, old in journal]
    frame.wrote = dict.fromkeys(wrote)
    frame.writers, frame.authors, frame.ended = [*beside, {}, {}, {}][:3]
    return frame


def _prune(case: Case) -> None:
    """Let every frame forget what nobody still works on."""
    seen: dict[int, tuple[Frame, list[int]]] = {}
    for scope in case.scopes():
        for task in scope.live.values():
            frames = task.frames()
            for frame in frames:
                seen.setdefault(id(frame), (frame, []))
            if "seen" in task.internal_data:
                seen[id(frames[0])][1].append(task.internal_data["seen"])
            if "around" in task.internal_data:
                seen[id(frames[1])][1].append(task.internal_data["around"])
                seen[id(frames[1])][1].extend(task.internal_data.get("bases", {}).values())
        for group in scope.resting.values():
            seen[id(group.holder.frames()[0])][1].append(group.around)
    for scope in case.scopes():
        for frame in scope.apart.values():
            main = scope.frame if scope.frame is not None else scope.owner.frames()[0]
            seen[id(frame)] = (frame, seen[id(main)][1] if id(main) in seen else [])
    branches, holders = case.branches(), {0, *case.subprocesses}
    for frame, versions in seen.values():
        frame.prune(versions)
        kept = frame.writers.items() if len(branches) > 1 else ()
        frame.writers = {name: branch for name, branch in kept if branch in branches}
        frame.ended = {name: ended for name, ended in frame.ended.items() if ended[1] in holders}
        frame.authors = {name: one for name, one in frame.authors.items() if len(branches) > 1 or name in frame.ended}
