"""What a survey has found stays, each one, in the name of whoever finished it; the newest counts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from casework.cases.models import Case
from casework.cases.step import Step
from casework.persistence import Work
from casework.takeovers import surveying
from casework.takeovers.planning_models import EstateSurvey
from tests.factories import NOON, Stage

FOUND: dict[str, Any] = {
    "facts": [
        {"item": "road", "state": "worn", "count": Decimal("320.0")},
        {"item": "lift", "state": "missing", "count": Decimal(0)},
    ],
    "hazards": [{"item": "2号楼外墙", "grade": "A", "photo": [Decimal(7)]}, {"item": "路灯", "grade": "C"}],
    "wish": "state_firm",
    "legal_body": "none",
    "debts": Decimal("1200.50"),
    "photos": [Decimal(8), Decimal(9)],
}


@pytest.fixture
def case_id(stage: Stage) -> int:
    """A case of the estate."""
    return stage.report()


def record(
    stage: Stage, case_id: int, found: Mapping[str, Any], by: str = "街道小孙", at: datetime = NOON
) -> EstateSurvey | None:
    assert stage.clock is not None
    stage.clock.move_to(at)
    with stage.work(by) as work:
        return surveying.record(step(work, case_id, found, stage.town.person(by)))


def step(work: Work, case_id: int, found: Mapping[str, Any], person: int) -> Step:
    case = work.session.get_one(Case, case_id)
    return Step(work, case, None, "estate_takeover", "classify", "probe", found, person_id=person)  # type: ignore[arg-type]


def test_a_survey_is_kept_as_it_was_found(stage: Stage, case_id: int) -> None:
    record(stage, case_id, FOUND)
    with stage.work() as work:
        found = surveying.latest(work, stage.town.areas["estate"])
        assert found is not None
        assert found.facts == [
            {"item": "road", "state": "worn", "count": "320.0"},
            {"item": "lift", "state": "missing", "count": "0"},
        ]
        assert found.hazards == [
            {"item": "2号楼外墙", "grade": "A", "photos": [7]},
            {"item": "路灯", "grade": "C", "photos": []},
        ]
        assert (found.wish, found.body, found.debts, found.photos) == ("state_firm", "none", Decimal("1200.50"), [8, 9])
        assert (found.by_id, found.case_id) == (stage.town.person("街道小孙"), case_id)


def test_every_survey_stays_and_the_newest_counts(stage: Stage, case_id: int) -> None:
    record(stage, case_id, FOUND)
    record(stage, case_id, {**FOUND, "wish": "self", "debts": None}, "社区小宋", NOON + timedelta(days=1))
    with stage.work() as work:
        estate = stage.town.areas["estate"]
        newest = surveying.latest(work, estate)
        assert newest is not None
        assert (newest.wish, newest.debts, newest.by_id) == ("self", None, stage.town.person("社区小宋"))
        assert [one.wish for one in surveying.surveys_of(work, estate)] == ["self", "state_firm"]


@pytest.mark.parametrize("missing", ["facts", "wish", "legal_body"])
def test_a_case_without_a_survey_keeps_none(stage: Stage, case_id: int, missing: str) -> None:
    assert record(stage, case_id, {**FOUND, missing: None}) is None
    with stage.work() as work:
        assert surveying.latest(work, stage.town.areas["estate"]) is None


def test_an_estate_that_nobody_surveyed_has_no_survey(stage: Stage) -> None:
    with stage.work() as work:
        assert surveying.latest(work, stage.town.areas["estate"]) is None
        assert surveying.surveys_of(work, stage.town.areas["estate"]) == []


def test_the_database_takes_no_wish_that_nobody_may_have(stage: Stage, case_id: int) -> None:
    with pytest.raises(IntegrityError):
        record(stage, case_id, {**FOUND, "wish": "anything"})
