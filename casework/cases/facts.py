"""What the expressions of a diagram may ask about their case: a snapshot, taken anew after every operation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from casework import calendar, engine, feel
from casework.cases import clocks
from casework.cases.models import Case, WorkItem
from casework.cases.values import from_json
from casework.persistence import Work


def facts(work: Work, case: Case) -> engine.Facts:
    """Return the snapshot for `case`: its columns, its rules and clocks, and what the process nouns know of it.

    It is taken once and holds until `forget`: an operation may have changed what it tells.
    """
    return work.remembered(("facts", case.id), lambda: _taken(work, case))


def forget(work: Work, case: Case) -> None:
    """Have the next snapshot of `case` taken anew."""
    work.known.pop(("facts", case.id), None)


def _taken(work: Work, case: Case) -> engine.Facts:
    work.session.flush()
    rules = clocks.counting(work, case)
    limits = _clocks(work, case)
    names: dict[str, Any] = {"case": _case(case)}
    functions: dict[str, Any] = {
        "policy": rules.pinned.feel,
        "deadline": lambda key, start: rules.pinned.deadline(key, start, rules.calendar, rules.zone).instant,
        "clock": limits.get,
        "working_days_before": lambda moment, days: (
            None if moment is None else calendar.working_days_before(rules.calendar, moment, int(days), rules.zone)
        ),
    }
    for provider in work.house.facts:
        for name, known in provider(work, case).items():
            (functions if callable(known) else names)[name] = known
    return engine.Facts(names, functions, rules.zone)


def scope(work: Work, case: Case, item: WorkItem) -> feel.Scope:
    """Return what the expressions of an item's form may ask: the data the task was opened with, and today's facts."""
    asked = facts(work, case)
    data = from_json(item.subject.get("data")) or {}
    return feel.Scope({**asked.names, **data}, asked.functions, work.now, asked.zone)


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": Decimal(case.id),
        "no": case.no,
        "estate": None if case.estate_id is None else Decimal(case.estate_id),
        "area": Decimal(case.area_id),
        "unit": None if case.unit_id is None else Decimal(case.unit_id),
        "tier": Decimal(case.tier),
        "level": None if case.level is None else Decimal(case.level),
        "urgency": case.urgency,
        "category": case.category,
        "hotline": case.hotline,
        "confidential": case.confidential,
        "incident_at": case.incident_at,
        "opened_at": case.opened_at,
        "tags": list(case.tags),
    }


def _clocks(work: Work, case: Case) -> Mapping[str, dict[str, Any]]:
    return {
        clock.name: {
            "name": clock.name,
            "started": clock.started_at,
            "due": None if clock.paused_at or clock.stopped_at else clock.due_at,
            "paused": clock.paused_at is not None,
            "stopped": clock.stopped_at is not None,
            "policy": clock.key,
        }
        for clock in clocks.every(work, case)
    }
