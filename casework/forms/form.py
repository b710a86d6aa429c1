"""Forms: what a person is asked, and what the answers must be like."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from casework.errors import Invalid, Texts
from casework.feel import Call, FeelSyntaxError, Scope, write
from casework.feel import compile as compile_feel
from casework.forms import words
from casework.forms.fields import Field, Option, Written
from casework.forms.reading import Reading, hidden, holds, level, offered_options, opening

INSERT = re.compile(r"\{\{(.{1,500}?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Look:
    """How a form stands for a set of answers: which components are hidden, what each choice offers, and what fields
    hold that are not the person's to change as things are, by their ids.
    """

    hidden: frozenset[str]
    options: Mapping[str, tuple[Option, ...]]
    fixed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """One form as the designer wrote it (`schema`) and as its rules are kept (`fields`)."""

    id: str
    title: Texts
    schema: Mapping[str, Any]
    fields: tuple[Field, ...]
    expressions: tuple[Written, ...] = default(repr=False)

    @property
    def names(self) -> frozenset[str]:
        """Return the names that the form's expressions need besides its own answers."""
        return frozenset(name for found in self.expressions for name in found.expression.names) - self.own

    @property
    def own(self) -> frozenset[str]:
        """Return the names that the form itself gives to its expressions."""
        return frozenset({field.key for field in every(self.fields)} | {"this", "i", "?"})

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return the functions that the form's expressions call."""
        return tuple(call for found in self.expressions for call in found.expression.calls)

    def validate(
        self,
        data: Mapping[str, Any],
        scope: Scope,
        files: Mapping[Any, Any] | None = None,
        *,
        staff: bool = True,
    ) -> Mapping[str, Any]:
        """Return the answers as values, one per field; hidden and empty ones are null, computed ones computed.

        Raises Invalid with everything that is wrong, by field ("joint.0.name" inside rows). `files` are the uploaded
        files that may be named, by id, each with name, media_type and size. Without `staff`, fields for staff only are
        not on the form.
        """
        reading = Reading(scope, files or {}, staff=staff)
        values = reading.read(self.fields, data)
        answers = reading.settle(self.fields, values, scope.names)
        if reading.errors:
            raise Invalid(*words.INVALID, fields=reading.errors)
        return answers

    def initial(self, scope: Scope) -> Mapping[str, Any]:
        """Return what stands in the form when it is opened."""
        found = {}
        for field, _ in level(self.fields):
            value = opening(field, scope)
            if value is not None:
                found[field.key] = value
        return found

    def shown(self, scope: Scope, *, staff: bool = True) -> Mapping[str, Any]:
        """Return the schema as a page shows it: templates and tables filled from the scope.

        Without `staff` it has no field for staff.
        """
        components = [_shown(one, scope) for one in self.schema.get("components", ()) if staff or not _for_staff(one)]
        return {**self.schema, "components": components}

    def look(self, answers: Mapping[str, Any], scope: Scope) -> Look:
        """Return how the form stands for these answers, which need not be right yet."""
        reading = Reading(scope, {}, staff=True)
        known = {field.key for field, _ in level(self.fields)}
        values = reading.read(self.fields, {key: value for key, value in answers.items() if key in known})
        inner = reading.inner(scope.names, values)
        shown = reading.shown(self.fields, values, scope.names)
        inner = reading.inner(scope.names, {key: values[key] if key in shown else None for key in values})
        parts = [field for field in every(self.fields, rows=False) if field.id]
        unseen = frozenset(field.id or "" for field in parts if hidden(field, inner))
        offered = {field.key: offered_options(field, inner) for field in parts if field.options or field.options_from}
        fixed = {field.id or "": opening(field, inner) for field in parts if holds(field.locked, inner)}
        return Look(unseen, offered, fixed)


def every(fields: Sequence[Field], *, rows: bool = True) -> Iterator[Field]:
    """Run over all components, those inside groups as well, and those inside rows where wanted."""
    for field in fields:
        yield field
        if rows or field.type != "dynamiclist":
            yield from every(field.fields, rows=rows)


def fill(text: str, scope: Scope) -> str:
    """Return a designer's text with every `{{ FEEL }}` in it replaced by what it gives; null gives nothing."""

    def value(match: re.Match[str]) -> str:
        try:
            found = compile_feel(match[1].strip()).evaluate(scope)
        except FeelSyntaxError:
            return ""
        return "" if found is None else write(scope, found)

    return INSERT.sub(value, text)


def _shown(component: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    filled = _filled(component, scope)
    if isinstance(component.get("properties"), Mapping):
        filled["properties"] = _filled(component["properties"], scope)
    if component.get("type") == "table":
        filled["rows"] = _table(component, scope)
    if "components" in component:
        filled["components"] = [_shown(one, scope) for one in component["components"]]
    return filled


def _table(component: Mapping[str, Any], scope: Scope) -> list[dict[str, str]]:
    """Return what stands in the cells of a table, by the keys of its columns; none where its source gives no rows."""
    source = component.get("dataSource")
    if not isinstance(source, str) or not source.startswith("="):
        return []
    found = compile_feel(source[1:].strip()).evaluate(scope)
    rows = [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
    return [{str(key): "" if value is None else write(scope, value) for key, value in row.items()} for row in rows]


def _filled(texts: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    return {
        name: fill(value, scope) if name in _TEMPLATES and isinstance(value, str) and "{{" in value else value
        for name, value in texts.items()
    }


def _for_staff(component: Mapping[str, Any]) -> bool:
    return bool((component.get("properties") or {}).get("staff_only"))


_TEMPLATES = frozenset({"text", "text_en", "label", "label_en", "description", "description_en"})
