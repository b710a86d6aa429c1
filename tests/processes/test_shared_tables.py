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


def reviewed(**subject: Any) -> dict[str, Any]:
    blank = {"person": Decimal(1), "grounds": [], "unknown": [], "until": None, "valid_until": None, "ruling": None}
    one = {**blank, "challenged": False, "in_time": True, **subject}
    return dict(
        decide(
            "qualification", reviews=[{"id": Decimal(7), "subjects": [one]}], review={"id": Decimal(7), "persons": []}
        )
    )


@pytest.mark.parametrize(
    ("subject", "group"),
    [
        ({}, "passed"),
        ({"ruling": "rejected"}, "passed"),  # the ground was lifted after the ruling
        ({"grounds": ["fee_arrears"]}, "failed"),
        ({"grounds": ["fee_arrears"], "ruling": "upheld"}, "passed"),
        ({"grounds": ["fee_arrears"], "ruling": "rejected"}, "failed"),
        ({"grounds": ["fee_arrears"], "unknown": ["criminal"]}, "failed"),
        ({"unknown": ["criminal"]}, "unknown"),
        ({"unknown": ["criminal"], "ruling": "upheld"}, "passed"),
        ({"unknown": ["criminal"], "ruling": "rejected"}, "failed"),
    ],
)
def test_everybody_has_one_finding_in_a_review(subject: dict[str, Any], group: str) -> None:
    found = reviewed(**subject)
    assert [name for name in ("passed", "failed", "unknown") if found[name]] == [group]


def test_a_review_waits_while_somebody_may_still_challenge() -> None:
    assert reviewed(grounds=["fee_arrears"])["waiting"] is True
    assert reviewed(grounds=["fee_arrears"], in_time=False)["waiting"] is False
    assert reviewed(grounds=["fee_arrears"], challenged=True)["waiting"] is False
    assert reviewed(grounds=["fee_arrears"], challenged=True)["challenged"] == [Decimal(1)]


def test_every_ground_has_its_source_and_one_stands_for_itself() -> None:
    rows = decide("negative_list")
    assert all(row["source"] and row["title"] and row["title_en"] for row in rows)
    assert [row["ground"] for row in rows if row["desk"] is None] == ["no_consent"]


@pytest.mark.parametrize(
    ("template", "limit"),
    [
        ("committee", "election.handover.committee_days"),
        ("interim", "election.handover.pmc_days"),
        ("member", "election.handover.member_days"),
        ("firm_exit", "takeover.exit.days"),
    ],
)
def test_every_list_of_a_hand_over_has_its_limit(template: str, limit: str) -> None:
    found = decide("handover_list", template=template)
    assert found["limit"] == limit
    assert "keys" in found["items"]
    assert decide("handover_list", template="nothing") is None
