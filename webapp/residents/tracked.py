"""Which reports this browser may follow: those it sent, and those whose PIN it gave."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort, g, session

from casework.complaints.models import Intake
from casework.complaints.queries import report_by_code
from casework.persistence import ANONYMOUS, Actor, Work
from webapp.door import casework, work

MOST = 20
LASTING = 12 * 3600


def grant(code: str) -> None:
    """Let this browser follow a report for half a day."""
    kept = {one: until for one, until in session.get("tracked", {}).items() if until > time.time()}
    kept[code] = int(time.time()) + LASTING
    session["tracked"] = dict(sorted(kept.items(), key=lambda one: one[1])[-MOST:])


def granted(code: str) -> bool:
    """Say whether this browser gave the PIN of the report, or sent it."""
    until: int = session.get("tracked", {}).get(code, 0)
    return until > time.time()


def must_be_tracked(code: str) -> Actor:
    """Return in whose name the report may be followed; 404 for everybody else."""
    with work() as opened:
        intake = report_by_code(opened, code)
        own = intake.person_id is not None and intake.person_id == g.visitor.person_id
        if not own and not granted(code):
            abort(404)
        return ANONYMOUS if intake.person_id is None else Actor("person", intake.person_id)


@contextmanager
def tracked_work(code: str) -> Iterator[tuple[Work, Intake]]:
    """Open a unit of work in the complainant's name on their own report."""
    acting = must_be_tracked(code)
    with casework().work(acting) as opened:
        yield opened, report_by_code(opened, code)
