"""What a diagram names in the house: forms, roles, scopes, operations, decisions, notices."""

from collections.abc import Collection
from typing import Final

from lxml import etree

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import ACTIVITIES, BANJIE, Node, ext, find, local

_PEOPLE: Final = ("userTask", "manualTask")
_ASKS: Final = ("serviceTask", "sendTask", "businessRuleTask")


def in_house(doc: Document) -> bool:
    """Tell whether the file is meant for the house rather than being plain BPMN for the engine alone."""
    return doc.ours or doc.catalogue.forms is not None or doc.catalogue.operations is not None


@each("userTask")
def missing(task: Node, doc: Document) -> Findings:
    """A person's task has a label, a form and a role."""
    if not in_house(doc):
        return
    wanted = (
        (
            "missing_label",
            task.get("name"),
            "名称，待办列表里只能显示编号",
            "name, so people would see its id in their inbox",
        ),
        ("missing_form", task.get(ext("form")), "表单（banjie:form）", "form (banjie:form)"),
        (
            "missing_role",
            task.get(ext("role")),
            "承办角色（banjie:role），没有人会收到它",
            "role (banjie:role), so it reaches nobody",
        ),
    )
    for rule, value, zh, en in wanted:
        if not (value or "").strip():
            yield doc.finding(rule, task, f"人工任务没有{zh}。请填写。", f"The user task has no {en}. Fill it in.")


@each(*sorted((ACTIVITIES | {"exclusiveGateway", "inclusiveGateway"}) - {"userTask"}))
def unnamed(node: Node, doc: Document) -> Findings:
    """Where the house is known, whoever reads history sees a name for every step and every question."""
    asks = local(node).endswith("Gateway") and len(doc.outgoing(node)) > 1
    known = doc.catalogue.forms is not None
    if known and (asks or local(node) in ACTIVITIES) and not (node.get("name") or "").strip():
        zh, en = ("这个网关没有写明在问什么", "This gateway does not say what it asks") if asks else (
            "这一步没有名称，历史里只能显示编号", "This step has no name, so history shows its id",
        )  # fmt: skip
        yield doc.finding("missing_label", node, f"{zh}。请填写名称。", f"{en}. Give it a name.")


@each(*_PEOPLE)
def people(task: Node, doc: Document) -> Findings:
    """Forms, roles, scopes and conflict rules exist."""
    catalogue = doc.catalogue
    form, scope = (task.get(ext("form")) or "").strip(), (task.get(ext("scope")) or "").strip()
    yield from _known("unknown_form", form, catalogue.forms, task, doc, ("表单", "form"))
    for role in (task.get(ext("role")) or "").split():
        yield from _known("unknown_role", role, catalogue.roles, task, doc, ("角色", "role"))
    if not scope.startswith("="):
        yield from _known("unknown_scope", scope, catalogue.scopes, task, doc, ("范围", "scope"))
    for conflict in (task.get(ext("conflict")) or "").split():
        yield from _known("unknown_conflict", conflict, catalogue.conflicts, task, doc, ("回避规则", "conflict rule"))
    yield from _known(
        "unknown_clock", (task.get(ext("clock")) or "").strip(), catalogue.clocks, task, doc, ("时限", "clock")
    )
    priority = task.get(ext("priority"))
    if priority is not None and not (priority.strip().isascii() and priority.strip().isdecimal()):
        yield doc.finding(
            "bad_value",
            task,
            f"优先级要是整数，不能是“{said(priority)}”。",
            f"A priority is a whole number, not '{said(priority)}'.",
        )


def _known(
    rule: str, name: str, known: Collection[str] | None, node: Node, doc: Document, kind: tuple[str, str]
) -> Findings:
    if name and known is not None and name not in known:
        yield doc.finding(
            rule,
            node,
            f"没有名为“{said(name)}”的{kind[0]}。请选择已有的，或先建立它。",
            f"There is no {kind[1]} '{said(name)}'. Choose an existing one, or create it first.",
        )


@each(*_ASKS)
def operations(task: Node, doc: Document) -> Findings:
    """An operation exists and takes the parameters it is given."""
    name, known = (task.get(ext("operation")) or "").strip(), doc.catalogue.operations
    yield from _known("unknown_operation", name, known, task, doc, ("操作", "operation"))
    if not name or known is None or name not in known:
        return
    takes, written = known[name], _parameters(task)
    yield from _left_out(task, name, {given.get("name", "") for given in written}, doc)
    for given in written:
        if given.get("name") not in takes:
            zh, en = "、".join(takes) or "无", ", ".join(takes) or "none"
            yield doc.finding(
                "unknown_parameter",
                given,
                f"操作“{said(name)}”没有参数“{said(given.get('name'))}”（可用：{zh}）。请改正或删去。",
                f"The operation '{said(name)}' takes no '{said(given.get('name'))}' (it takes: {en}). Correct it.",
            )


def _left_out(task: Node, name: str, given: Collection[str], doc: Document) -> Findings:
    missing = [one for one in (doc.catalogue.needed or {}).get(name, ()) if one not in given]
    if missing:
        yield doc.finding(
            "missing_parameter",
            task,
            f"操作“{said(name)}”还需要参数：{'、'.join(missing)}。请用 banjie:parameter 给出。",
            f"The operation '{said(name)}' also needs: {', '.join(missing)}. Give it with banjie:parameter.",
        )


def _parameters(task: Node) -> list[Node]:
    holder = find(task, "extensionElements")
    return [] if holder is None else [child for child in holder if child.tag == str(etree.QName(BANJIE, "parameter"))]


@each("serviceTask", "sendTask")
def asks_for_something(task: Node, doc: Document) -> Findings:
    """A service task says what is to be done, a send task what is sent and to whom."""
    if task.get(ext("operation")) or not in_house(doc):
        return
    sends = local(task) == "sendTask"
    if sends and task.get("messageRef") and not task.get(ext("notice")):
        return
    if sends and task.get(ext("notice")) and task.get(ext("to")):
        yield from _known(
            "unknown_notice", task.get(ext("notice"), "").strip(), doc.catalogue.notices, task, doc, ("通知", "notice")
        )
        return
    yield doc.finding(
        "missing_operation",
        task,
        "没有写明发送什么、发给谁（banjie:notice 和 banjie:to）。"
        if sends
        else "没有写明执行哪个操作（banjie:operation）。",
        "Nothing says what is sent and to whom (banjie:notice and banjie:to)."
        if sends
        else "Nothing says which operation is to run (banjie:operation).",
        severity="error" if doc.catalogue.operations is not None else None,
    )


@each("businessRuleTask")
def decides_something(task: Node, doc: Document) -> Findings:
    """A business rule task names a decision that exists."""
    name = (task.get(ext("decision")) or "").strip()
    yield from _known("unknown_decision", name, doc.catalogue.decisions, task, doc, ("决策表", "decision"))
    if not name and not task.get(ext("operation")):
        yield doc.finding(
            "missing_decision",
            task,
            "业务规则任务没有写明用哪个决策表（banjie:decision）。请选择一个。",
            "The business rule task names no decision (banjie:decision). Choose one.",
            severity="error" if in_house(doc) else None,
        )
