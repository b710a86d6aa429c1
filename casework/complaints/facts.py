"""What the diagrams of a complaint may ask about it beyond the common facts of a case."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from casework.cases import clocks
from casework.cases.models import Case
from casework.complaints import rows
from casework.complaints.models import Complaint, HandlingRecord, Intake
from casework.directory import queries as directory
from casework.directory.models import Organisation
from casework.persistence import Work
from casework.policies import Pinned

NAMES: Final = frozenset(
    {
        "intakes",
        "handling",
        "handbacks",
        "designated",
        "extended",
        "redo",
        "breaches",
        "hotline",
        "contract_in_force",
        "in_season",
        "season_first_ten",
        "unit_kind",
    }
)
FUNCTIONS: Final = frozenset({"attempts", "attempt_days"})


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return the facts of a complaint; nothing for a case of another kind."""
    session = work.session
    complaint = work.remembered(("complaint", case.id), lambda: session.get(Complaint, case.id))
    if complaint is None:
        return {}
    intakes = rows.intakes(work, case)
    records = rows.handling(work, case)
    callbacks = rows.callbacks(work, case)
    today = work.now.astimezone(work.house.zone)
    company = (
        work.remembered(
            ("company", case.estate_id, today.date()),
            lambda: directory.company_of(work, case.estate_id or 0, today.date()),
        )
        if case.estate_id
        else None
    )
    heats, first_days = _season(today.date(), clocks.counting(work, case).pinned)
    unit = work.remembered(("unit", case.unit_id), lambda: session.get(Organisation, case.unit_id or 0))
    return {
        "intakes": [_intake(intake) for intake in intakes],
        "handling": [_record(record) for record in records],
        "handbacks": Decimal(complaint.handbacks),
        "designated": complaint.designated,
        "extended": any(clock.name == "reply" and clock.extra for clock in clocks.every(work, case)),
        "redo": Decimal(complaint.redo),
        "breaches": [clock.name for clock in clocks.every(work, case) if clock.breached_at is not None],
        "hotline": any(intake.hotline_no for intake in intakes),
        "contract_in_force": company is not None,
        "in_season": heats,
        "season_first_ten": first_days,
        "unit_kind": unit.kind if unit else None,
        "attempts": lambda intake: _attempts(callbacks, int(intake), complaint.redo),
        "attempt_days": lambda intake: Decimal(
            len({at.astimezone(work.house.zone).date() for at in _attempts(callbacks, int(intake), complaint.redo)})
        ),
    }


def _attempts(callbacks: Any, intake: int, redo: int) -> list[datetime]:
    return [record.at for record in callbacks if record.intake_id == intake and record.redo == redo]


def _season(today: date, rules: Pinned) -> tuple[bool, bool]:
    """Tell whether the city heats today, and whether it is one of the first days; never where no rule says when."""
    begins, ends, first = (rules.feel(f"heating.season.{name}") for name in ("begins", "ends", "first_days"))
    if begins is None or ends is None:
        return False, False
    day = f"{today:%m-%d}"
    heats = day >= begins or day <= ends if ends < begins else begins <= day <= ends
    began = date.fromisoformat(f"{today.year if day >= begins else today.year - 1}-{begins}")
    return heats, heats and (today - began).days < int(first or 0)


def _intake(intake: Intake) -> dict[str, Any]:
    return {
        "id": Decimal(intake.id),
        "channel": intake.channel,
        "line": intake.line,
        "received_at": intake.received_at,
        "hotline": intake.hotline_no is not None,
        "anonymous": intake.anonymous,
        "callback": intake.callback,
    }


def _record(record: HandlingRecord) -> dict[str, Any]:
    return {
        "id": Decimal(record.id),
        "by": None if record.person_id is None else Decimal(record.person_id),
        "unit": None if record.unit_id is None else Decimal(record.unit_id),
        "at": record.at,
        "substantive": record.substantive,
        "done": record.done,
    }
