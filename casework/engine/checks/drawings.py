"""What a file is asked for: one drawn for this house everything, one of another engine or for people only BPMN's rules.

A drawing for people is a process marked isExecutable="false", or a file that only describes how parties work together.
"""

from collections.abc import Iterable, Mapping, Sequence

from casework.engine.checks.document import Document
from casework.engine.checks.rules import HERE, TO_RUN
from casework.engine.problems import Problem
from casework.engine.xml import Node, ancestors, local

_DESCRIBING = ("import", "collaboration", "choreography", "globalConversation")
_NOTHING_TO_RUN = frozenset({"no_process", "not_supported_yet"})  # what a file that only describes is told when loaded


def parted(problems: Iterable[Problem], documents: Sequence[Document]) -> tuple[list[Problem], list[Problem]]:
    """Return the findings that are told, and those a file may leave open until it is to run here."""
    known = {doc.file: doc for doc in documents}
    meant = {doc.file: any(_runs(process, doc) for process in doc.all("process")) for doc in documents if not doc.ours}
    told: list[Problem] = []
    open_: list[Problem] = []
    for problem in problems:
        doc = known.get(problem.file)
        (open_ if doc is not None and _may_stay_open(problem, doc, meant) else told).append(problem)
    return told, open_


def _may_stay_open(problem: Problem, doc: Document, meant: Mapping[str, bool]) -> bool:
    if problem.rule in HERE and not doc.for_us:
        return True
    return problem.rule in TO_RUN and not doc.ours and not _is_meant(problem, doc, meant)


def _runs(process: Node, doc: Document) -> bool:
    """Tell whether a process is to run: one that does not say so is a drawing where its file only marks drawings."""
    drawings = {"false", "0"}
    unsaid = "false" if drawings & doc.marks and doc.marks <= {*drawings, ""} else "true"
    return process.get("isExecutable", unsaid).strip() not in drawings


def _is_meant(problem: Problem, doc: Document, meant: Mapping[str, bool]) -> bool:
    """Tell whether the element told of stands in a process that is to run, or in a file that has such a process."""
    element = doc.ids.get(problem.element or "")
    around = () if element is None else (element, *ancestors(element))
    process = next((one for one in around if local(one) == "process"), None)
    if process is not None:
        return _runs(process, doc)
    describes = any(True for _ in doc.all(*_DESCRIBING))
    drawn = any(True for _ in doc.all("process"))
    return meant[problem.file] or not (drawn or (describes and problem.rule in _NOTHING_TO_RUN))
