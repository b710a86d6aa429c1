"""Where works that the season waits for are unfinished, complaints are expected: they are marked, and answered."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.cases.models import Case
from casework.directory import services as directory
from casework.persistence import Work
from casework.takeovers import operating
from casework.takeovers.works_models import RenovationItem
from tests.factories import Stage

WINTER = datetime(2026, 11, 16, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def works(work: Work, case: Case, **changed: Any) -> RenovationItem:
    """Put drains of the estate of a case on the plan, not finished unless told otherwise."""
    given = {"kind": "drain", "seasonal": True, "state": "open", "estate_id": case.estate_id, **changed}
    settled = None if given["state"] == "open" else WINTER
    paper = [1] if given["state"] == "accepted" else []
    made = RenovationItem(
        case_id=case.id,
        number=1,
        title="雨污分流",
        payer="government",
        planned=Decimal(10),
        done=Decimal(4),
        opened_at=WINTER,
        settled_at=settled,
        acceptance=paper,
        photos=[],
        **given,
    )
    work.session.add(made)
    work.session.flush()
    return made


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ["renovation"]),
        ({"state": "carried_over"}, ["renovation"]),
        ({"state": "accepted"}, []),
        ({"kind": "gate", "seasonal": False}, []),
    ],
)
def test_a_complaint_is_marked_while_works_of_the_season_are_unfinished(
    stage: Stage, changed: dict[str, Any], expected: list[str]
) -> None:
    case_id = stage.report()
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        works(work, case, **changed)
        assert list(operating.tags(work, case)) == expected


def test_works_of_another_estate_mark_nothing(stage: Stage) -> None:
    case_id = stage.report()
    with stage.work() as work:
        case = work.session.get_one(Case, case_id)
        other = directory.add_area(work, "estate", "柳园小区", parent_id=stage.town.areas["community"])
        works(work, case, estate_id=other.id)
        assert list(operating.tags(work, case)) == []


def test_a_marked_complaint_is_dispatched_timed_and_answered_like_any_other(stage: Stage) -> None:
    plain = stage.report()
    with stage.work() as work:
        works(work, work.session.get_one(Case, plain))
    marked = stage.report("later", by="王业主", category="lift", cause="lift_fault", text="电梯停了。")
    assert (list(stage.case(plain).tags), list(stage.case(marked).tags)) == ([], ["renovation"])
    assert stage.case(marked).unit_id == stage.case(plain).unit_id
    clocks = [stage.clock_of(one, "reply") for one in (plain, marked)]
    assert len({clock.due_at for clock in clocks if clock is not None}) == 1
    stage.handled(marked)
    stage.verified(marked)
    assert "handle" not in stage.tasks(marked)
