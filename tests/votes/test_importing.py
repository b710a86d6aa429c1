"""A list sent on a page is sealed, taken in by a job, and forgotten; what was wrong with it is kept."""

from datetime import date

import pytest
from sqlalchemy import func, select, text, update

from casework import jobs
from casework.errors import Conflict, Forbidden, Invalid
from casework.votes import importing, rolls
from casework.votes.models import Roll, RollImport
from tests.factories import Stage
from tests.votes.lists import as_csv, as_workbook, number_of, row, sunshine

DAY = date(2026, 5, 20)
OFFICER = "街道小孙"


def send(stage: Stage, file: bytes, by: str = OFFICER, day: date = DAY) -> int:
    with stage.work(by) as work:
        return importing.send(work, stage.town.areas["estate"], file, "名册.xlsx", as_of=day).id


def sent(stage: Stage, import_id: int) -> RollImport:
    with stage.work() as work:
        found = importing.latest(work, stage.town.areas["estate"])
        assert found is not None
        assert found.id == import_id
        return found


def test_a_list_is_kept_sealed_until_it_is_read_and_then_not_at_all(stage: Stage) -> None:
    import_id = send(stage, as_csv([row("1", "101", "90", "周全", person=1)]))
    with stage.work() as work:
        waiting = work.session.scalars(select(RollImport.sealed).where(RollImport.id == import_id)).one()
    assert waiting
    assert number_of(1).encode() not in waiting
    stage.settle()
    done = sent(stage, import_id)
    with stage.work() as work:
        roll = rolls.current(work, stage.town.areas["estate"])
        assert work.session.scalars(select(RollImport.sealed)).all() == [None]
    assert roll is not None
    assert (done.state, done.percent, done.roll_id) == ("loaded", 100, roll.id)
    assert roll.made_by == stage.town.person(OFFICER)


def test_what_is_wrong_is_kept_row_by_row_and_holds_nothing_personal(stage: Stage) -> None:
    import_id = send(stage, as_csv([*sunshine(), row("9", "1", "九十", "周全", person=7)]))
    stage.settle()
    done = sent(stage, import_id)
    assert (done.state, done.roll_id) == ("refused", None)
    assert done.report is not None
    assert [one[:3] for one in done.report["rows"]] == [[242, "建筑面积（㎡）", "area_unclear"]]
    assert "周全" not in str(done.report)
    assert number_of(7) not in str(done.report)


def test_a_file_that_turns_out_damaged_is_told_and_forgotten(stage: Stage) -> None:
    whole = as_workbook(sunshine())
    import_id = send(stage, whole.replace(b"xl/sharedStrings.xml", b"xl/sharedStrinks.xml"))
    stage.settle()
    done = sent(stage, import_id)
    assert done.state == "refused"
    assert done.report is not None
    assert done.report["rows"][0][2] == "no_list"


def test_the_same_file_sent_twice_is_one_import_and_another_waits_its_turn(stage: Stage) -> None:
    first = send(stage, as_csv(sunshine()))
    assert send(stage, as_csv(sunshine())) == first
    with pytest.raises(Conflict):
        send(stage, as_csv([row("1", "101", "90", "周全", person=1)]))
    stage.settle()
    assert send(stage, as_csv(sunshine())) != first


def test_what_can_be_seen_at_once_is_refused_at_once(stage: Stage) -> None:
    for file, day in ((b"", DAY), (b"\xd0\xcf\x11\xe0", DAY), (as_csv(sunshine()), date(2026, 6, 2))):
        with pytest.raises(Invalid):
            send(stage, file, day=day)
    with pytest.raises(Forbidden):
        send(stage, as_csv(sunshine()), by="客服小周")
    assert stage.rows(RollImport) == []


def test_a_list_that_its_job_left_behind_makes_room_for_another(stage: Stage) -> None:
    first = send(stage, as_csv(sunshine()))
    with stage.work() as work:
        jobs.cancel(work, f"{importing.TAKE_IN}:{first}")
    stage.move("2026-06-01T10:30")
    second = send(stage, as_csv([row("1", "101", "90", "周全", person=1)]))
    stage.settle()
    assert sent(stage, second).state == "loaded"
    [old] = stage.rows(RollImport, id=first)
    assert old.state == "refused"


def test_a_list_whose_process_died_is_told_and_one_sent_anew_takes_its_place(stage: Stage) -> None:
    first = send(stage, as_csv(sunshine()))
    key = f"{importing.TAKE_IN}:{first}"
    with stage.work() as work:
        assert not importing.interrupted(work, sent(stage, first))
        held = update(jobs.Job).where(jobs.Job.key == key)
        work.session.execute(held.values(state="running", token="t", attempt=1, lease_until=text("now() + '1 minute'")))
        assert not importing.interrupted(work, sent(stage, first))
        work.session.execute(held.values(lease_until=text("now() - interval '1 second'")))
        assert importing.interrupted(work, sent(stage, first))
        assert work.session.scalar(select(func.count()).select_from(Roll)) == 0
    second = send(stage, as_csv([row("1", "101", "90", "周全", person=1)]))
    stage.settle()
    assert sent(stage, second).state == "loaded"
    [old] = stage.rows(RollImport, id=first)
    assert (old.state, old.roll_id) == ("refused", None)


def test_a_sheet_that_is_not_meant_is_left_out_once_somebody_has_said_so(stage: Stage) -> None:
    file = as_workbook(sunshine(), more_sheets=[("填表说明", [["请按户填写"]])])
    first = send(stage, file)
    stage.settle()
    done = sent(stage, first)
    assert (done.state, (done.report or {})["skipped"]) == ("refused", ["填表说明"])
    with stage.work(OFFICER) as work:
        estate = stage.town.areas["estate"]
        again = importing.send(work, estate, file, "名册.xlsx", as_of=DAY, without=["填表说明"]).id
    stage.settle()
    assert sent(stage, again).state == "loaded"
