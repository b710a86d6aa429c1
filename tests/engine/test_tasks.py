"""Human tasks, operations and scripts: what is given out, and what comes of the answers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from casework import engine
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import diagram, element, extras, flows, gateway, line, script, service, start, user


def test_a_case_opens_its_first_task_and_ends_after_its_last(play: Player) -> None:
    case = play(diagram(user("accept"), line("accept"))).start(estate="翠湖")
    assert case.open == ["accept"]
    assert case.task("accept").data == {"estate": "翠湖"}
    case.done("accept", note="ok")
    assert case.open == []
    assert case.ended == "completed"
    assert case.data == {"note": "ok"}


def test_a_human_task_says_who_where_until_when_and_why_not(play: Player) -> None:
    task = user(
        "handle",
        b_scope="estate.community",
        b_due='= opened + duration("P2D")',
        b_conflict="K1 not_last_verifier",
        b_priority="2",
    )
    case = play(diagram(task, line("handle"))).start(opened=NOON)
    given = case.task("handle")
    assert (given.form, given.role, given.scope, given.process) == ("p/handle", "clerk", "estate.community", "p")
    assert given.due == NOON + timedelta(days=2)
    assert given.conflicts == ("K1", "not_last_verifier")
    assert given.priority == 2


def test_the_scope_of_a_task_may_be_computed(play: Player) -> None:
    case = play(diagram(user("handle", b_scope="= unit.id"), line("handle"))).start(unit={"id": 12})
    assert case.task("handle").scope == 12


def test_the_due_time_of_a_task_may_follow_a_clock(play: Player) -> None:
    due = datetime(2026, 3, 9, 16, tzinfo=UTC)
    facts = engine.Facts(functions={"clock": lambda name: {"name": name, "due": due} if name == "reply" else None})
    case = play(diagram(user("handle", b_clock="reply"), line("handle")), facts).start()
    assert (case.task("handle").due, case.task("handle").clock) == (due, "reply")


def test_the_engine_stops_and_asks_for_an_operation(play: Player) -> None:
    asked = service("dispatch", extras("parameter", unit="triage.unit", urgent="amount > 2"))
    case = play(diagram(asked, user("handle"), line("dispatch", "handle"))).start(triage={"unit": "UM"}, amount=3)
    operation = case.asking("dispatch")
    assert operation.name == "complaints.dispatch"
    assert operation.arguments == {"unit": "UM", "urgent": True}
    assert operation.data["amount"] == 3
    case.answer("dispatch", handler="甲")
    assert case.open == ["handle"]
    assert case.task("handle").data["handler"] == "甲"


def test_an_answer_goes_under_its_name_when_it_has_one(play: Player) -> None:
    case = play(diagram(service("dispatch", b_result="sent"), user("handle"), line("dispatch", "handle"))).start()
    case.answer("dispatch", number=7)
    assert case.task("handle").data == {"sent": {"number": 7}}


def test_operations_that_are_open_at_once_are_given_out_in_order_once_each(play: Player) -> None:
    case = play(
        diagram(
            gateway("parallel", "fork"), service("first"), service("second"), gateway("parallel", "join"),
            line("fork", "first", "join"), flows("fork second join"),
        )
    ).start()  # fmt: skip
    assert case.operations == ["first", "second"]
    case.answer("second")
    assert case.last is not None
    assert case.last.operations == ()
    case.answer("first")
    assert case.ended == "completed"


def test_a_decision_and_a_notice_are_operations_too(play: Player) -> None:
    decide = element("businessRuleTask", "triage", b_decision="triage_table", b_result="triage")
    notify = element("sendTask", "tell", b_notice="complaint_received", b_to="complainant")
    case = play({"p.bpmn": diagram(decide, notify, line("triage", "tell"))}).start()
    assert case.asking("triage").name == "decisions.decide"
    assert case.asking("triage").arguments == {"decision": "triage_table"}
    case.answer("triage", unit="UM")
    assert case.asking("tell").name == "notifications.send"
    assert case.asking("tell").arguments == {"notice": "complaint_received", "to": "complainant"}


def test_a_script_writes_the_entries_of_its_context(play: Player) -> None:
    case = play(diagram(user("a"), script("s", '{score: amount * 2, 评语: "好"}'), user("b"), line("a", "s", "b")))
    case.start(amount=3).done("a")
    assert case.task("b").data == {"amount": 3, "score": Decimal(6), "评语": "好"}


def test_a_task_that_is_done_can_not_be_done_again(play: Player) -> None:
    case = play(diagram(user("a"), user("b"), line("a", "b"))).start()
    first = case.task("a").id
    case.done("a")
    with pytest.raises(engine.NoSuchTask):
        case.finish(first)
    with pytest.raises(engine.NoSuchTask):
        case.finish("999")
    with pytest.raises(engine.NoSuchTask):
        case.finish("no number")


def test_ids_of_tasks_are_never_used_again(play: Player) -> None:
    case = play(diagram(user("a"), gateway("exclusive", "x", default="x_end"), start(), element("endEvent", "end"),
        flows("start a x a", "x end", when={"x a": "again"})))  # fmt: skip
    case.start()
    ids = []
    for _ in range(20):
        ids.append(case.task("a").id)
        case.done("a", again=True)
    assert len(set(ids)) == 20


def test_a_finished_case_takes_no_more_commands(play: Player) -> None:
    case = play(diagram(user("a"), line("a"))).start()
    key = case.task("a").id
    case.done("a")
    with pytest.raises(engine.AlreadyEnded):
        case.finish(key)


def test_tasks_of_no_kind_and_manual_tasks(play: Player) -> None:
    case = play(diagram(element("task", "t"), element("manualTask", "visit", name="上门"), line("t", "visit"))).start()
    assert case.open == ["visit"]
    case.done("visit")
    assert case.seen() == ["start", "t", "visit", "end"]


def test_a_script_that_does_not_say_its_language_is_feel(play: Player) -> None:
    unsaid = script("s", "{n: 2}").replace(' scriptFormat="feel"', "")
    assert play(diagram(unsaid, user("a"), line("s", "a"))).start().task("a").data == {"n": 2}
