"""From files to a definition that cases run on: checked, normalised, parsed once, and never changed again."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from casework import feel
from casework.engine.catalogue import Catalogue
from casework.engine.check import examine
from casework.engine.elements import DiagramParser
from casework.engine.model import ElementInfo, ProcessInfo
from casework.engine.normalise import normalise
from casework.engine.parsing import ProcessSpec
from casework.engine.problems import DefinitionRefused, Problem
from casework.engine.triggers import MessageTrigger, SignalTrigger
from casework.engine.xml import Node

ANYTHING: Final = Catalogue()
MOST_KEPT: Final = 256
BPMN_FILE: Final = ".bpmn"

_kept: OrderedDict[str, "Definition"] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Definition:
    """A release of diagrams that can be run."""

    hash: str  # of the whole release
    processes: Mapping[str, ProcessInfo]
    specs: Mapping[str, ProcessSpec] = field(repr=False, compare=False)  # processes, and subprocesses as "process/id"


def load(files: Mapping[str, bytes], *, catalogue: Catalogue = ANYTHING) -> Definition:
    """Return the definition these files make; DefinitionRefused lists every problem at once."""
    key = fingerprint(files)
    with _lock:
        kept = _kept.get(key)
        if kept is not None:
            _kept.move_to_end(key)
    if kept is not None and catalogue is ANYTHING:
        return kept
    checked = examine(files, catalogue=catalogue)
    if checked.refused:
        raise DefinitionRefused(checked.problems)
    if kept is not None:
        return kept
    definition = build(key, checked.roots)
    with _lock:
        _kept[key] = definition
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return definition


def forget_definitions() -> None:
    """Drop every definition kept in memory; they are loaded again when asked for."""
    with _lock:
        _kept.clear()


def fingerprint(files: Mapping[str, bytes]) -> str:
    """Return the hash of a release: of every file in it, whatever it is."""
    digest = sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{len(name.encode())} {len(content)}\n{name}".encode())
        digest.update(content)
    return digest.hexdigest()


def build(key: str, roots: Mapping[str, Node]) -> Definition:
    """Return the definition made of checked diagrams."""
    specs: dict[str, ProcessSpec] = {}
    processes: dict[str, ProcessInfo] = {}
    for file, root in roots.items():
        parser = DiagramParser()
        try:
            parser.add_bpmn_xml(normalise(root), file)
            own = {name: parser.get_spec(name) for name in parser.get_process_ids()}
        except feel.FeelSyntaxError as error:
            raise DefinitionRefused([_unread(file, "expression_syntax", error.zh, error.en)]) from error
        except ValidationException as error:
            text = f"这个文件不能读成流程：{error}"
            raise DefinitionRefused([_unread(file, "unreadable", text, f"The file can't be read: {error}")]) from error
        specs.update(parser.scopes)
        for name, spec in own.items():
            specs[name] = spec
            processes[name] = _info(name, spec, file, specs)
    return Definition(key, processes, specs)


def _info(name: str, spec: ProcessSpec, file: str, specs: Mapping[str, ProcessSpec]) -> ProcessInfo:
    nodes = [
        node
        for key, scope in specs.items()
        if key.partition("/")[0] == name
        for node in scope.task_specs.values()
        if getattr(node, "element", "")
    ]
    plain: Any = spec.task_specs.get(spec.plain_start or "")
    begins = [trigger for event in spec.openings for trigger in spec.task_specs[event].triggers]
    return ProcessInfo(
        id=name,
        name=spec.description or name,
        file=file,
        startable=plain is not None,
        messages=_named(begins, MessageTrigger),
        signals=_named(begins, SignalTrigger),
        starts=spec.plain_starts,
        calls=tuple(
            dict.fromkeys(node.spec for node in nodes if node.kind == "callActivity" and hasattr(node, "spec"))
        ),
        elements={n.element: ElementInfo(n.element, n.kind, n.label) for n in nodes if not n.generated},
    )


def _named(begins: list[Any], kind: type[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(trigger.name) for trigger in begins if isinstance(trigger, kind)))


def _unread(file: str, rule: str, zh: str, en: str) -> Problem:
    return Problem(file, None, None, None, rule, "error", {"zh": zh, "en": en})
