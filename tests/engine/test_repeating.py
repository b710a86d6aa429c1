"""Activities done several times."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from casework import engine
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import (
    boundary,
    call,
    diagram,
    element,
    end,
    error,
    flows,
    gateway,
    line,
    many,
    named,
    script,
    service,
    start,
    sub,
    timer,
    user,
)

INTAKES = [{"id": "a", "callback": "waiting"}, {"id": "b", "callback": "done"}, {"id": "c", "callback": "waiting"}]
LOOP = '<bpmn:standardLoopCharacteristics loopMaximum="9"/>'
TWICE = LOOP.replace("9", "2")
EACH = {"collection": 'intakes[callback = "waiting"]', "element": "intake", "collect": "resolutions"}


def test_a_task_for_each_element_at_once_collects_what_each_wrote_in_order(play: Player) -> None:
    case = play(diagram(user("call", many(**EACH)), user("b"), line("call", "b"))).start(intakes=INTAKES)
    assert case.open == ["call", "call"]
    assert [task.instance["id"] for task in case.tasks.values()] == ["a", "c"]
    assert case.task("call").data["loopCounter"] == 1
    case.done("call", 1, result="未解决")
    assert case.open == ["call"]
    case.done("call", result="解决")
    assert case.task("b").data["resolutions"] == [
        {"intake": INTAKES[0], "result": "解决"},
        {"intake": INTAKES[2], "result": "未解决"},
    ]
    assert "intake" not in case.task("b").data
    assert "result" not in case.task("b").data


def test_one_after_the_other(play: Player) -> None:
    case = play(diagram(user("call", many(sequential=True, **EACH)), user("b"), line("call", "b"))).start(
        intakes=INTAKES
    )
    assert [task.instance["id"] for task in case.tasks.values()] == ["a"]
    case.done("call", result=1)
    assert [task.instance["id"] for task in case.tasks.values()] == ["c"]
    case.done("call", result=2)
    assert [one["result"] for one in case.task("b").data["resolutions"]] == [1, 2]


def test_a_number_of_times_and_what_each_writes_without_collecting(play: Player) -> None:
    case = play(diagram(user("vote", many(times="n")), user("b"), line("vote", "b"))).start(n=3, seen=[])
    assert [task.instance for task in case.tasks.values()] == [1, 2, 3]
    for which in (2, 0, 0):
        case.done("vote", which, seen=[which])
    assert case.task("b").data["seen"] == [2, 0, 0]


def test_enough_instances_end_the_others(play: Player) -> None:
    drawn = diagram(
        user("vote", many(until="numberOfCompletedInstances >= 2 or count(votes[yes]) > 0", collection="people",
            element="person", collect="votes")),
        user("b"), line("vote", "b"),
    )  # fmt: skip
    case = play(drawn).start(people=["甲", "乙", "丙"])
    case.done("vote", 1, yes=False)
    assert case.open == ["vote", "vote"]
    case.done("vote", 1, yes=False)
    assert case.open == ["b"]
    assert [vote["person"] for vote in case.task("b").data["votes"]] == ["乙", "丙"]
    quick = play(drawn).start(people=["甲", "乙", "丙"]).done("vote", yes=True)
    assert quick.open == ["b"]


@pytest.mark.parametrize("sequential", [True, False])
def test_nothing_to_do_for_an_empty_list(play: Player, sequential: bool) -> None:
    case = play(diagram(user("call", many(sequential=sequential, **EACH)), user("b"), line("call", "b"))).start(
        intakes=[]
    )
    assert case.open == ["b"]
    assert case.task("b").data["resolutions"] == []


def test_a_list_that_is_none_is_an_incident(play: Player) -> None:
    case = play(diagram(user("call", many(collection="nothing", element="x")), line("call"))).start()
    assert [(problem.element, problem.rule) for problem in case.incidents] == [("call", "no_instances")]
    assert case.incidents[0].fix is not None


def test_operations_subprocesses_and_calls_are_repeated_each_with_data_of_its_own(play: Player) -> None:
    asked = service("notify", many(**EACH))
    case = play(diagram(asked, user("b"), line("notify", "b"))).start(intakes=INTAKES)
    assert case.operations == ["notify", "notify"]
    case.answer("notify", sent=1).answer("notify", sent=2)
    assert [one["sent"] for one in case.task("b").data["resolutions"]] == [1, 2]

    inner = sub("each", many(**EACH), start("is"), script("s", "{text: intake.id + \"!\"}"), user("a"), end("ie"),
        flows("is s a ie"))  # fmt: skip
    case = play(diagram(inner, user("b"), line("each", "b"))).start(intakes=INTAKES)
    assert [task.data["text"] for task in case.tasks.values()] == ["a!", "c!"]
    case.done("a", 1, ok=True).done("a", ok=False)
    assert [(one["text"], one["ok"]) for one in case.task("b").data["resolutions"]] == [("a!", False), ("c!", True)]

    child = diagram(user("work"), line("work"), process="child")
    called = element("callActivity", "ask", many(**EACH), calledElement="child")
    case = play({"p.bpmn": diagram(called, user("b"), line("ask", "b")), "c.bpmn": child}).start(intakes=INTAKES)
    assert [task.data["intake"]["id"] for task in case.tasks.values()] == ["a", "c"]
    case.done("work", hours=5).done("work", hours=6)
    assert [one["hours"] for one in case.task("b").data["resolutions"]] == [5, 6]


def test_an_interrupting_event_ends_all_instances(play: Player) -> None:
    inner = sub("each", many(**EACH), start("is"), user("a"), end("ie"), flows("is a ie"))
    drawn = diagram(inner, boundary("late", "each", timer("P1D")), user("b"), line("each"), flows("late b end"))
    case = play(drawn).start(intakes=INTAKES).fire("late")
    assert case.open == ["b"]
    assert case.done("b").ended == "completed"


@pytest.mark.parametrize("parts", [[many(times="2")], [many(times="2", sequential=True)], [LOOP]])
def test_what_was_written_inside_stays_when_the_activity_is_interrupted(play: Player, parts: list[str]) -> None:
    inner = sub("each", *parts, start("is"), script("s", '{log: append(log, "s")}'), user("a"), end("ie"),
        flows("is s a ie"))  # fmt: skip
    drawn = diagram(inner, boundary("late", "each", timer("P1D")), user("b"), line("each"), flows("late b end"))
    case = play(drawn).start(log=[])
    begun = len(case.open)
    assert case.fire("late").task("b").data["log"] == ["s"] * begun
    assert case.seen("conflict") == []


def test_what_instances_that_are_not_needed_any_more_have_written_is_dropped(play: Player) -> None:
    inner = sub("each", many(times="2", until="true"), start("is"), user("a"), user("c"), end("ie"),
        flows("is a c ie"))  # fmt: skip
    case = play(diagram(inner, user("b"), line("each", "b"))).start().done("a", result=1).done("a", result=2)
    assert case.done("c").task("b").data["result"] == 1


def test_a_round_that_an_error_breaks_has_still_counted(play: Player) -> None:
    inner = sub("each", LOOP, start("is"), script("s", "{n: n + 1}"), gateway("exclusive", "x", default="x_ie"),
        end("ie"), end("broken", error("no")), flows("is s x ie", "x broken", when={"x broken": "n = 3"}))  # fmt: skip
    drawn = diagram(inner, boundary("b", "each", error("no")), user("z"), line("each"), flows("b z end"),
        around=named(errors="no"))  # fmt: skip
    assert play(drawn).start(n=0).task("z").data["n"] == 3


def test_tokens_show_each_instance_once(play: Player) -> None:
    case = play(diagram(user("call", many(**EACH)), line("call"))).start(intakes=INTAKES)
    assert case.standing == ["call", "call"]


def test_a_standard_loop_runs_while_its_condition_holds(play: Player) -> None:
    condition = "<bpmn:loopCondition>not(ok)</bpmn:loopCondition>"
    loop = f"<bpmn:standardLoopCharacteristics>{condition}</bpmn:standardLoopCharacteristics>"
    case = play(diagram(user("try", loop), user("b"), line("try", "b"))).start()
    case.done("try", ok=False).done("try", ok=False)
    assert case.open == ["try"]
    assert case.done("try", ok=True).open == ["b"]


@pytest.mark.parametrize(("test_before", "rounds"), [("false", 3), ("true", 3)])
def test_a_loop_may_ask_how_many_rounds_there_have_been(play: Player, test_before: str, rounds: int) -> None:
    condition = "<bpmn:loopCondition>loopCounter &lt; 3</bpmn:loopCondition>"
    loop = element("standardLoopCharacteristics", "l", condition, testBefore=test_before)
    case = play(diagram(user("try", loop), user("b"), line("try", "b"))).start()
    for _ in range(rounds):
        case.done("try")
    assert case.open == ["b"]


def test_a_thousand_instances(play: Player) -> None:
    drawn = diagram(
        sub("each", many(collection="for i in 1..1000 return i", element="i", collect="squares"), start("is"),
            script("s", "{square: i * i}"), end("ie"), flows("is s ie")),
        user("b"), line("each", "b"),
    )  # fmt: skip
    case = play(drawn).start()
    squares = case.task("b").data["squares"]
    assert len(squares) == 1000
    assert squares[-1] == {"i": Decimal(1000), "square": Decimal(1000000)}


@pytest.mark.parametrize("given_out", [user, service], ids=["to people", "to the house"])
def test_the_state_does_not_grow_with_the_instances_that_are_not_answered(
    play: Player, given_out: Callable[..., str]
) -> None:
    drawn = diagram(given_out("each", many(times="n")), user("b"), line("each", "b"))
    few, many_more = (play(drawn).start(n=number) for number in (10, 200))
    for case in (few, many_more):
        asked = [*case.tasks, *case.asked]
        case.finish(asked[1])
        assert case.standing == ["each"] * (len(asked) - 1)
    assert len(many_more.state) - len(few.state) < 20
    assert [*engine.pending(many_more.definition(), many_more.state, now=NOON)] == [*many_more.asked.values()]


def test_an_instance_on_which_nobody_has_worked_is_still_all_it_was(play: Player) -> None:
    drawn = diagram(user("vote", many(collection="people", element="person", collect="votes")), user("b"),
        boundary("late", "vote", timer("P1D")), line("vote", "b"), flows("late b"))  # fmt: skip
    case = play(drawn).start(people=["甲", "乙", "丙", "丁"])
    keys = [*case.tasks]
    assert [token.task for token in case.fails("vote", "E").last.tokens] == keys  # type: ignore[union-attr]
    assert case.done("vote", 2, yes=True).done("vote", 1).retry(keys[0]).open == ["vote", "vote"]
    again = engine.migrate(case.definition(), case.state, case.definition(), {}, now=NOON)
    assert (again.state, again.opened, again.closed) == (case.state, (), ())
    case.fire("late")
    assert [event.task for event in case.history if event.what == "cancelled"][1:] == [keys[0], keys[3]]
    assert case.open == ["b"]


def test_called_processes_are_joined_by_name(play: Player) -> None:
    child = diagram(user("work"), line("work"), process="child")
    case = play({"p.bpmn": diagram(call("ask", "child"), line("ask")), "c.bpmn": child}).start()
    assert case.task("work").process == "child"


def test_instances_that_each_add_to_what_the_others_have_written_lose_and_double_nothing(play: Player) -> None:
    work = script("a", "{log: append(log, one)}").replace(
        "<bpmn:script>", many(collection="list", element="one") + "<bpmn:script>"
    )
    case = play(diagram(work, user("z"), line("a", "z"))).start(log=[], list=[1, 2, 3])
    assert case.task("z").data["log"] == [1, 2, 3]
    assert case.seen("conflict") == []


@pytest.mark.parametrize("sequential", [True, False])
def test_instances_that_add_the_same_to_a_list_each_count(play: Player, sequential: bool) -> None:
    inner = sub("each", many(times="2", sequential=sequential), start("is"), script("a", '{log: append(log, "a")}'),
        script("b", '{log: append(log, "b")}'), end("ie"), flows("is a b ie"))  # fmt: skip
    case = play(diagram(inner, user("z"), line("each", "z"))).start(log=[])
    assert case.task("z").data["log"] == ["a", "b", "a", "b"]
    assert case.seen("conflict") == []


@pytest.mark.parametrize("inner", [many(times="2"), many(times="2", sequential=True), TWICE])
def test_instances_inside_instances_add_to_a_list_what_they_add_and_no_more(play: Player, inner: str) -> None:
    work = script("s", "{log: append(log, n)}").replace("<bpmn:script>", inner + "<bpmn:script>")
    outer = sub("each", many(collection="[1, 2]", element="n"), start("is"), user("a"), work, end("ie"),
        flows("is a s ie"))  # fmt: skip
    case = play(diagram(outer, user("z"), line("each", "z"))).start(log=[0])
    assert case.done("a", 1).done("a").task("z").data["log"] == [0, 2, 2, 1, 1]
    assert case.seen("conflict") == []


def test_an_instance_in_which_nothing_can_go_on_is_told(play: Player) -> None:
    inner = sub("each", many(times="2"), start("is"), gateway("exclusive", "x", default="x_b"), script("a", "{n: 1}"),
        script("b", "{n: 2}"), gateway("parallel", "join"), end("ie"),
        flows("is x a join ie", "x b join", when={"x a": "false"}))  # fmt: skip
    case = play(diagram(inner, line("each"))).start()
    assert [(one.element, one.rule) for one in case.incidents] == [("join", "waits_for_ever")] * 2
