"""Ids, and the names by which messages, signals, errors and escalations are known."""

import re
from typing import Final

from casework.engine.checks.document import Document, marked_executable, said
from casework.engine.checks.release import Release
from casework.engine.checks.rules import Findings, across, each
from casework.engine.xml import ANY_BPMN, FLOW_NODES, Node, line_of, local, reference

_ID: Final = re.compile(r"[^\s:<>&\"']{1,200}")
_PLACES: Final = tuple(sorted(FLOW_NODES | {"process"}))

_WITHOUT: Final = {
    "messageEventDefinition": "messageRef",
    "signalEventDefinition": "signalRef",
    "receiveTask": "messageRef",
}
_THROWERS: Final = frozenset({"endEvent", "intermediateThrowEvent"})


@each("definitions")
def duplicate_ids(root: Node, doc: Document) -> Findings:
    """Two elements of one file never share an id."""
    first: dict[str, Node] = {}
    for node in root.iter(ANY_BPMN):
        name = node.get("id")
        if name is None:
            continue
        earlier = first.setdefault(name, node)
        if earlier is not node:
            yield doc.finding(
                "duplicate_id",
                node,
                f"编号“{said(name)}”已经用在第 {line_of(earlier)} 行。每个元素的编号只能出现一次，请改一个。",
                f"The id '{said(name)}' is already used in line {line_of(earlier)}. Ids stand once: change it.",
            )


@each("definitions")
def bad_ids(root: Node, doc: Document) -> Findings:
    """An id is a word: something to refer to."""
    for node in root.iter(ANY_BPMN):
        name = node.get("id")
        if name is not None and not _ID.fullmatch(name):
            yield doc.finding(
                "bad_id",
                node,
                f"编号“{said(name)}”不能用：不能为空，不能有空格、冒号和引号，最长 200 个字符。",
                f"The id '{said(name)}' can't be used: not empty, no spaces, colons or quotes, at most 200 characters.",
            )


@each(*_PLACES)
def missing_id(node: Node, doc: Document) -> Findings:
    """What a token can stand on has an id."""
    if node.get("id") is None:
        yield doc.finding(
            "missing_id",
            node,
            f"“{local(node)}”{_called(node)[0]}没有编号（id），流程无法指到它。请加上。",
            f"A '{local(node)}'{_called(node)[1]} has no id, so nothing can lead to it. Give it one.",
        )


def _called(node: Node) -> tuple[str, str]:
    name = said(node.get("name"))
    return (f"（{name}）", f" ({name})") if name else ("", "")


@each(
    "messageEventDefinition",
    "signalEventDefinition",
    "receiveTask",
    "errorEventDefinition",
    "escalationEventDefinition",
)
def missing_reference(node: Node, doc: Document) -> Findings:
    """What waits for a message or throws something says which."""
    tag, thrown = local(node), local(node.getparent()) in _THROWERS
    attribute = _WITHOUT.get(tag) or (f"{tag.removesuffix('EventDefinition')}Ref" if thrown else None)
    if attribute and local(node.getparent()) != "definitions" and not reference(node.get(attribute)):
        yield doc.finding(
            "missing_reference",
            node,
            f"没有写明{attribute}，不知道发出或等待的是什么。请选择一个。",
            f"{attribute} is missing, so nothing says what is thrown or awaited. Choose one.",
        )


@each("errorEventDefinition", "escalationEventDefinition")
def thrown_code(node: Node, doc: Document) -> Findings:
    """What an executable process throws has a code to be caught by, not only a name."""
    kind = local(node).removesuffix("EventDefinition")
    thing = doc.get(node.get(f"{kind}Ref"))
    thrown = local(node.getparent()) in _THROWERS and marked_executable(node)
    if thrown and thing is not None and local(thing) == kind and not (thing.get(f"{kind}Code") or "").strip():
        yield doc.finding(
            "missing_code",
            node,
            f"抛出的“{said(thing.get('name') or thing.get('id'))}”没有 {kind}Code，只能按名称捕获。请填写代码。",
            f"The thrown '{said(thing.get('name') or thing.get('id'))}' has no {kind}Code and is only caught by its "
            "name. Give it a code.",
        )


@each("message", "signal", "error", "escalation")
def named(node: Node, doc: Document) -> Findings:
    """A message or signal is known by its name, an error or escalation by its code."""
    key = {"error": "errorCode", "escalation": "escalationCode"}.get(local(node), "name")
    if not (node.get(key) or node.get("name") or "").strip():
        yield doc.finding(
            "missing_reference",
            node,
            f"“{said(node.get('id'))}”没有{'代码' if key != 'name' else '名称'}，不会和任何事件对上。请填写。",
            f"'{said(node.get('id'))}' has no {key}, so it never matches anything. Fill it in.",
        )


@across
def duplicate_processes(release: Release) -> Findings:
    """A process id stands for one process in the whole release."""
    first: dict[str, tuple[Document, Node]] = {}
    for doc, node in release.callables():
        earlier, _ = first.setdefault(node.get("id", ""), (doc, node))
        if earlier is not doc and node.get("id"):
            yield doc.finding(
                "duplicate_process",
                node,
                f"流程编号“{said(node.get('id'))}”在 {earlier.file} 中已经有了。请改一个。",
                f"The process id '{said(node.get('id'))}' is taken by {earlier.file}. Change one of them.",
            )
