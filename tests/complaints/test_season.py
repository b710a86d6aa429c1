"""When the city heats is a rule like any other: from the policies, the nearest level wins."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from casework import policies
from casework.cases.models import Case
from casework.complaints.facts import facts
from casework.policies.rules import texts_of
from tests.factories import Stage

SHIPPED = texts_of(Path(__file__).parents[2] / "processes" / "policies")


@pytest.fixture
def season(stage: Stage) -> Callable[[str], tuple[bool, bool]]:
    """Tells of a local moment whether the city heats, and whether in its first days."""
    opened: list[int] = []

    def ask(moment: str) -> tuple[bool, bool]:
        if not opened:
            opened.append(stage.report())
        stage.clock.move_to(datetime.fromisoformat(f"{moment}+08:00"))
        with stage.work() as work:
            known = facts(work, work.session.get_one(Case, opened[0]))
        return known["in_season"], known["season_first_ten"]

    return ask


@pytest.mark.parametrize(
    ("moment", "heats", "first"),
    [
        ("2026-11-14 23:59:59", False, False),
        ("2026-11-15 00:00:00", True, True),
        ("2026-11-24 23:59:59", True, True),
        ("2026-11-25 00:00:00", True, False),
        ("2026-12-31 12:00:00", True, False),
        ("2027-01-01 00:00:00", True, False),
        ("2027-03-15 23:59:59", True, False),
        ("2027-03-16 00:00:00", False, False),
    ],
)
def test_the_season_begins_and_ends_with_its_days(
    season: Callable[[str], tuple[bool, bool]], moment: str, heats: bool, first: bool
) -> None:
    assert season(moment) == (heats, first)


def test_a_city_with_dates_of_its_own_heats_by_them(stage: Stage, season: Callable[[str], tuple[bool, bool]]) -> None:
    own = [
        'heating.season.begins = { value = "11-01", unit = "month_day", ',
        'heating.season.first_days = { value = 2, unit = "days", mode = "calendar", ',
    ]
    said = "".join(f'\n{one}source = "SD-GR 21", valid_from = 2021-12-03 }}' for one in own)
    with stage.work() as work:
        policies.publish(work, {**SHIPPED, "jining.toml": SHIPPED["jining.toml"] + said})
    assert season("2026-11-02 23:00:00") == (True, True)
    assert season("2026-11-03 00:00:00") == (True, False)


@pytest.mark.parametrize("written", ['"11-31"', '"02-30"', '"1115"', '"2026-11-15"', "1115"])
def test_a_day_of_the_year_that_does_not_exist_is_refused(written: str) -> None:
    entry = f'{{ value = {written}, unit = "month_day", source = "x 1", valid_from = 2021-01-01 }}'
    wrong = f'meta.id = "a"\nmeta.title = "甲"\nheating.season.begins = {entry}\n'
    assert policies.check({"a.toml": wrong})
