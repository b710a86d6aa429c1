"""The list of cases page by page: escalated and overdue first, each once, whatever comes in between."""

from datetime import timedelta

import pytest

from casework.cases.models import Case
from casework.cases.queries import CaseFilters, cases
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import Invalid
from tests.factories import Stage

DAY = timedelta(days=1)


def page(stage: Stage, after: str | None = None, size: int = 50) -> tuple[list[str], str | None]:
    """Return the numbers on one page, and where the next begins."""
    with stage.work() as work:
        rows, following = cases(work, SYSTEM_VIEWER, CaseFilters(after=after), size)
    return [row.no for row in rows], following


@pytest.fixture
def listed(stage: Stage) -> list[str]:
    """Cases of several tiers, many due at the same moment and some never, in the order they must stand in."""
    due = stage.clock.now() + DAY
    ranks = [(2, due), (0, None), (1, due), (1, due), (1, due - DAY), (0, due), (0, None), (1, None)]
    made = [
        stage.report(f"case {place}", part="flat", text=f"第{place}件：楼道灯坏了。") for place in range(len(ranks))
    ]
    with stage.work() as work:
        for case_id, (tier, moment) in zip(made, ranks, strict=True):
            case = work.session.get_one(Case, case_id)
            case.tier, case.due_at = tier, moment
    by_rank = sorted(
        zip(ranks, made, strict=True), key=lambda one: (-one[0][0], one[0][1] is None, one[0][1] or due, one[1])
    )
    return [stage.case(case_id).no for _, case_id in by_rank]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_every_case_stands_on_one_page_and_in_order(stage: Stage, listed: list[str], size: int) -> None:
    seen: list[str] = []
    after = None
    for _ in range(20):
        found, after = page(stage, after, size)
        assert len(found) <= size
        seen += found
        if after is None:
            break
    assert seen == listed


def test_what_is_closed_between_two_pages_hides_no_other(stage: Stage, listed: list[str]) -> None:
    first, after = page(stage, size=3)
    with stage.work() as work:
        work.session.query(Case).filter_by(no=first[0]).one().status = "closed"
    assert page(stage, after)[0] == listed[3:]


@pytest.mark.parametrize(
    "after", ["", "x", "1~2", "1~nonsense~3", "1~2026-06-01T09:00:00~3", "~~", "1~~-3", "9~~" + "9" * 30]
)
def test_a_place_that_no_page_gave_is_refused(stage: Stage, after: str) -> None:
    with pytest.raises(Invalid):
        page(stage, after)
