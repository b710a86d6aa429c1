"""Series keep their rhythm whatever the calendar says, and are planned once."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from casework.errors import Invalid, NotFound
from casework.jobs import Job
from casework.persistence import Work
from casework.policies import publish
from casework.receptions.models import Series
from casework.receptions.services import end, next_day, plan, sits_at
from tests.directory.town import Town, build
from tests.policies.conftest import SHIPPED


@pytest.fixture
def town(work: Work) -> Town:
    publish(work, SHIPPED)
    return build(work)


def days(work: Work, series: Series, number: int) -> list[date]:
    found = [series.first_on]
    while len(found) < number:
        found.append(next_day(work, series, found[-1]))
    return found


def test_a_reception_comes_every_fourteen_days_on_holidays_too(work: Work, town: Town) -> None:
    series = plan(work, "reception", town.areas["水景花苑"].id, date(2026, 9, 6), time(9), "社区")
    assert days(work, series, 4) == [date(2026, 9, 6), date(2026, 9, 20), date(2026, 10, 4), date(2026, 10, 18)]


def test_visits_are_on_wednesdays_and_thursdays(work: Work, town: Town) -> None:
    series = plan(work, "home_visit", town.areas["水景花苑"].id, date(2026, 6, 5), time(15), "2号楼")
    assert days(work, series, 4) == [date(2026, 6, 10), date(2026, 6, 11), date(2026, 6, 17), date(2026, 6, 18)]


def test_the_same_series_is_planned_once_until_it_is_ended(work: Work, town: Town) -> None:
    place = town.areas["水景花苑"].id
    first = plan(work, "reception", place, date(2026, 10, 6), time(9), "社区")
    assert plan(work, "reception", place, date(2026, 10, 8), time(10), "社区").id == first.id
    end(work, first.id)
    assert plan(work, "reception", place, date(2026, 10, 8), time(10), "社区").id != first.id


def test_a_sitting_is_opened_the_days_before_that_hosts_need(work: Work, town: Town) -> None:
    series = plan(work, "reception", town.areas["水景花苑"].id, date(2026, 10, 20), time(9, 30), "社区", lead_days=5)
    job = work.session.scalars(select(Job).where(Job.key == f"sitting:{series.id}:2026-10-20")).one()
    assert job.due_at.astimezone(work.house.zone) == datetime(2026, 10, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert sits_at(work, series, date(2026, 10, 20)).isoformat() == "2026-10-20T09:30:00+08:00"


def test_there_are_two_kinds_and_a_place_must_exist(work: Work, town: Town) -> None:
    with pytest.raises(Invalid):
        plan(work, "party", town.areas["水景花苑"].id, date(2026, 9, 6), time(9), "社区")
    with pytest.raises(NotFound):
        plan(work, "reception", 999_999, date(2026, 9, 6), time(9), "社区")
