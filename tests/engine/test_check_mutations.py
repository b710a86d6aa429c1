"""Diagrams with a few things wrong anywhere: always findings, never an error, every one in plain words."""

import copy
import random
import re
from collections.abc import Callable

import pytest
from lxml import etree

from casework.engine.check import check
from casework.engine.checks.vocabulary import ATTRIBUTES, ELEMENTS
from casework.engine.xml import BANJIE, Node, q
from tests.engine import (
    test_check_contents,
    test_check_good_files,
    test_check_paths,
    test_check_standard,
    test_check_words,
)

BLOCK = 60
OPAQUE = re.compile(
    r"NoneType|\bNone\b(?!, | only)|object at 0x|Traceback|lxml|libxml|etree|frozenset|\w+Error\b|\{http|\(\?|\\[dsw]"
)
TAGS = sorted(ELEMENTS)
NAMES = sorted({name for names in ATTRIBUTES.values() for name in names} | {"itemSubjectRef", "minimum", "bpmnElement"})
WORDS = ["", " ", "x", "true", "-1", "9" * 30, "²", "1e5", "start", "p", "中", "tns:a", ":", "a:b:c", "{x}", "="]
TEXTS = ["", "x", "=", "= (", "PT", "R/", "R3/PT0S", "P99999999999D", "2020-01-01", "a.b.c", "\u202e", "1" * 500]
EXTENSIONS = ["form", "role", "collection", "collect", "element", "due", "to", "result", "operation", "decision"]
DIAGRAMS = [
    *(
        data
        for module in (test_check_words, test_check_paths, test_check_contents)
        for data, _ in module.BROKEN.values()
    ),
    *(data for data, _, _ in test_check_standard.PAIRS.values()),
    *test_check_good_files.GOOD.values(),
]

Change = Callable[[random.Random, Node, Node], None]


def remove(_chance: random.Random, node: Node, _other: Node) -> None:
    around = node.getparent()
    if around is not None:
        around.remove(node)


def double(_chance: random.Random, node: Node, other: Node) -> None:
    other.append(copy.deepcopy(node))


def rename(chance: random.Random, node: Node, _other: Node) -> None:
    tag = chance.choice(TAGS)
    node.tag = chance.choice([q(tag), q(tag), f"{{urn:x}}{tag}", tag])


def forget(chance: random.Random, node: Node, _other: Node) -> None:
    if node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]


def write(chance: random.Random, node: Node, _other: Node) -> None:
    node.set(chance.choice(NAMES), chance.choice(WORDS))


def extend(chance: random.Random, node: Node, _other: Node) -> None:
    node.set(f"{{{BANJIE}}}{chance.choice(EXTENSIONS)}", chance.choice(TEXTS))


def exchange(chance: random.Random, node: Node, other: Node) -> None:
    if node.attrib and other.attrib:
        node.set(chance.choice(list(node.attrib)), chance.choice(list(other.attrib.values())))


def tell(chance: random.Random, node: Node, _other: Node) -> None:
    node.text = chance.choice(TEXTS)


def add(chance: random.Random, node: Node, _other: Node) -> None:
    etree.SubElement(node, q(chance.choice(TAGS)))


def shuffle(chance: random.Random, node: Node, _other: Node) -> None:
    node[:] = chance.sample(list(node), len(node))


def move(_chance: random.Random, node: Node, other: Node) -> None:
    if node not in (other, *other.iterancestors()):
        other.append(node)


CHANGES: list[Change] = [remove, double, rename, forget, write, extend, exchange, tell, add, shuffle, move]


def mutated(seed: int) -> bytes:
    chance = random.Random(seed)
    root = etree.fromstring(chance.choice(DIAGRAMS))
    for _ in range(chance.randint(1, 6)):
        nodes = list(root.iter("*"))
        chance.choice(CHANGES)(chance, chance.choice(nodes), chance.choice(nodes))
    written = etree.tostring(root, encoding=chance.choice(["utf-8", "utf-8", "utf-16"]), xml_declaration=True)
    return written[: chance.randrange(len(written))] if chance.random() < 0.05 else written


@pytest.mark.parametrize("block", range(5))
def test_a_diagram_changed_anywhere_gives_findings_in_plain_words(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        for one in check({"case.bpmn": mutated(seed)}):
            assert set(one.message) == {"zh", "en"}, f"seed {seed}: {one}"
            assert all(text.strip() and not OPAQUE.search(text) for text in one.message.values()), f"seed {seed}: {one}"
