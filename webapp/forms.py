"""Human-task forms: from a form-js schema to what the page draws, and from what was posted to answers.

Rules live in `casework.forms`; here a field only gets its name, its text and its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casework.cases.views import Texts
from webapp.conditions import Standing
from webapp.language import choose, current_language, english
from webapp.moments import zone

KEYED = frozenset(
    {"textfield", "textarea", "number", "datetime", "checkbox", "radio", "select", "checklist", "taglist", "filepicker"}
)
SHOWN = KEYED | {"group", "dynamiclist", "text", "separator", "table"}
MANY = frozenset({"checklist", "taglist"})


@dataclass(slots=True)
class Option:
    """One choice of a field."""

    value: str
    label: str
    chosen: bool
    group: str = ""


@dataclass(slots=True)
class Field:
    """One thing the page draws."""

    kind: str
    name: str = ""
    boxed: bool = False
    label: str = ""
    hint: str = ""
    value: str = ""
    required: bool = False
    sometimes: bool = False
    checked: bool = False
    input_type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""
    maxlength: int | None = None
    low: str = ""
    high: str = ""
    accept: str = ""
    multiple: bool = False
    readonly: bool = False
    hide: str = ""
    errors: Sequence[str] = ()
    options: list[Option] = field(default_factory=list)
    fields: list["Field"] = field(default_factory=list)
    rows: list[list["Field"]] = field(default_factory=list)
    kept: Sequence[Any] = ()
    heads: Sequence[str] = ()
    cells: Sequence[Sequence[str]] = ()

    @property
    def id(self) -> str:
        """Return the id of the control, safe for `#`."""
        return "f-" + self.name.replace(".", "-")

    @property
    def described(self) -> str:
        """Return the ids of the hint and the error, for aria-describedby."""
        parts = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*parts, f"{self.id}-error"] if self.errors else parts)


class FormPage:
    """A schema with values, errors and a language, ready for the template."""

    def __init__(
        self,
        schema: Mapping[str, Any],
        values: Mapping[str, Any] | None = None,
        errors: Mapping[str, Sequence[str]] | None = None,
        *,
        kept: Mapping[str, Sequence[Any]] | None = None,
        choices: Mapping[str, Sequence[tuple[str, Texts]]] | None = None,
        stands: Standing | None = None,
    ) -> None:
        self._stands = stands
        self._labels = _group_labels(schema)
        self._errors = errors or {}
        self._choices = choices or {}
        self._kept = kept or {}
        self.fields = [
            found
            for component in schema.get("components", ())
            if (found := self._field(component, values or {}, "")) is not None
        ]
        self.multipart = any(part.kind == "filepicker" for part in self._flat(self.fields))

    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, message) for the error summary, in the order of the page; the rest under no id."""
        found = [(part.id, text) for part in self._flat(self.fields) for text in part.errors]
        known = {part.name for part in self._flat(self.fields)}
        return found + [("", text) for name, texts in self._errors.items() if name not in known for text in texts]

    def _flat(self, fields: Sequence[Field]) -> list[Field]:
        flat: list[Field] = []
        for part in fields:
            flat.append(part)
            flat += self._flat(part.fields)
            for row in part.rows:
                flat += self._flat(row)
        return flat

    def _field(self, component: Mapping[str, Any], values: Mapping[str, Any], prefix: str) -> Field | None:
        kind = component.get("type", "")
        if kind not in SHOWN or (self._stands is not None and component.get("id") in self._stands.gone):
            return None
        if kind == "text":
            return Field(kind, label=_text(component, "text").replace("**", ""), hide=self._hide(component))
        if kind == "table":
            return _table(component, self._hide(component))
        key = component.get("key") or component.get("path") or ""
        name = f"{prefix}{key}"
        label, hint = _text(component, "label"), _text(component, "description")
        if kind == "group":
            scope = values.get(key, {}) if component.get("path") else values
            inner = f"{name}." if component.get("path") else prefix
            drawn = self._fields(component, scope or {}, inner)
            boxed = component.get("showOutline") is not False
            return Field(kind, name, label=label, hint=hint, boxed=boxed, fields=drawn, hide=self._hide(component))
        if kind == "dynamiclist":
            rows = list(values.get(key) or [{}] * int(component.get("defaultRepetitions", 1)))
            drawn_rows = [self._fields(component, row, f"{name}.{index}.") for index, row in enumerate(rows)]
            hide, errors = self._hide(component), self._found(name)
            return Field(kind, name, label=label, hint=hint, rows=drawn_rows, hide=hide, errors=errors)
        value = values.get(key, component.get("defaultValue") if key not in values else None)
        if self._is_fixed(component):
            value = self._stands.fixed[str(component.get("id"))] if self._stands is not None else None
        return self._control(component, kind, name, label, hint, value)

    def _fields(self, component: Mapping[str, Any], values: Mapping[str, Any], prefix: str) -> list[Field]:
        found = (self._field(inner, values, prefix) for inner in component.get("components", ()))
        return [part for part in found if part is not None]

    def _found(self, name: str) -> Sequence[str]:
        return self._errors.get(name, ())

    def _hide(self, component: Mapping[str, Any]) -> str:
        if self._stands is not None:
            return self._stands.hides.get(str(component.get("id")), "")
        return _hide(component)

    def _is_fixed(self, component: Mapping[str, Any]) -> bool:
        return self._stands is not None and component.get("id") in self._stands.fixed

    def _offered(self, own: Mapping[str, Any]) -> Sequence[tuple[str, Texts]] | None:
        """Return what a reference can be chosen from: places by their level, organisations, people, cases."""
        kind, level = own.get("kind"), own.get("level")
        return self._choices.get(f"{kind}:{level}", self._choices.get(str(kind)))

    def _control(self, component: Mapping[str, Any], kind: str, name: str, label: str, hint: str, value: Any) -> Field:
        rules, own = component.get("validate") or {}, component.get("properties") or {}
        part = Field(
            kind,
            name,
            label=label or _text(component, "dateLabel") or _text(component, "timeLabel"),
            hint=hint,
            required=rules.get("required") is True,
            sometimes=bool(own.get("required_if")),
            readonly=bool(component.get("readonly") is True or component.get("disabled") or self._is_fixed(component)),
            hide=self._hide(component),
            errors=self._found(name),
            maxlength=rules.get("maxLength") if isinstance(rules.get("maxLength"), int) else None,
            autocomplete=str(own.get("autocomplete", "")),
            inputmode=str(own.get("inputmode", "")),
            kept=self._kept.get(name, ()),
        )
        choices = self._offered(own)
        if choices is not None:
            part.kind = "taglist" if kind in MANY else "select"
            chosen = {as_text(item) for item in value or ()} if kind in MANY else {as_text(value)}
            part.options = [Option(key, choose(texts), key in chosen) for key, texts in choices]
        elif kind in {"radio", "select", "checklist", "taglist"}:
            chosen = {as_text(item) for item in (value or [])} if kind in MANY else {as_text(value)}
            left = self._stands.offered.get(str(component.get("key"))) if self._stands is not None else None
            part.options = [
                Option(text, _text(one, "label"), text in chosen, self._labels.get(str(one.get("group")), ""))
                for one in component.get("values", ())
                if (text := as_text(one.get("value"))) in chosen or left is None or text in left
            ]
        elif kind == "checkbox":
            part.checked = value is True or value == "true"
        elif kind == "datetime":
            part.input_type = {"date": "date", "time": "time"}.get(component.get("subtype", "date"), "datetime-local")
            part.value = _local_value(value, part.input_type)
        elif kind == "filepicker":
            part.accept, part.multiple = str(component.get("accept") or ""), bool(component.get("multiple"))
        else:
            part.value = as_text(value)
            preset = own.get("inputType") or {"email": "email", "phone": "tel"}.get(rules.get("validationType", ""))
            part.input_type = str(preset or "text")
            if kind == "number":
                part.inputmode = "decimal" if component.get("decimalDigits") else "numeric"
                part.low, part.high = as_text(rules.get("min")), as_text(rules.get("max"))
        return part


def _text(component: Mapping[str, Any], name: str) -> str:
    """Return a designer's text in the page's language; English stands beside it or among the properties."""
    chinese = str(component.get(name) or "")
    if current_language() == "zh":
        return chinese
    own = component.get("properties") or {}
    return str(component.get(f"{name}_en") or own.get(f"{name}_en") or chinese)


def _table(component: Mapping[str, Any], hide: str) -> Field:
    """Return a table of facts; a cell has its English where the row gives one."""
    columns = component.get("columns") or ()
    keys = [str(one.get("key")) for one in columns]
    rows = component.get("rows") or ()
    cells = [[row.get(f"{key}_en" if english() else key) or row.get(key, "") for key in keys] for row in rows]
    heads = [_text(one, "label") for one in columns]
    hint = _text(component, "description")
    return Field("table", label=_text(component, "label"), hint=hint, hide=hide, heads=heads, cells=cells)


def _group_labels(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the words for the groups that options belong to: the labels of the field that groups them."""
    parts = components(schema)
    named = {str((one.get("properties") or {}).get("group_by")) for one in parts}
    return {
        as_text(option.get("value")): _text(option, "label")
        for one in parts
        if one.get("key") in named
        for option in one.get("values", ())
    }


def _hide(component: Mapping[str, Any]) -> str:
    hide = (component.get("conditional") or {}).get("hide") or ""
    return hide.removeprefix("=").strip() if isinstance(hide, str) else ""


def as_text(value: Any) -> str:
    """Return how a page sends a value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _local_value(value: Any, input_type: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")
    text = str(value)
    if input_type == "datetime-local" and len(text) > 16:
        try:
            return datetime.fromisoformat(text).astimezone(zone()).strftime("%Y-%m-%dT%H:%M")
        except ValueError:
            return text
    return text


def components(scope: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all components of a schema whose answers lie on its top level."""
    found: list[Mapping[str, Any]] = []
    for one in scope.get("components", ()):
        found.append(one)
        if one.get("type") == "group" and not one.get("path"):
            found += components(one)
    return found
