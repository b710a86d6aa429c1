"""A supervisor's verbs: remind, hand on, take back, instruct; and trying again what stands still."""

from collections.abc import Callable
from typing import Any

from flask import request
from marshmallow import fields

from casework.cases import stepping_in
from casework.persistence import Work
from webapp.api.bearer import work
from webapp.api.calls import Calls
from webapp.api.replaying import replayed
from webapp.api.shapes import Nothing, Shape, number, words

api = Calls("stepping_in_api", __name__, url_prefix="/api/v1", description="督办 · Stepping in")


class WordsIn(Shape):
    """What the supervisor says, or why."""

    words = words(stepping_in.MOST_WORDS, shortest=1, required=True)


class HandOnIn(WordsIn):
    """Who is to do the task from now on, and why; `offers` of the case name whom it can be."""

    person = number(required=True)


class SteppedIn(Shape):
    """What it was done to."""

    case = fields.String()
    item = fields.Integer()
    version = fields.Integer()


@api.call("POST", "/tasks/<int:task_id>/remind", "催办 · Remind", scope="cases", takes=WordsIn, gives=SteppedIn)
def remind(given: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Hurry whoever holds an open task, or all who may take it; once per day and task."""
    return _do(lambda opened: stepping_in.remind(opened, task_id, given["words"]))


@api.call(
    "POST", "/tasks/<int:task_id>/hand-on", "转交 · Hand a task on", scope="cases", takes=HandOnIn, gives=SteppedIn
)
def hand_on(given: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Give an open task to somebody else who may act on it."""
    return _do(lambda opened: stepping_in.hand_on(opened, task_id, given["person"], given["words"]))


@api.call("POST", "/tasks/<int:task_id>/free", "释放 · Take a task back", scope="cases", takes=WordsIn, gives=SteppedIn)
def free(given: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Put a task that somebody sits on back into the pool."""
    return _do(lambda opened: stepping_in.free(opened, task_id, given["words"]))


@api.call("POST", "/cases/<no>/notes", "批示 · Instruct", scope="cases", takes=WordsIn, gives=SteppedIn)
def note(given: dict[str, Any], no: str) -> dict[str, Any]:
    """Write an instruction on a case for its staff; residents never read it."""
    return _do(lambda opened: stepping_in.note(opened, no, given["words"]))


@api.call(
    "POST",
    "/cases/<no>/incidents/<int:incident_id>/retry",
    "重试 · Try again",
    scope="cases",
    takes=Nothing,
    gives=SteppedIn,
)
def retry(_given: dict[str, Any], no: str, incident_id: int) -> dict[str, Any]:
    """Let what stands still try again; for operators and administrators of the area."""
    return _do(lambda opened: stepping_in.retry(opened, no, incident_id))


def _do(verb: Callable[[Work], dict[str, Any]]) -> dict[str, Any]:
    with work() as opened:
        return replayed(opened, request.get_json(silent=True) or {}, lambda: verb(opened))
