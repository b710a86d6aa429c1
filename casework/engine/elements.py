"""Reading each kind of element, and a whole file of them."""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from casework.engine import activities, adhoc, catching, gateways, holders, people, throwing
from casework.engine.correlating import Paths, read_paths
from casework.engine.expressions import clock_of, compiled
from casework.engine.extensions import attribute, formulas, pairs, words
from casework.engine.parsing import ElementParser, ScopeParser
from casework.engine.reading import is_together, read_triggers
from casework.engine.xml import Node, find, is_event_subprocess, is_true, local, q, reference, text_of


class PeopleParser(ElementParser):
    """Reads tasks for people."""

    def create_task(self) -> Any:
        """Return the spec with who does it, where, and until when."""
        spec = super().create_task()
        spec.form = attribute(self.node, "form")
        spec.role = attribute(self.node, "role")
        place = attribute(self.node, "scope") or ""
        spec.place = None if place.startswith("=") else place or None
        spec.place_of = compiled(place) if place.startswith("=") else None
        spec.clock = attribute(self.node, "clock")
        due = attribute(self.node, "due") or (f'clock("{spec.clock}").due' if spec.clock else None)
        spec.due = compiled(due)
        spec.clock = spec.clock or (clock_of(spec.due) if spec.due is not None else None)
        spec.priority = int(attribute(self.node, "priority") or 0)
        spec.conflicts = words(self.node, "conflict")
        return spec


class HouseParser(ElementParser):
    """Reads tasks that ask the house for something."""

    def create_task(self) -> Any:
        """Return the spec with what it asks for."""
        spec = super().create_task()
        spec.operation = attribute(self.node, "operation")
        spec.parameters = formulas(self.node, "parameter")
        spec.result = attribute(self.node, "result")
        decision = attribute(self.node, "decision")
        notice = attribute(self.node, "notice")
        if decision and spec.operation is None:
            spec.operation, spec.constants = "decisions.decide", {"decision": decision}
        elif notice and spec.operation is None:
            to = attribute(self.node, "to") or ""
            spec.operation, spec.constants = "notifications.send", {"notice": notice}
            if to.startswith("="):
                spec.parameters = {**spec.parameters, "to": compiled(to)}
            else:
                spec.constants = {"notice": notice, "to": to or None}
        return spec


class ScriptParser(ElementParser):
    """Reads script tasks."""

    def create_task(self) -> Any:
        """Return the spec with its compiled script; the library is given none to run."""
        spec = self.spec_class(self.spec, self.bpmn_id, script="", **self.bpmn_attributes)
        spec.program = compiled(text_of(find(self.node, "script")))
        return spec


class EventParser(ElementParser):
    """Reads events, and the two tasks that are one."""

    def create_task(self) -> Any:
        """Return the spec with what it waits for or throws."""
        found = read_triggers(self, self.node)
        attributes = self.bpmn_attributes
        if local(self.node) == "boundaryEvent":
            attributes["cancel_activity"] = is_true(self.node, "cancelActivity", "true")
        definition = found[0] if found else NoneEventDefinition()
        spec = self.spec_class(self.spec, self.bpmn_id, event_definition=definition, **attributes)
        spec.triggers = found
        spec.together = is_together(self.node, found)
        return spec


class SendParser(HouseParser):
    """Reads send tasks: something asked of the house, or a message that is thrown."""

    def create_task(self) -> Any:
        """Return the spec with its operation and its message."""
        spec = super().create_task()
        spec.triggers = read_triggers(self, self.node)
        return spec

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """Return what the library's class asks for, which is an event's."""
        return {**super().bpmn_attributes, "event_definition": NoneEventDefinition()}


class JoinParser(ElementParser):
    """Reads gateways at which branches can be merged."""

    def create_task(self) -> Any:
        """Return the spec with the rules by which it merges what branches wrote."""
        spec = super().create_task()
        spec.merge_rules = dict(pairs(self.node, "merge"))
        return spec


class ComplexParser(ElementParser):
    """Reads complex gateways."""

    def create_task(self) -> Any:
        """Return the spec with the condition on what has come."""
        spec = super().create_task()
        spec.activation = compiled(text_of(find(self.node, "activationCondition")))
        return spec


class TokenJoinParser(ElementParser):
    """Reads where tokens are gathered before an activity."""

    def create_task(self) -> Any:
        """Return the spec with how many tokens it takes."""
        spec = super().create_task()
        spec.needed = int(self.node.get("quantity", "1"))
        return spec


class EventGatewayParser(ElementParser):
    """Reads event-based gateways."""

    def create_task(self) -> Any:
        """Return the spec; the events stand behind the gateway."""
        spec = self.spec_class(self.spec, self.bpmn_id, event_definition=NoneEventDefinition(), **self.bpmn_attributes)
        spec.instantiates = is_true(self.node, "instantiate")
        spec.parallel = self.node.get("eventGatewayType") == "Parallel"
        return spec


class SubProcessParser(ElementParser):
    """Reads subprocesses with everything in them."""

    def create_task(self) -> Any:
        """Return the spec; what is inside becomes a spec of its own."""
        inside = ScopeParser(
            self.process_parser.parser, self.node, self.nsmap, {}, filename=self.filename, lane=self.lane
        )
        inside.parent = self.process_parser
        inner = inside.get_spec()
        self.process_parser.parser.scopes[inner.name] = inner
        kind = holders.EventSubProcess if is_event_subprocess(self.node) else self.spec_class
        spec = kind(self.spec, self.bpmn_id, subworkflow_spec=inner.name, **self.bpmn_attributes)
        start = find(self.node, "startEvent")
        if is_event_subprocess(self.node) and start is not None:
            spec.triggers = read_triggers(self, start)
            spec.together = is_together(start, spec.triggers)
            spec.interrupting = is_true(start, "isInterrupting", "true")
            spec.start = start.get("id")
        return spec


class AdHocParser(SubProcessParser):
    """Reads ad hoc subprocesses."""

    def create_task(self) -> Any:
        """Return the spec with how its activities follow each other and when it is enough."""
        spec = super().create_task()
        spec.sequential = self.node.get("ordering") == "Sequential"
        spec.cancels_rest = is_true(self.node, "cancelRemainingInstances", "true")
        spec.until = compiled(text_of(find(self.node, "completionCondition")))
        return spec


class CallParser(ElementParser):
    """Reads call activities."""

    def create_task(self) -> Any:
        """Return the spec with what goes in and what comes out."""
        called = reference(self.node.get("calledElement"))
        spec = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=called, **self.bpmn_attributes)
        spec.ins, spec.outs = formulas(self.node, "in"), formulas(self.node, "out")
        return spec


class DiagramParser(BpmnParser):  # type: ignore[misc]
    """Reads one file. Elements that are not listed do not run."""

    PROCESS_PARSER_CLASS = ScopeParser
    PARSER_CLASSES: ClassVar[dict[str, Any]] = {}
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        q(tag): pair
        for tag, pair in {
            "task": (ElementParser, activities.NoneTask),
            "userTask": (PeopleParser, people.UserTask),
            "manualTask": (PeopleParser, people.ManualTask),
            "serviceTask": (HouseParser, activities.ServiceTask),
            "businessRuleTask": (HouseParser, activities.BusinessRuleTask),
            "sendTask": (SendParser, activities.SendTask),
            "receiveTask": (EventParser, activities.ReceiveTask),
            "scriptTask": (ScriptParser, activities.ScriptTask),
            "subProcess": (SubProcessParser, holders.SubProcess),
            "transaction": (SubProcessParser, holders.SubProcess),
            "adHocSubProcess": (AdHocParser, adhoc.AdHocSubProcess),
            "callActivity": (CallParser, holders.CallActivity),
            "exclusiveGateway": (ElementParser, gateways.ExclusiveGateway),
            "parallelGateway": (JoinParser, gateways.ParallelGateway),
            "inclusiveGateway": (JoinParser, gateways.InclusiveGateway),
            "complexGateway": (ComplexParser, gateways.ComplexGateway),
            "tokenJoin": (TokenJoinParser, gateways.TokenJoin),
            "eventBasedGateway": (EventGatewayParser, catching.EventBasedGateway),
            "startEvent": (EventParser, catching.StartEvent),
            "endEvent": (EventParser, throwing.EndEvent),
            "intermediateCatchEvent": (EventParser, catching.IntermediateCatchEvent),
            "intermediateThrowEvent": (EventParser, throwing.IntermediateThrowEvent),
            "boundaryEvent": (EventParser, catching.BoundaryEvent),
        }.items()
    }

    def __init__(self) -> None:
        super().__init__()
        self.scopes: dict[str, Any] = {}
        self._paths: Paths | None = None
        self._ids: dict[str, Node] | None = None

    def paths_in(self, node: Node) -> Paths:
        """Return where the messages of the file bear the keys of correlations."""
        if self._paths is None:
            self._paths = read_paths(node.getroottree().getroot())
        return self._paths

    def named(self, node: Node, reference_to: str) -> Node | None:
        """Return the element of the file that a reference in `node` leads to."""
        if self._ids is None:
            self._ids = {one.get("id", ""): one for one in node.getroottree().getroot().iter("*") if one.get("id")}
        return self._ids.get(reference(reference_to))

    def _add_diagram_indexes(self, bpmn: Node) -> None:
        """Leave the layout out: where something is drawn changes nothing."""

    def _add_collaborations(self, bpmn: Node) -> None:
        """Leave pools out: each process runs by itself."""

    def _add_data_stores(self, bpmn: Node) -> None:
        """Leave data stores out: they are drawn for people to read."""

    def _add_correlations(self, bpmn: Node) -> None:
        """Leave the library's correlation out: ours is read with each message."""
