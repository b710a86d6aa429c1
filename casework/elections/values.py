"""Reading what forms and called diagrams hand over: people and lists, in the kinds that tables store."""

from collections.abc import Iterable, Mapping
from typing import Any

from casework.errors import Refused


def person_of(value: Any) -> int:
    """Return the person that `value` names: an id, or a row with a `person`."""
    if isinstance(value, Mapping):
        value = value.get("person")
    try:
        return int(value)
    except (TypeError, ValueError) as wrong:
        raise Refused(f"不是人员：{value!r}", f"Not a person: {value!r}") from wrong


def people_of(values: Iterable[Any] | None) -> list[int]:
    """Return the people that a list names, each once, in order."""
    return list(dict.fromkeys(person_of(value) for value in values or ()))
