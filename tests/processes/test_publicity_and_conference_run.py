"""The ways through a posting with its objections, and through a joint conference."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from casework import engine
from tests.processes.stepping import START, Run, definition

NEXT_DAY = datetime(2026, 9, 19, 16, tzinfo=UTC)  # 00:00 on 20 September in Shanghai


@pytest.fixture(scope="module")
def loaded() -> engine.Definition:
    return definition()


def posted(loaded: engine.Definition, objections: Any = None) -> Run:
    data = {"title": "公示", "poster": "estate.community", "decider": "estate.street"}
    run = Run(loaded, "publicity_and_objections", data, facts={"objections": objections})
    run.done("post", posted_at=START, places=[{"where": "南门"}, {"where": "北门"}], online=True)
    return run


def test_a_posting_runs_its_period_and_is_confirmed(loaded: engine.Definition) -> None:
    run = posted(loaded)
    opened = {"since": START, "length_key": "publicity.min_days", "keeps": None, "notice": None}
    assert run.arguments("publicity.open") == [opened]
    run.fire("wait")
    assert run.task("conclude").scope == "estate.community"
    run.done("conclude", result="confirmed")
    assert run.ended == "completed"


def test_a_changed_text_is_posted_anew(loaded: engine.Definition) -> None:
    run = posted(loaded)
    run.fire("wait")
    run.done("conclude", result="change_and_repost")
    assert run.open() == ["post"]


def test_an_open_objection_keeps_a_posting_from_its_end(loaded: engine.Definition) -> None:
    run = posted(loaded, [{"id": Decimal(1), "open": True}])
    run.fire("wait")
    run.done("conclude", result="confirmed")
    assert run.open() == ["conclude"]


def test_each_objection_is_answered_as_itself(loaded: engine.Definition) -> None:
    run = posted(loaded)
    for objection in (Decimal(1), Decimal(2)):
        assert run.message("objection_filed", {"objection": objection, "person": objection, "grounds": "x"})
    assert run.open() == ["answer", "answer"]
    assert {task.instance["id"] for task in run.tasks.values()} == {1, 2}
    assert run.task("answer").scope == "estate.street"
    first = run.task("answer").instance["id"]
    run.done("answer", finding="rejected", reply="不成立", change=False)
    second = run.task("answer").instance["id"]
    run.done("answer", finding="upheld", reply="成立", change=True)
    answered = [(asked["objection"], asked["finding"]) for asked in run.arguments("publicity.answer")]
    assert answered == [(first, "rejected"), (second, "upheld")]


def test_days_without_the_notice_are_added(loaded: engine.Definition) -> None:
    run = posted(loaded)
    torn = datetime(2026, 9, 16, 3, tzinfo=UTC)
    run.message("notice_damaged", {"damage": {"id": 7, "where": "南门"}, "damaged_at": torn})
    run.done("post_again", confirmed=True, photo=["f1"])
    asked = {"damage": {"id": 7, "where": "南门"}, "damaged_at": torn, "confirmed": True, "photos": ["f1"]}
    assert run.arguments("publicity.settle_damage") == [asked]


def conferring(loaded: engine.Definition, **data: Decimal) -> Run:
    members = [{"unit": Decimal(11), "name": "住建局"}, {"unit": Decimal(12), "name": "城管局"}]
    answers = {
        "conference_matter": data.get("level", Decimal(2)),
        "conference.raise_level": {"level": data.get("level", Decimal(2)) + 1},
        "conference.admit": {"members": members},
        "supervision.open": {"tier": Decimal(2), "kind": "limit", "joined": False},
    }
    run = Run(loaded, "joint_conference", data, answers)
    run.done("submit", category="fund", facts="维修资金不能拨付", tried="街道协调", asked="县里决定")
    return run


RESOLUTION = {"no": "1", "unit": Decimal(11), "action": "拨付", "due": date(2026, 9, 25)}
OTHER = {"no": "2", "unit": Decimal(12), "action": "清理", "due": date(2026, 9, 22)}


def held(loaded: engine.Definition) -> Run:
    run = conferring(loaded)
    assert run.task("accept").scope == "estate.street"
    run.done("accept", accept="accept", meeting_on=date(2026, 9, 20), reason="属实")
    assert [task.scope for task in run.tasks.values()] == [11, 12]
    assert run.task("consult").due == NEXT_DAY
    run.done("consult", opinion="同意")
    run.fire("b_silent")
    assert run.open() == ["hold"]
    run.done("hold", date=date(2026, 9, 20), resolved=True, resolutions=[RESOLUTION, OTHER])
    return run


def test_a_conference_decides_and_each_unit_reports(loaded: engine.Definition) -> None:
    run = held(loaded)
    assert run.open() == ["track", "track"]
    assert run.due("b_due") == datetime(2026, 9, 22, 16, tzinfo=UTC)
    for _ in range(2):
        run.done("track", done="done", text="已办")
    assert run.ended in ("completed", "terminated")
    assert run.arguments("notifications.send")[-1]["notice"] == "conference_answered"


def test_what_was_not_carried_out_comes_back_to_the_conference(loaded: engine.Definition) -> None:
    run = held(loaded)
    first = run.task("track").instance["no"]
    run.done("track", done="done", text="已办")
    run.done("track", done="not", text="没钱")
    assert run.open() == ["hold"]
    assert [left["no"] for left in run.task("hold").data["resolutions"]] == [{"1": "2", "2": "1"}[first]]


def test_a_late_resolution_is_supervised_until_the_conference_is_answered(loaded: engine.Definition) -> None:
    run = held(loaded)
    run.fire("b_due")
    assert run.open() == ["follow_up", "track", "track"]
    for _ in range(2):
        run.done("track", done="done", text="已办")
    assert run.arguments("supervision.lift") == [{"reason": "conference"}]
    assert run.ended in ("completed", "terminated")
    assert run.open() == []


def test_a_matter_without_a_decision_goes_one_level_up(loaded: engine.Definition) -> None:
    run = conferring(loaded)
    run.done("accept", accept="accept", meeting_on=date(2026, 9, 20), reason="属实")
    run.fire("b_silent")
    run.done("hold", date=date(2026, 9, 20), resolved=False)
    assert run.open() == ["accept"]
    assert run.task("accept").scope == "estate.county"


def test_the_city_is_the_last_level(loaded: engine.Definition) -> None:
    run = conferring(loaded, level=Decimal(4))
    assert run.task("accept").scope == "city"
    run.done("accept", accept="accept", meeting_on=date(2026, 9, 20), reason="属实")
    run.fire("b_silent")
    run.done("hold", date=date(2026, 9, 20), resolved=False)
    assert "raise_level" not in run.passed


def test_a_matter_can_be_returned(loaded: engine.Definition) -> None:
    run = conferring(loaded)
    run.done("accept", accept="return", reason="社区可以解决")
    assert run.ended == "completed"
