"""The cases that newspapers told, each told in full, from stories.toml."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from banjie.demonstration.plots.moves import secured
from banjie.demonstration.settling import FOLDER
from banjie.demonstration.tales import Tale

if TYPE_CHECKING:
    from banjie.demonstration.planning import Book


def tell_stories(book: "Book") -> Iterator[Tale]:
    """Run over the told cases. They come first, so that no other tale takes their flats."""
    told = tomllib.loads((FOLDER / "stories.toml").read_text("utf-8"))["stories"]
    for story in told:
        estate = book.province.estates[story["estate"]]
        homes = [home for home in estate.homes if story.get("building") in (None, estate.places[home.building_id])]
        home = homes[story["home"]]
        cause = book.causes[story["cause"]]
        book.taken |= {home.owner_id, (home.unit_id, cause["category"])}
        start = book.present - timedelta(hours=story["hours"])
        tale = book.tale(story["name"], start, cause, estate, home)
        tale.wait(0, 1)
        tale.report(channel=story["channel"], text=story["text"], photos=story["photos"])
        for act in story["acts"]:
            _tell(tale, act)
        book.told += tale.reports(book.present)
        yield tale


def _tell(tale: Tale, act: Mapping[str, Any]) -> None:
    for word, tell in _WORDS.items():
        if word in act:
            tell(tale, act)
            return
    tale.task(act["task"], act["answers"], act.get("photos"), optional=act.get("optional", False))


def _handle(result: str, photos: int) -> Callable[[Tale, Mapping[str, Any]], None]:
    return lambda tale, act: tale.task("handle", {"result": result, "text": act[result]}, {"files": photos})


_WORDS: Mapping[str, Callable[[Tale, Mapping[str, Any]], None]] = {
    "wait": lambda tale, act: tale.wait(*act["wait"]),
    "after": lambda tale, act: tale.exactly(act["after"], act["after"]),
    "claim": lambda tale, _act: tale.claim(),
    "arrive": lambda tale, _act: secured(tale),
    "record": _handle("record", 1),
    "done": _handle("done", 2),
    "verify": lambda tale, _act: tale.verify(),
    "rate": lambda tale, act: tale.do("rate", score=act["rate"], text=act["text"], person_id=tale.home.owner_id),
    "call": lambda tale, act: tale.call(reached=True, score=act["call"]),
}
