"""The types a decision file defines, and those it takes from the files it imports."""

from collections.abc import Mapping
from typing import Any

from casework.decisions import xml
from casework.decisions.problems import Findings
from casework.decisions.xml import Element
from casework.feel import FeelSyntaxError, Kind, Kinds, Scope
from casework.feel import compile_unary_tests as compile_tests
from casework.feel.kinds import ANY, SIMPLE_KINDS

MOST_DEPTH = 30


class Types:
    """Reads the types of one file; each is made once and may refer to itself."""

    def __init__(self, root: Element, findings: Findings, imported: "Mapping[str, Types]") -> None:
        self.findings = findings
        self.imported = imported
        self.definitions = {xml.name(item): item for item in xml.children(root, "itemDefinition")}
        self.allowed: dict[str, str] = {}  # the text of the values that a type allows
        self.made: dict[str, Kind] = {}
        self.depth = 0
        self.kinds: Kinds | None = None

    def all(self) -> Kinds:
        """Return every type that an expression of the file may name."""
        if self.kinds is not None:
            return self.kinds
        own = {name: self.named(name, item) for name, item in self.definitions.items()}
        for prefix, types in self.imported.items():
            for name, item in types.definitions.items():
                own.setdefault(f"{prefix}.{name}" if prefix else name, types.named(name, item))
        self.kinds = Kinds(own)
        return self.kinds

    def of(self, element: Element, attribute: str = "typeRef") -> Kind | None:
        """Return the type an element asks for; None when it asks for none."""
        name = element.get(attribute)
        return self.named(" ".join(name.split()), element) if name else None

    def allowed_by(self, element: Element) -> str:
        """Return the text of the values that the type of an element allows; nothing when it allows all."""
        kind = self.of(element)
        return next(
            (self.allowed[name] for name, made in self.made.items() if made is kind and name in self.allowed), ""
        )

    def own(self, element: Element) -> Kind | None:
        """Return the type an element asks for when a file defines it; a plain kind of the language asks for nothing."""
        kind = self.of(element)
        return None if kind in SIMPLE_KINDS.values() else kind

    def named(self, name: str, asking: Element) -> Kind:
        """Return the type of a name, noting one that does not exist where it is asked for."""
        plain = name if name in self.definitions else name.rpartition(":")[2].strip()
        if plain in self.made:
            return self.made[plain]
        if plain in self.definitions:
            return self._define(plain, self.definitions[plain])
        prefix, found, rest = plain.partition(".")
        if found and prefix in self.imported:
            return self.imported[prefix].named(rest, asking)
        nameless = self.imported.get("")
        if nameless is not None and plain in nameless.definitions:
            return nameless.named(plain, asking)
        if plain in SIMPLE_KINDS or "<" in plain:
            return SIMPLE_KINDS.get(plain, ANY)
        zh, en = f"未知的类型 {name}", f"unknown type {name}"
        self.findings.add(xml.place(asking), "type_unknown", zh, en)
        return ANY

    def _define(self, name: str, element: Element) -> Kind:
        kind = self.made[name] = Kind("Any")
        self._fill(kind, element)
        return kind

    def _fill(self, kind: Kind, element: Element) -> None:
        """Make a type what its definition says."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.findings.add(xml.place(element), "nested_too_deeply", "嵌套过深", "nested too deeply")
            return
        one = Kind("Any") if element.get("isCollection") == "true" else kind
        self._shape(one, element)
        values = xml.text(xml.child(element, "allowedValues"))
        if values:
            self.allowed[xml.name(element)] = values
        if values:
            one.allowed = None  # it says anew what its base allows
        self._limit(one, values, element)
        if one is not kind:
            kind.name, kind.item = "list", one
        self._limit(kind, xml.text(xml.child(element, "typeConstraint")), element)
        self.depth -= 1

    def _shape(self, kind: Kind, element: Element) -> None:
        parts = list(xml.children(element, "itemComponent"))
        function = xml.child(element, "functionItem")
        reference = xml.child(element, "typeRef")
        if parts:
            kind.name, kind.entries = "context", {}
            for part in parts:
                kind.entries[xml.name(part)] = entry = Kind("Any")
                self._fill(entry, part)
        elif function is not None:
            kind.name = "function"
            given = xml.children(function, "parameters")
            kind.parameters = tuple(self.of(parameter) or ANY for parameter in given) or None
            kind.result = self.of(function, "outputTypeRef")
        elif reference is not None and str(reference.text or "").strip():
            name = " ".join(str(reference.text).split())
            base = self.named(name, reference)
            for part_name in ("name", "item", "entries", "parameters", "result", "allowed"):
                setattr(kind, part_name, getattr(base, part_name))

    def _limit(self, kind: Kind, source: str, element: Element) -> None:
        """Let only values pass that meet the tests as well."""
        if not source:
            return
        try:
            tests = compile_tests(source)
        except FeelSyntaxError as error:
            self.findings.add_syntax(xml.place(element), source, error)
            return
        before = kind.allowed

        def allowed(scope: Scope, value: Any) -> bool:
            return (before is None or before(scope, value)) and tests.matches(value, scope)

        kind.allowed = allowed
