"""The lists of cases: page after page without a gap, and narrowed to what stands still."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from casework.cases.models import Case, Incident
from casework.cases.queries import CaseFilters, cases, count
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import Invalid
from tests.factories import NOON, Stage


def several(stage: Stage) -> list[str]:
    """Five cases in the order of a list: the escalated one, then by due time, without one last."""
    made = [stage.report(f"no {place}", by="王业主", part=f"flat-{place}") for place in range(5)]
    with stage.work() as work:
        rows = [work.session.get_one(Case, one) for one in made]
        for row, (tier, due) in zip(rows, ((0, None), (2, 9), (0, 1), (0, 1), (0, None)), strict=True):
            row.tier, row.due_at = tier, None if due is None else NOON + timedelta(days=due)
    return [rows[place].no for place in (1, 2, 3, 0, 4)]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_follow_each_other_without_gap_or_repeat(stage: Stage, size: int) -> None:
    wanted, seen, after = several(stage), [], None
    with stage.work() as work:
        while True:
            rows, after = cases(work, SYSTEM_VIEWER, CaseFilters(after=after), size)
            seen += [row.no for row in rows]
            if after is None:
                break
    assert seen == wanted


def test_a_case_that_closes_between_two_pages_hides_no_other(stage: Stage) -> None:
    wanted = several(stage)
    with stage.work() as work:
        _, after = cases(work, SYSTEM_VIEWER, CaseFilters(), 2)
        work.session.execute(text("UPDATE \"case\" SET status = 'closed' WHERE no = :no"), {"no": wanted[0]})
        rows, _ = cases(work, SYSTEM_VIEWER, CaseFilters(after=after), 5)
    assert [row.no for row in rows] == wanted[2:]


@pytest.mark.parametrize("after", ["1", "~~", "a~~1", "1~yesterday~1", "1~2026-06-01~1", "1~~-5", f"1~~{2**70}"])
def test_a_place_that_no_page_gave_is_refused(stage: Stage, after: str) -> None:
    with stage.work() as work, pytest.raises(Invalid):
        cases(work, SYSTEM_VIEWER, CaseFilters(after=after))


def test_what_is_due_within_a_day_is_not_what_is_over(stage: Stage) -> None:
    wanted = several(stage)
    with stage.work() as work:
        assert count(work, SYSTEM_VIEWER, CaseFilters(mark="over")) == 0
        assert [row.no for row in cases(work, SYSTEM_VIEWER, CaseFilters(mark="soon"))[0]] == wanted[1:3]
    assert stage.clock is not None
    stage.clock.move_to(NOON + timedelta(days=1))
    with stage.work() as work:
        assert count(work, SYSTEM_VIEWER, CaseFilters(mark="over")) == 2
        assert count(work, SYSTEM_VIEWER, CaseFilters(mark="soon")) == 0


def test_what_stands_still_is_found(stage: Stage) -> None:
    held, stuck = stage.report("one"), stage.report("two", by="王业主", part="flat")
    with stage.work() as work:
        work.session.add(Incident(case_id=held, rule="x", text_zh="停", text_en="stop", first_seen=work.now))
        for table in ("job", "subscription", "work_item"):
            work.session.execute(text(f"DELETE FROM {table} WHERE case_id = :id"), {"id": stuck})  # noqa: S608
        listed = {
            name: [row.no for row in cases(work, SYSTEM_VIEWER, CaseFilters(**{name: True}))[0]]
            for name in ("incident", "stranded")
        }
        nos = [work.session.get_one(Case, one).no for one in (held, stuck)]
    assert listed == {"incident": nos[:1], "stranded": nos[1:]}
