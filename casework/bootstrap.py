"""Putting the domain together: which operations, facts, jobs and starters there are, and how a unit of work opens."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from casework import attachments, engine
from casework.assemblies import facts as assembly_facts
from casework.assemblies import operations as assembly_operations
from casework.assemblies import printed as vote_papers
from casework.assemblies import repeating
from casework.assemblies.queries import ADDRESSEES as VOTERS
from casework.attachments import handlers as attachment_handlers
from casework.cases import facts as case_facts
from casework.cases import handlers as case_handlers
from casework.cases import invariants as case_invariants
from casework.cases import operations as case_operations
from casework.cases.invariants import Broken
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
from casework.elections import annulling, filings, founding, interim, rounds, seating, slates
from casework.elections import facts as election_facts
from casework.elections import handlers as election_handlers
from casework.elections import papers as election_papers
from casework.elections.candidacies import abouts
from casework.handovers import operations as handover_operations
from casework.handovers import queries as handovers
from casework.persistence import SYSTEM, Actor, Database, House, Work
from casework.publicity import operations as publicity_operations
from casework.publicity import queries as publicity
from casework.receptions import handlers as reception_handlers
from casework.receptions import operations as reception_operations
from casework.rectifications import operations as rectification_operations
from casework.reviews import operations as review_operations
from casework.reviews import queries as reviews
from casework.statistics import handlers as statistics_handlers
from casework.supervision import operations as supervision_operations
from casework.takeovers import (
    answering,
    bundles,
    bundling,
    contracts,
    flagging,
    inspecting,
    operating,
    pricing,
    rating,
    revenue,
    yearly,
)
from casework.takeovers import facts as takeover_facts
from casework.takeovers import invariants as takeover_invariants
from casework.takeovers import papers as takeover_papers
from casework.votes import importing as roll_handlers
from casework.votes.reading import proxy_seen

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
    founding,
    slates,
    rounds,
    seating,
    filings,
    annulling,
    interim,
    review_operations,
    handover_operations,
    assembly_operations,
    repeating,
    flagging,
    answering,
    inspecting,
    pricing,
    contracts,
    bundling,
    operating,
    yearly,
    revenue,
)
_FACTS = (
    ("complaint_handling", complaint_facts),
    ("publicity_and_objections", publicity),
    ("committee_election", election_facts),
    ("qualification_review", reviews),
    ("document_handover", handovers),
    ("owner_vote", assembly_facts),
    ("emergency_service", takeover_facts),
    ("estate_takeover", takeover_facts),
    ("bundle_entry", takeover_facts),
    ("takeover_bundle", bundles),
    ("takeover_year", rating),
)
"""What diagrams may ask, by the process that asks it: other cases are spared the look into the database."""
_HANDLERS = (
    attachment_handlers,
    case_handlers,
    complaint_handlers,
    conference_handlers,
    election_handlers,
    reception_handlers,
    roll_handlers,
    statistics_handlers,
)


_FILLINGS = {
    "committee_election": election_papers,
    "owner_vote": vote_papers,
    "estate_takeover": takeover_papers,
    "takeover_entry": takeover_papers,
    "takeover_inspection": takeover_papers,
    "takeover_operation": takeover_papers,
    "emergency_service": takeover_papers,
    "document_handover": takeover_papers,
}
"""What papers are filled with, by the process whose papers they are."""
_INVARIANTS = (case_invariants, takeover_invariants)


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
        facts=tuple((process, part.facts) for process, part in _FACTS),
        tellers=(tell_complaint,),
        tagging=(operating.tags,),
        handlers={name: handler for part in _HANDLERS for name, handler in part.HANDLERS.items()},
        wake=wake or (lambda job_ids: None),  # noqa: ARG005
        starters=complaint_handlers.STARTERS,
        addressees={**ADDRESSEES, **handovers.ADDRESSEES, **VOTERS},
        files=attachments.Files(
            attachments.FolderStore(settings.home / "files"),
            {"case": case_seen, "intake": intake_seen, "handling": handling_seen, "proxy": proxy_seen},
        ),
        abouts=abouts,
        fillings=_FILLINGS,
        secrets={"people": bytes.fromhex(settings.master_key)} if settings.master_key else {},
        zone=settings.zone,
        catalogue=catalogue(),
    )
    return Casework(settings, database or Database(settings.database_url), house, clock)


def catalogue() -> engine.Catalogue:
    """Return what this house offers to diagrams and forms: operations with their parameters, roles, scopes, conflict
    rules, and what expressions may ask.
    """
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
        names=case_facts.NAMES.union(*(part.NAMES for _, part in _FACTS)),
        functions=case_facts.FUNCTIONS.union(*(getattr(part, "FUNCTIONS", ()) for _, part in _FACTS)),
    )


def operations() -> Mapping[str, Callable[..., Any]]:
    """Return every operation that a diagram may ask for, by name."""
    return {name: operation for part in _OPERATIONS for name, operation in part.OPERATIONS.items()}


def _parameters(operation: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return what an operation takes beside the step it is called for."""
    return dict(list(inspect.signature(operation).parameters.items())[1:])


def broken(work: Work) -> Sequence[Broken]:
    """Return everything in the stored data that can't be so unless something was lost, doubled or altered."""
    return [found for part in _INVARIANTS for found in part.broken(work)]
