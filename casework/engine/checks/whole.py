"""What stands anywhere in a file, asked of the parser's own tree: a walk over every element takes ten times as long."""

from typing import cast

from lxml import etree

from casework.engine.xml import Node


def namespaces_of(root: Node) -> frozenset[str]:
    """Return every namespace that is declared anywhere in a file."""
    return frozenset(found[1] for _, found in etree.iterwalk(root, events=("start-ns",)))


def is_used(namespace: str, root: Node) -> bool:
    """Tell whether an element or attribute of a namespace stands in a file."""
    return bool(root.xpath("boolean(//n:* | //@n:*)", namespaces={"n": namespace}))


def ids_in(root: Node) -> set[str]:
    """Return every id that stands in a file, those of the drawing too."""
    return set(cast("list[str]", root.xpath("//@id", smart_strings=False)))
