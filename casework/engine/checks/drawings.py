"""Processes drawn for people: marked isExecutable="false", or files that only describe how parties work together."""

from collections.abc import Iterable, Iterator, Sequence

from casework.engine.checks.document import Document
from casework.engine.checks.house import in_house
from casework.engine.checks.rules import TO_RUN
from casework.engine.problems import Problem
from casework.engine.xml import Node, ancestors, local

_DESCRIBING = ("import", "collaboration", "choreography", "globalConversation")


def worth_telling(problems: Iterable[Problem], documents: Sequence[Document]) -> Iterator[Problem]:
    """Yield the findings without those that only matter to running, about what nobody means to run."""
    plain = {doc.file: doc for doc in documents if not in_house(doc)}
    meant = {file: any(_runs(process) for process in doc.all("process")) for file, doc in plain.items()}
    for problem in problems:
        if problem.rule not in TO_RUN or problem.file not in plain or _is_meant(problem, plain, meant):
            yield problem


def _runs(process: Node) -> bool:
    return process.get("isExecutable", "true").strip() not in {"false", "0"}


def _is_meant(problem: Problem, plain: dict[str, Document], meant: dict[str, bool]) -> bool:
    """Tell whether the element told of stands in a process that is to run, or in a file that has such a process."""
    doc = plain[problem.file]
    element = doc.ids.get(problem.element or "")
    around = () if element is None else (element, *ancestors(element))
    process = next((one for one in around if local(one) == "process"), None)
    if process is not None:
        return _runs(process)
    describes = any(True for _ in doc.all(*_DESCRIBING))
    drawn = any(True for _ in doc.all("process"))
    return meant[problem.file] or not (drawn or (describes and problem.rule == "no_process"))
