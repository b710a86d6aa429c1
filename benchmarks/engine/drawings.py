"""The processes that are measured, each drawn twice: with FEEL for us, with Python for the library as it is shipped."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

Dialect = Literal["feel", "python"]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:banjie="urn:banjie:bpmn:1"
  id="file" targetNamespace="urn:benchmark"><bpmn:process id="{name}" isExecutable="true">{parts}</bpmn:process>
</bpmn:definitions>"""
_PEOPLE = ' banjie:role="community_officer" banjie:scope="estate.community"'


class Drawing:
    """One process under way: each method draws an element or the flows between some, in the dialect."""

    def __init__(self, name: str, dialect: Dialect) -> None:
        self.name = name
        self.dialect = dialect
        self._parts: list[str] = []
        self._flows = 0

    def bytes(self) -> bytes:
        """Return the diagram."""
        return _HEAD.format(name=self.name, parts="".join(self._parts)).encode()

    def plain(self, kind: str, *names: str, default: str = "") -> None:
        """Draw elements of one kind; `default` is where a gateway goes when nothing else holds."""
        for name in names:
            chosen = f' default="{name}_{default}"' if default else ""
            self._parts.append(f'<bpmn:{kind} id="{name}"{chosen}/>')

    def task(self, name: str, inside: str = "") -> None:
        """Draw a human task."""
        people = _PEOPLE if self.dialect == "feel" else ""
        self._parts.append(f'<bpmn:userTask id="{name}"{people}>{inside}</bpmn:userTask>')

    def late(self, host: str, then: str) -> None:
        """Hang a timer of three days on a task; it starts a path of its own that ends in `then`."""
        span = "P3D" if self.dialect == "feel" else '"P3D"'
        self._parts.append(
            f'<bpmn:boundaryEvent id="{host}_late" attachedToRef="{host}" cancelActivity="false">'
            f"<bpmn:timerEventDefinition><bpmn:timeDuration>{span}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        )
        self.path(f"{host}_late", then)

    def script(self, name: str, into: str, value: str) -> None:
        """Draw a script that writes one value."""
        text = f"{{{into}: {value}}}" if self.dialect == "feel" else f"{into} = {value}"
        form = "feel" if self.dialect == "feel" else "python"
        self._parts.append(
            f'<bpmn:scriptTask id="{name}" scriptFormat="{form}"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'
        )

    def path(self, *names: str, when: str = "") -> None:
        """Draw the flows from each element to the next, the first one under a condition."""
        for source, target in pairwise(names):
            condition = f"<bpmn:conditionExpression>{when}</bpmn:conditionExpression>" if when else ""
            self._parts.append(
                f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{condition}'
                "</bpmn:sequenceFlow>"
            )
            when = ""


def complaint(dialect: Dialect) -> bytes:
    """Return a short complaint: accepted, scored by urgency, handled under a limit of three days, reviewed, redone."""
    drawn = Drawing("complaint", dialect)
    drawn.plain("startEvent", "start")
    for task in ("accept", "handle", "review", "escalate"):
        drawn.task(task)
    drawn.plain("exclusiveGateway", "is_urgent", default="score_normal")
    drawn.plain("exclusiveGateway", "together")
    drawn.plain("exclusiveGateway", "again", default="end")
    drawn.plain("endEvent", "end", "escalated")
    drawn.script("score_urgent", "score", "amount * 2")
    drawn.script("score_normal", "score", "amount")
    drawn.path("start", "accept", "is_urgent", "score_normal", "together", "handle", "review", "again", "end")
    drawn.path("is_urgent", "score_urgent", "together", when="urgent")
    drawn.path("again", "together", when="rework")
    drawn.path("escalate", "escalated")
    drawn.late("handle", "escalate")
    return drawn.bytes()


def forty(dialect: Dialect) -> bytes:
    """Return a process of some forty elements: four stages under a limit each, then two branches side by side."""
    drawn = Drawing("forty", dialect)
    drawn.plain("startEvent", "start")
    drawn.plain("parallelGateway", "fork", "join")
    drawn.plain("endEvent", "end")
    before = "start"
    for stage in range(1, 5):
        task, gate, script, met, late = (f"{word}_{stage}" for word in ("do", "ask", "count", "met", "told"))
        drawn.task(task)
        drawn.plain("endEvent", late)
        drawn.late(task, late)
        drawn.plain("exclusiveGateway", gate, default=met)
        drawn.plain("exclusiveGateway", met)
        drawn.script(script, "total", "amount + 1")
        drawn.path(before, task, gate, met)
        drawn.path(gate, script, met, when="urgent")
        before = met
    for branch in ("left", "right"):
        drawn.task(branch)
        drawn.path("fork", branch, "join")
    drawn.path(before, "fork")
    drawn.path("join", "end")
    return drawn.bytes()


def loop(dialect: Dialect) -> bytes:
    """Return a human task under a limit that comes again and again, for ever."""
    drawn = Drawing("loop", dialect)
    drawn.plain("startEvent", "start")
    drawn.plain("exclusiveGateway", "again")
    drawn.plain("exclusiveGateway", "enough", default="again")
    drawn.plain("endEvent", "end", "told")
    drawn.task("handle")
    drawn.script("count", "round", "round + 1")
    drawn.path("start", "again", "handle", "count", "enough", "again")
    drawn.path("enough", "end", when="urgent")
    drawn.late("handle", "told")
    return drawn.bytes()


def many(dialect: Dialect, times: int) -> bytes:
    """Return a human task for each of so many, all at once."""
    drawn = Drawing("many", dialect)
    drawn.plain("startEvent", "start")
    drawn.plain("endEvent", "end")
    each = f"<bpmn:loopCardinality>{times}</bpmn:loopCardinality>"
    drawn.task("each", f"<bpmn:multiInstanceLoopCharacteristics>{each}</bpmn:multiInstanceLoopCharacteristics>")
    drawn.path("start", "each", "end")
    return drawn.bytes()


def limit(dialect: Dialect) -> bytes:
    """Return one human task under a limit that opens a second task when it is over."""
    drawn = Drawing("limit", dialect)
    drawn.plain("startEvent", "start")
    drawn.plain("endEvent", "end", "escalated")
    drawn.task("handle")
    drawn.task("escalate")
    drawn.path("start", "handle", "end")
    drawn.path("escalate", "escalated")
    drawn.late("handle", "escalate")
    return drawn.bytes()


DATA = {"urgent": False, "rework": False, "amount": 7, "round": 0}
"""What every case begins with; `urgent` stays false, so that the loop goes on."""
FLOWS: Sequence[str] = ("complaint", "forty", "loop")
