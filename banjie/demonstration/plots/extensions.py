"""More time is asked for: granted, refused, or asked too late."""

from banjie.demonstration.plots.moves import begin, closed
from banjie.demonstration.tales import Tale


def extended(tale: Tale) -> None:
    """More time asked for and granted."""
    begin(tale)
    tale.wait(4, 30)
    tale.record()
    tale.wait(20, 50)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(1, 10)
    days = tale.chance.choice((5, 8, 10))
    tale.task("decide_extension", {"approve": True, "days": days, "reason": tale.say("granted")})
    tale.wait(60, 150)
    tale.done()
    closed(tale)


def extension_refused(tale: Tale) -> None:
    """More time asked for and refused."""
    begin(tale)
    tale.wait(60, 70)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(1, 6)
    tale.task("decide_extension", {"approve": False, "reason": tale.say("denied")})
    tale.wait(4, 30)
    tale.done()
    closed(tale)


def extension_too_late(tale: Tale) -> None:
    """More time asked for when the time was over: refused by the system."""
    begin(tale)
    tale.wait(2, 20)
    tale.record()
    tale.exactly(240, 260)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(5, 40)
    tale.done()
    closed(tale)


def to_extend(tale: Tale) -> None:
    """More time is asked for."""
    begin(tale)
    tale.wait(2, 10)
    tale.record()
    tale.exactly(20, 26)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})


def extension_running(tale: Tale) -> None:
    """More time was granted and runs."""
    begin(tale)
    tale.wait(4, 20)
    tale.record()
    tale.wait(20, 40)
    tale.task("handle", {"result": "extend", "text": tale.say("extend"), "until": {"ahead": 14}})
    tale.wait(1, 6)
    tale.task("decide_extension", {"approve": True, "days": 10, "reason": tale.say("granted")})
