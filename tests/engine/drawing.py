"""Drawing small diagrams in a few words, so that a test shows what it is about."""

import itertools
import re
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions id="file" targetNamespace="urn:test"'
    ' xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:banjie="urn:banjie:bpmn:1">'
)


def element(tag: str, id_: str, /, *parts: str, **attributes: str) -> str:
    """An element; an attribute b_x is banjie:x."""
    given = {
        key.replace("b_", "banjie:", 1) if key.startswith("b_") else key: value for key, value in attributes.items()
    }
    written = "".join(f" {key}={quoteattr(value)}" for key, value in given.items())
    return f'<bpmn:{tag} id="{id_}"{written}>{"".join(parts)}</bpmn:{tag}>'


def diagram(*parts: str, process: str = "p", around: str = "") -> bytes:
    return (HEAD + around + element("process", process, *parts, isExecutable="true") + "</bpmn:definitions>").encode()


def flows(*paths: str, when: dict[str, str] | None = None) -> str:
    """Flows along "a b c"; `when` gives conditions as {"a b": condition}. A flow's id is a_b."""
    made = []
    for path in paths:
        names = path.split()
        for source, target in itertools.pairwise(names):
            text = (when or {}).get(f"{source} {target}")
            condition = f"<bpmn:conditionExpression>{escape(text)}</bpmn:conditionExpression>" if text else ""
            made.append(element("sequenceFlow", f"{source}_{target}", condition, sourceRef=source, targetRef=target))
    return "".join(made)


def start(name: str = "start", *parts: str, **attributes: str) -> str:
    return element("startEvent", name, *parts, **attributes)


def end(name: str = "end", *parts: str) -> str:
    return element("endEvent", name, *parts)


def user(id_: str, /, *parts: str, **attributes: str) -> str:
    return element("userTask", id_, *parts, **{"name": id_, "b_form": f"p/{id_}", "b_role": "clerk", **attributes})


def script(name: str, text: str) -> str:
    return element("scriptTask", name, f"<bpmn:script>{escape(text)}</bpmn:script>", scriptFormat="feel")


def service(name: str, *parts: str, operation: str = "complaints.dispatch", **attributes: str) -> str:
    return element("serviceTask", name, *parts, b_operation=operation, **attributes)


def gateway(kind: str, name: str, default: str | None = None) -> str:
    return element(f"{kind}Gateway", name, **({"default": default} if default else {}))


def boundary(name: str, host: str, trigger: str, *parts: str, interrupting: bool = True) -> str:
    return element(
        "boundaryEvent", name, *parts, trigger, attachedToRef=host, cancelActivity="true" if interrupting else "false"
    )


def catch(name: str, trigger: str, *parts: str) -> str:
    return element("intermediateCatchEvent", name, *parts, trigger)


def throw(name: str, trigger: str = "", *parts: str) -> str:
    return element("intermediateThrowEvent", name, *parts, trigger)


def timer(text: str, kind: str = "Duration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:time{kind}>{escape(text)}</bpmn:time{kind}></bpmn:timerEventDefinition>"


def message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="m_{ref}"/>'


def signal(ref: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="s_{ref}"/>'


def error(ref: str = "") -> str:
    return f'<bpmn:errorEventDefinition errorRef="e_{ref}"/>' if ref else "<bpmn:errorEventDefinition/>"


def escalation(ref: str = "") -> str:
    return f'<bpmn:escalationEventDefinition escalationRef="c_{ref}"/>' if ref else "<bpmn:escalationEventDefinition/>"


TERMINATE = "<bpmn:terminateEventDefinition/>"


def named(messages: str = "", signals: str = "", errors: str = "", escalations: str = "") -> str:
    """What messages, signals, errors and escalations there are; each is called by its own word."""
    return "".join(
        [
            *(element("message", f"m_{word}", name=word) for word in messages.split()),
            *(element("signal", f"s_{word}", name=word) for word in signals.split()),
            *(element("error", f"e_{word}", name=word, errorCode=word) for word in errors.split()),
            *(element("escalation", f"c_{word}", name=word, escalationCode=word) for word in escalations.split()),
        ]
    )


def extras(tag: str, **values: str) -> str:
    """Extensions such as parameters: name and FEEL value."""
    inner = "".join(f"<banjie:{tag} name={quoteattr(key)} value={quoteattr(value)}/>" for key, value in values.items())
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def many(*parts: str, sequential: bool = False, times: str = "", until: str = "", **attributes: str) -> str:
    """Multi-instance: attributes are those of our namespace."""
    given = "".join(f" banjie:{key}={quoteattr(value)}" for key, value in attributes.items())
    count = f"<bpmn:loopCardinality>{escape(times)}</bpmn:loopCardinality>" if times else ""
    enough = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    flag = "true" if sequential else "false"
    inner = "".join(parts) + count + enough
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{flag}"{given}>{inner}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def sub(name: str, *parts: str, **attributes: str) -> str:
    return element("subProcess", name, *parts, **attributes)


def call(name: str, called: str, *parts: str) -> str:
    return element("callActivity", name, *parts, calledElement=called)


def line(*names: str) -> str:
    """Start, these, end."""
    return start() + end() + flows(" ".join(["start", *names, "end"]))


def blank_forms(*diagrams: bytes) -> dict[str, bytes]:
    """Return a form without fields, by its file in a release, for every form that the diagrams name."""
    named = (name.decode() for drawn in diagrams for name in re.findall(rb'banjie:form="([^"]+)"', drawn))
    return dict.fromkeys((f"forms/{name}.json" for name in named), b'{"components": []}')
