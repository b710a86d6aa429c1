"""From normalised XML to the specs a case runs on, by the library's parser with classes of our own.

The library follows the flows recursively; here every element is read by itself and the flows are laid afterwards, so a
chain may be as long as it likes.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask

from casework.engine import catching, repeating, triggers
from casework.engine.associations import read_associations
from casework.engine.expressions import compiled
from casework.engine.extensions import attribute
from casework.engine.merging import Ways
from casework.engine.nodes import Flow
from casework.engine.reach import Reach
from casework.engine.reading import read_definition
from casework.engine.xml import (
    Node,
    designer_id,
    find,
    flows,
    is_event_subprocess,
    is_outside_flow,
    is_true,
    local,
    q,
    reference,
    text_of,
)
from casework.engine.xml import triggers as definitions_in

SILENT: Final = (triggers.TimerTrigger, triggers.ConditionTrigger)  # nobody sends these
START: Final = " start"  # no id of a designer can have a blank


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """The elements of one process or subprocess, and where its tokens begin."""

    entries: tuple[str, ...] = ()
    plain_start: str | None = None
    plain_starts: tuple[str, ...] = ()  # more than one: whoever starts the process says which
    openings: Mapping[str, tuple[str, ...]] = {}  # the event that can start the process → where tokens are put then
    event_subprocesses: tuple[str, ...] = ()
    undone_by: str | None = None  # its compensation event subprocess
    reach: Reach
    ways: Ways

    def __init__(self, name: str, title: str, file: str) -> None:
        super().__init__(name=name, description=title, filename=file)
        self.task_specs.clear()
        self.start = BpmnStartTask(self, START)
        self.end = SimpleBpmnTask(self, " end")


class ScopeParser(ProcessParser):  # type: ignore[misc]
    """Reads one process or subprocess."""

    def create_spec(self) -> ProcessSpec:
        """Return the empty spec; an embedded subprocess is named after everything around it."""
        around = f"{self.parent.spec.name}/" if self.parent is not None else ""
        return ProcessSpec(around + self.bpmn_id, self.get_name(), self.filename)

    def _parse(self) -> None:
        self.spec = self.create_spec()
        self.add_tasks()

    def add_tasks(self) -> None:
        """Read every element, then lay the flows."""
        parsers = [self.read(node) for node in self.node if node.tag in self.parser.OVERRIDE_PARSER_CLASSES]
        laid: dict[str, list[Flow]] = {}
        for flow in flows(self.node):
            condition = compiled(text_of(find(flow, "conditionExpression")))
            source, target = reference(flow.get("sourceRef")), reference(flow.get("targetRef"))
            laid.setdefault(source, []).append(Flow(flow.get("id", f"{source}->{target}"), target, condition))
        for parser in parsers:
            self.lay(parser, laid.get(parser.bpmn_id, ()))
        self.set_entries(parsers)
        self.let_reports_pass()
        self.spec.reach = Reach(self.spec)
        self.spec.ways = Ways(self.spec, self.spec.reach)

    def let_reports_pass(self) -> None:
        """Let the event by which every instance, or the first, reports stop none of the others, however it is drawn."""
        for spec in self.spec.task_specs.values():
            for name in spec.boundaries if getattr(spec, "reports", ()) else ():
                event = self.spec.task_specs[name]
                reported = [one for report in spec.reports if report.condition is None for one in report.triggers]
                if any(repeating.is_report(trigger, one) for trigger in event.triggers for one in reported):
                    event.cancel_activity = False

    def read(self, node: Node) -> "ElementParser":
        """Read one element."""
        kind, spec_class = self.parser._get_parser_class(node.tag)
        parser: ElementParser = kind(self, spec_class, node, self.nsmap, lane=self.lane)
        parser.parse_node()
        return parser

    def lay(self, parser: "ElementParser", leaving: Iterable[Flow]) -> None:
        """Connect an element with what follows, in the order in which it lists its outgoing flows."""
        spec = parser.task
        listed = [reference(one.text) for one in parser.node.findall(q("outgoing"))]
        order = {flow_id: place for place, flow_id in enumerate(listed)}
        spec.flows = tuple(sorted(leaving, key=lambda flow: order.get(flow.id, len(order))))
        spec.default = parser.node.get("default")
        spec.gives = int(parser.node.get("completionQuantity", "1"))
        for flow in spec.flows:
            target = self.spec.task_specs[flow.target]
            spec.connect(target)
            target.incoming = (*target.incoming, flow.id)
        host = reference(parser.node.get("attachedToRef"))
        if host and spec.triggers and isinstance(spec.triggers[0], triggers.CompensateTrigger):
            ways = [way for way in self.node.iter(q("association")) if reference(way.get("sourceRef")) == spec.name]
            self.spec.task_specs[host].compensated_by = reference(ways[0].get("targetRef")) if ways else None
        elif host:
            self.spec.task_specs[host].boundaries += (spec.name,)

    def set_entries(self, parsers: list["ElementParser"]) -> None:
        """Note where tokens begin."""
        starts = [parser.task for parser in parsers if isinstance(parser.task, catching.StartEvent)]
        inside = self.parent is not None
        plain = [spec.name for spec in starts if inside or not spec.triggers]
        gates = [parser.task for parser in parsers if getattr(parser.task, "instantiates", False)]
        loose = [
            parser.task.name
            for parser in parsers
            if not parser.task.incoming
            and parser.task not in gates
            and not parser.node.get("attachedToRef")
            and not is_outside_flow(parser.node)
        ]
        untold = [s.name for s in starts if len(s.triggers) == 1 and isinstance(s.triggers[0], SILENT)]
        self.spec.plain_starts = tuple(plain)
        self.spec.entries = tuple(plain[:1] if plain else untold[:1] if starts else loose)
        self.spec.plain_start = self.spec.entries[0] if self.spec.entries else None
        openings = {spec.name: (spec.name,) for spec in starts if spec.triggers}
        for gate in gates:
            behind = tuple(flow.target for flow in gate.flows)
            openings.update({name: behind if gate.parallel else (name,) for name in behind})
        self.spec.openings = openings
        handlers = [parser.task for parser in parsers if is_event_subprocess(parser.node)]
        undoing = [s for s in handlers if s.triggers and isinstance(s.triggers[0], triggers.CompensateTrigger)]
        self.spec.event_subprocesses = tuple(spec.name for spec in handlers if spec not in undoing)
        self.spec.undone_by = undoing[0].name if undoing else None


class ElementParser(TaskParser):  # type: ignore[misc]
    """Reads one element without following its flows."""

    def parse_node(self) -> Any:
        """Return the spec of the element, repeated or not."""
        self.task = self.create_task()
        self.describe(self.task)
        repeated = find(self.node, "multiInstanceLoopCharacteristics")
        loop = find(self.node, "standardLoopCharacteristics")
        if repeated is not None:
            self._repeat(self._instances(repeated), repeated)
        elif loop is not None:
            self._repeat(self._loop(loop), loop)
        return self.task

    def create_task(self) -> Any:
        """Return the bare spec."""
        return self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)

    def describe(self, spec: Any) -> None:
        """Say whose element it is."""
        spec.element = designer_id(self.node) or self.bpmn_id
        spec.generated = spec.element != self.bpmn_id
        spec.kind = attribute(self.node, "kind") or local(self.node)
        spec.label = self.node.get("name", "").strip()
        spec.process = self.spec.name.partition("/")[0]
        spec.associations = read_associations(self.node, partial(self.process_parser.parser.named, self.node))
        spec.file = self.filename

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """Return what the library's classes ask for."""
        return {"lane": self.lane, "bpmn_name": self.node.get("name"), "description": self.node.get("name")}

    def _instances(self, node: Node) -> Any:
        kind = repeating.SequentialInstances if is_true(node, "isSequential") else repeating.ParallelInstances
        original = self.spec.task_specs.pop(self.task.name)
        spec = kind(self.spec, original.name, task_spec="")
        spec.collection = compiled(attribute(node, "collection"))
        spec.item_name = attribute(node, "element")
        spec.collect = attribute(node, "collect")
        spec.times = compiled(text_of(find(node, "loopCardinality")))
        spec.until = compiled(text_of(find(node, "completionCondition")))
        spec.collected = attribute(node, "collected")
        spec.reports = tuple(self._reports(node))
        return original, spec

    def _reports(self, node: Node) -> Iterator[repeating.Report]:
        """Yield what instances report, by the behaviour of the multi-instance activity."""
        parser, behaviour = self.process_parser.parser, node.get("behavior", "All")
        for name in ("None", "One"):
            definition = parser.named(node, node.get(f"{name.lower()}BehaviorEventRef", ""))
            if behaviour == name and definition is not None:
                yield repeating.Report((read_definition(parser, self.node, definition),), first_only=name == "One")
        for complex_one in node.findall(q("complexBehaviorDefinition")) if behaviour == "Complex" else ():
            thrown = [(event, one) for event in complex_one.findall(q("event")) for one in definitions_in(event)]
            yield repeating.Report(
                tuple(read_definition(parser, event, one) for event, one in thrown),
                condition=compiled(text_of(find(complex_one, "condition"))),
            )

    def _loop(self, node: Node) -> Any:
        original = self.spec.task_specs.pop(self.task.name)
        most = int(node.get("loopMaximum", "0") or 0) or None
        spec = repeating.StandardLoop(self.spec, original.name, "", most, None, is_true(node, "testBefore"))
        spec.while_true = compiled(text_of(find(node, "loopCondition")))
        spec.most = most
        spec.test_first = is_true(node, "testBefore")
        return original, spec

    def _repeat(self, specs: Any, node: Node) -> None:
        original, self.task = specs
        self._copy_task_attrs(original)
        self.describe(self.task)
        self.task.kind = local(node)
