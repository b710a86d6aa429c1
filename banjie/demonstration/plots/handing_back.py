"""A unit says that it is another's: the dispatcher sends it there, or the county designates."""

from typing import Any

from banjie.demonstration.plots.moves import begin, closed, handled
from banjie.demonstration.tales import Tale

# Who answers in truth for what a company hands back.
OTHERS = {"water_pump_room": "UT.water", "common_lights": "UT.power", "parking_order": "PSB", "drains_blocked": "HC"}


def handed_back(tale: Tale) -> None:
    """The company shows that it is another's; the dispatcher sends it there."""
    begin(tale, channel="mini_program")
    tale.wait(1, 16)
    hand_back(tale)
    tale.wait(0.5, 3)
    accept = tale.chance.random() < 0.75
    answers: dict[str, Any] = {"accept": accept, "reason": "经核对产权分界图，情况属实，改派。"}
    if accept:
        answers["unit"] = {"org": OTHERS.get(tale.cause["key"], "UM")}
    else:
        answers["reason"] = "该处在物业服务区域内，请继续办理。"
    tale.task("redispatch_user", answers)
    handled(tale, 8, 40)
    closed(tale)


def hand_back(tale: Tale) -> None:
    """The unit says that it is not its own affair, with a photo."""
    answers = {"result": "hand_back", "text": tale.say("hand_back"), "reason": "not_our_duty"}
    tale.task("handle", answers, {"files": 1})


def arbitrated(tale: Tale) -> None:
    """Handed back twice; the county designates, and that is final."""
    begin(tale, channel="visit")
    tale.wait(1, 10)
    hand_back(tale)
    tale.wait(0.5, 3)
    tale.task("redispatch_user", {"accept": True, "unit": {"org": "UM"}, "reason": "现场涉及占道，先由综合执法核查。"})
    tale.wait(2, 16)
    hand_back(tale)
    tale.wait(1, 8)
    tale.task(
        "arbitrate",
        {"unit": {"org": "HC"}, "basis": "县级部门职责清单第三项：物业区域内共用设施由住建监管。", "final": True},
    )
    handled(tale, 10, 50)
    closed(tale)


def to_redispatch(tale: Tale) -> None:
    """Handed back; the dispatcher has to say."""
    begin(tale, channel="mini_program")
    tale.exactly(0.5, 2)
    hand_back(tale)


def to_arbitrate(tale: Tale) -> None:
    """Handed back twice; somebody has to designate."""
    begin(tale, channel="visit")
    tale.exactly(1, 2)
    hand_back(tale)
    tale.exactly(0.5, 1.5)
    tale.task("redispatch_user", {"accept": True, "unit": {"org": "UM"}, "reason": "先由综合执法到场核查。"})
    tale.exactly(1, 3)
    hand_back(tale)
