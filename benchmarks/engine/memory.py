"""A step in memory: the library as it is shipped, and ours."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from benchmarks.engine.drawings import DATA
from casework import engine

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def shipped(name: str, diagram: bytes) -> BpmnWorkflow:
    """Return a case of the library as it is shipped, at its first human task."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(diagram)), filename=f"{name}.bpmn")
    workflow = BpmnWorkflow(parser.get_spec(name))
    workflow.data.update(DATA)
    workflow.task_tree.data.update(DATA)
    workflow.do_engine_steps()
    return workflow


def finish_one(workflow: BpmnWorkflow) -> bool:
    """Finish the first human task that is open; False when none is."""
    for task in workflow.get_tasks(state=TaskState.READY):
        if task.task_spec.manual:
            task.run()
            workflow.do_engine_steps()
            return True
    return False


def of_the_library(name: str, diagram: bytes, rounds: int) -> tuple[float, int]:
    """Return the seconds that a step takes (the median of rounds of a case), and how many could be taken."""
    took: list[float] = []
    while len(took) < rounds:
        workflow = shipped(name, diagram)
        before = len(took)
        while len(took) < rounds and _timed(took, lambda case=workflow: finish_one(case)):
            pass
        if len(took) - before < 1 or (name == "loop" and len(took) < rounds):
            break
    return median(took), len(took)


def of_ours(name: str, diagram: bytes, rounds: int) -> tuple[float, int]:
    """Return the seconds that a step takes, and how many were taken."""
    definition = engine.load({f"{name}.bpmn": diagram})
    took: list[float] = []
    now = NOW
    while len(took) < rounds:
        outcome = engine.start(definition, name, DATA, now=now)
        waiting = list(outcome.opened)
        while waiting and len(took) < rounds:
            task, now = waiting.pop(0), now + timedelta(minutes=1)
            begun = perf_counter()
            outcome = engine.complete(definition, outcome.state, task.id, {}, now=now)
            took.append(perf_counter() - begun)
            waiting += outcome.opened
    return median(took), len(took)


def growth(diagram: bytes, marks: tuple[int, ...]) -> dict[int, tuple[float, int]]:
    """Return what a step of our loop costs near each round of `marks`: seconds (a median of 51), and bytes of state."""
    definition = engine.load({"loop.bpmn": diagram})
    outcome = engine.start(definition, "loop", DATA, now=NOW)
    took: list[float] = []
    sizes: list[int] = []
    for number in range(max(marks) + 26):
        begun = perf_counter()
        outcome = engine.complete(
            definition, outcome.state, outcome.opened[0].id, {}, now=NOW + timedelta(minutes=number)
        )
        took.append(perf_counter() - begun)
        sizes.append(len(outcome.state))
    return {mark: (median(took[max(0, mark - 25) : mark + 26]), sizes[mark]) for mark in marks}


def _timed(took: list[float], step: Callable[[], Any]) -> bool:
    begun = perf_counter()
    done = bool(step())
    if done:
        took.append(perf_counter() - begun)
    return done
