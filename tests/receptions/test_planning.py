"""Planners arrange series for their own area, call single days off, and see what is ahead."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from casework.cases.models import Case
from casework.errors import Conflict, Invalid, NotFound, Refused
from casework.jobs import Job
from casework.receptions import planning, queries
from casework.receptions.models import Series, Sitting
from casework.receptions.services import days_from
from tests.factories import Stage

FIRST = date(2026, 6, 10)  # a Wednesday; the town stands at Monday 1 June


def arranged(stage: Stage, by: str = "社区小宋", **changes: object) -> int:
    given = {"kind": "reception", "area_id": stage.town.areas["estate"], "first_on": FIRST, "at": time(9), **changes}
    with stage.work(by) as work:
        return planning.arrange(work, place="社区服务中心", **given).id  # type: ignore[arg-type]


def days(stage: Stage, series_id: int, number: int = 4) -> list[date]:
    with stage.work() as work:
        return days_from(work, work.session.get_one(Series, series_id), date(2026, 6, 1), number)


def test_every_week_and_every_month_are_counted_from_the_first(stage: Stage) -> None:
    weekly = arranged(stage, rhythm="weekly")
    assert days(stage, weekly) == [FIRST + timedelta(7 * n) for n in range(4)]
    monthly = arranged(stage, kind="home_visit", rhythm="monthly", first_on=date(2026, 8, 31))
    assert days(stage, monthly, 3) == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]


def test_a_series_is_over_after_its_last_day(stage: Stage) -> None:
    series_id = arranged(stage, rhythm="weekly", last_on=date(2026, 6, 20))
    assert days(stage, series_id) == [date(2026, 6, 10), date(2026, 6, 17)]
    stage.move("2026-07-20 09:00:00")
    assert [one.planned_on for one in stage.rows(Sitting)] == [date(2026, 6, 10), date(2026, 6, 17)]
    assert stage.rows(Series)[0].ended_at is not None
    assert len(stage.rows(Case, process="reception_day")) == 2


def test_a_day_called_off_opens_no_case_and_the_next_one_does(stage: Stage) -> None:
    series_id = arranged(stage, rhythm="weekly")
    with stage.work("社区小宋") as work:
        planning.call_off(work, series_id, FIRST, "全国哀悼日")
        [shown] = queries.planned(work)
        assert [(one.day, one.called_off) for one in shown.days[:2]] == [
            (FIRST, "全国哀悼日"),
            (FIRST + timedelta(7), None),
        ]
    stage.move("2026-06-16 09:00:00")
    [opened] = stage.rows(Case, process="reception_day")
    sittings = {one.planned_on: one.case_id for one in stage.rows(Sitting)}
    assert sittings == {FIRST: None, FIRST + timedelta(7): opened.id}


def test_a_day_that_is_open_is_moved_by_its_hosts_and_not_called_off(stage: Stage) -> None:
    series_id = arranged(stage, rhythm="weekly")
    stage.move("2026-06-08 09:00:00")
    with stage.work("社区小宋") as work:
        [shown] = queries.planned(work)
        assert shown.days[0].case_no
        assert not shown.days[0].may_be_called_off
        with pytest.raises(Refused):
            planning.call_off(work, series_id, FIRST, "没空")


@pytest.mark.parametrize("day", [date(2026, 6, 11), date(2026, 5, 27)])
def test_a_day_that_is_not_planned_can_not_be_called_off(stage: Stage, day: date) -> None:
    series_id = arranged(stage, rhythm="weekly")
    with stage.work("社区小宋") as work, pytest.raises(NotFound):
        planning.call_off(work, series_id, day, "没有这一天")


def test_an_ended_series_opens_nothing_and_another_may_begin(stage: Stage) -> None:
    series_id = arranged(stage)
    with pytest.raises(Conflict):
        arranged(stage)
    with stage.work("街道小孙") as work:
        planning.stop(work, series_id)
    assert arranged(stage) != series_id
    stage.move("2026-06-08 09:00:00")
    assert [one.series_id for one in stage.rows(Sitting)] != [series_id]


@pytest.mark.parametrize("by", ["客服小周", "网格员小吴", "市住建老梁", "李业主"])
def test_only_community_and_street_plan(stage: Stage, by: str) -> None:
    with pytest.raises(NotFound):
        arranged(stage, by)
    series_id = arranged(stage)
    with stage.work(by) as work:
        assert queries.planned(work) == []
        assert queries.places(work) == []
        for refused in (
            lambda: planning.call_off(work, series_id, FIRST, "x"),
            lambda: planning.stop(work, series_id),
        ):
            with pytest.raises(NotFound):
                refused()


def test_nobody_plans_above_or_beside_their_area(stage: Stage) -> None:
    for place in ("street", "county", "building"):
        with pytest.raises(NotFound):
            arranged(stage, area_id=stage.town.areas[place])
    assert arranged(stage, "街道小孙", area_id=stage.town.areas["community"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_on", date(2026, 5, 31)),
        ("first_on", date(2028, 6, 1)),
        ("until", time(8)),
        ("last_on", date(2026, 6, 9)),
        ("rhythm", "daily"),
        ("kind", "party"),
    ],
)
def test_what_can_not_be_is_refused_by_name(stage: Stage, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        arranged(stage, **{field: value})
    assert list(refused.value.fields) == [field]
    assert stage.rows(Series) == []


def test_a_rhythm_of_the_rules_says_why(stage: Stage) -> None:
    arranged(stage)
    with stage.work("社区小宋") as work:
        [shown] = queries.planned(work)
    assert shown.law is not None
    assert "14" in shown.law[0]
    assert [one.day for one in shown.days[:2]] == [FIRST, FIRST + timedelta(14)]
    with stage.work() as work:
        assert work.session.scalars(select(Job).where(Job.kind == "receptions.open")).one()
