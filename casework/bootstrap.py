"""Putting the domain together: which operations, facts, jobs and starters there are, and how a unit of work opens."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from casework import attachments, engine
from casework.attachments import handlers as attachment_handlers
from casework.cases import handlers as case_handlers
from casework.cases import operations as case_operations
from casework.cases.sights import case_seen
from casework.clock import Clock, MovableClock, SystemClock
from casework.complaints import facts as complaint_facts
from casework.complaints import handlers as complaint_handlers
from casework.complaints import intakes, urgent
from casework.complaints import operations as complaint_operations
from casework.complaints.sights import handling_seen, intake_seen
from casework.complaints.telling import tell as tell_complaint
from casework.conferences import handlers as conference_handlers
from casework.conferences import operations as conference_operations
from casework.conferences.queries import ADDRESSEES
from casework.config import Settings
from casework.credit import operations as credit_operations
from casework.directory.assignment import SCOPES
from casework.directory.conflicts import NAMES as CONFLICTS
from casework.directory.roles import ROLES
from casework.persistence import SYSTEM, Actor, Database, House, Work
from casework.publicity import operations as publicity_operations
from casework.publicity.queries import facts as publicity_facts
from casework.receptions import handlers as reception_handlers
from casework.receptions import operations as reception_operations
from casework.rectifications import operations as rectification_operations
from casework.statistics import handlers as statistics_handlers
from casework.supervision import operations as supervision_operations

_OPERATIONS = (
    case_operations,
    complaint_operations,
    urgent,
    intakes,
    credit_operations,
    supervision_operations,
    conference_operations,
    publicity_operations,
    rectification_operations,
    reception_operations,
)
_FACTS = (complaint_facts.facts, publicity_facts)
_HANDLERS = (
    attachment_handlers,
    case_handlers,
    complaint_handlers,
    conference_handlers,
    reception_handlers,
    statistics_handlers,
)


class Casework:
    """The domain, ready for a door: opens units of work on its database at its clock."""

    def __init__(self, settings: Settings, database: Database, house: House, clock: Clock | None = None) -> None:
        self.settings = settings
        self.database = database
        self.house = house
        self.clock = clock or SystemClock()

    @contextmanager
    def work(self, actor: Actor = SYSTEM) -> Iterator[Work]:
        """Open a unit of work of `actor`: committed when the block ends well, undone when it raises.

        Its moment is the database's own, so that all processes agree; a movable clock overrules it.
        """
        with self.database.transaction() as session:
            moved = isinstance(self.clock, MovableClock)
            opened = Work(session, self.clock.now() if moved else None, actor, self.house)
            yield opened
        opened.committed()


def build(
    settings: Settings,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
    wake: Callable[[Sequence[int]], None] | None = None,
) -> Casework:
    """Return the domain for `settings`; `wake` is told the ids of due jobs after each commit."""
    house = House(
        operations=operations(),
        facts=_FACTS,
        tellers=(tell_complaint,),
        handlers={name: handler for part in _HANDLERS for name, handler in part.HANDLERS.items()},
        wake=wake or (lambda job_ids: None),  # noqa: ARG005
        starters=complaint_handlers.STARTERS,
        addressees=ADDRESSEES,
        files=attachments.Files(
            attachments.FolderStore(settings.home / "files"),
            {"case": case_seen, "intake": intake_seen, "handling": handling_seen},
        ),
        secrets={"people": bytes.fromhex(settings.master_key)} if settings.master_key else {},
        zone=settings.zone,
        catalogue=catalogue(),
    )
    return Casework(settings, database or Database(settings.database_url), house, clock)


def catalogue() -> engine.Catalogue:
    """Return what this house offers to diagrams: operations with their parameters, roles, scopes and conflict rules."""
    known = {name: _parameters(operation) for name, operation in operations().items()}
    return engine.Catalogue(
        operations={name: list(parameters) for name, parameters in known.items()},
        needed={
            name: [one for one, parameter in parameters.items() if parameter.default is parameter.empty]
            for name, parameters in known.items()
        },
        roles=set(ROLES),
        scopes=set(SCOPES),
        conflicts=set(CONFLICTS),
    )


def operations() -> Mapping[str, Callable[..., Any]]:
    """Return every operation that a diagram may ask for, by name."""
    return {name: operation for part in _OPERATIONS for name, operation in part.OPERATIONS.items()}


def _parameters(operation: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return what an operation takes beside the step it is called for."""
    return dict(list(inspect.signature(operation).parameters.items())[1:])
