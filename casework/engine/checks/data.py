"""Data: inputs and outputs in their sets, and associations between things that can hold the same."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from casework.engine.checks.document import Document, marked_executable, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import EVENTS, SUBPROCESSES, Node, find, is_true, local, reference, text_of

_SETS: Final = {"dataInput": ("inputSet", "dataInputRefs"), "dataOutput": ("outputSet", "dataOutputRefs")}
_LISTED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "inputSet": ("dataInputRefs", ("optionalInputRefs", "whileExecutingInputRefs")),
    "outputSet": ("dataOutputRefs", ("optionalOutputRefs", "whileExecutingOutputRefs")),
}
_ANSWERS: Final = {"inputSet": ("outputSetRefs", "inputSetRefs"), "outputSet": ("inputSetRefs", "outputSetRefs")}
_CARRYING: Final = frozenset({"message", "error", "escalation", "signal"})
_CARRIES: Final = {
    "dataInput": frozenset({"intermediateThrowEvent", "endEvent"}),
    "dataOutput": frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"}),
}


def _children(node: Node, tag: str) -> Iterator[Node]:
    return (child for child in node if local(child) == tag)


def _texts(node: Node, *tags: str) -> set[str]:
    return {reference(text_of(child)) for child in node if local(child) in tags}


@each("ioSpecification", *sorted(EVENTS))
def in_a_set(holder: Node, doc: Document) -> Findings:
    """Every input stands in an input set, every output in an output set."""
    for tag, (group, refs) in _SETS.items():
        data = list(_children(holder, tag))
        named = {name for one in _children(holder, group) for name in _texts(one, refs)} if data else set()
        for node in data:
            if node.get("id") not in named:
                yield doc.finding(
                    "data_set",
                    node,
                    f"“{said(node.get('name') or node.get('id'))}”没有列在任何 {group} 里，不会被使用。请列入一个。",
                    f"'{said(node.get('name') or node.get('id'))}' is listed in no {group}, so nothing uses it. "
                    "List it in one.",
                )


@each("ioSpecification")
def in_a_subprocess(node: Node, doc: Document) -> Findings:
    """Subprocesses see the data around them and take no inputs of their own."""
    if local(node.getparent()) in SUBPROCESSES:
        yield doc.finding(
            "misplaced_element",
            node,
            "子流程直接使用外层的数据，不能有 ioSpecification。请删去，或改为调用活动。",
            "A subprocess uses the data around it and has no ioSpecification. Remove it, or make it a call activity.",
            severity="warning",
        )


@each(*_LISTED)
def listed_again(group: Node, doc: Document) -> Findings:
    """What is optional, or read while executing, is one of the set's own."""
    refs, others = _LISTED[local(group)]
    own = _texts(group, refs)
    for child in group:
        if local(child) in others and reference(text_of(child)) not in own:
            yield doc.finding(
                "data_set",
                child,
                f"{local(child)} 里的“{said(text_of(child))}”没有列在 {refs} 里。请一并列出。",
                f"'{said(text_of(child))}' in {local(child)} is not among the {refs} of the set. List it there too.",
            )


@each("definitions")
def answered(_root: Node, doc: Document) -> Findings:
    """Sets that belong together name each other."""
    groups = list(doc.all(*_ANSWERS))
    named = {(group.get("id"), local(child), reference(text_of(child))) for group in groups for child in group}
    for group in groups:
        forth, back = _ANSWERS[local(group)]
        for child in _children(group, forth):
            other = doc.get(text_of(child))
            if other is not None and (other.get("id"), back, group.get("id")) not in named:
                yield doc.finding(
                    "data_set",
                    child,
                    f"{forth} 指向“{said(text_of(child))}”，但对方没有用 {back} 指回来。请两边都写上。",
                    f"{forth} names '{said(text_of(child))}', which does not name this set in its {back}. Write both.",
                )


@each("dataInputAssociation", "dataOutputAssociation")
def associations(node: Node, doc: Document) -> Findings:
    """Without a transformation data goes from one source to one target that holds the same."""
    if find(node, "transformation") is not None:
        return
    sources = list(_children(node, "sourceRef"))
    if len(sources) > 1 or (not sources and find(node, "assignment") is None and not _only_drawn(node, doc)):
        yield doc.finding(
            "data_association",
            node,
            f"数据关联没有转换（transformation）时要恰好有一个来源，现在有 {len(sources)} 个。请补上或删去。",
            f"A data association without a transformation has exactly one source, this one has {len(sources)}. "
            "Correct it.",
        )
    ends = [
        kind_of_item(_item(doc.get(text_of(one)), doc), doc) for one in (*sources[:1], *_children(node, "targetRef"))
    ]
    if len(ends) == 2 and ends[0] and ends[1] and find(node, "assignment") is None and ends[0] != ends[1]:
        yield doc.finding(
            "data_association",
            node,
            "数据关联两端的数据类型不同。请改成相同的 itemDefinition，或加上转换（transformation）。",
            "The two ends of the data association hold different kinds of data. "
            "Give them the same item definition, or a transformation.",
        )


def _only_drawn(association: Node, doc: Document) -> bool:
    """Tell whether an arrow to data leaves a step that declares none, as modelers draw it: it moves nothing."""
    return local(association) == "dataOutputAssociation" and association.getparent() not in doc.declared


def _item(node: Node | None, doc: Document) -> str | None:
    """Return the name of the item definition of what a thing holds, None where nothing is said."""
    if local(node) == "dataObjectReference" and node is not None:
        node = doc.get(node.get("dataObjectRef"))
    elif local(node) == "dataStoreReference" and node is not None:
        node = doc.get(node.get("dataStoreRef"))
    return None if node is None else node.get("itemSubjectRef")


def kind_of_item(name: str | None, doc: Document) -> str:
    """Return what tells one kind of data from others: its structure, else its definition, "" where nothing is said."""
    item = doc.get(name)
    described = item is not None and local(item) == "itemDefinition"
    return _structure(name, doc) or (f"#{reference(name)}" if described else "")


def _structure(name: str | None, doc: Document) -> str:
    item = doc.get(name)
    return "" if item is None or local(item) != "itemDefinition" else reference(item.get("structureRef"))


@each("dataObject", "dataInput", "dataOutput")
def collections(node: Node, doc: Document) -> Findings:
    """Data is a collection exactly when its definition is."""
    item = doc.get(node.get("itemSubjectRef"))
    typed = item is not None and local(item) == "itemDefinition"
    if item is not None and typed and is_true(node, "isCollection") != is_true(item, "isCollection"):
        yield doc.finding(
            "data_type",
            node,
            "isCollection 与它引用的 itemDefinition 不一致。请改成一样。",
            "isCollection differs from that of its item definition. Make them the same.",
        )


@each(*sorted(EVENTS))
def carried(event: Node, doc: Document) -> Findings:
    """An event that carries data has one piece for each of its definitions, of that definition's kind."""
    for tag, events in _CARRIES.items():
        if local(event) not in events:
            continue
        data, definitions = list(_children(event, tag)), doc.triggers(event)
        needed = marked_executable(event) and any(_brought(one, doc) for one in definitions)
        if len(data) != len(definitions) and (data or needed):
            yield doc.finding(
                "data_type",
                event,
                f"事件有 {len(definitions)} 个定义，却有 {len(data)} 个数据（{tag}）。请一一对应。",
                f"For {len(definitions)} event definitions there are {len(data)} pieces of data ({tag}). "
                "Give the event one for each.",
            )
            continue
        for piece, definition in zip(data, definitions, strict=False):
            own, brought = kind_of_item(piece.get("itemSubjectRef"), doc), _brought(definition, doc)
            if own and brought and own != brought:
                yield doc.finding(
                    "data_type",
                    piece,
                    "事件的数据与它的消息、信号或错误的数据类型不同。请改成一样。",
                    "The data of the event is of another kind than that of its message, signal or error. "
                    "Make them the same.",
                )


def _brought(definition: Node, doc: Document) -> str:
    kind = local(definition).removesuffix("EventDefinition")
    if kind not in _CARRYING:
        return ""
    thing = doc.get(definition.get(f"{kind}Ref"))
    name = None if thing is None else thing.get("itemRef" if kind == "message" else "structureRef")
    return kind_of_item(name, doc)


@each("serviceTask", "sendTask", "receiveTask")
def exchanged(task: Node, doc: Document) -> Findings:
    """A task that calls an operation or exchanges a message has one set of data for it, of the message's kind."""
    operation, message = doc.get(task.get("operationRef")), doc.get(task.get("messageRef"))
    io = find(task, "ioSpecification")
    if io is None or (operation is None and message is None):
        return
    for tag, group, carrier in (
        ("dataInput", "inputSet", _sent(task, operation, message, doc)),
        ("dataOutput", "outputSet", _received(task, operation, message, doc)),
    ):
        counted = Counter(local(child) for child in io)
        applies = local(task) == "serviceTask" or (local(task) == "sendTask") == (tag == "dataInput")
        if applies and (counted[group] > 1 or (local(task) != "serviceTask" and counted[tag] > 1)):
            yield doc.finding(
                "data_type",
                task,
                f"交换一个消息的任务只能有一个 {group} 和一个 {tag}。请合并。",
                f"A task that exchanges one message has one {group} and one {tag} at most. Join them.",
            )
        kinds = {kind_of_item(one.get("itemSubjectRef"), doc) for one in _children(io, tag)}
        wanted = "" if carrier is None else kind_of_item(carrier.get("itemRef"), doc)
        needed = bool(kinds) or local(task) == "serviceTask"
        if applies and needed and wanted and wanted not in kinds:
            named = said(carrier.get("name")) if carrier is not None else ""
            yield doc.finding(
                "data_type",
                task,
                f"没有与消息“{named}”数据类型相同的 {tag}。请改成一样。",
                f"No {tag} is of the same kind as the message '{named}'. Make them the same.",
            )


def _sent(task: Node, operation: Node | None, message: Node | None, doc: Document) -> Node | None:
    called = None if operation is None else doc.get(text_of(find(operation, "inMessageRef")))
    return message if local(task) == "sendTask" and message is not None else called


def _received(task: Node, operation: Node | None, message: Node | None, doc: Document) -> Node | None:
    called = None if operation is None else doc.get(text_of(find(operation, "outMessageRef")))
    return message if local(task) == "receiveTask" and message is not None else called


@each("callActivity")
def called_data(call: Node, doc: Document) -> Findings:
    """A call that declares data declares what the called process declares."""
    called = doc.get(call.get("calledElement"))
    own = doc.declared.get(call)
    wanted = None if called is None else doc.declared.get(called)
    if called is None or (own is None and wanted is None):
        return
    if _shape(own, doc) != _shape(wanted, doc):
        yield doc.finding(
            "data_type",
            call,
            f"调用活动声明的数据与流程“{said(called.get('name') or called.get('id'))}”声明的不同。请改成一样。",
            f"The call declares other data than the process '{said(called.get('name') or called.get('id'))}' does. "
            "Make them the same.",
        )


def _shape(io: Node | None, doc: Document) -> Counter[tuple[str, str]]:
    if io is None:
        return Counter()
    return Counter((local(child), kind_of_item(child.get("itemSubjectRef"), doc)) for child in io if local(child))


@each("multiInstanceLoopCharacteristics")
def instance_data(loop: Node, doc: Document) -> Findings:
    """The collection of a task's instances is one of its inputs, and its items are of the kind it holds."""
    activity = loop.getparent()
    if activity is None or find(activity, "multiInstanceLoopCharacteristics") is not loop:
        return
    data = find(loop, "loopDataInputRef")
    io = find(activity, "ioSpecification")
    if io is not None and data is not None and local(activity) not in SUBPROCESSES:
        inputs = {one.get("id") for one in _children(io, "dataInput")}
        if reference(text_of(data)) not in inputs:
            yield doc.finding(
                "data_type",
                loop,
                f"多实例的集合“{said(text_of(data))}”不是这个任务的数据输入。请改为它的数据输入。",
                f"The collection '{said(text_of(data))}' is no data input of this task. Choose one of its inputs.",
            )
    for refs, item in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
        whole, part = find(loop, refs), find(loop, item)
        if whole is None or part is None:
            continue
        held = _structure(_item(doc.get(text_of(whole)), doc), doc)
        each_one = _structure(part.get("itemSubjectRef"), doc)
        scalar = doc.get(part.get("itemSubjectRef"))
        if (held and each_one and held != each_one) or (scalar is not None and is_true(scalar, "isCollection")):
            yield doc.finding(
                "data_type",
                loop,
                f"{item} 不是集合里一项的类型。请改正它的 itemDefinition。",
                f"The {item} is not of the kind of one item of the collection. Correct its item definition.",
            )
