"""Merging at a join: what parallel branches wrote under one name, put together by a rule of the designer.

Under a name with a rule each branch has a frame of its own (one per flow into the join): it sees what was there at the
split and what it has written itself. When the join goes on, the rule makes one value of what the branches wrote, which
then is written as if the join had written it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from casework.engine.frames import GONE, Frame, merge
from casework.engine.reach import Reach
from casework.engine.values import same

if TYPE_CHECKING:
    from casework.engine.gateways import Join
    from casework.engine.tokens import CaseTask

Way = tuple[str, Mapping[str, str]]  # a flow into a join, and the rules of that join by name
Rule = Callable[[Any, Sequence[Any]], Any]  # from what was there before and what was written; GONE: it can't


class Ways:
    """The joins with rules in a scope, and over which flows each element leads to them."""

    def __init__(self, spec: Any, reach: Reach) -> None:
        self._reach = reach
        self.joins = [node for node in spec.task_specs.values() if getattr(node, "merge_rules", None)]
        self._found: dict[str, tuple[Way, ...]] = {}

    def of(self, element: str) -> tuple[Way, ...]:
        """Return the flows whose branch the element is part of, the nearest join first.

        What leads to a join over several of its flows lies before the split and is part of no branch.
        """
        if element not in self._found:
            led = [(join, [f for f in join.incoming if element in self._before(join, f)]) for join in self.joins]
            ways = [(join, flows[0]) for join, flows in led if len(flows) == 1]
            ways.sort(key=lambda way: sum(other.name in self._before(way[0], *way[0].incoming) for other, _ in ways))
            self._found[element] = tuple((flow, join.merge_rules) for join, flow in ways)
        return self._found[element]

    def _before(self, join: Any, *flows: str) -> frozenset[str]:
        return self._reach.before(join.name, flows)


def _around(task: "CaseTask") -> Iterator["CaseTask"]:
    """Yield the token and those that hold the scopes around it, as far as they write to the same frame."""
    token = task
    while token.frame is None:
        yield token
        if token.workflow.frame is not None:
            return
        token = token.workflow.owner


def places(task: "CaseTask", updates: Mapping[str, Any], seen: int | None) -> list[tuple[Frame, dict[str, Any]]]:
    """Return where a token writes what: under a name with a rule to the frame of its branch, all else to its own.

    What whoever saw version `seen` has left as it was is nothing a branch wrote.
    """
    main, left = task.frames()[0], dict(updates)
    found: list[tuple[Frame, dict[str, Any]]] = []
    for token in _around(task):
        for flow, rules in token.workflow.spec.ways.of(token.task_spec.name):
            ours = {name: left.pop(name) for name in rules if name in left}
            if ours:
                ours = token.workflow.apart.get(flow, main).differing(ours, seen)
                found += [(_branch_frame(token, flow, ours), ours)] if ours else []
    return [*found, (main, left)]


def _branch_frame(token: "CaseTask", flow: str, names: Mapping[str, Any]) -> Frame:
    """Return the frame of a branch; what it has not yet written under these names is what its token sees there."""
    view = token.view()
    frame: Frame = token.workflow.apart.setdefault(flow, Frame({}))
    frame.values.update({name: view[name] for name in names if name not in frame.values and name in view})
    return frame


def seen_apart(task: "CaseTask") -> Iterator[Mapping[str, Any]]:
    """Yield what a token sees of its branches alone, the nearest first."""
    apart = task.workflow.apart
    if apart:
        name = task.parent.task_spec.name if "instance" in task.internal_data else task.task_spec.name
        yield from (apart[flow].values for flow, _ in task.workflow.spec.ways.of(name) if flow in apart)


def merge_branches(join: "Join", token: "CaseTask", arrived: Sequence[str]) -> None:
    """Write what the branches of a join make together, in the order in which they have arrived."""
    scope = token.workflow
    order = [*(flow for flow in join.incoming if flow not in arrived), *arrived]
    frames = [scope.apart.pop(flow) for flow in order if flow in scope.apart]
    if frames:
        merged, unfit = _merged(join.merge_rules, frames, token.view())
        for name, values in unfit.items():
            authors = [frame.authors[name] for frame in frames if name in frame.authors]
            scope.top_workflow.record.conflict(token, {name: values}, authors)
        scope.top_workflow.put(token, merged)


def let_go(scope: Any) -> None:
    """Write what branches of an ending scope have kept apart because it never came to its join."""
    for join in scope.spec.ways.joins:
        frames = [scope.apart.pop(flow) for flow in join.incoming if flow in scope.apart]
        if not frames:
            continue
        if scope.frame is not None:
            scope.frame.write(_merged(join.merge_rules, frames, scope.frame.values)[0])
        else:
            merged, _ = _merged(join.merge_rules, frames, scope.owner.view())
            scope.top_workflow.put(scope.owner, merged)


def carry_over(scope: Any, apart: Mapping[str, Frame], renamed: Mapping[str, str]) -> None:
    """Keep apart on a new definition what still comes to a join with rules there, and write the rest."""
    known = {flow for join in scope.spec.ways.joins for flow in join.incoming}
    main = scope.frame if scope.frame is not None else scope.owner.frames()[0]
    for old, frame in apart.items():
        flow = renamed.get(old, old)
        if flow in known:
            scope.apart[flow] = frame
        else:
            main.write({name: frame.values[name] for name in frame.wrote})


def _merged(
    rules: Mapping[str, str], frames: Sequence[Frame], before: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Return one value for each name that was written, and what was written where the rule does not fit."""
    merged: dict[str, Any] = {}
    unfit: dict[str, list[Any]] = {}
    for name in dict.fromkeys(name for frame in frames for name in frame.wrote):
        written = [frame.values[name] for frame in frames if name in frame.wrote]
        value = RULES[rules.get(name, "last")](before.get(name), written)
        if value is GONE and len(written) > 1:
            unfit[name] = written
        merged[name] = written[-1] if value is GONE else value
    return merged, unfit


def _first(_before: Any, written: Sequence[Any]) -> Any:
    return written[0]


def _last(_before: Any, written: Sequence[Any]) -> Any:
    return written[-1]


def _append(before: Any, written: Sequence[Any]) -> Any:
    whole = list(before) if isinstance(before, list) else []
    size = len(whole)
    for value in written:
        more = value if isinstance(value, list) else [] if value is None else [value]
        whole += more[size:] if same(more[:size], whole[:size]) else more
    return whole


def _sum(_before: Any, written: Sequence[Any]) -> Any:
    numbers = [value for value in written if value is not None]
    return sum(numbers) if numbers and all(isinstance(value, Decimal) for value in numbers) else GONE


def _least(_before: Any, written: Sequence[Any]) -> Any:
    return _extreme(min, written)


def _greatest(_before: Any, written: Sequence[Any]) -> Any:
    return _extreme(max, written)


def _extreme(choose: Callable[[Sequence[Any]], Any], written: Sequence[Any]) -> Any:
    values = [value for value in written if value is not None]
    alike = len({type(value) for value in values}) == 1 and not isinstance(values[0], (list, dict, bool))
    try:
        return choose(values) if alike else GONE
    except TypeError:  # values of this kind have no order
        return GONE


def _together(before: Any, written: Sequence[Any]) -> Any:
    if not all(isinstance(value, dict) for value in written):
        return GONE
    base = before if isinstance(before, dict) else {}
    whole: Any = base
    for value in written:
        whole, _ = merge(base, whole, value)
    return whole


RULES: Final[Mapping[str, Rule]] = {
    "first": _first,
    "last": _last,
    "append": _append,
    "sum": _sum,
    "min": _least,
    "max": _greatest,
    "together": _together,
}
"""By the word a designer writes; "first" and "last" are by the time at which the branches came to the join."""
