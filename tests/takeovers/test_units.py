"""Exactly one unit answers for a flagged estate at every instant."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from casework.bootstrap import broken
from casework.cases.models import Case
from casework.directory import queries as directory
from casework.errors import Conflict, NotFound, Refused
from casework.persistence import Work
from casework.takeovers import units
from casework.takeovers.models import UnitPeriod
from tests.factories import Stage

ZONE = ZoneInfo("Asia/Shanghai")
MAY = datetime(2026, 5, 2, 9, 30, tzinfo=ZONE)
HOUR = timedelta(hours=1)


@pytest.fixture
def case_id(stage: Stage) -> int:
    """A case of the estate."""
    return stage.report()


def case_of(work: Work, case_id: int) -> Case:
    return work.session.get_one(Case, case_id)


def test_the_street_answers_from_the_flag_until_a_unit_is_found(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        units.flag(work, case, "firm_left", MAY, gone=True)
        estate_id = case.estate_id or 0
        street = units.responsible(work, estate_id, MAY)
        assert street is not None
        assert (street.kind, street.unit_id) == ("interim", units.street_of(work, estate_id))
        assert units.responsible(work, estate_id, MAY - timedelta(seconds=1)) is None
        assert directory.company_of(work, estate_id, date(2026, 5, 2)) is None


def test_the_company_under_contract_goes_on(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        company = directory.company_of(work, case.estate_id or 0, MAY.date())
        units.flag(work, case, "old_estate", MAY)
        serving = units.responsible(work, case.estate_id or 0, MAY)
        assert company is not None
        assert serving is not None
        assert (serving.kind, serving.unit_id) == ("serving", company.id)


def test_one_unit_follows_another_without_a_gap_and_the_directory_with_it(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        estate_id = case.estate_id or 0
        firm = directory.company_of(work, estate_id, MAY.date())
        assert firm is not None
        units.flag(work, case, "firm_left", MAY, gone=True)
        units.change(work, case, firm.id, "emergency", MAY + HOUR, until=MAY + 100 * HOUR)
        assert [(one.kind, one.during.lower, one.during.upper) for one in units.history(work, estate_id)] == [
            ("interim", MAY, MAY + HOUR),
            ("emergency", MAY + HOUR, None),
        ]
        assert directory.company_of(work, estate_id, MAY.date()) == firm


def test_the_same_unit_again_is_nothing_new(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        units.flag(work, case, "firm_left", MAY, gone=True)
        street = units.street_of(work, case.estate_id or 0)
        units.change(work, case, street, "interim", MAY + HOUR)
        assert len(units.history(work, case.estate_id or 0)) == 1


def test_a_unit_named_anew_for_the_same_instant_takes_the_place(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        units.flag(work, case, "firm_left", MAY, gone=True)
        street = units.street_of(work, case.estate_id or 0)
        units.change(work, case, street, "basic", MAY)
        assert [one.kind for one in units.history(work, case.estate_id or 0)] == ["basic"]


def test_nobody_is_put_in_before_the_one_who_answers_now(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        units.flag(work, case, "firm_left", MAY, gone=True)
        with pytest.raises(Refused, match="2026-05-02 09:30"):
            units.change(work, case, units.street_of(work, case.estate_id or 0), "basic", MAY - HOUR)


def test_an_estate_is_flagged_once_and_again_after_it_was_settled(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        units.flag(work, case, "firm_left", MAY, gone=True)
        with pytest.raises(Conflict):
            units.flag(work, case, "old_estate", MAY)
        units.settle(work, case, "market", MAY + HOUR)
        units.flag(work, case, "contract_ended", MAY + 2 * HOUR)
        assert len(units.history(work, case.estate_id or 0)) == 1


def test_only_a_flagged_estate_changes_its_unit_here(stage: Stage, case_id: int) -> None:
    with stage.work() as work, pytest.raises(NotFound):
        units.change(work, case_of(work, case_id), 1, "basic", MAY)


@pytest.mark.parametrize("wrong", ["gap", "end", "nobody"])
def test_the_database_refuses_an_estate_without_a_unit(stage: Stage, case_id: int, wrong: str) -> None:
    with stage.work() as work:
        units.flag(work, case_of(work, case_id), "firm_left", MAY, gone=True)
    periods = {
        "gap": update(UnitPeriod).values(during=Range(MAY + HOUR, None, bounds="[)")),
        "end": update(UnitPeriod).values(during=Range(MAY, MAY + HOUR, bounds="[)")),
        "nobody": delete(UnitPeriod),
    }
    with stage.work() as work:
        work.session.execute(periods[wrong])
        with pytest.raises(IntegrityError, match="without a responsible unit"):
            work.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        work.session.rollback()


def test_the_database_refuses_two_units_at_once(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        case = case_of(work, case_id)
        units.flag(work, case, "firm_left", MAY, gone=True)
        twice = UnitPeriod(
            estate_id=case.estate_id,
            unit_id=units.street_of(work, case.estate_id or 0),
            kind="basic",
            during=Range(MAY + HOUR, None, bounds="[)"),
            case_id=case.id,
        )
        with pytest.raises(IntegrityError), work.session.begin_nested():
            work.session.add(twice)


def test_verify_tells_of_an_estate_that_had_nobody(stage: Stage, case_id: int) -> None:
    with stage.work() as work:
        units.flag(work, case_of(work, case_id), "firm_left", MAY, gone=True)
        assert not [one for one in broken(work) if one.rule.startswith("estate")]
        work.session.execute(text("SET LOCAL session_replication_role = replica"))
        work.session.execute(update(UnitPeriod).values(during=Range(MAY, MAY + HOUR, bounds="[)")))
        assert [one.rule for one in broken(work) if one.rule.startswith("estate")] == ["estate_without_unit"]
        work.session.rollback()
