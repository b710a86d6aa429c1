"""What the supervisor's page counts: closed at the first attempt, in time, satisfied; seen by whom it may be."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.directory.viewing import SYSTEM_VIEWER, viewer
from casework.errors import NotFound
from casework.persistence import Work
from casework.policies import publish
from casework.statistics.periods import Period
from casework.statistics.queries import overview
from casework.statistics.views import Rate, StatisticsView
from tests.directory.town import Town, build
from tests.policies.conftest import SHIPPED
from tests.statistics.books import JUNE, Books, open_books

ZONE = ZoneInfo("Asia/Shanghai")
PERIOD = Period.month(2026, 6, ZONE)


@pytest.fixture
def town(work: Work) -> Town:
    publish(work, SHIPPED)
    return build(work)


@pytest.fixture
def books(work: Work, town: Town) -> Books:
    return open_books(work, town)


def june(work: Work, *, by: str = "street") -> StatisticsView:
    return overview(work, SYSTEM_VIEWER, PERIOD, by=by)


def test_closed_at_the_first_attempt_is_without_hand_back_extension_redo_or_reopening(work: Work, books: Books) -> None:
    books.case("水景花苑", "安居物业", intakes=3)
    for fault in ({"handbacks": 1}, {"extended": True}, {"redo": 1}, {"once": False}):
        books.case("水景花苑", "安居物业", **fault)
    view = june(work)
    assert view.figure("once").rate == Rate(1, 5)
    assert view.figure("once_intakes").rate == Rate(3, 7)
    assert view.figure("closed").count == 5


def test_who_was_not_reached_is_neither_content_nor_discontent(work: Work, books: Books) -> None:
    books.case("水景花苑", "安居物业")
    books.case("水景花苑", "安居物业", satisfied=None, intakes_satisfied=0, outcome="unreached")
    books.case("水景花苑", "安居物业", satisfied=False, intakes=2, intakes_dissatisfied=1)
    view = june(work)
    assert view.figure("satisfied").rate == Rate(1, 2)
    assert view.figure("satisfied_intakes").rate == Rate(2, 3)


def test_a_merged_report_is_a_report_and_no_case(work: Work, books: Books) -> None:
    case = books.case("水景花苑", "安居物业", closed=False)
    books.intake(case)
    books.intake(case)
    books.case("水景花苑", "安居物业", closed=False, outcome="merged")
    view = june(work)
    assert view.figure("received").count == 1
    assert view.figure("received_intakes").count == 2


def test_a_case_without_a_time_to_answer_is_in_no_share_of_it(work: Work, books: Books) -> None:
    books.case("水景花苑", "安居物业", reply_in_time=None)
    books.case("水景花苑", "安居物业", reply_in_time=False)
    assert june(work).figure("in_time").rate == Rate(0, 1)


def test_a_month_begins_at_local_midnight_and_stands_beside_the_one_before(work: Work, books: Books) -> None:
    midnight = datetime(2026, 5, 31, 16, 0, tzinfo=UTC)
    books.case("水景花苑", "安居物业", midnight, closed=False)
    books.case("水景花苑", "安居物业", midnight - timedelta(seconds=1), closed=False)
    received = june(work).figure("received")
    assert (received.count, received.before_count) == (1, 1)
    assert [(month.first.month, month.received) for month in june(work).months][-2:] == [(5, 1), (6, 1)]


def test_rows_are_streets_estates_or_companies(work: Work, books: Books) -> None:
    books.case("水景花苑", "安居物业")
    books.case("水景花苑", "和美物业", redo=1)
    books.case("运河花园", "和美物业")
    assert [(row.name[0], row.received, row.once) for row in june(work).rows] == [
        ("东街", 2, Rate(1, 2)),
        ("西街", 1, Rate(1, 1)),
    ]
    assert {row.name[0]: row.closed for row in june(work, by="company").rows} == {"安居物业": 1, "和美物业": 2}
    assert {row.name[0] for row in june(work, by="estate").rows} == {"水景花苑", "运河花园"}
    with pytest.raises(NotFound):
        june(work, by="moon")


def test_categories_are_counted_the_largest_first(work: Work, books: Books) -> None:
    for category in ("lift", "service", "service"):
        books.case("水景花苑", "安居物业", category=category)
    assert list(june(work).categories) == [("service", 2), ("lift", 1)]


def test_an_officer_counts_their_own_street_and_nothing_sealed(work: Work, town: Town, books: Books) -> None:
    books.case("水景花苑", "安居物业")
    books.case("水景花苑", "安居物业", sealed=True)
    books.case("运河花园", "和美物业")
    officer = viewer(work, town.staff("street_officer@东街").id)
    view = overview(work, officer, PERIOD)
    assert view.area == ("东街", "东街")
    assert (view.figure("received").count, view.figure("closed").count) == (1, 1)
    with pytest.raises(NotFound):
        overview(work, officer, PERIOD, town.areas["西街"].id)


def test_a_resident_counts_nothing_of_others(work: Work, town: Town, books: Books) -> None:
    books.case("水景花苑", "安居物业")
    nobody = viewer(work, town.staff("teller@运河花园").id)
    assert overview(work, nobody, PERIOD).figure("closed").count == 0


def test_the_display_of_percentages_is_a_rule_of_the_place(work: Work, town: Town, books: Books) -> None:
    books.case("水景花苑", "安居物业")
    assert overview(work, SYSTEM_VIEWER, PERIOD, town.areas["东街"].id).display == "truncated"


def test_the_course_of_a_figure_ends_with_the_month_shown(work: Work, books: Books) -> None:
    books.case("水景花苑", "安居物业", redo=1)
    books.case("水景花苑", "安居物业", JUNE - timedelta(days=31))
    once = june(work).figure("once")
    assert list(once.history)[-2:] == [100.0, 0.0]
