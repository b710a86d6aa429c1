"""Does a step cost the same after thousands of steps? A user-task loop, its cost at round 100 against round 5,000.

Run it with `python -m benchmarks.engine_flat`; `--json` for a program. It prints ratios of one run: the numbers of two
machines say nothing about each other.
"""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time_ns

from casework import engine

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
ROUNDS = 5_000
WINDOW = 50  # rounds whose median is taken

LOOP = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions id="file" targetNamespace="urn:benchmark" xmlns:banjie="urn:banjie:bpmn:1"
  xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <bpmn:process id="loop" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:exclusiveGateway id="again"/>
    <bpmn:userTask id="handle" name="handle" banjie:form="loop/handle" banjie:role="clerk"/>
    <bpmn:boundaryEvent id="late" attachedToRef="handle" cancelActivity="false">
      <bpmn:timerEventDefinition><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:scriptTask id="count" scriptFormat="feel"><bpmn:script>{round: round + 1}</bpmn:script></bpmn:scriptTask>
    <bpmn:exclusiveGateway id="enough" default="enough_again"/>
    <bpmn:endEvent id="end"/>
    <bpmn:endEvent id="reminded"/>
    <bpmn:sequenceFlow id="start_again" sourceRef="start" targetRef="again"/>
    <bpmn:sequenceFlow id="again_handle" sourceRef="again" targetRef="handle"/>
    <bpmn:sequenceFlow id="handle_count" sourceRef="handle" targetRef="count"/>
    <bpmn:sequenceFlow id="count_enough" sourceRef="count" targetRef="enough"/>
    <bpmn:sequenceFlow id="enough_again" sourceRef="enough" targetRef="again"/>
    <bpmn:sequenceFlow id="enough_end" sourceRef="enough" targetRef="end">
      <bpmn:conditionExpression>round &lt; 0</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="late_reminded" sourceRef="late" targetRef="reminded"/>
  </bpmn:process>
</bpmn:definitions>"""


def measure() -> dict[str, float]:
    """Run the loop and return what its early and its late rounds cost."""
    definition = engine.load({"loop.bpmn": LOOP})
    outcome = engine.start(definition, "loop", {"round": 0}, now=NOW)
    spent: list[int] = []
    sizes: list[int] = []
    for number in range(ROUNDS + WINDOW):
        now = NOW + timedelta(minutes=number)
        before = process_time_ns()
        outcome = engine.complete(definition, outcome.state, outcome.opened[0].id, {"note": "done"}, now=now)
        spent.append(process_time_ns() - before)
        sizes.append(len(outcome.state))
        if sys.stderr.isatty() and number % 250 == 0:
            print(f"\r{number:>6} / {ROUNDS}", end="", file=sys.stderr, flush=True)
    early, late = median(spent[100 : 100 + WINDOW]), median(spent[ROUNDS : ROUNDS + WINDOW])
    return {
        "microseconds_at_100": early / 1000,
        "microseconds_at_5000": late / 1000,
        "ratio": late / early,
        "bytes_at_100": sizes[100],
        "bytes_at_5000": sizes[ROUNDS],
    }


def main() -> int:
    """Print the ratios; 1 when a late step costs more than half again as much as an early one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    found = measure()
    if parser.parse_args().json:
        print(json.dumps(found))
    else:
        for rounds in (100, ROUNDS):
            cost, size = found[f"microseconds_at_{rounds}"], found[f"bytes_at_{rounds}"]
            print(f"\rat round {rounds:>5}: {cost:.0f} us a step, {size:.0f} bytes of state")
        print(f"ratio: {found['ratio']:.2f}")
    return 0 if found["ratio"] < 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
