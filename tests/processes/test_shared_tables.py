"""The decision tables of the shared diagrams, row by row."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework import decisions, feel
from tests.processes.stepping import PROCESSES

ZONE = ZoneInfo("Asia/Shanghai")


def decide(name: str, **data: Any) -> Any:
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("shared/*/*.dmn")}
    scope = feel.Scope(data, {}, datetime(2026, 9, 18, tzinfo=UTC), ZONE)
    return decisions.load(files)[name].evaluate(scope)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"legal_track": "court"}, "court"),
        ({"legal_track": "arbitration"}, "arbitration"),
        ({"legal_track": "review"}, "petition"),
        ({"legal_track": "petition"}, "petition"),
        ({"concluded": True}, "concluded"),
        ({"found": {"explained": {"case": Decimal(3), "new_facts": False}}}, "same_facts"),
        ({"secret": True}, "privacy"),
    ],
)
def test_what_the_law_keeps_out_is_not_accepted(report: dict[str, Any], reason: str) -> None:
    assert decide("acceptance", danger="none", **report) == {"accept": False, "reason": reason}


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"found": {"explained": None, "same": None}},
        {"found": {"explained": {"case": Decimal(3), "new_facts": True}}},
        {"danger": "fire", "legal_track": "court", "secret": True},
    ],
)
def test_everything_else_and_every_danger_is_accepted(report: dict[str, Any]) -> None:
    assert decide("acceptance", **report)["accept"] is True


@pytest.mark.parametrize("category", ["committee_duties", "fund", "utilities", "unheard_of"])
def test_a_matter_begins_at_the_street_unless_a_level_is_given(category: str) -> None:
    assert decide("conference_matter", category=category) == 2
    assert decide("conference_matter", category=category, level=Decimal(3)) == 3
