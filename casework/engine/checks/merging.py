"""Merging at joins: rules that can be read, where each step belongs to one branch."""

from collections.abc import Iterable
from typing import Final

from casework.engine.checks.activities import data_name
from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.checks.structure import successors
from casework.engine.extensions import pairs
from casework.engine.merging import RULES
from casework.engine.xml import ACTIVITIES, EVENTS, Node, ext, local, nodes

_MERGING: Final = ("parallelGateway", "inclusiveGateway")
_WRITES: Final = ACTIVITIES | EVENTS - {"startEvent"}


@each(*_MERGING)
def merges(gateway: Node, doc: Document) -> Findings:
    """Rules for merging stand where branches are joined, one for each name."""
    if gateway.get(ext("merge")) is None:
        return
    written = pairs(gateway, "merge")
    if not written or (len(doc.incoming(gateway)) < 2 and doc.knows(gateway)):
        yield doc.finding(
            "bad_merge",
            gateway,
            "这里没有要合并的：没有写规则，或没有分支在此汇合。请写上规则，或去掉 banjie:merge。",
            "Nothing is merged here: there is no rule, or no branches are joined. Write one, or remove banjie:merge.",
        )
    words = "、".join(RULES), ", ".join(RULES)
    for place, (name, rule) in enumerate(written):
        if not name or rule not in RULES:
            yield doc.finding(
                "bad_merge",
                gateway,
                f"合并规则“{said(f'{name}: {rule}')}”看不懂：要写成“名称: 规则”，用分号隔开，规则是{words[0]}之一。",
                f"'{said(f'{name}: {rule}')}' is no merge rule: write 'name: rule', separated by semicolons, "
                f"the rule being one of {words[1]}.",
            )
        elif name in {other for other, _ in written[:place]}:
            yield doc.finding(
                "bad_merge",
                gateway,
                f"“{said(name)}”写了两条合并规则，只能有一条。请删去一条。",
                f"'{said(name)}' has two merge rules and can have one. Remove one.",
            )
        else:
            yield from data_name(gateway, name, doc)


@each(*_MERGING)
def branches(gateway: Node, doc: Document) -> Findings:
    """Where branches are merged, each step leads to the join over one flow, or lies before the split and over all."""
    scope = gateway.getparent()
    if gateway.get(ext("merge")) is None or scope is None:
        return
    into = doc.incoming(gateway)
    before = _before(gateway, into, nodes(scope), doc)
    led = {node: sum(node in found for found in before) for node in nodes(scope)}
    between = [node for node, count in led.items() if local(node) in _WRITES and 1 < count < len(into)]
    back = [node for node in successors(gateway, doc) if 0 < led.get(node, 0) < len(into)]
    for node in dict.fromkeys([*between, *back]):
        called = said(node.get("name") or node.get("id"))
        yield doc.finding(
            "bad_merge",
            gateway,
            f"分不清“{called}”属于哪个分支：它经几条连线到达这里，或从这里又回到分支中间。请让每个分支只有一条连线进来。",
            f"'{called}' belongs to no one branch: it leads here over several flows, or from here back into a branch. "
            "Let each branch come in over one flow.",
        )


def _before(join: Node, flows: Iterable[Node], inside: Iterable[Node], doc: Document) -> list[set[Node]]:
    """Return for each flow into the join the elements that lead to it without passing the join."""
    leading: dict[Node, list[Node]] = {}
    for node in inside:
        for follower in successors(node, doc):
            leading.setdefault(follower, []).append(node)
    found: list[set[Node]] = []
    for flow in flows:
        source = doc.get(flow.get("sourceRef"))
        seen: set[Node] = set()
        todo = [source] if source is not None else []
        while todo:
            node = todo.pop()
            if node is not join and node not in seen:
                seen.add(node)
                todo += leading.get(node, [])
        found.append(seen)
    return found
