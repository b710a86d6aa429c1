"""Read a form-js schema into a form, noting everything that is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from casework.feel import Expression, FeelSyntaxError
from casework.feel import compile as compile_feel
from casework.forms.fields import CHOICES, KINDS, LISTS, SHOWN_ONLY, TYPES, Field, Option
from casework.forms.form import INSERT, Form
from casework.forms.problems import FormRefused
from casework.forms.rule_reading import RuleReader, mapping, texts

MOST_BYTES = 500_000
MOST_COMPONENTS = 300
MOST_DEPTH = 5


def load(content: bytes) -> Form:
    """Return the form that a schema describes; FormRefused lists everything that is wrong with it."""
    loader = Loader()
    schema = loader.schema(content)
    fields = loader.components(schema)
    if loader.problems:
        raise FormRefused(loader.problems)
    title = texts({**mapping(schema.get("properties")), **schema}, "title")
    return Form(str(schema.get("id") or ""), title, schema, fields, tuple(loader.expressions))


class Loader(RuleReader):
    """Reads the components of one schema."""

    count = 0
    depth = 0

    def schema(self, content: bytes) -> Mapping[str, Any]:
        """Return the JSON of a schema; nothing where it can't be read."""
        if len(content) > MOST_BYTES:
            self.note("file_too_large", "文件过大", "the file is too large")
            return {}
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            self.note("json_unreadable", f"不是合格的 JSON：{error}", f"not readable as JSON: {error}")
            return {}
        if not isinstance(found, dict) or not isinstance(found.get("components"), list):
            self.note("not_a_form", "不是表单（没有 components）", "not a form: it has no components")
            return {}
        return found

    def components(self, owner: Mapping[str, Any]) -> tuple[Field, ...]:
        """Return the fields of a form, group or list; the keys of one level must differ."""
        self.depth += 1
        fields: list[Field] = []
        listed = owner.get("components")
        for component in listed if isinstance(listed, list) else []:
            self.count += 1
            self.component = mapping(component)
            if self.count > MOST_COMPONENTS or self.depth > MOST_DEPTH:
                self.note("form_too_large", "表单过大或嵌套过深", "the form is too large or too deep")
                break
            if found := self.field():
                fields.append(found)
        self.component = owner
        keys = [field.key for field in _level(fields) if field.key]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self.note("key_not_unique", f"键 {key} 重复", f"the key {key} is used twice")
        self.depth -= 1
        return tuple(fields)

    def field(self) -> Field | None:
        """Return the field of the component at hand."""
        component, own = self.component, mapping(self.component.get("properties"))
        kind = component.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            self.note("type_unknown", f"未知的组件类型 {kind}", f"unknown type of component {kind}")
            return None
        options = self.options(component)
        self.feel(component.get("dataSource"))
        for shown in (*texts(component, "text"), *texts(component, "label"), *texts(component, "description")):
            for source in INSERT.findall(shown):
                self.feel(f"={source}")
        found = Field(
            id=str(component["id"]) if component.get("id") else None,
            type=kind,
            kind=self.kind(component, own),
            key=self.key(component),
            label=texts(component, "label", "dateLabel", "timeLabel"),
            description=texts(component, "description"),
            rules=self.rules(component, own),
            options=options,
            options_from=self.options_from(component),
            group_by=str(own.get("options_by") or own.get("group_by") or "") or None,
            hide=self.feel(mapping(component.get("conditional")).get("hide")),
            locked=self.locked(component),
            default=self.feel(own.get("default")) or component.get("defaultValue"),
            computed=self.computed(component),
            multiple=bool(own.get("multiple")),
            as_text=bool(component.get("serializeToString")),
            fixed_rows=component.get("allowAddRemove") is False,
            staff_only=own.get("staff_only") is True,
            pii=own.get("pii") is True,
            fields=self.components(component) if kind in ("group", "dynamiclist") else (),
            text=texts(component, "text"),
            level=str(own.get("level") or "") or None,
        )
        self.component = component
        if kind in CHOICES | LISTS and not options and found.options_from is None and not found.reference:
            self.note("options_missing", "没有选项", "there is nothing to choose from")
        return found

    def key(self, component: Mapping[str, Any]) -> str:
        kind = component.get("type")
        key = component.get("path") if kind in ("group", "dynamiclist") else component.get("key")
        if kind in SHOWN_ONLY or (kind == "group" and not key):
            return ""
        try:
            named = isinstance(key, str) and compile_feel(key).names == {key}
        except FeelSyntaxError:
            named = False
        if not named:
            self.note("key_unusable", f"键 {key!r} 不能作为名称", f"{key!r} can't be the name of an answer")
            return ""
        return str(key)

    def kind(self, component: Mapping[str, Any], own: Mapping[str, Any]) -> str | None:
        kind = own.get("kind")
        if kind is not None and (not isinstance(kind, str) or kind not in KINDS):
            self.note("kind_unknown", f"未知的类型 {kind}", f"unknown kind {kind}")
            return None
        if component.get("type") == "datetime" and kind is None:
            return {"date": "date", "time": "time"}.get(str(component.get("subtype", "date")), "instant")
        return None if kind is None else str(kind)

    def locked(self, component: Mapping[str, Any]) -> Expression | bool:
        if component.get("disabled") is True or component.get("readonly") is True:
            return True
        return self.feel(component.get("readonly")) or False

    def computed(self, component: Mapping[str, Any]) -> Expression | None:
        if component.get("type") != "expression":
            return None
        found = self.feel(component.get("expression"))
        if found is None:
            self.note("expression_missing", "没有可计算的表达式", "there is no expression to compute")
        return found

    def options(self, component: Mapping[str, Any]) -> tuple[Option, ...]:
        found: list[Option] = []
        listed = component.get("values") if component.get("type") in CHOICES | LISTS else None
        for one in listed if isinstance(listed, list) else []:
            entry = mapping(one)
            value = entry.get("value")
            if not isinstance(value, (str, bool, int)) or value == "" or any(value == other.value for other in found):
                self.note(
                    "option_unusable", f"选项值 {value!r} 为空或重复", f"the option {value!r} is empty or doubled"
                )
                continue
            if type(value) is int:
                value = Decimal(value)
            group = entry.get("group")
            show_if = self.feel(entry.get("show_if"))
            found.append(Option(value, texts(entry, "label"), None if group is None else str(group), show_if))
        return tuple(found)

    def options_from(self, component: Mapping[str, Any]) -> Expression | None:
        key = component.get("valuesKey")
        return self.feel(component.get("valuesExpression")) or (self.feel(f"={key}") if key else None)


def _level(fields: Sequence[Field]) -> list[Field]:
    found: list[Field] = []
    for field in fields:
        found += _level(field.fields) if field.type == "group" and not field.key else [field]
    return found
