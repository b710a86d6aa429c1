"""Reporting, following, withdrawing, rating: what residents, clerks and the hotline are promised."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from casework.cases.models import Case, CaseLink, Command, History, WorkItem
from casework.complaints import services as complaints
from casework.complaints.models import CallbackRecord, Intake
from casework.complaints.services import Report
from casework.errors import CaseworkError, Invalid, NotFound, Refused
from casework.persistence import ANONYMOUS
from casework.plays import stage as acts
from casework.plays.town import add_resident
from tests.factories import Stage

OTHER = {"category": "service", "cause": "service_attitude", "text": "物业前台多次推诿，不接报修电话。"}


def given(stage: Stage, **changed: object) -> Report:
    """Return a report that fits, with changes."""
    words = {"channel": "portal", "estate_id": stage.town.areas["estate"], "text": "楼道灯坏了。"}
    return Report(**{**words, **changed})


def refuse(stage: Stage, **changed: object) -> dict[str, object]:
    """Return what is said of each field of a report that does not fit."""
    with pytest.raises(Invalid) as refused, stage.casework.work(ANONYMOUS) as work:
        complaints.report(work, given(stage, **changed))
    return dict(refused.value.fields)


@pytest.mark.parametrize("text", ["", "灯坏了", "    灯    ", "长" * 2001])
def test_too_few_or_too_many_words_are_refused(stage: Stage, text: str) -> None:
    assert set(refuse(stage, text=text)) == {"text"}
    assert stage.rows(Intake) == []


@pytest.mark.parametrize("text", ["楼道灯坏了", "长" * 2000])
def test_five_to_two_thousand_characters_are_taken(stage: Stage, text: str) -> None:
    with stage.casework.work(ANONYMOUS) as work:
        assert complaints.report(work, given(stage, text=text)).case_no


def test_nothing_has_happened_in_the_future(stage: Stage) -> None:
    later = stage.clock.now() + timedelta(seconds=1)
    assert set(refuse(stage, occurred_at=later, text="…")) == {"occurred_at", "text"}
    with stage.casework.work(ANONYMOUS) as work:
        assert complaints.report(work, given(stage, occurred_at=stage.clock.now())).case_no


def test_an_estate_that_does_not_exist_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound), stage.casework.work(ANONYMOUS) as work:
        complaints.report(work, given(stage, estate_id=10**9))


def test_the_code_and_the_pin_open_the_report_and_neither_alone_does(stage: Stage) -> None:
    with stage.casework.work(ANONYMOUS) as work:
        receipt = complaints.report(work, given(stage))
        assert complaints.find_by_code(work, f" {receipt.code.lower()} ", receipt.pin).code == receipt.code
        wrong = f"{(int(receipt.pin) + 1) % 1_000_000:06d}"
        said = set()
        for code, pin in ((receipt.code, wrong), ("ABCDEFGHJK", receipt.pin), (receipt.code, ""), ("", "")):
            with pytest.raises(NotFound) as refused:
                complaints.find_by_code(work, code, pin)
            said.add(str(refused.value))
        assert len(said) == 1, "which of the two was wrong is not told"


def test_the_pin_is_not_kept_in_the_clear(stage: Stage) -> None:
    with stage.casework.work(ANONYMOUS) as work:
        receipt = complaints.report(work, given(stage))
    assert receipt.pin not in stage.rows(Intake)[0].pin_hash


def test_codes_differ_and_leave_out_letters_that_are_misread(stage: Stage) -> None:
    with stage.casework.work(ANONYMOUS) as work:
        codes = {
            complaints.report(work, given(stage, text=f"第{n}件：楼道灯坏了。", part="flat")).code for n in range(5)
        }
    assert len(codes) == 5
    assert not set("".join(codes)) & set("01IO")


def test_the_same_request_again_gets_the_same_receipt(stage: Stage) -> None:
    with stage.casework.work(ANONYMOUS) as work:
        receipts = [complaints.report(work, given(stage), key="once") for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert len(stage.rows(Case)) == 1
    with pytest.raises(Invalid), stage.casework.work(ANONYMOUS) as work:
        complaints.report(work, given(stage, text="另一件完全不同的事情。"), key="once")


def test_the_stored_answer_to_a_report_does_not_tell_the_pin_and_the_repeat_does(stage: Stage) -> None:
    with stage.casework.work(ANONYMOUS) as work:
        receipt = complaints.report(work, given(stage), key="once")
    stored = stage.rows(Command)[0].answer
    assert receipt.pin not in str(stored)
    with stage.casework.work(ANONYMOUS) as work:
        assert complaints.report(work, given(stage), key="once") == receipt


def test_a_hotline_number_is_one_report_however_often_it_comes(stage: Stage) -> None:
    sent = given(stage, channel="hotline", hotline_no="12345-0601-001")
    with stage.work() as work:
        first = complaints.report(work, sent)
    with stage.work() as work:
        second = complaints.report(work, sent)
    assert (second.code, second.case_no) == (first.code, first.case_no)
    assert len(stage.rows(Intake)) == 1


def test_who_reports_for_somebody_is_written_down_and_is_not_the_complainant(stage: Stage) -> None:
    stage.report(channel="call", registered_by="热线小谢")
    intake = stage.rows(Intake)[0]
    assert (intake.person_id, intake.registered_by) == (stage.town.person("李业主"), stage.town.person("热线小谢"))


def test_reports_about_one_matter_are_one_case_each_with_its_own_receipt_and_callback(stage: Stage) -> None:
    first = stage.report("first")
    stage.report("second", by="王业主")
    one, other = stage.rows(Intake)
    assert (one.case_id, other.case_id) == (first, first)
    assert one.code != other.code
    assert stage.tasks(first) == ["handle"]
    assert stage.case(other.first_case_id).outcome == "merged"
    stage.handled(first)
    stage.verified(first)
    assert stage.tasks(first) == ["attempt", "attempt"]
    stage.do("rate", by="李业主", of="first", score=5)
    assert stage.tasks(first) == ["attempt"], "the other is still asked"
    stage.do("rate", by="王业主", of="second", score=4)
    assert stage.case(first).status == "closed"


def test_different_matters_stay_apart(stage: Stage) -> None:
    first = stage.report("first")
    for label, changed in (
        ("category", OTHER),
        ("a flat", {"part": "flat", "location": "王业主家"}),
    ):
        assert stage.report(label, by="王业主", **changed) != first
        assert stage.rows(Intake)[-1].case_id != first


def test_a_report_whose_case_closes_before_it_is_merged_gets_a_case_of_its_own(stage: Stage) -> None:
    """The merge is a job: between the finding and the joining the other case may end."""
    first = stage.report("first")
    words = {
        "as": "second",
        "by": "王业主",
        "channel": "portal",
        "category": "power_light",
        "cause": "common_lights",
        "text": "2号楼1单元楼道灯坏了，晚上一片漆黑。",
    }
    acts.report(stage.casework, stage.town, stage.names, words)
    assert stage.rows(Intake)[-1].case_id == first
    stop = {"decision": "stop", "explanation": "诉求人撤回，准予终止。", "sign": "小马"}
    with stage.work() as work:
        work.session.get_one(Intake, stage.rows(Intake)[-1].id).callback = "dropped"
    acts.withdraw(stage.casework, stage.town, stage.names, {"by": "李业主", "of": "first"})
    with stage.work() as work:
        work.session.get_one(Intake, stage.rows(Intake)[-1].id).callback = "waiting"
    acts.complete(
        stage.casework,
        stage.town,
        stage.names,
        {"by": "派单员小马", "task": "stop_case", "case": "first", "with": stop},
    )
    assert stage.case(first).status == "closed"
    stage.settle()
    late = stage.rows(Intake)[-1]
    assert late.case_id != first
    assert stage.tasks(late.case_id) == ["handle"]


def test_ten_reports_of_one_thing_are_one_piece_of_work_and_ten_callbacks(stage: Stage) -> None:
    people = [f"业主{n}" for n in range(10)]
    with stage.work() as work:
        for person in people:
            add_resident(work, stage.town, person)
    cases = {stage.report(person, by=person) for person in people}
    first = min(cases)
    assert {intake.case_id for intake in stage.rows(Intake)} == {first}
    assert [item.element for item in stage.rows(WorkItem, state="open")] == ["handle"]
    stage.handled(first)
    stage.verified(first)
    assert stage.tasks(first) == ["attempt"] * 10
    for person in people:
        stage.do("rate", by=person, of=person, score=5)
    assert stage.case(first).status == "closed"
    assert len(stage.rows(CallbackRecord)) == 10


def test_one_of_several_takes_a_report_back_and_the_case_goes_on_for_the_others(stage: Stage) -> None:
    first = stage.report("first")
    stage.report("second", by="王业主")
    stage.do("withdraw", by="王业主", of="second")
    assert [intake.callback for intake in stage.rows(Intake)] == ["waiting", "dropped"]
    assert stage.tasks(first) == ["handle"]
    assert len(stage.rows(History, case_id=first, what="dropped")) == 1
    stage.handled(first)
    stage.verified(first)
    assert stage.tasks(first) == ["attempt"], "whoever took it back is not called"


def test_the_last_complainants_withdrawal_is_looked_at_and_the_clocks_wait(stage: Stage) -> None:
    first = stage.report("first")
    stage.report("second", by="王业主")
    for person, label in (("王业主", "second"), ("李业主", "first")):
        stage.do("withdraw", by=person, of=label)
    assert stage.tasks(first) == ["handle", "stop_case"]
    assert stage.clock_of(first, "reply").paused_at is not None


def test_a_report_is_taken_back_once_and_never_after_it_was_rated(stage: Stage) -> None:
    first = stage.report("first")
    stage.report("second", by="王业主")
    stage.do("withdraw", by="王业主", of="second")
    with pytest.raises(Refused):
        stage.do("withdraw", by="王业主", of="second")
    stage.handled(first)
    stage.verified(first)
    stage.do("rate", by="李业主", of="first", score=2, satisfied=True)
    with pytest.raises(Refused):
        stage.do("withdraw", by="李业主", of="first")
    assert stage.rows(Intake)[0].callback == "satisfied"


def answered(stage: Stage) -> int:
    case_id = stage.report()
    stage.handled(case_id)
    stage.verified(case_id)
    return case_id


def test_a_rating_counts_once(stage: Stage) -> None:
    answered(stage)
    stage.do("rate", by="李业主", score=5)
    with pytest.raises(CaseworkError):
        stage.do("rate", by="李业主", score=1)
    assert [(intake.score, intake.callback) for intake in stage.rows(Intake)] == [(5, "satisfied")]
    assert len(stage.rows(CallbackRecord)) == 1


def test_nothing_is_rated_before_it_is_answered(stage: Stage) -> None:
    stage.report()
    with pytest.raises(Refused):
        stage.do("rate", by="李业主", score=5)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_rating_goes_from_one_to_five(stage: Stage, score: int) -> None:
    answered(stage)
    with pytest.raises(Invalid):
        stage.do("rate", by="李业主", score=score)


def test_two_of_five_is_dissatisfied_and_opens_the_second_round_for_that_report_alone(stage: Stage) -> None:
    first = stage.report("first")
    stage.report("second", by="王业主")
    stage.handled(first)
    stage.verified(first)
    stage.do("rate", by="李业主", of="first", score=5)
    stage.do("rate", by="王业主", of="second", score=2)
    assert [intake.callback for intake in stage.rows(Intake)] == ["satisfied", "waiting"]
    assert stage.tasks(first) == ["handle"]
    stage.handled(first)
    stage.verified(first, by="街道小孙")
    assert stage.tasks(first) == ["attempt"]


def test_merged_cases_are_linked(stage: Stage) -> None:
    first = stage.report("first")
    stage.report("second", by="王业主")
    second = stage.rows(Intake)[-1].first_case_id
    assert {(link.case_id, link.other_id, link.why) for link in stage.rows(CaseLink)} == {
        (first, second, "merged"),
        (second, first, "merged"),
    }


def test_a_merged_hotline_order_sets_its_own_limit_and_the_earliest_holds(stage: Stage) -> None:
    first = stage.report("first")
    stage.move("2026-06-02 09:00:00")
    stage.report("order", by="王业主", channel="hotline", hotline_no="12345-0602-001")
    assert stage.case(first).hotline
    due: Callable[[str], datetime] = lambda name: stage.clock_of(first, name).due_at  # noqa: E731
    assert due("reply") == datetime.fromisoformat("2026-06-09T00:00:00+08:00"), "received first, five working days"
