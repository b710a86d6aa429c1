"""Splits and events that BPMN lets a designer draw in one element, drawn out in several."""

from copy import deepcopy

from casework.engine.normalising.draft import Draft
from casework.engine.xml import ACTIVITIES, EVENTS, Node, find, is_true, local, nodes, scopes, trigger, triggers


def implicit_splits(draft: Draft) -> None:
    """Several flows out of an activity or event, or conditions on them, become gateways.

    Flows without a condition leave a parallel gateway, flows with one an inclusive gateway; a token that no condition
    wants ends there.
    """
    for node in draft.all(*sorted(ACTIVITIES | EVENTS)):
        out, scope = draft.outgoing(node), draft.scope(node)
        chosen = [flow for flow in out if draft.condition(flow) is not None]
        if len(out) < 2 and not chosen:
            continue
        default = [flow for flow in out if flow.get("id") == node.get("default")]
        always = [flow for flow in out if flow not in chosen and flow not in default]
        node.attrib.pop("default", "")
        if chosen:
            always.append(_choice(draft, node, chosen, default))
        else:
            always += default
        if len(always) > 1:
            split = draft.new(scope, "parallelGateway", node, "split")
            for flow in always:
                draft.leave(flow, split)
            draft.flow(node, split)


def _choice(draft: Draft, node: Node, chosen: list[Node], default: list[Node]) -> Node:
    scope = draft.scope(node)
    choice = draft.new(scope, "inclusiveGateway", node, "choice")
    for flow in chosen + default:
        draft.leave(flow, choice)
    otherwise = default[0] if default else draft.flow(choice, draft.new(scope, "endEvent", node, "none"))
    choice.set("default", otherwise.get("id", ""))
    return draft.flow(node, choice)


def links(draft: Draft) -> None:
    """A link becomes the sequence flow it stands for; both its events pass the token on."""
    for scope in scopes(draft.root):
        linked = [(node, link) for node in nodes(scope) if (link := trigger(node, "link")) is not None]
        for throw, source in linked:
            for catch, target in linked:
                if local(throw) != local(catch) and local(throw) == "intermediateThrowEvent" and _same(source, target):
                    draft.flow(throw, catch)
        for event, link in linked:
            event.remove(link)
            if local(event) == "intermediateCatchEvent":
                draft.retag(event, "intermediateThrowEvent")


def _same(source: Node, target: Node) -> bool:
    return source.get("name", "").strip() == target.get("name", "").strip()


def multiple_events(draft: Draft) -> None:
    """An event with several triggers becomes several events with one each."""
    for event in draft.all(*sorted(EVENTS)):
        found = triggers(event)
        if len(found) < 2 or is_true(event, "parallelMultiple"):
            continue
        if local(event) in {"startEvent", "boundaryEvent"}:
            _beside(draft, event, found)
        elif local(event) == "intermediateCatchEvent":
            _either(draft, event, found)
        else:
            _one_after_another(draft, event, found)


def _beside(draft: Draft, event: Node, found: list[Node]) -> None:
    """One start or boundary event for each trigger; whichever happens goes the same way."""
    scope = draft.scope(event)
    merge = draft.new(scope, "exclusiveGateway", event, "merge")
    draft.hand_over(event, merge)
    draft.flow(event, merge)
    for number, definition in enumerate(found[1:], 2):
        again = draft.new(scope, local(event), event, str(number), name=event.get("name", ""))
        for name in ("attachedToRef", "cancelActivity", "isInterrupting"):
            if event.get(name) is not None:
                again.set(name, event.get(name, ""))
        _carry_over(event, again)
        again.append(definition)
        draft.flow(again, merge)


def _carry_over(event: Node, again: Node) -> None:
    extension = find(event, "extensionElements")
    if extension is not None:
        again.append(deepcopy(extension))


def _either(draft: Draft, event: Node, found: list[Node]) -> None:
    """An event-based gateway waits for all triggers at once; the designer's event stands where the ways meet."""
    scope = draft.scope(event)
    wait = draft.new(scope, "eventBasedGateway", event, "wait")
    for flow in draft.incoming(event):
        draft.lead(flow, wait)
    for number, definition in enumerate(found, 1):
        catch = draft.new(scope, "intermediateCatchEvent", event, str(number), name=event.get("name", ""))
        _carry_over(event, catch)
        catch.append(definition)
        draft.flow(wait, catch)
        draft.flow(catch, event)
    draft.retag(event, "intermediateThrowEvent")


def _one_after_another(draft: Draft, event: Node, found: list[Node]) -> None:
    """What is thrown together is thrown one after another without a pause."""
    scope = draft.scope(event)
    for number, definition in enumerate(found[:-1], 1):
        throw = draft.new(scope, "intermediateThrowEvent", event, str(number), name=event.get("name", ""))
        _carry_over(event, throw)
        throw.append(definition)
        draft.before(event, throw)
