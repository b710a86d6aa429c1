"""One reading of one set of answers: first every value by its type, then what is hidden, then the rules."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from casework.errors import Texts
from casework.feel import Expression, Scope
from casework.forms import words
from casework.forms.fields import LISTS, Field, Option
from casework.forms.rules import broken
from casework.forms.values import Fault, as_text, option_value, read

Values = dict[str, Any]


def level(fields: Sequence[Field]) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    """Run over the fields whose answers lie on one level, each with the groups around it."""
    for field in fields:
        if field.type == "group" and not field.key:
            for inner, around in level(field.fields):
                yield inner, (field, *around)
        elif field.key:
            yield field, ()


class Reading:
    """Reads one set of answers and collects what is wrong with them, by field."""

    def __init__(self, scope: Scope, files: Mapping[Any, Any], *, staff: bool) -> None:
        self.scope = scope
        self.files = files
        self.staff = staff
        self.faults: dict[str, list[Texts]] = {}
        self.errors: dict[str, list[Texts]] = {}
        self.places: dict[str, list[int]] = {}  # which of the rows sent the rows that are kept were

    def read(self, fields: Sequence[Field], data: Any, prefix: str = "") -> Values:
        """Return every value by its type; None where nothing usable was sent."""
        if not isinstance(data, Mapping):
            self.errors[prefix.rstrip(".")] = [words.NOT_ROWS]
            return {}
        own = {field.key: field for field, _ in level(fields) if self.staff or not field.staff_only}
        for key in data:
            if key not in own:
                self.errors[f"{prefix}{key}"[:200]] = [words.UNKNOWN]
        return {key: self.value(field, data.get(key), f"{prefix}{key}") for key, field in own.items()}

    def value(self, field: Field, raw: Any, name: str) -> Any:
        if field.type == "group":
            return self.read(field.fields, {} if raw is None else raw, f"{name}.")
        if field.type == "dynamiclist":
            return self.rows(field, raw, name)
        if field.type == "expression":
            return None
        try:
            return read(field, raw, self.scope)
        except Fault as fault:
            self.faults[name] = [field.rules.own_texts or fault.texts]
            return None

    def rows(self, field: Field, raw: Any, name: str) -> list[Values] | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, (list, tuple)) or len(raw) > 1000:
            self.faults[name] = [words.NOT_ROWS]
            return None
        found: list[Values] = []
        for place, sent in enumerate(raw):
            row = self.read(field.fields, sent, f"{name}.{place}.")
            faulty = any(fault.startswith(f"{name}.{place}.") for fault in (*self.faults, *self.errors))
            if faulty or field.fixed_rows or any(value not in (None, False, []) for value in row.values()):
                found.append(row)
                self.places.setdefault(name, []).append(place)
        return found or None

    def settle(
        self,
        fields: Sequence[Field],
        values: Values,
        names: Mapping[str, Any],
        prefix: str = "",
        given: Mapping[str, Any] | None = None,
    ) -> Values:
        """Return the values that count, without those of hidden fields, and note which rules they break.

        `given` is what stood in the row when the form was opened: a field that is shown only keeps it.
        """
        shown = self.shown(fields, values, names)
        kept = {field.key: values.get(field.key) if field.key in shown else None for field, _ in level(fields)}
        scope = self.inner(names, kept)
        answers: Values = {}
        for field, _ in level(fields):
            if field.key not in values:
                continue
            if self.locked(field, scope):
                answers |= self.kept(field, scope, given)
                continue
            answers[field.key] = None
            if field.key not in shown:
                continue
            name = f"{prefix}{field.key}"
            value = self.settled(field, kept[field.key], scope, name)
            answers[field.key] = value
            problems = self.faults.get(name) or list(broken(field, value, scope, self.files))
            if problems:
                self.errors.setdefault(name, []).extend(problems)
        return answers

    def settled(self, field: Field, value: Any, scope: Scope, name: str) -> Any:
        """Return the value of a shown field once its own fields, its options or its expression have been asked."""
        if field.type == "expression":
            return None if field.computed is None else field.computed.evaluate(scope)
        if field.type == "group":
            return self.settle(field.fields, value or {}, scope.names, f"{name}.")
        if field.type == "dynamiclist":
            places = self.places.get(name, ())
            rows = list(zip(places, value or (), strict=False))
            opened = opening(field, scope)
            opened = opened if isinstance(opened, list) else []
            return [
                self.row(field, row, scope, f"{name}.{place}.", (place, opened[place] if place < len(opened) else {}))
                for place, row in rows
            ] or None
        if (field.options or field.options_from) and value is not None:
            return self.chosen(field, value, scope, name)
        if field.type == "filepicker":
            return value and [self.file_id(key) for key in value]
        return str(value) if field.as_text and value is not None else value

    def file_id(self, key: Any) -> Any:
        """Return the id of an uploaded file, which pages may name by its token."""
        file = self.files.get(key, self.files.get(str(key)))
        return getattr(file, "id", key)

    def row(self, field: Field, row: Values, scope: Scope, prefix: str, origin: tuple[int, Any]) -> Values:
        place, opened = origin
        around = ChainMap({"this": row, "i": [place + 1]}, cast(dict[str, Any], scope.names))
        return self.settle(field.fields, row, around, prefix, opened if isinstance(opened, Mapping) else {})

    def kept(self, field: Field, scope: Scope, given: Mapping[str, Any] | None) -> Values:
        """Return what a field that is shown only stands for; nothing where it only repeats what the case knows."""
        if given is not None:
            return {field.key: given.get(field.key)}
        found = opening(field, scope)
        return {} if found is None else {field.key: found}

    def chosen(self, field: Field, value: Any, scope: Scope, name: str) -> Any:
        """Return the chosen value or values when they are among the options that are offered now."""
        offered = offered_options(field, scope)
        try:
            if isinstance(value, list) and (field.type in LISTS or field.multiple):
                return [option_value(offered, entry) for entry in value]
            return option_value(offered, value)
        except Fault as fault:
            self.faults.setdefault(name, []).append(field.rules.own_texts or fault.texts)
            return None

    def shown(self, fields: Sequence[Field], values: Values, names: Mapping[str, Any]) -> set[str]:
        """Return the keys of the fields that are not hidden; a hidden field counts as empty for the others."""
        everything = list(level(fields))
        shown = {field.key for field, _ in everything if field.key in values}
        for _ in range(len(everything) + 1):
            scope = self.inner(names, {key: values.get(key) if key in shown else None for key in values})
            now = {
                field.key
                for field, around in everything
                if field.key in values and not any(hidden(part, scope) for part in (field, *around))
            }
            if now == shown:
                break
            shown = now
        return shown

    def inner(self, names: Mapping[str, Any], values: Values) -> Scope:
        """Return the scope with these answers in sight."""
        return replace(self.scope, names=ChainMap(values, cast(dict[str, Any], names)))

    def locked(self, field: Field, scope: Scope) -> bool:
        """Say whether the field is shown only, so that what was sent for it does not count."""
        return field.locked is True or holds(field.locked, scope)


def opening(field: Field, scope: Scope) -> Any:
    """Return what stands in a field when the form is opened."""
    return field.default.evaluate(scope) if isinstance(field.default, Expression) else field.default


def hidden(field: Field, scope: Scope) -> bool:
    """Say whether a field is hidden, as the answers stand."""
    return holds(field.hide, scope)


def holds(condition: Expression | bool | None, scope: Scope) -> bool:
    """Say whether a condition is true; null is not."""
    return isinstance(condition, Expression) and condition.evaluate(scope) is True


def offered_options(field: Field, scope: Scope) -> tuple[Option, ...]:
    """Return the options a person may choose from, as the answers stand."""
    options = field.options if field.options_from is None else _given(field.options_from.evaluate(scope))
    if field.group_by:
        group = as_text(scope.names.get(field.group_by))
        options = tuple(option for option in options if option.group in (None, group))
    return tuple(option for option in options if option.show_if is None or holds(option.show_if, scope))


def _given(found: Any) -> tuple[Option, ...]:
    """Return the options that an expression gives: plain values, or contexts of label and value."""
    options = []
    for entry in found if isinstance(found, list) else []:
        if isinstance(entry, dict):
            value = entry.get("value")
            label = str(entry.get("label", as_text(value)))
            options.append(Option(value, (label, str(entry.get("label_en", label)))))
        else:
            options.append(Option(entry, (as_text(entry), as_text(entry))))
    return tuple(options)
