"""From what a form posted to answers. What is not on the form stays under its name, so that the domain refuses it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from webapp.forms import KEYED, MANY, as_text, components
from webapp.moments import zone

CONTROL = frozenset({"csrf_token", "command_key", "version", "back", "do"})
MOST_ROWS = 200


def read(schema: Mapping[str, Any], posted: Any) -> dict[str, Any]:
    """Return what was posted as answers; a name that is not on the form stays, so that the domain refuses it."""
    answers, used = _read_fields(schema.get("components", ()), posted, "")
    for name in posted:
        if name not in used and name not in CONTROL:
            answers[name] = posted.get(name)
    return answers


def _read_fields(components: Sequence[Mapping[str, Any]], posted: Any, prefix: str) -> tuple[dict[str, Any], set[str]]:
    answers: dict[str, Any] = {}
    used: set[str] = set()
    for component in components:
        kind, key = component.get("type"), component.get("key") or component.get("path") or ""
        name = f"{prefix}{key}"
        if kind == "group":
            inner, names = _read_fields(
                component.get("components", ()), posted, f"{name}." if component.get("path") else prefix
            )
            answers.update({key: inner} if component.get("path") else inner)
            used |= names
        elif kind == "dynamiclist":
            rows = []
            for index in range(_row_count(posted, name)):
                row, names = _read_fields(component.get("components", ()), posted, f"{name}.{index}.")
                rows.append(row)
                used |= names
            answers[key] = rows
        elif kind in KEYED:
            used.add(name)
            if component.get("disabled"):
                continue
            answers[key] = _read_one(component, kind, posted, name)
    return answers, used


def _row_count(posted: Any, name: str) -> int:
    found = [part.split(".")[0] for key in posted if key.startswith(f"{name}.") and (part := key[len(name) + 1 :])]
    return min(MOST_ROWS, 1 + max((int(part) for part in found if part.isdigit()), default=-1))


def _read_one(component: Mapping[str, Any], kind: str, posted: Any, name: str) -> Any:
    if kind == "checkbox":
        return posted.get(name) in {"true", "on", "1"}
    if kind in MANY:
        known = {as_text(one.get("value")): one.get("value") for one in component.get("values", ())}
        return [known.get(text, text) for text in posted.getlist(name) if text != ""]
    if kind == "filepicker":
        return [text for text in posted.getlist(name) if text] or None
    text = posted.get(name)
    if text is None or text == "":
        return "" if kind in {"textfield", "textarea"} else None
    if kind in {"radio", "select"}:
        known = {as_text(one.get("value")): one.get("value") for one in component.get("values", ())}
        return known.get(text, text)
    if kind == "datetime" and component.get("subtype") == "datetime":
        return _with_zone(text)
    return text.replace("\r\n", "\n")


def _with_zone(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=zone())).isoformat()


def change_rows(schema: Mapping[str, Any], answers: dict[str, Any], do: str) -> bool:
    """Apply an "add row" or "remove row" button; say whether `do` was one."""
    verb, _, rest = do.partition(":")
    lists = {str(one.get("path") or one.get("key")) for one in components(schema) if one.get("type") == "dynamiclist"}
    name, _, index = rest.partition(":")
    if verb not in {"add", "remove"} or name not in lists:
        return False
    rows = list(answers.get(name) or [])
    if verb == "add":
        rows.append({})
    elif index.isdigit() and int(index) < len(rows):
        del rows[int(index)]
    answers[name] = rows or [{}]
    return True


def messages(fields: Mapping[str, Sequence[tuple[str, str]]], language: str) -> dict[str, list[str]]:
    """Return the errors of an `Invalid` in the page's language."""
    half = 0 if language == "zh" else 1
    return {name: [texts[half] for texts in found] for name, found in fields.items()}
