"""Turn decision files into decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.decisions import xml
from casework.decisions.boxes import Boxes
from casework.decisions.decision import Decision, Link, Need, chain, follow
from casework.decisions.logic import Run, fitting, nothing
from casework.decisions.model import Model, read_models
from casework.decisions.problems import DecisionRefused, Problem
from casework.decisions.xml import Element
from casework.feel import Function, Kind, Scope, read
from casework.feel.kinds import ANY

REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
REQUIRED = ("requiredDecision", "requiredKnowledge", "requiredInput")


@dataclass(frozen=True, slots=True)
class Reading:
    """What decision files hold: the decisions that can be evaluated, and everything that is wrong."""

    decisions: Mapping[str, Decision]
    problems: Sequence[Problem]


def load(files: Mapping[str, bytes]) -> Mapping[str, Decision]:
    """Return the decisions of the files by their ids; DecisionRefused lists everything that is wrong with them."""
    found = read_files(files)
    if found.problems:
        raise DecisionRefused(found.problems)
    return found.decisions


def read_files(files: Mapping[str, bytes]) -> Reading:
    """Return the sound decisions of the files by their ids, and all problems.

    A decision is sound when nothing is wrong with it or with what it requires, but for a call whose arguments do not
    fit: that is a problem, and null when the decision is made. Where files of different namespaces use an id twice, it
    stands behind its namespace: `namespace#id`.
    """
    findings, models = read_models(files)
    drawing = Drawing(models)
    decisions = drawing.decisions()
    return Reading(decisions, [problem for file in findings for problem in file.problems])


class Drawing:
    """All elements of all files, linked as they require each other."""

    def __init__(self, models: Sequence[Model]) -> None:
        self.models = models
        self.owners: dict[str, tuple[Model, Element]] = {}
        self.links: dict[str, Link] = {}
        self.broken: set[str] = set()
        self.known = frozenset(name for model in models for name in model.names() if name and not name.isidentifier())
        for model in models:
            for element in model.elements:
                self._own(model, element)
        for key, (model, element) in self.owners.items():
            before = len(model.findings.problems)
            self.links[key] = self._link(key, model, element)
            if model.findings.broken_since(before):
                self.broken.add(key)

    def _own(self, model: Model, element: Element) -> None:
        place = xml.place(element)
        key = f"{model.namespace}#{place.id or xml.name(element)}"
        if (not place.id and xml.kind(element) != "inputData") or key in self.owners:
            model.findings.add(place, "id_not_unique", "标识缺失或重复", "the id is missing or used twice")
        else:
            self.owners[key] = model, element

    def find(self, href: str, model: Model) -> str | None:
        """Return which element a reference means: one of the file, of the namespace it names, or of any file."""
        namespace, _, at = href.rpartition("#")
        for place in (namespace or model.namespace, model.namespace, *(other.namespace for other in self.models)):
            if f"{place}#{at}" in self.owners:
                return f"{place}#{at}"
        return None

    def needs(self, model: Model, element: Element) -> tuple[Need, ...]:
        """Return what an element requires, noting what does not exist."""
        found = []
        for requirement in xml.children(element, *REQUIREMENTS):
            target = xml.child(requirement, *REQUIRED)
            need = None if target is None else self.need(model, element, target)
            if need is not None:
                found.append(need)
        return tuple(found)

    def need(self, model: Model, element: Element, target: Element) -> Need | None:
        """Return what one reference requires; None, and a note, when it does not exist."""
        href = str(target.get("href") or "")
        key = self.find(href, model)
        if key is None:
            other = href.rpartition("#")[2]
            zh, en = f"依赖的决策 {other} 不存在", f"it requires {other}, which does not exist"
            if xml.kind(target) not in ("requiredInput", "inputData"):
                model.findings.add(xml.place(element), "requirement_missing", zh, en)
            return None
        owner, required = self.owners[key]
        return Need(key, _names(required), model.prefix(owner.namespace) if owner is not model else "")

    def _link(self, key: str, model: Model, element: Element) -> Link:
        kind = xml.kind(element)
        name = xml.variable(element)
        if kind == "inputData":
            run = self._input(name, model, element)
            return Link(key, "input", name, _names(element), run, (), frozenset({name}))
        if kind == "decisionService":
            return self._service(key, model, element)
        compiler = Boxes(model.findings, self.known, model.types, model.types.all(), name)
        variable = xml.child(element, "variable")
        wanted = None if variable is None else model.types.of(variable)
        if kind == "decision":
            run = fitting(compiler.box(element), wanted)
        else:
            run = _giving(self._knowledge(compiler, element), wanted)
        asks = frozenset(compiler.names)
        word = "decision" if kind == "decision" else "knowledge"
        return Link(key, word, name, _names(element), run, self.needs(model, element), asks)

    def _knowledge(self, compiler: Boxes, element: Element) -> Run:
        logic = xml.child(element, "encapsulatedLogic")
        if logic is not None:
            return _giving(compiler.function(logic), compiler.types.of(logic))
        compiler.findings.add(xml.place(element), "logic_missing", "没有决策逻辑", "there is no decision logic")
        return nothing

    def _input(self, name: str, model: Model, element: Element) -> Run:
        """Return what reads an input from the data, where it may lie under the prefixes other files give its file."""
        variable = xml.child(element, "variable")
        kind = None if variable is None else model.types.of(variable)
        imports = [(prefix, there) for other in self.models for prefix, there in other.imports.items()]
        prefixes = {prefix for prefix, there in imports if there == model.namespace}

        def run(scope: Scope) -> Any:
            if name in scope.names:
                return read(scope.names[name])
            for prefix in prefixes:
                if f"{prefix}.{name}" in scope.names:
                    return read(scope.names[f"{prefix}.{name}"])
            found = _below(scope.names, prefixes, name, 0)
            return scope.null(f"没有名为 {name} 的数据", f"there is no {name}") if found is _NOTHING else read(found)

        return fitting(run, kind)

    def _service(self, key: str, model: Model, element: Element) -> Link:
        """Link a service: a function of its inputs, which makes its output decisions."""
        inputs = [
            need
            for part in (*xml.children(element, "inputData"), *xml.children(element, "inputDecision"))
            if (need := self.need(model, element, part))
        ]
        told = [self.need(model, element, part) for part in xml.children(element, "outputDecision")]
        outputs = [need for need in told if need]
        if not outputs:
            model.findings.add(xml.place(element), "logic_missing", "没有输出决策", "it has no output decision")
        parameters = tuple(self._spelled(need) for need in inputs)
        kinds = tuple(self._kind(need) for need in inputs)
        name = xml.variable(element)
        links = self.links

        def run(_scope: Scope) -> Function:
            def call(caller: Scope, values: list[Any]) -> Any:
                given = {need.key: value for need, value in zip(inputs, values, strict=True)}
                steps = chain(links, [need.key for need in outputs], given) or ()
                made = follow(steps, caller, dict(given))
                found = {self._spelled(need): made.get(need.key) for need in outputs}
                return next(iter(found.values())) if len(found) == 1 else found

            return Function(parameters, call, kinds)

        variable = xml.child(element, "variable")
        wanted = None if variable is None else model.types.of(variable)
        taken, makes = frozenset(need.key for need in inputs), tuple(outputs)
        giving = _giving(run, wanted)
        return Link(key, "service", name, _names(element), giving, (), frozenset(parameters), taken, makes)

    def _spelled(self, need: Need) -> str:
        name = xml.variable(self.owners[need.key][1])
        return f"{need.prefix}.{name}" if need.prefix else name

    def _kind(self, need: Need) -> Kind:
        model, element = self.owners[need.key]
        variable = xml.child(element, "variable")
        return (None if variable is None else model.types.of(variable)) or ANY

    def decisions(self) -> Mapping[str, Decision]:
        """Return the sound decisions and services with their chains, noting what is required in a circle."""
        ids = [key.rpartition("#")[2] for key in self.owners]
        found: dict[str, Decision] = {}
        for key, (model, element) in self.owners.items():
            if xml.kind(element) == "inputData":
                continue
            steps = chain(self.links, [key], self.links[key].given, calls=True)
            if steps is None:
                zh, en = "决策互相依赖成环", "decisions require each other in a circle"
                model.findings.add(xml.place(element), "requirement_circle", zh, en)
                continue
            if xml.kind(element) == "businessKnowledgeModel" or any(step.key in self.broken for step in steps):
                continue
            at = str(element.get("id"))
            found[at if ids.count(at) == 1 else key] = self._decision(at, model, element, steps)
        return found

    def _decision(self, at: str, model: Model, element: Element, steps: tuple[Link, ...]) -> Decision:
        given = frozenset(name for step in steps[:-1] if step.kind != "input" for name in step.names)
        asked = frozenset(name for step in steps for name in step.asks) - given
        prefixes = frozenset(prefix for prefix in model.imports if prefix)
        last = steps[-1]
        requires = tuple(
            need.key.rpartition("#")[2] for need in (*last.needs, *last.makes) if self.links[need.key].kind != "input"
        )
        name = element.get("name") or at
        own = chain(self.links, [last.key]) or ()
        return Decision(at, name, model.findings.file, model.namespace, requires, asked - prefixes, own)


_NOTHING = object()


def _names(element: Element) -> frozenset[str]:
    return frozenset({xml.variable(element), xml.name(element), str(element.get("id") or "")} - {""})


def _giving(run: Run, kind: Kind | None) -> Run:
    """Return the function-making logic whose functions give what the type of the function says."""
    if kind is None or kind is ANY or kind.name == "function":
        return fitting(run, kind)
    function = Kind("function")
    function.result = kind
    return fitting(run, function)


def _below(names: Mapping[str, Any], prefixes: set[str], name: str, depth: int) -> Any:
    """Return an entry that lies in a context under one of the prefixes."""
    for prefix, value in names.items():
        if isinstance(value, Mapping) and depth < 3:
            if prefix in prefixes and name in value:
                return value[name]
            found = _below(value, prefixes, name, depth + 1)
            if found is not _NOTHING:
                return found
    return _NOTHING
