"""The record of what was done shows every touch."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casework import audit
from casework.audit.models import AuditEntry, AuditHead
from casework.persistence import SYSTEM, Actor, Database, House, Work

CASE = ("case", 12)


def _three(work: Work) -> None:
    for what in ("opened", "claimed", "closed"):
        audit.record(work, CASE, what, unit=3, files=["ab" * 32], due=work.now)
    work.session.flush()


def _tamper(work: Work, statement: str) -> None:
    work.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_is_append_only"))
    work.session.execute(text(statement))
    work.session.expire_all()


def test_an_untouched_chain_verifies(work: Work) -> None:
    _three(work)
    audit.record(work, ("case", 13), "opened")
    work.session.flush()
    work.session.expire_all()
    assert audit.verify(work.session, CASE) == []
    assert audit.verify_all(work.session) == []
    assert [entry.seq for entry in audit.entries_of(work.session, CASE)] == [1, 2, 3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET what = 'claimeD' WHERE seq = 2",
        "UPDATE audit_entry SET refs = jsonb_set(refs, '{unit}', '4') WHERE seq = 1",
        "UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE seq = 3",
        "UPDATE audit_entry SET actor_person_id = 9 WHERE seq = 3",
        "UPDATE audit_entry SET digest = set_byte(digest, 0, get_byte(digest, 0) # 1) WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 3",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_head",
        "UPDATE audit_entry SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq < 3;"
        "UPDATE audit_entry SET seq = -seq WHERE seq < 0",
    ],
)
def test_every_kind_of_touch_is_seen(work: Work, statement: str) -> None:
    _three(work)
    _tamper(work, statement)
    problems = audit.verify(work.session, CASE)
    assert problems
    assert all(problem.zh and problem.en for problem in problems)


def test_removing_a_whole_chain_changes_the_root(work: Work) -> None:
    _three(work)
    before = audit.root(work.session)
    _tamper(work, "DELETE FROM audit_entry; DELETE FROM audit_head")
    assert audit.verify(work.session, CASE) == []
    assert audit.root(work.session) != before


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET what = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_entries(work: Work, statement: str) -> None:
    _three(work)
    with pytest.raises(DBAPIError, match="never changed"):
        work.session.execute(text(statement))


@pytest.mark.parametrize(
    "value", ["13812345678", "电话13812345678。", "11010519491231002X", ["x", {"y": "13812345678"}]]
)
def test_personal_numbers_have_no_place_in_the_record(work: Work, value: object) -> None:
    with pytest.raises(ValueError, match="by id"):
        audit.record(work, CASE, "called", note=value)


def test_case_numbers_and_hashes_are_no_personal_numbers(work: Work) -> None:
    audit.record(work, CASE, "linked", no="20260918000123", hotline="370800202609180001", digest="13812345678" * 5)


def test_the_actor_stands_in_the_entry(work: Work) -> None:
    mine = work.acting_as(Actor("person", person_id=7))
    entry = audit.record(mine, CASE, "claimed")
    assert (entry.actor_kind, entry.actor_person_id) == ("person", 7)


def test_two_who_write_at_once_make_one_chain(database: Database, clock) -> None:
    subject = ("test_parallel", 1)
    errors: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with database.transaction() as session:
                    audit.record(Work(session, clock.now(), SYSTEM, House()), subject, "stepped")
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert errors == []
        with database.transaction() as session:
            assert len(audit.entries_of(session, subject)) == 20
            assert audit.verify(session, subject) == []
    finally:
        with database.transaction() as session:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_is_append_only"))
            session.query(AuditEntry).filter_by(subject_kind="test_parallel").delete()
            session.query(AuditHead).filter_by(subject_kind="test_parallel").delete()
            session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_is_append_only"))


def test_an_entry_rolled_back_leaves_no_gap(work: Work) -> None:
    _three(work)
    nested = work.session.begin_nested()
    audit.record(work, CASE, "tried")
    work.session.flush()
    nested.rollback()
    assert audit.record(work, CASE, "went on").seq == 4
    work.session.flush()
    assert audit.verify(work.session, CASE) == []
