"""Timers: when they are due, what follows a clock, and that only `fire` makes them happen."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework import engine
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import boundary, catch, diagram, element, end, flows, gateway, line, start, sub, timer, user

SHANGHAI = ZoneInfo("Asia/Shanghai")


def waiting(play: Player, text: str, kind: str, facts: engine.Facts | None = None, **data: Any) -> engine.Timer:
    case = play(diagram(catch("wait", timer(text, kind)), line("wait")), facts).start(**data)
    return next(iter(case.timers.values()))


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("PT90M", "Duration", NOON + timedelta(minutes=90)),
        ("P1M", "Duration", datetime(2026, 4, 2, 4, tzinfo=UTC)),
        ("2026-05-01T00:00:00+08:00", "Date", datetime(2026, 4, 30, 16, tzinfo=UTC)),
        ("moment", "Date", NOON + timedelta(days=1)),
        ('= moment + duration("PT1H")', "Date", NOON + timedelta(days=1, hours=1)),
        ("wait", "Duration", NOON + timedelta(days=2)),
        ("iso", "Duration", NOON + timedelta(hours=3)),
        ("day", "Date", datetime(2026, 6, 30, 16, tzinfo=UTC)),
        ("R3/PT10M", "Cycle", NOON + timedelta(minutes=10)),
    ],
)
def test_a_timer_is_due_when_its_text_says(play: Player, text: str, kind: str, due: datetime) -> None:
    data = {
        "moment": NOON + timedelta(days=1),
        "wait": timedelta(days=2),
        "iso": "PT3H",
        "day": datetime(2026, 7, 1, tzinfo=SHANGHAI).date(),
    }
    facts = engine.Facts(zone=SHANGHAI)
    found = waiting(play, text, kind, facts, **data)
    assert found.due == due
    assert (found.element, found.process, found.expression, found.clock) == ("wait", "p", text, None)


def test_a_timer_with_no_moment_is_an_incident_that_can_be_retried(play: Player) -> None:
    drawn = diagram(
        gateway("parallel", "fork"), catch("wait", timer("moment", "Date")), user("a"), gateway("parallel", "join"),
        line("fork", "wait", "join"), flows("fork a join"),
    )  # fmt: skip
    case = play(drawn).start()
    [problem] = case.incidents
    assert (problem.element, problem.rule) == ("wait", "timer_without_moment")
    assert [one.due for one in case.timers.values()] == [None]
    case.done("a", moment=NOON + timedelta(days=3))
    assert problem.fix is not None
    case.retry(problem.fix["task"])
    assert [one.due for one in case.timers.values()] == [NOON + timedelta(days=3)]
    assert case.fire("wait").ended == "completed"


def test_only_fire_makes_a_timer_happen_however_late_it_is(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("late", "a", timer("PT1H")), user("b"), user("c"), line("a", "c"), flows("late b end")
    )
    case = play(drawn).start().later(days=30).done("a")
    assert case.open == ["c"]


def test_a_timer_that_is_not_waiting_can_not_fire(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("late", "a", timer("PT1H")), user("b"), user("c"), line("a", "c"), flows("late b end")
    )
    case = play(drawn).start()
    [key] = case.timers
    definition = case.definition()
    fired = engine.fire(definition, case.state, key, now=NOON)
    for state, number in ((fired.state, key), (case.state, "77"), (case.state, case.task("a").id)):
        with pytest.raises(engine.NoSuchTimer):
            engine.fire(definition, state, number, now=NOON)
    case.done("a")
    with pytest.raises(engine.NoSuchTimer):
        engine.fire(definition, case.state, key, now=NOON)


def clocks(due: datetime | None) -> engine.Facts:
    return engine.Facts(functions={"clock": lambda name: {"name": name, "due": due} if due else None}, zone=SHANGHAI)


def test_a_timer_that_names_a_clock_follows_it(play: Player) -> None:
    text = '= clock("reply").due - duration("P1D")'
    case = play(diagram(catch("wait", timer(text, "Date")), line("wait")), clocks(None)).start()
    assert case.incidents == []
    [found] = case.timers.values()
    assert (found.due, found.clock) == (None, "reply")
    started = NOON + timedelta(days=5)
    [moved] = engine.retime(case.definition(), [found], now=NOON, facts=clocks(started))
    assert moved.due == started - timedelta(days=1)
    assert (moved.id, moved.clock, moved.expression) == (found.id, "reply", found.expression)
    [stopped] = engine.retime(case.definition(), [moved], now=NOON, facts=clocks(None))
    assert stopped.due is None
    case.facts = clocks(started)
    assert case.fire("wait").ended == "completed"


def test_retiming_leaves_timers_without_a_clock_alone(play: Player) -> None:
    case = play(diagram(catch("wait", timer("PT1H")), line("wait"))).start()
    timers = list(case.timers.values())
    assert list(engine.retime(case.definition(), timers, now=NOON + timedelta(days=1), facts=clocks(None))) == timers


def test_a_cycle_on_the_boundary_comes_as_often_as_it_says(play: Player) -> None:
    drawn = diagram(user("a"), boundary("remind", "a", timer("R3/PT1H", "Cycle"), interrupting=False), user("b"),
        line("a"), flows("remind b end"))  # fmt: skip
    case = play(drawn).start().later(hours=5)
    dues = []
    for _ in range(3):
        [found] = case.timers.values()
        dues.append(found.due)
        case.fire("remind")
    assert dues == [NOON + timedelta(hours=hours) for hours in (1, 2, 3)]
    assert case.timers == {}
    assert case.open == ["a", "b", "b", "b"]


def test_a_cycle_in_the_flow_lets_a_token_go_on_in_every_round(play: Player) -> None:
    case = play(diagram(catch("wait", timer("R3/PT1H", "Cycle")), user("a"), line("wait", "a"))).start()
    dues = []
    for _ in range(3):
        [found] = case.timers.values()
        dues.append(found.due)
        assert case.fire("wait").ended is None
    assert dues == [NOON + timedelta(hours=hours) for hours in (1, 2, 3)]
    assert (case.timers, case.open) == ({}, ["a", "a", "a"])
    assert case.done("a").done("a").done("a").ended == "completed"


def test_a_cycle_in_the_flow_stops_with_what_it_is_in(play: Player) -> None:
    inner = sub("inner", start("is"), catch("wait", timer("R/PT1H", "Cycle")), user("a"), end("ie"),
        flows("is wait a ie"))  # fmt: skip
    drawn = diagram(inner, boundary("over", "inner", timer("P1D")), line("inner"), flows("over end"))
    case = play(drawn).start().fire("wait").done("a").fire("wait")
    assert (case.open, case.waits) == (["a"], ["over", "wait"])
    assert case.fire("over").ended == "completed"
    assert (case.open, case.waits) == ([], [])


def test_behind_an_event_based_gateway_a_cycle_comes_once(play: Player) -> None:
    drawn = diagram(
        element("eventBasedGateway", "g"), catch("one", timer("R3/PT1H", "Cycle")), catch("two", timer("P1D")),
        user("a"), line("g", "one", "a"), flows("g two end"),
    )  # fmt: skip
    case = play(drawn).start().fire("one")
    assert (case.open, case.waits) == (["a"], [])


def test_every_round_has_a_timer_of_its_own(play: Player) -> None:
    drawn = diagram(
        user("a"), boundary("remind", "a", timer("R/PT1H", "Cycle"), interrupting=False), line("a"), flows("remind end")
    )
    case = play(drawn).start()
    seen = set()
    for _ in range(5):
        seen |= set(case.timers)
        case.fire("remind")
    assert len(seen) == 5
