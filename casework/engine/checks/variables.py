"""Variables: what an expression reads should be able to exist when it is read.

Data may come in with the start, from people, messages and services, so little is certain. A finding is only given for
a name that the process itself writes, never before it is read, and where nothing else on the way could have.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from lxml import etree

from casework.engine.checks.document import Document, said
from casework.engine.checks.expressions import feel_source, written
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.structure import successors
from casework.engine.problems import Problem
from casework.engine.xml import (
    BANJIE,
    FLOW_NODES,
    SCOPES,
    Node,
    ancestors,
    ext,
    find,
    is_outside_flow,
    local,
    q,
    text_of,
)
from casework.feel import Expression

_BUDGET: Final = 25_000  # nodes looked at in one file; beyond that nothing is told
_ASKS_OTHERS: Final = frozenset({"userTask", "manualTask", "receiveTask", "intermediateCatchEvent", "boundaryEvent"})
_ANSWERED: Final = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
_STEPS: Final = tuple(q(tag) for tag in sorted(FLOW_NODES))
_HOLDERS: Final = (*map(q, ("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput")), ext("in"))
_OPENS, _CLOSES = "([{", ")]}"


@dataclass
class _Paths:
    """What can come after what, looked at within a budget."""

    doc: Document
    left: int = _BUDGET
    seen: dict[Node, set[Node]] = field(default_factory=dict)

    def after(self, node: Node) -> set[Node]:
        """Return every node that can be reached from a node, itself only by a circle."""
        if node not in self.seen:
            found: set[Node] = set()
            todo = [node]
            while todo and self.left > 0:
                for following in successors(todo.pop(), self.doc):
                    self.left -= 1
                    if following not in found:
                        found.add(following)
                        todo.append(following)
            self.seen[node] = found
        return self.seen[node]


@each("definitions")
def unset_variables(_root: Node, doc: Document) -> Findings:
    """A name that the process writes is not read where nothing can have written it yet."""
    reads = _reads(doc)
    paths = _Paths(doc)
    for process, read in reads.items():
        writers: dict[str, list[Node]] = {}
        strangers: list[Node] = []
        for node in process.iter(*_STEPS):
            names = list(_writes(node))
            for name in names:
                writers.setdefault(name, []).append(node)
            if not names and _may_write_anything(node, doc):
                strangers.append(node)
        own = {name for reader, _, name in read if reader in writers.get(name, ())}
        told: set[tuple[Node, str]] = set()
        for reader, node, name in read:
            ready = name not in writers or name in own or (reader, name) in told
            if not ready and not _precedes(chain(writers[name], strangers), reader, paths):
                told.add((reader, name))
                yield _unset(node, name, doc)


def named(doc: Document) -> Iterator[str]:
    """Yield every name for data that a diagram writes or reads."""
    for one in written(doc):
        yield from one.expression.names if isinstance(one.expression, Expression) else ()
    for node in doc.root.iter(*_STEPS):
        yield from _writes(node)
    for node in doc.root.iter(*_HOLDERS):
        yield from filter(None, (node.get("name"), node.get("id")))
    for node in doc.all("multiInstanceLoopCharacteristics"):
        yield from filter(None, [node.get(ext("element"))])


def _unset(node: Node, name: str, doc: Document) -> Problem:
    return doc.finding(
        "unset_variable",
        node,
        f"这里用到“{said(name)}”，但流程要到后面才写入它。请在用到之前写入，或调整先后。",
        f"'{said(name)}' is read here, but the process only writes it later. Write it first, or change the order.",
    )


def _reads(doc: Document) -> Mapping[Node, list[tuple[Node, Node, str]]]:
    """Return the readings of names by process: the step that reads, where it is written, and the name."""
    known = {"item", *(doc.catalogue.names or ())}
    found: dict[Node, list[tuple[Node, Node, str]]] = {}
    for one in written(doc):
        names = one.expression.names if isinstance(one.expression, Expression) else frozenset[str]()
        reader = _step_of(one.node, doc) if names else None
        process = None if reader is None else next((up for up in ancestors(reader) if local(up) == "process"), None)
        if reader is not None and process is not None:
            for name in sorted(names - known - set(_local_names(one.node))):
                found.setdefault(process, []).append((reader, one.node, name))
    return found


def _step_of(node: Node, doc: Document) -> Node | None:
    """Return the step that evaluates what is written in a node; for a flow the step it leaves."""
    for one in (node, *ancestors(node)):
        if local(one) == "sequenceFlow":
            return doc.get(one.get("sourceRef"))
        if local(one) in FLOW_NODES:
            return one
    return None


def _local_names(node: Node) -> Iterator[str]:
    """Yield the names that instances have for the element at hand."""
    for around in (node, *ancestors(node)):
        for loop in around if local(around) in FLOW_NODES else (around,):
            if local(loop) == "multiInstanceLoopCharacteristics":
                item = find(loop, "inputDataItem")
                yield from filter(None, (loop.get(ext("element")), None if item is None else item.get("name")))


def _writes(node: Node) -> Iterator[str]:
    """Yield the names that a step is sure to write."""
    if local(node) == "scriptTask":
        yield from _keys(feel_source(text_of(find(node, "script"))))
    for holder in (node, find(node, "multiInstanceLoopCharacteristics"), find(node, "extensionElements")):
        if holder is None:
            continue
        if local(holder) == "extensionElements":
            yield from (child.get("name", "") for child in holder if child.tag == str(etree.QName(BANJIE, "out")))
            continue
        yield from filter(None, (holder.get(ext("result")), holder.get(ext("collect"))))
    if local(node) == "businessRuleTask" and node.get(ext("decision")) and not node.get(ext("result")):
        yield node.get(ext("decision"), "")


def _keys(source: str) -> Iterator[str]:
    """Yield the keys of a context as it is written, without reading what stands behind them."""
    depth, quoted, start = 0, False, 1
    for place, sign in enumerate(source):
        if quoted:
            quoted = sign != '"' or source[place - 1] == "\\"
        elif sign == '"':
            quoted = True
        elif sign in _OPENS:
            depth += 1
        elif sign in _CLOSES:
            depth -= 1
        elif sign == ":" and depth == 1 and start:
            yield source[start:place].strip().strip('"')
            start = 0
        elif sign == "," and depth == 1:
            start = place + 1


def _may_write_anything(node: Node, doc: Document) -> bool:
    tag = local(node)
    if tag == "callActivity" or tag in _ASKS_OTHERS:
        return True
    return tag in _ANSWERED or (tag == "startEvent" and bool(doc.triggers(node)))


def _precedes(writers: Iterable[Node], reader: Node, paths: _Paths) -> bool:
    """Tell whether one of these steps may have run before the reader does."""
    line = dict(_line(reader))
    for writer in writers:
        if paths.left <= 0:
            return True
        for scope, holder in _line(writer):
            paths.left -= 1
            if scope in line:
                if is_outside_flow(holder) or is_outside_flow(line[scope]) or line[scope] in paths.after(holder):
                    return True
                break
    return False


def _line(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each scope around a step, the innermost first, with what stands for the step in it."""
    for around in ancestors(node):
        if local(around) in SCOPES:
            yield around, node
            node = around
