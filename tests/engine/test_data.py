"""Process data: shared by all tokens, merged when someone worked on an older view, never lost in silence."""

from decimal import Decimal
from typing import Any

import pytest

from casework import engine
from casework.engine.frames import GONE, Frame, merge
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import (
    boundary,
    call,
    diagram,
    end,
    flows,
    gateway,
    line,
    message,
    named,
    script,
    start,
    sub,
    user,
)

FORK = diagram(
    gateway("parallel", "fork"), user("a"), user("b"), gateway("parallel", "join"), user("c"),
    line("fork", "a", "join", "c"), flows("fork b join"),
)  # fmt: skip


def test_branches_that_write_different_things_lose_nothing(play: Player) -> None:
    case = play(FORK).start(x=0).done("a", x=0, left=1).done("b", x=0, right=2)
    assert case.task("c").data == {"x": 0, "left": 1, "right": 2}


def test_a_form_sent_back_unchanged_undoes_nothing(play: Player) -> None:
    case = play(FORK).start(x=0, y=0).done("a", x=1, y=0).done("b", x=0, y=2)
    assert case.task("c").data == {"x": 1, "y": 2}


def test_branches_that_both_add_to_a_list_lose_nothing(play: Player) -> None:
    case = play(FORK).start(items=[1, 2]).done("a", items=[1, 2, 3]).done("b", items=[1, 2, "x", "x"])
    assert case.task("c").data["items"] == [1, 2, 3, "x", "x"]


def test_branches_that_change_different_entries_of_a_context_lose_nothing(play: Player) -> None:
    case = (
        play(FORK)
        .start(form={"a": 1, "b": 1})
        .done("a", form={"a": 2, "b": 1})
        .done("b", form={"a": 1, "b": 3, "n": 4})
    )
    assert case.task("c").data["form"] == {"a": 2, "b": 3, "n": 4}


def test_of_a_real_conflict_the_later_wins_and_history_says_so(play: Player) -> None:
    case = play(FORK).start(unit="甲").done("a", unit="乙").done("b", unit="丙")
    assert case.task("c").data["unit"] == "丙"
    [conflict] = [event for event in case.history if event.what == "conflict"]
    assert (conflict.element, conflict.data, conflict.against) == ("b", {"unit": "乙"}, ("a",))


def test_scripts_of_branches_replace_nothing_in_silence_but_may_build_on_what_they_read(play: Player) -> None:
    def drawn(left: str, right: str) -> bytes:
        return diagram(
            gateway("parallel", "fork"), script("a", left), script("b", right), gateway("parallel", "join"), user("c"),
            line("fork", "a", "join", "c"), flows("fork b join"),
        )  # fmt: skip

    case = play(drawn('{unit: "甲"}', '{unit: "乙"}')).start()
    assert case.task("c").data == {"unit": "乙"}
    conflicts = [(e.element, e.data, e.against) for e in case.history if e.what == "conflict"]
    assert conflicts == [("b", {"unit": "甲"}, ("a",))]
    case = play(drawn("{items: append(items, 1)}", "{items: append(items, 2)}")).start(items=[])
    assert case.task("c").data == {"items": [1, 2]}
    assert case.seen("conflict") == []
    case = play(diagram(script("a", "{x: 1}"), script("b", "{x: 2}"), line("a", "b"))).start(x=0)
    assert case.seen("conflict") == []


def test_what_a_branch_wrote_before_it_ended_is_replaced_visibly_too(play: Player) -> None:
    drawn = diagram(
        start(), gateway("parallel", "fork"), script("a", '{unit: "甲"}'), end("ea"), user("b"),
        script("c", '{unit: "乙"}'), user("z"), end(), flows("start fork a ea", "fork b c z end"),
    )  # fmt: skip
    case = play(drawn).start().done("b")
    conflicts = [(e.element, e.data, e.against) for e in case.history if e.what == "conflict"]
    assert conflicts == [("c", {"unit": "甲"}, ("a",))]
    assert case.task("z").data == {"unit": "乙"}


def test_what_was_written_in_a_scope_that_has_ended_may_be_written_anew(play: Player) -> None:
    inner = sub("inner", start("is"), gateway("parallel", "fork"), script("a", "{x: 1}"), script("b", "{y: 1}"),
        end("ea"), end("eb"), flows("is fork a ea", "fork b eb"))  # fmt: skip
    case = play(diagram(inner, script("c", "{x: 2, y: 2}"), user("z"), line("inner", "c", "z"))).start()
    assert case.seen("conflict") == []


def test_reminders_that_come_one_after_another_are_in_nobodys_way(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("r", "a", message("m"), interrupting=False), script("s", "{last: 1}"), line("a"),
        flows("r s"), around=named("m"),
    )  # fmt: skip
    case = play(drawn.replace(b"{last: 1}", b"{last: now()}")).start()
    for _ in range(3):
        assert case.later(hours=1).send("m")
    assert case.seen("conflict") == []


def test_a_called_process_that_sends_back_what_it_was_given_undoes_nothing(play: Player) -> None:
    parent = diagram(
        gateway("parallel", "fork"), call("ask", "child"), user("b"), gateway("parallel", "join"), user("c"),
        line("fork", "ask", "join", "c"), flows("fork b join"),
    )  # fmt: skip
    child = diagram(user("work"), line("work"), process="child")
    case = play({"p.bpmn": parent, "c.bpmn": child}).start(x=0)
    case.done("b", x=5).done("work", x=0, y=1)
    assert case.task("c").data == {"x": 5, "y": 1}


def test_what_one_branch_writes_the_other_sees(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("extend", "a", message("extend"), interrupting=False), script("s", "{extended: true}"),
        gateway("exclusive", "x", default="x_end"), user("b"), line("a", "x"), flows("extend s", "x b end",
        when={"x b": "extended"}), around=named("extend"),
    )  # fmt: skip
    case = play(drawn).start(extended=False)
    assert case.send("extend")
    assert case.done("a").open == ["b"]


def test_history_keeps_what_was_written_whatever_comes_after(play: Player) -> None:
    drawn = diagram(user("a"), script("s", "{list: append(list, 2)}"), user("b"), line("a", "s", "b"))
    case = play(drawn).start().done("a", list=[1])
    assert [event.data for event in case.history if event.data] == [{"list": [1]}, {"list": [1, 2]}]
    assert case.task("b").data == {"list": [1, 2]}


def test_the_callers_data_is_copied() -> None:
    definition = engine.load({"p.bpmn": FORK})
    items = [1]
    first = engine.start(definition, "p", {"items": items}, now=NOON)
    items.append(2)
    second = engine.complete(definition, first.state, first.opened[0].id, {}, now=NOON)
    assert second.history[0].what == "completed"
    assert first.opened[0].data["items"] == [1]


@pytest.mark.parametrize(
    ("base", "current", "mine", "merged", "conflict"),
    [
        (1, 1, 2, 2, False),
        (1, 2, 1, 2, False),
        (1, 2, 2, 2, False),
        (1, 2, 3, 3, True),
        (GONE, 1, 2, 2, True),
        (GONE, GONE, 2, 2, False),
        ([1], [1, 2], [1, 3], [1, 2, 3], False),
        ([1], [1, 2], [1, 2], [1, 2, 2], False),
        ([1], [2], [2], [2], False),
        (GONE, [1], [1], [1], False),
        ([1], [2], [1, 3], [1, 3], True),
        ({"a": 1}, {"a": 1, "b": 2}, {"a": 3}, {"a": 3, "b": 2}, False),
        ({"a": 1, "b": 1}, {"a": 1}, {"a": 2, "b": 1}, {"a": 2}, False),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}, True),
        (True, True, Decimal(1), Decimal(1), False),
    ],
)
def test_merging_in_three_ways(base: Any, current: Any, mine: Any, merged: Any, conflict: bool) -> None:
    assert merge(base, current, mine) == (merged, conflict)


def test_a_frame_forgets_only_what_nobody_needs() -> None:
    frame = Frame({"x": 0, "y": 0})
    for value in range(1, 101):
        frame.write({"x": value})
    frame.prune([50])
    assert len(frame.journal) == 1
    assert frame.write({"x": 50}, 50) == ({}, {})  # what was seen at 50 and is sent back unchanged
    assert frame.write({"x": 7}, 50) == ({"x": 7}, {"x": 100})
    frame.prune([])
    assert frame.journal == []


def test_a_task_that_stays_open_for_long_does_not_make_the_state_grow(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("urge", "a", message("urge"), interrupting=False), script("s", "{n: n + 1}"), line("a"),
        flows("urge s"), around=named("urge"),
    )  # fmt: skip
    case = play(drawn).start(n=0)
    sizes = []
    for _ in range(60):
        case.send("urge")
        sizes.append(len(case.state))
    assert sizes[-1] - sizes[20] < 20


def test_the_data_of_a_case_can_be_read_while_it_runs_and_ends_with_it(play: Player) -> None:
    case = play(FORK).start(x=0).done("a", left=1)
    assert engine.data(case.definition(), case.state, now=NOON) == {"x": 0, "left": 1}
    case.done("b", right=2)
    assert engine.data(case.definition(), case.state, now=NOON) == {"x": 0, "left": 1, "right": 2}
    case.done("c")
    assert engine.data(case.definition(), case.state, now=NOON) == {}
