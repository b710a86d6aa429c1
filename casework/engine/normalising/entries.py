"""What begins: global tasks, receive tasks that begin a process, and scopes that hold nothing."""

from lxml import etree

from casework.engine.normalising.draft import Draft
from casework.engine.xml import is_true, local, nodes, q, scopes

_GLOBAL = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def global_tasks(draft: Draft) -> None:
    """A global task that is called becomes a process of one task."""
    for task in draft.all(*_GLOBAL):
        process = etree.SubElement(draft.root, q("process"), {"id": task.get("id", ""), "isExecutable": "true"})
        if task.get("name"):
            process.set("name", task.get("name", ""))
        draft.retag(task, _GLOBAL[local(task)])
        draft.rename(task, draft.free(f"{task.get('id')}__task"))
        draft.ids[process.get("id", "")] = process
        process.append(task)


def instantiating_receives(draft: Draft) -> None:
    """A receive task that begins its process becomes a message start event."""
    for task in draft.all("receiveTask"):
        if is_true(task, "instantiate"):
            draft.retag(task, "startEvent")
            definition = etree.SubElement(task, q("messageEventDefinition"))
            definition.set("messageRef", task.get("messageRef", ""))
            for name in ("instantiate", "messageRef", "operationRef", "implementation"):
                task.attrib.pop(name, "")


def empty_scopes(draft: Draft) -> None:
    """A process without nodes, such as a closed pool, is dropped; an empty subprocess passes its token on."""
    for scope in scopes(draft.root):
        if nodes(scope):
            continue
        if local(scope) == "process":
            draft.ids.pop(scope.get("id", ""), None)
            draft.root.remove(scope)
        else:
            draft.flow(draft.new(scope, "startEvent", scope, "start"), draft.new(scope, "endEvent", scope, "end"))
