"""The moves that most plots share: the report, the work on it, its end."""

from typing import Any

from banjie.demonstration.tales import Tale

_CHANNELS = (
    *["mini_program"] * 11,
    *["hotline"] * 4,
    *["portal", "call", "visit", "reception_day", "home_visit", "counter", "letter", "inspection"],
)


def begin(tale: Tale, **given: Any) -> None:
    """Somebody reports by one of the channels, mostly with a photo from a phone."""
    channel = given.pop("channel", None) or tale.chance.choice(_CHANNELS)
    if channel == "hotline":
        given.setdefault("hotline_no", f"12345-{tale.at:%m%d}-{tale.name.rpartition('-')[2]}")
    photos = tale.chance.choice((0, 1, 1, 2)) if channel in ("mini_program", "portal") else 0
    given.setdefault("confidential", tale.chance.random() < 0.06)
    tale.report(channel=channel, photos=given.pop("photos", photos), **given)
    if tale.cause.get("urgent") and tale.sorted_by_itself:
        secured(tale)


def secured(tale: Tale) -> None:
    """What is urgent without being a danger: the unit comes and makes it safe before anything else."""
    tale.exactly(0.2, 0.9)
    tale.task("arrive", {"arrived_at": {"ago": 1}}, {"photo": 1})
    tale.exactly(0.2, 1.5)
    make_safe(tale)


def arrive(tale: Tale) -> None:
    """The unit is on the spot."""
    answers: dict[str, Any] = {"arrived_at": {"ago": 1}}
    if tale.cause.get("danger") == "lift_trapped":
        answers["people_trapped"] = tale.chance.choice((1, 1, 2, 3))
    tale.task("arrive", answers, {"photo": 1})


def make_safe(tale: Tale, *, accident: bool = False) -> None:
    """The danger is under control."""
    answers = {
        "safe_at": {"ago": 2},
        "measure": tale.cause["measure"],
        "injured": 1 if accident else 0,
        "accident": accident,
    }
    tale.task("make_safe", answers, {"photo": 1})


def handled(tale: Tale, least: float = 1, most: float = 30, *, record: bool = False) -> None:
    """The unit takes it and is done some working hours later."""
    if tale.chance.random() < 0.2:
        tale.wait(0.2, 4)
        tale.claim()
    if record:
        tale.wait(1, 12)
        tale.record()
    tale.wait(least, most)
    tale.done()


def closed(tale: Tale, score: int | None = None) -> None:
    """Verified, then rated."""
    tale.wait(0.5, 14)
    tale.verify()
    tale.exactly(0.3, 22)
    tale.rate(score or tale.chance.choice((5, 5, 5, 4, 4, 3)))
