"""Gateways: a token that waits for others is a task of the gateway, so nothing is read from what is finished."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from casework import feel
from casework.engine.expressions import StuckError
from casework.engine.merging import merge_branches
from casework.engine.nodes import Flow, Node

if TYPE_CHECKING:
    from casework.engine.tokens import CaseTask


WAITING_FOR_START: Final = "waitingForStart"


def no_way_out(node: Node) -> StuckError:
    """Return the trouble of a gateway none of whose flows may be taken."""
    return StuckError(
        "no_way_out",
        f"网关“{node.label or node.element}”的条件都不成立，也没有默认出口。请补全数据后重试，或给网关加一条默认出口。",
        f'No condition of the gateway "{node.label or node.element}" is true and it has no default flow. '
        "Supply the data and retry, or give it a default.",
    )


class ExclusiveGateway(Node, defaults.ExclusiveGateway):  # type: ignore[misc]
    """Takes the first flow whose condition is true, otherwise the default."""

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:
        """Return the one flow to take."""
        asking = task.workflow.top_workflow.asking
        names = task.view()
        for flow in self.flows:
            if flow.id != self.default and (flow.condition is None or asking.truth(flow.condition, names)):
                return (flow,)
        chosen = tuple(flow for flow in self.flows if flow.id == self.default)
        if self.flows and not chosen:
            raise no_way_out(self)
        return chosen


class Join(Node):
    """Mixed into gateways where tokens wait for each other, at most one of each incoming flow being taken at a time."""

    merge_rules: Mapping[str, str] = {}  # how it puts together what the branches wrote under a name
    waits_at_once = True  # decided when a token arrives; otherwise when nothing else can move

    @property
    def waits_for_others(self) -> bool:
        """Tell whether there can be others to wait for."""
        return len(self.incoming) > 1

    def arrive(self, task: "CaseTask") -> bool:
        """Let the token wait for the others, if there can be others."""
        super().arrive(task)
        if not self.waits_for_others:
            return True
        task._set_state(TaskState.WAITING)
        if self.waits_at_once:
            self.fire(task)
        return False

    def fire(self, task: "CaseTask") -> bool:
        """Let the tokens that are due leave together as one; tell whether that happened."""
        taken = self._taken(task.workflow)
        if not taken or not self.complete(task.workflow, taken):
            return False
        first, *others = sorted(taken.values(), key=lambda token: token.id)
        for other in others:
            other._set_state(TaskState.COMPLETED)
        if others:
            first.internal_data["branch"] = first.id
        merge_branches(self, first, sorted(taken, key=lambda flow: taken[flow].id))
        first._set_state(TaskState.READY)
        return True

    def complete(self, scope: Any, taken: dict[str, "CaseTask"]) -> bool:
        """Tell whether no token needs to be waited for."""
        raise NotImplementedError

    def _taken(self, scope: Any) -> dict[str, "CaseTask"]:
        """Return the token that came first over each incoming flow, as far as one has come."""
        taken: dict[str, CaseTask] = {}
        for token in scope.live.values():
            if token.task_spec is self and token._state == TaskState.WAITING:
                taken.setdefault(token.internal_data["via"], token)
        return taken


class ParallelGateway(Join, defaults.ParallelGateway):  # type: ignore[misc]
    """Waits for a token on every incoming flow; sends one over every outgoing flow."""

    joins = True

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:  # noqa: ARG002
        """Return all flows: a parallel gateway asks for no conditions."""
        return self.flows

    def complete(self, scope: Any, taken: dict[str, "CaseTask"]) -> bool:  # noqa: ARG002
        """Tell whether every incoming flow has brought a token."""
        return len(taken) == len(self.incoming)


class TokenJoin(Join, defaults.ParallelGateway):  # type: ignore[misc]
    """Stands before an activity that needs several tokens, and lets as many go on together as one."""

    joins = True
    waits_for_others = True
    needed = 1

    def complete(self, scope: Any, taken: dict[str, "CaseTask"]) -> bool:  # noqa: ARG002
        """Tell whether enough tokens have come."""
        return len(taken) == self.needed

    def _taken(self, scope: Any) -> dict[str, "CaseTask"]:
        """Return the tokens that came first, over whichever flows, up to the number that is needed."""
        waiting = [one for one in scope.live.values() if one.task_spec is self and one._state == TaskState.WAITING]
        return {str(token.id): token for token in waiting[: self.needed]}


class InclusiveGateway(Join, defaults.InclusiveGateway):  # type: ignore[misc]
    """Waits for every token that can still come; takes every flow whose condition is true, otherwise the default."""

    joins = True
    waits_at_once = False

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:
        """Return the flows to take, at least one."""
        asking = task.workflow.top_workflow.asking
        names = self.names(task)
        chosen = tuple(
            flow
            for flow in self.flows
            if flow.id != self.default and (flow.condition is None or asking.truth(flow.condition, names))
        )
        chosen = chosen or tuple(flow for flow in self.flows if flow.id == self.default)
        if self.flows and not chosen:
            raise no_way_out(self)
        return chosen

    def names(self, task: "CaseTask") -> Mapping[str, Any]:
        """Return what the conditions behind the gateway see."""
        return task.view()

    def complete(self, scope: Any, taken: dict[str, "CaseTask"]) -> bool:
        """Tell whether no token elsewhere can reach an empty incoming flow (unless it can as well reach a full one)."""
        return not self.may_come(scope, [flow for flow in self.incoming if flow not in taken], taken)

    def may_come(self, scope: Any, empty: Iterable[str], full: Iterable[str]) -> bool:
        """Tell whether a token elsewhere can reach one of the empty flows, and none of the full ones."""
        graph = scope.spec.reach
        elsewhere = {token.task_spec.name for token in scope.live.values() if token.task_spec is not self}
        wanted = graph.before(self.name, empty) - graph.before(self.name, full, along_boundaries=False)
        return not wanted.isdisjoint(elsewhere)


class ComplexGateway(InclusiveGateway):
    """Goes on as soon as its condition on `activationCount` holds, and is reset when nothing of that round can come.

    What comes late is swallowed. A condition behind it may ask `waitingForStart`: true when the gateway goes on, false
    when it is reset, and flows that ask it get a token then as well.
    """

    activation: feel.Expression | None = None

    def names(self, task: "CaseTask") -> Mapping[str, Any]:
        """Return what the conditions behind the gateway see when it goes on."""
        return ChainMap({WAITING_FOR_START: True}, task.view())  # type: ignore[arg-type]

    def fire(self, task: "CaseTask") -> bool:
        """Let tokens leave, unless the gateway has gone on already and waits for the rest of the round."""
        scope = task.workflow
        if self.name in scope.gates:
            return False
        taken = set(self._taken(scope))
        fired = super().fire(task)
        if fired and (len(taken) < len(self.incoming) or self._asked_again()):
            scope.gates[self.name] = sorted(taken)
        return fired

    def reset(self, scope: Any) -> bool:
        """End a round when nothing of it can come any more; tell whether that was so."""
        gone = scope.gates[self.name]
        late = {flow: token for flow, token in self._taken(scope).items() if flow not in gone}
        if self.may_come(scope, [flow for flow in self.incoming if flow not in gone and flow not in late], gone):
            return False
        del scope.gates[self.name]
        for token in late.values():
            token._set_state(TaskState.COMPLETED)
        if self._asked_again():
            leaving = scope.task_tree._add_child(self)
            leaving.internal_data["resets"] = True
            leaving._set_state(TaskState.READY)
        return True

    def choose(self, task: "CaseTask") -> tuple[Flow, ...]:
        """Return the flows to take: on a reset those that ask for it, perhaps none."""
        if "resets" not in task.internal_data:
            return super().choose(task)
        asking = task.workflow.top_workflow.asking
        names = ChainMap({WAITING_FOR_START: False}, task.view())  # type: ignore[arg-type]
        return tuple(f for f in self._asked_again() if f.condition is not None and asking.truth(f.condition, names))

    def complete(self, scope: Any, taken: dict[str, "CaseTask"]) -> bool:
        """Tell whether enough tokens have come."""
        if self.activation is None:
            return super().complete(scope, taken)
        first = next(iter(taken.values()))
        names = ChainMap({"activationCount": Decimal(len(taken))}, first.view())  # type: ignore[arg-type]
        try:
            return bool(scope.top_workflow.asking.truth(self.activation, names))
        except StuckError as trouble:
            scope.top_workflow.stick(first, trouble, "arrive")
            return False

    def _asked_again(self) -> tuple[Flow, ...]:
        return tuple(f for f in self.flows if f.condition is not None and WAITING_FOR_START in f.condition.names)
