"""What the expressions of a diagram may ask about their case: a snapshot, taken anew after every operation."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from casework import calendar, engine, feel
from casework.cases import clocks
from casework.cases.models import Case, WorkItem
from casework.cases.values import from_json
from casework.definitions import library
from casework.persistence import Work

NAMES: Final = frozenset({"case"})
FUNCTIONS: Final = frozenset({"policy", "rule", "share_fits", "deadline", "clock", "working_days_before"})


def facts(work: Work, case: Case) -> engine.Facts:
    """Return the snapshot for `case`: its columns, its rules and clocks, and what the process nouns know of it.

    It is taken once and holds until `forget`: an operation may have changed what it tells.
    """
    return work.remembered(("facts", case.id), lambda: _taken(work, case))


def forget(work: Work, case: Case) -> None:
    """Have the next snapshot of `case` taken anew."""
    work.known.pop(("facts", case.id), None)


def _taken(work: Work, case: Case) -> engine.Facts:
    """Take the snapshot: the case at once, everything that costs a look into the database when it is first asked."""
    limits = _Lazily(lambda: _clocks(work, case))
    told = cache(lambda: _told(work, case))

    def deadline(key: str, start: datetime) -> datetime:
        rules = clocks.counting(work, case)
        return rules.pinned.deadline(key, start, rules.calendar, rules.zone).instant

    def working_days_before(moment: datetime | None, days: Any) -> datetime | None:
        rules = clocks.counting(work, case)
        return None if moment is None else calendar.working_days_before(rules.calendar, moment, int(days), rules.zone)

    functions = {
        "policy": lambda key: clocks.counting(work, case).pinned.feel(key),
        "rule": lambda key, language="zh": clocks.counting(work, case).pinned.brief(key, language),
        "share_fits": lambda key, part, whole: clocks.counting(work, case).pinned.share_fits(key, part, whole),
        "deadline": deadline,
        "clock": limits.get,
        "working_days_before": working_days_before,
    }
    names = _Lazily(lambda: {name: known for name, known in told() if not callable(known)})
    asked = _Lazily(lambda: {name: known for name, known in told() if callable(known)})
    return engine.Facts(_with({"case": _case(case)}, names), _with(functions, asked), work.house.zone)


def _told(work: Work, case: Case) -> list[tuple[str, Any]]:
    work.session.flush()
    drawn = library.opened(work.session, case.release_id).definition.processes
    asked = (provider for process, provider in work.house.facts if process in drawn)
    return [entry for provider in asked for entry in provider(work, case).items()]


def _with(first: Mapping[str, Any], then: Mapping[str, Any]) -> Mapping[str, Any]:
    return ChainMap(first, then)  # type: ignore[arg-type]  # only ever read


class _Lazily(Mapping[str, Any]):
    """Entries that are found when one of them is first asked for."""

    def __init__(self, find: Callable[[], Mapping[str, Any]]) -> None:
        self._found = cache(find)

    def __getitem__(self, name: str) -> Any:
        return self._found()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())


def scope(work: Work, case: Case, item: WorkItem) -> feel.Scope:
    """Return what the expressions of an item's form may ask: the data the task was opened with, and today's facts."""
    return seeing(work, case, from_json(item.subject.get("data")) or {})


def seeing(work: Work, case: Case, data: Mapping[str, Any]) -> feel.Scope:
    """Return what an expression of `case` may ask beside `data`, which comes first."""
    asked = facts(work, case)
    return feel.Scope(_with(data, asked.names), asked.functions, work.now, asked.zone)


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
