from datetime import datetime

import pytest
from sqlalchemy import literal, select

from casework.persistence import SYSTEM, Database, House, Instant, Work


def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = datetime(2026, 9, 18, 16, 30)  # noqa: DTZ001
    with pytest.raises(Exception, match="naive"), database.transaction() as session:
        session.scalar(select(literal(naive, Instant)))


def test_a_moment_comes_back_in_utc(database: Database, clock) -> None:
    with database.transaction() as session:
        back = session.scalar(select(literal(clock.now(), Instant)))
    assert back == clock.now()
    assert back.utcoffset().total_seconds() == 0


def test_nothing_is_woken_before_the_commit(work: Work) -> None:
    woken: list[int] = []
    work = Work(work.session, work.now, SYSTEM, House(wake=woken.extend))
    work.due_jobs.append(7)
    assert woken == []
    work.committed()
    assert woken == [7]
