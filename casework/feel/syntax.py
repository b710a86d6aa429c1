"""The shapes an expression can have once it has been parsed."""

from dataclasses import dataclass
from typing import Any

from casework.feel.kinds import Kind


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression; `position` is where it begins in the source."""

    position: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Temporal(Node):
    """A date, time or duration written `@"…"`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    key: str


@dataclass(frozen=True, slots=True)
class Descent(Node):
    """`source...key`: every value under the key, at any depth."""

    source: Node
    key: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    test: Node


@dataclass(frozen=True, slots=True)
class Items(Node):
    entries: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entries(Node):
    """A context: keys with their expressions, in order."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """A range literal; an end that is None is open."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compared(Node):
    """A test `< 5` of a cell, waiting for its left side."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`value in (tests)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """`name in source`, or `name in start..end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class Loop(Node):
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    kind: Kind


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    parameters: tuple[str, ...]
    kinds: tuple[Kind, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Invocation(Node):
    """A call with positional arguments, or with as many names as arguments."""

    target: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]
