"""What FEEL can hold goes through a JSON column and comes back as what it was."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from casework.cases.values import from_json, to_json
from casework.feel import Range, YearsMonths


@pytest.mark.parametrize(
    "value",
    [
        Decimal("88.37"),
        datetime(2026, 5, 1, 8, 30, tzinfo=UTC),
        date(2026, 5, 1),
        time(8, 30),
        timedelta(days=3, hours=2),
        YearsMonths(14),
        Range(Decimal(1), Decimal("2.5"), True, False),
        Range(date(2026, 5, 1), None, False, False),
        {"rows": [{"area": Decimal("0.01"), "at": time(9)}], "none": None, "text": "楼"},
    ],
    ids=str,
)
def test_it_comes_back_as_what_it_was(value: object) -> None:
    assert from_json(json.loads(json.dumps(to_json(value)))) == value
