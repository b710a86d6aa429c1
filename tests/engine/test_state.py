"""The state: small, exact, the same for the same inputs, and refused where it does not belong."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import engine, feel
from casework.engine.values import enter, pack, unpack
from casework.errors import Conflict, Invalid
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import diagram, element, end, flows, gateway, line, start, user

NAIVE = NOON.replace(tzinfo=None)
LINE = diagram(user("a"), user("b"), line("a", "b"))

VALUES: list[Any] = [
    None, True, Decimal("1.50"), Decimal("1E+3"), "文字", "~begins like a mark", "", [], {}, [1, [2, {"x": None}]],
    {"~": 1, "range": 2}, date(2026, 2, 28), time(9, 30), NOON,
    datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8))), timedelta(days=-1, seconds=5, microseconds=7),
    feel.YearsMonths(14), feel.Range(Decimal(1), Decimal(3), True, False),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_of_the_language_comes_back_as_it_was(play: Player, value: Any) -> None:
    case = play(LINE).start(value=value).done("a")
    found = case.task("b").data["value"]
    assert found == value
    assert str(found) == str(enter(value))


TEXT = st.text(max_size=8)
ANY = st.recursive(
    st.none() | st.booleans() | TEXT | st.decimals(allow_nan=False, allow_infinity=False) | st.dates()
    | st.datetimes(timezones=st.just(UTC)) | st.timedeltas(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(ANY)
def test_packing_loses_nothing(value: Any) -> None:
    entered = enter(value)
    assert unpack(pack(entered)) == entered
    assert repr(unpack(pack(entered))) == repr(entered)


@pytest.mark.parametrize(
    "value",
    [NAIVE, float("nan"), object(), {1: 2}, b"bytes", Decimal("Infinity")],
    ids=lambda value: type(value).__name__,
)
def test_what_the_language_has_no_word_for_is_refused(play: Player, value: Any) -> None:
    with pytest.raises(Invalid):
        play(LINE).start(value=value)


def test_data_nested_without_end_is_refused(play: Player) -> None:
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(Invalid):
        play(LINE).start(deep=deep)


def test_numbers_come_in_exactly(play: Player) -> None:
    case = play(LINE).start(whole=3, part=0.1)
    assert case.task("a").data == {"whole": Decimal(3), "part": Decimal("0.1")}


def test_the_same_commands_give_the_same_bytes() -> None:
    def run() -> list[bytes]:
        engine.forget_definitions()
        definition = engine.load({"p.bpmn": LINE})
        first = engine.start(definition, "p", {"n": 1, "list": [1, 2]}, now=NOON)
        second = engine.complete(definition, first.state, first.opened[0].id, {"m": {"x": 1}}, now=NOON)
        return [first.state, second.state]

    assert run() == run()


def test_a_state_only_runs_on_its_own_definition() -> None:
    definition = engine.load({"p.bpmn": LINE})
    other = engine.load({"p.bpmn": diagram(user("a"), line("a"))})
    first = engine.start(definition, "p", {}, now=NOON)
    with pytest.raises(engine.OtherDefinition):
        engine.complete(other, first.state, first.opened[0].id, {}, now=NOON)


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"null", b'{"format": 99}', b'{"format": []}', b"\xff\xfe"])
def test_bytes_that_are_no_state_are_refused(state: bytes) -> None:
    with pytest.raises(engine.UnreadableState) as refused:
        engine.complete(engine.load({"p.bpmn": LINE}), state, "1", {}, now=NOON)
    assert isinstance(refused.value, Conflict)


def test_the_state_of_a_loop_stays_as_small_as_it_was(play: Player) -> None:
    drawn = diagram(
        start(), user("a"), gateway("parallel", "fork"), element("task", "t"), element("task", "u"),
        gateway("parallel", "join"), gateway("exclusive", "x", default="x_end"), end(),
        flows("start a fork t join x end", "fork u join", "x a", when={"x a": "again"}),
    )  # fmt: skip
    case = play(drawn).start()
    sizes = []
    for number in range(60):
        case.done("a", again=True, round=number)
        sizes.append(len(case.state))
    assert sizes[-1] - sizes[5] < 20


def test_the_release_is_known_by_all_its_files() -> None:
    files = {"p.bpmn": LINE}
    assert engine.load(files).hash == engine.fingerprint(files)
    assert engine.load(files) is engine.load(dict(files))
    assert engine.fingerprint({**files, "forms/a.json": b"{}"}) != engine.fingerprint(files)
    assert engine.fingerprint({"q.bpmn": LINE}) != engine.fingerprint(files)


def test_a_broken_diagram_is_refused_with_everything_that_is_wrong() -> None:
    with pytest.raises(engine.DefinitionRefused) as refused:
        engine.load({"p.bpmn": diagram(user("a"), start(), flows("start a b"))})
    assert all(problem.file == "p.bpmn" for problem in refused.value.problems)
