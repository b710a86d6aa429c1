"""Bindings: who does a task, and how the data of processes and services is handed in and out."""

from typing import Final

from casework.engine.checks.data import kind_of_item
from casework.engine.checks.document import Document, marked_executable, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import Node, find, local, text_of

_ROLES: Final = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
_ENDS: Final = (("inputDataRef", "inMessageRef", "dataInputRefs"), ("outputDataRef", "outMessageRef", "dataOutputRefs"))
_KEPT_OUTSIDE: Final = {
    "dataInput": (
        "流程的输入，由外部给出，不能在流程里写入",
        "an input of the process: it is given from outside and never written inside",
    ),
    "dataOutput": (
        "流程的输出，交给外部，不能在流程里读取",
        "an output of the process: it is given away and never read inside",
    ),
}
_FROM_OUTSIDE: Final = {"dataInput": "targetRef", "dataOutput": "sourceRef"}


@each(*_ROLES)
def one_way_to_name_people(role: Node, doc: Document) -> Findings:
    """People are named by a resource with its parameters, or found by an expression, never both."""
    if find(role, "resourceRef") is not None and find(role, "resourceAssignmentExpression") is not None:
        yield doc.finding(
            "misplaced_element",
            role,
            "resourceRef 和 resourceAssignmentExpression 不能同时写。请只保留一个。",
            "A role has a resourceRef or a resourceAssignmentExpression, not both. Keep one of them.",
        )


@each("resourceParameterBinding")
def parameters_of_the_resource(binding: Node, doc: Document) -> Findings:
    """A parameter that is bound is one of the resource named beside it."""
    role, parameter = binding.getparent(), doc.get(binding.get("parameterRef"))
    resource = None if role is None else doc.get(text_of(find(role, "resourceRef")))
    if parameter is not None and parameter.getparent() is not resource:
        yield doc.finding(
            "unknown_reference",
            binding,
            f"“{said(parameter.get('name'))}”不是这里 resourceRef 所指资源的参数。请改正 resourceRef 或 parameterRef。",
            f"'{said(parameter.get('name'))}' is no parameter of the resource named here (resourceRef). "
            "Correct the resource or the parameter.",
        )


@each("serviceTask")
def given_to_operation(task: Node, doc: Document) -> Findings:
    """An executable task that calls an operation declares the data it hands over."""
    operation = doc.get(task.get("operationRef"))
    if operation is not None and find(task, "ioSpecification") is None and marked_executable(task):
        yield doc.finding(
            "data_type",
            task,
            f"任务调用操作“{said(operation.get('name'))}”，却没有声明输入输出（ioSpecification）。请补上。",
            f"The task calls the operation '{said(operation.get('name'))}' but declares no data (ioSpecification). "
            "Declare its input and output.",
        )


@each("process", "globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")
def offered_as_service(node: Node, doc: Document) -> Findings:
    """What is offered as a service says how its data is bound."""
    if find(node, "supportedInterfaceRef") is not None and find(node, "ioBinding") is None:
        yield doc.finding(
            "missing_part",
            node,
            "流程对外提供接口（supportedInterfaceRef），却没有写明数据如何对应（ioBinding）。请补上。",
            "It is offered as a service (supportedInterfaceRef) but nothing binds its data (ioBinding). Add it.",
        )


@each("ioBinding")
def bound(binding: Node, doc: Document) -> Findings:
    """What a service binds to an operation is of the kind of the operation's messages."""
    operation = doc.get(binding.get("operationRef"))
    for end, message, refs in _ENDS if operation is not None else ():
        carrier = doc.get(text_of(find(operation, message))) if operation is not None else None
        wanted = "" if carrier is None else kind_of_item(carrier.get("itemRef"), doc)
        kinds = {kind_of_item(one.get("itemSubjectRef"), doc) for one in _data(binding.get(end), refs, doc)} - {""}
        if wanted and kinds and wanted not in kinds:
            yield doc.finding(
                "data_type",
                binding,
                f"{end} 的数据类型与操作的消息不同。请改成一样。",
                f"The {end} is of another kind than the operation's message. Make them the same.",
            )


def _data(name: str | None, refs: str, doc: Document) -> list[Node]:
    """Return the pieces of data that a binding names, one by one or by their set."""
    node = doc.get(name)
    if node is None or not local(node).endswith("Set"):
        return [] if node is None else [node]
    named = (doc.get(text_of(child)) for child in node if local(child) == refs)
    return [one for one in named if one is not None]


@each("dataInputAssociation", "dataOutputAssociation")
def handed_in_and_out(association: Node, doc: Document) -> Findings:
    """What a process is given is never written inside it, and what it gives away is never read inside it."""
    for child in association:
        end = doc.get(text_of(child)) if local(child) in _FROM_OUTSIDE.values() else None
        if end is None or _FROM_OUTSIDE.get(local(end)) != local(child) or not _of_process(end):
            continue
        name = said(end.get("name") or end.get("id"))
        zh, en = _KEPT_OUTSIDE[local(end)]
        yield doc.finding(
            "data_association",
            association,
            f"“{name}”是{zh}。请改用数据对象。",
            f"'{name}' is {en}. Use a data object instead.",
        )


def _of_process(data: Node) -> bool:
    io = data.getparent()
    return io is not None and local(io) == "ioSpecification" and local(io.getparent()) == "process"
