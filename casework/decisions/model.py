"""One decision file: what it defines, what it imports, and how it refers to the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casework.decisions import xml
from casework.decisions.problems import Findings
from casework.decisions.types import Types
from casework.decisions.xml import Element

ELEMENTS = ("decision", "businessKnowledgeModel", "inputData", "decisionService")
NAMED = ("variable", "output", "column", "itemComponent")


@dataclass(slots=True)
class Model:
    """A file that could be read; `imports` are the namespaces of other files by the prefix they get here."""

    findings: Findings
    root: Element
    namespace: str
    elements: tuple[Element, ...]
    imports: Mapping[str, str]
    types: Types = field(init=False)

    def prefix(self, namespace: str) -> str:
        """Return the prefix under which this file knows another one's elements; none for its own."""
        return next((name for name, there in self.imports.items() if there == namespace), "")

    def names(self) -> Iterator[str]:
        """Run over the names of several words that expressions may use."""
        for element in self.elements:
            yield xml.variable(element)
            yield xml.name(element)
        for part in self.root.iter():
            if isinstance(part.tag, str) and xml.kind(part) in NAMED:
                yield xml.name(part)
        yield from (str(part.get("iteratorVariable") or "") for part in self.root.iter() if isinstance(part.tag, str))
        yield from self.imports


def read_models(files: Mapping[str, bytes]) -> tuple[list[Findings], list[Model]]:
    """Return what was found wrong with the files, and those that could be read, in the order of their names."""
    all_findings: list[Findings] = []
    models: list[Model] = []
    for name, content in sorted(files.items()):
        findings = Findings(name)
        all_findings.append(findings)
        root = xml.parse(content, findings)
        if root is not None:
            imports = {xml.name(part): str(part.get("namespace") or "") for part in xml.children(root, "import")}
            elements = tuple(xml.children(root, *ELEMENTS))
            models.append(Model(findings, root, str(root.get("namespace") or ""), elements, imports))
    _join_types(models)
    return all_findings, models


def _join_types(models: Sequence[Model]) -> None:
    """Let every file use the types of those it imports."""
    for model in models:
        model.types = Types(model.root, model.findings, {})
    for model in models:
        model.types.imported = {
            prefix: other.types
            for prefix, namespace in model.imports.items()
            for other in models
            if other.namespace == namespace
        }
