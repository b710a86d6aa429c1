"""Calls from one process to another."""

from collections.abc import Mapping

from casework.engine.checks.document import Document, said
from casework.engine.checks.loops import always_after
from casework.engine.checks.release import Release
from casework.engine.checks.rules import Findings, across, each
from casework.engine.checks.structure import begins
from casework.engine.xml import Node, is_true, local, nodes, reference


@each("callActivity")
def calls(node: Node, doc: Document) -> Findings:
    """A call leads to a process that is there."""
    name, known = (node.get("calledElement") or "").strip(), doc.catalogue.processes or ()
    if not name:
        yield doc.finding(
            "missing_reference",
            node,
            "没有写明调用哪个流程（calledElement）。请选择一个。",
            "Nothing says which process is called (calledElement). Choose one.",
        )
    elif name.rpartition(":")[2] not in known:
        yield doc.finding(
            "unknown_process",
            node,
            f"没有编号为“{said(name)}”的流程。请选择已有的流程，或把它的文件一并提交。",
            f"No file holds the process '{said(name)}'. Choose an existing one, or hand in its file as well.",
        )


@across
def callable_processes(release: Release) -> Findings:
    """A process that is called can begin without a message or another trigger."""
    plain: dict[str, bool] = {}
    for doc, process in release.callables():
        events = [node for node in nodes(process) if local(node) == "startEvent"]
        without = sum(not doc.triggers(node) for node in events)
        begun = any(is_true(node, "instantiate") for node in nodes(process))
        plain.setdefault(process.get("id", ""), without == 1 or (not events and not begun))
    for doc in release.documents:
        for call in doc.all("callActivity"):
            if not plain.get(reference(call.get("calledElement")), True):
                yield doc.finding(
                    "not_callable",
                    call,
                    f"流程“{said(call.get('calledElement'))}”没有唯一的普通开始事件，不能被调用。请让它有且只有一个没有触发条件的开始事件。",
                    f"The process '{said(call.get('calledElement'))}' has no one plain start event, so it can't be "
                    "called. Give it exactly one start event without a trigger.",
                )


@across
def calls_without_end(release: Release) -> Findings:
    """No process calls itself, by whatever detour, on a path it always takes."""
    calling: dict[str, list[tuple[str, Node, Document]]] = {}
    for doc, process in release.callables():
        for node in _surely_reached(process, doc) if local(process) == "process" else ():
            if local(node) == "callActivity":
                called = reference(node.get("calledElement"))
                calling.setdefault(process.get("id", ""), []).append((called, node, doc))
    following = {name: [called for called, _, _ in calls] for name, calls in calling.items()}
    for name, calls in calling.items():
        for called, node, doc in calls:
            if name in _closure(called, following):
                yield doc.finding(
                    "endless_loop",
                    node,
                    f"这里总会再调用到流程“{said(name)}”自己，会无限进行下去。请先用排他网关决定是否再调用。",
                    f"This always leads to the process '{said(name)}' calling itself again, without end. "
                    "Let an exclusive gateway decide first.",
                )


def _surely_reached(process: Node, doc: Document) -> list[Node]:
    """Return what runs in every case of a process, whatever the data."""
    first = begins(process, doc)
    seen = set(first[:1])
    todo = list(seen)
    while todo:
        for after in always_after(todo.pop(), doc):
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return [node for node in nodes(process) if node in seen] if len(first) == 1 else []


def _closure(start: str, following: Mapping[str, list[str]]) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for after in following.get(todo.pop(), ()):
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return seen
