"""The diagrams of a case: where its tokens stand, and what is behind them."""

from casework.cases.models import Case
from casework.cases.queries import history_of
from casework.cases.views import DiagramView, StepView
from casework.definitions import library
from casework.definitions.models import Release
from casework.persistence import Work


def diagrams(work: Work, case: Case, release: library.OpenRelease) -> list[DiagramView]:
    """Return the diagrams of the case where something stands or stood, the one with a token first."""
    lines = history_of(work, case.id)
    pinned = work.session.get_one(Release, case.release_id)
    active: dict[str, list[str]] = {}
    for token in case.tokens:
        active.setdefault(token["process"], []).append(token["element"])
    done: dict[str, list[str]] = {}
    for line in lines:
        if line.process and line.element and line.what in {"completed", "caught"}:
            done.setdefault(line.process, []).append(line.element)
    made = []
    for process in sorted({case.process, *active, *done}, key=lambda name: (name != case.process, name)):
        here, past = active.get(process, []), list(dict.fromkeys(done.get(process, [])))
        steps = [
            StepView(element, (release.name(process, element, "zh"), release.name(process, element, "en")), state)
            for elements, state in ((past, "done"), (list(dict.fromkeys(here)), "now"))
            for element in elements
            if state == "now" or element not in here
        ]
        name = (release.name(process, process, "zh"), release.name(process, process, "en"))
        made.append(DiagramView(process, name, f"v{pinned.version}", pinned.id, steps, here, past))
    return made
