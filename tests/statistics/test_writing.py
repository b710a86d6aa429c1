"""The row of a case: written when it is archived, and anew when the matter is opened again."""

from datetime import date, timedelta

import pytest

from casework.cases.models import Case, CaseClock
from casework.complaints.models import Complaint
from casework.jobs import Job
from casework.persistence import Work
from casework.statistics.handlers import archived
from casework.statistics.models import CaseStatistic
from tests.directory.town import build
from tests.statistics.books import JUNE, Books, open_books


@pytest.fixture
def books(work: Work) -> Books:
    return open_books(work, build(work))


def counted(work: Work, case: Case) -> CaseStatistic | None:
    archived(work, Job(kind="complaints.archived", case_id=case.id))
    work.session.expire_all()
    return work.session.get(CaseStatistic, case.id)


def closed(work: Work, books: Books) -> Case:
    case = books.case("水景花苑", "安居物业", closed=False)
    books.intake(case)
    books.intake(case)
    case.status, case.outcome, case.closed_at, case.tier = "closed", "satisfied", JUNE + timedelta(days=3), 2
    work.session.get_one(Complaint, case.id).first_substantive_at = JUNE + timedelta(minutes=95, seconds=59)
    work.session.flush()
    return case


def test_a_row_says_what_is_counted(work: Work, books: Books) -> None:
    case = closed(work, books)
    row = counted(work, case)
    assert row is not None
    assert (row.intakes, row.channel, row.line, row.tier, row.kind) == (2, "portal", "online", 2, "satisfied")
    assert (row.minutes_to_record, row.once, row.satisfied, row.reply_in_time) == (95, True, None, None)
    assert (row.received_at, row.closed_at) == (JUNE, JUNE + timedelta(days=3))


def test_a_reply_clock_that_was_missed_or_extended_is_counted(work: Work, books: Books) -> None:
    case = closed(work, books)
    work.session.add(
        CaseClock(
            case_id=case.id,
            name="reply",
            key="complaint.handle.working_days",
            started_at=JUNE,
            from_at=JUNE,
            due_at=JUNE,
            fires_at=JUNE,
            extra=[{"length": 1, "unit": "days", "basis": ""}],
            stopped_at=JUNE,
            breached_at=JUNE,
        )
    )
    work.session.flush()
    row = counted(work, case)
    assert row is not None
    assert (row.reply_in_time, row.extended, row.once) == (False, True, False)


def test_opening_again_takes_back_the_first_attempt(work: Work, books: Books) -> None:
    case = closed(work, books)
    assert getattr(counted(work, case), "once", None) is True
    work.session.get_one(Complaint, case.id).reopened = True
    work.session.flush()
    assert getattr(counted(work, case), "once", None) is False


def test_what_was_never_archived_is_not_counted_by_opening_it_again(work: Work, books: Books) -> None:
    case = closed(work, books)
    work.session.get_one(Complaint, case.id).reopened = True
    work.session.flush()
    assert counted(work, case) is None


def test_the_month_of_a_case_is_local(work: Work, books: Books) -> None:
    case = closed(work, books)
    row = counted(work, case)
    assert row is not None
    assert row.closed_at.astimezone(work.house.zone).date() == date(2026, 6, 13)
