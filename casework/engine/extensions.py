"""Reading what our own namespace adds to an element."""

from collections.abc import Mapping

from casework import feel
from casework.engine.expressions import compiled
from casework.engine.xml import Node, ext, find


def attribute(node: Node, name: str) -> str | None:
    """Return an attribute of our namespace, None when it is missing or blank."""
    value = node.get(ext(name))
    return str(value).strip() or None if value is not None else None


def formulas(node: Node, tag: str) -> Mapping[str, feel.Expression]:
    """Return the named expressions of this tag (parameter, in, out, match) from the element's extensions."""
    extension = find(node, "extensionElements")
    found: dict[str, feel.Expression] = {}
    for child in () if extension is None else extension.findall(ext(tag)):
        expression = compiled(child.get("value"))
        if expression is not None:
            found[str(child.get("name", ""))] = expression
    return found


def pairs(node: Node, name: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of an attribute that is written as "name: word; name: word", with "" for what is left out."""
    written = [part.partition(":") for part in (attribute(node, name) or "").split(";") if part.strip()]
    return tuple((key.strip(), word.strip()) for key, _, word in written)


def words(node: Node, name: str) -> tuple[str, ...]:
    """Return the words of an attribute that may hold several."""
    return tuple((attribute(node, name) or "").split())
