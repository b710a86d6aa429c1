"""What only the survey page puts together: the form of the task as cards, rows and big buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any

from webapp.forms import Field, FormPage, as_text

PICTURES = "image/*"


@dataclass(slots=True)
class Part:
    """One part of the page: `cards` (one for each thing that may be there), `rows` (as many as are found), or a field.

    A card is its title and its fields; `blank` is the row that is still to be added.
    """

    kind: str
    field: Field
    cards: list[tuple[str, list[Field]]] = filled(default_factory=list)
    blank: Sequence[Field] = ()


def parts(schema: Mapping[str, Any], values: Mapping[str, Any]) -> list[Part]:
    """Return the parts of a form in its order; files other than pictures are left to the ordinary form."""
    lists = {str(one["path"]): one for one in schema.get("components", ()) if one.get("type") == "dynamiclist"}
    carded = {path for path, one in lists.items() if _things(one)}
    standing = {**values, **{path: _rows(lists[path], values.get(path) or [], path in carded) for path in lists}}
    found = []
    for one in FormPage(schema, standing).fields:
        if one.kind == "dynamiclist":
            found.append(_listed(one, carded=one.name in carded))
        elif one.kind != "filepicker":
            found.append(Part("field", one))
        elif one.accept == PICTURES:
            found.append(Part("photos", one))
    return found


def _listed(one: Field, *, carded: bool) -> Part:
    if carded:
        cards = [(next(option.label for option in row[0].options if option.chosen), row) for row in one.rows]
        return Part("cards", one, cards=cards)
    return Part("rows", one, blank=one.rows[-1])


def _things(component: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return what the first field of a table can be chosen from: the things that may be there."""
    first: Mapping[str, Any] = next(iter(component.get("components", ())), {})
    return first.get("values", ()) if first.get("type") in {"select", "radio"} else ()


def _rows(component: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], carded: bool) -> list[Mapping[str, Any]]:
    """Return one row for each thing in the order of the form, or one that is blank."""
    if not carded:
        return [{}]
    key = str(component["components"][0]["key"])
    known = {as_text(row.get(key)): row for row in rows}
    return [known.get(as_text(one["value"]), {key: one["value"]}) for one in _things(component)]
