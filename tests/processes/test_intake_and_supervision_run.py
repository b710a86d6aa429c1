"""The ways through intake and merging, and up the ladder of supervision."""

from decimal import Decimal
from typing import Any

import pytest

from casework import engine
from tests.processes.stepping import DUE, Run, definition


@pytest.fixture(scope="module")
def loaded() -> engine.Definition:
    return definition()


def intake(loaded: engine.Definition, score: int | None, accept: bool = True, **data: Any) -> Run:
    same = None if score is None else {"score": Decimal(score), "case": Decimal(7)}
    report = {"channel": "portal", "line": "online", "danger": "none", **data}
    answers = {
        "intakes.register": {"id": Decimal(1)},
        "intakes.find_same": {"same": same, "explained": {"case": Decimal(3), "new_facts": False}},
        "acceptance": {"accept": accept, "reason": None if accept else "same_facts"},
    }
    return Run(loaded, "intake_and_merge", report, answers)


def test_a_new_report_is_acknowledged(loaded: engine.Definition) -> None:
    run = intake(loaded, None)
    assert run.ended == "completed"
    assert run.arguments("notifications.send") == [{"notice": "complaint_received", "to": "complainant"}]
    assert run.passed[-2:] == ["as_new", "end_new"]


def test_a_report_surely_about_the_same_matter_is_merged_without_asking(loaded: engine.Definition) -> None:
    run = intake(loaded, 90)
    assert run.arguments("intakes.attach") == [{"case": Decimal(7)}]
    assert run.ended == "completed"
    assert not run.arguments("notifications.send")


def test_the_community_is_asked_about_a_report_perhaps_the_same(loaded: engine.Definition) -> None:
    run = intake(loaded, 89)
    assert run.open() == ["ask_same"]
    run.done("ask_same", same="same", case=Decimal(8))
    assert run.arguments("intakes.attach") == [{"case": Decimal(8)}]


def test_a_related_report_is_linked_and_goes_its_own_way(loaded: engine.Definition) -> None:
    run = intake(loaded, 60)
    run.done("ask_same", same="related", case=Decimal(8))
    assert run.arguments("cases.link") == [{"case": Decimal(8), "why": "related"}]
    assert "as_new" in run.passed


def test_a_different_report_is_not_linked(loaded: engine.Definition) -> None:
    run = intake(loaded, 60)
    run.done("ask_same", same="different")
    assert not run.arguments("cases.link")
    assert "as_new" in run.passed


def test_silence_means_different_and_keeps_the_link(loaded: engine.Definition) -> None:
    run = intake(loaded, 60)
    run.fire("b_silent")
    assert run.arguments("cases.link") == [{"case": Decimal(7), "why": "related"}]
    assert run.ended == "completed"


def test_nobody_is_asked_when_there_is_danger(loaded: engine.Definition) -> None:
    assert intake(loaded, 89, danger="fire").ended == "completed"


def test_the_dispatcher_decides_what_the_table_would_refuse(loaded: engine.Definition) -> None:
    run = intake(loaded, None, accept=False)
    assert run.open() == ["reply_not_accepted"]
    run.done("reply_not_accepted", decision="accept")
    assert "as_new" in run.passed


def test_a_refusal_over_the_same_facts_is_linked_to_the_closed_case(loaded: engine.Definition) -> None:
    run = intake(loaded, None, accept=False)
    run.done("reply_not_accepted", decision="refuse", reason="same_facts", reply="已书面释明", route="复查")
    assert run.arguments("cases.link") == [{"case": Decimal(3), "why": "same_facts"}]
    assert run.arguments("notifications.send") == [{"notice": "not_accepted", "to": "complainant"}]
    assert run.passed[-2:] == ["as_refused", "end_refused"]


def supervised(loaded: engine.Definition, joined: bool = False, reason: str = "unhandled") -> Run:
    tiers = iter(range(2, 9))
    answers = {
        "supervision.open": lambda asked: {"tier": asked["tier"], "kind": asked["kind"], "joined": joined},
        "supervision.raise_tier": lambda _: {"tier": Decimal(next(tiers))},
    }
    return Run(loaded, "supervision_escalation", {"reason": reason, "start_tier": Decimal(1)}, answers)


def test_supervision_rises_tier_by_tier_to_the_city(loaded: engine.Definition) -> None:
    run = supervised(loaded)
    for tier in (1, 2, 3, 4):
        assert run.arguments("supervision.open")[-1] == {"tier": tier, "kind": "limit", "reason": "unhandled"}
        assert run.due("b_limit") == DUE
        run.fire("b_limit")
    assert run.open() == ["city_decides"]
    run.done("city_decides", decision=["f1"], order="限期办结")
    assert run.arguments("supervision.lift") == [{"reason": "unhandled"}]
    assert run.ended == "completed"


def test_a_second_ladder_joins_the_first(loaded: engine.Definition) -> None:
    run = supervised(loaded, joined=True)
    assert run.ended == "completed"
    assert not run.arguments("supervision.lift")


def test_a_record_lifts_only_the_ladder_of_its_reason(loaded: engine.Definition) -> None:
    run = supervised(loaded, reason="overdue")
    assert not run.message("handled", reason="unhandled")
    assert run.message("handled", reason="overdue")
    assert run.arguments("supervision.lift") == [{"reason": "overdue"}]


def test_the_end_of_the_case_lifts_supervision(loaded: engine.Definition) -> None:
    run = supervised(loaded)
    assert run.message("case_closed")
    assert run.ended == "completed"


def test_a_proposed_kind_holds_in_its_tier_only(loaded: engine.Definition) -> None:
    run = supervised(loaded)
    run.done("follow_up", handled=False, propose="list")
    run.fire("b_limit")
    kinds = [(asked["tier"], asked["kind"]) for asked in run.arguments("supervision.open")]
    assert kinds == [(1, "limit"), (1, "list"), (2, "limit")]


def test_a_conference_is_asked_for_once_and_supervision_goes_on(loaded: engine.Definition) -> None:
    run = supervised(loaded)
    run.done("follow_up", handled=False, propose="conference")
    run.done("follow_up", handled=False, propose="conference")
    [asked] = run.arguments("cases.start_linked")
    assert asked["process"] == "joint_conference"
    assert asked["data"]["level"] == 2
    assert run.open() == ["follow_up"]
