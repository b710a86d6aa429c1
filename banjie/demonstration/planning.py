"""The plan of the demonstration: which tales there are, when they begin and where, the same for the same present."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from banjie.demonstration.acts import Act
from banjie.demonstration.elections import tell_elections
from banjie.demonstration.plots import PLOTS
from banjie.demonstration.plots.handing_back import OTHERS
from banjie.demonstration.plots.merging import NEAR_CAUSES
from banjie.demonstration.plots.moves import begin
from banjie.demonstration.province import Estate, Province
from banjie.demonstration.settling import FOLDER, changed_on
from banjie.demonstration.stories import tell_stories
from banjie.demonstration.takeovers import tell_takeovers
from banjie.demonstration.tales import Tale
from casework.directory.households import Household

PAST = timedelta(days=262)
_SEED = 8_470


def plan(province: Province, present: datetime, zone: ZoneInfo) -> Sequence[Act]:
    """Return the acts up to `present`, in order of time."""
    book = Book(province, present, zone)
    assemblies = [*tell_elections(book), *tell_takeovers(book)]
    tales = [*tell_stories(book), *book.tales()]
    acts = [act for act in (*assemblies, *(act for tale in tales for act in tale.acts)) if act.at <= present]
    return sorted(acts, key=lambda act: (act.at, act.tale, act.number))


class Book:
    """Makes tales: gives each its cause, its estate and a flat that no other tale has."""

    def __init__(self, province: Province, present: datetime, zone: ZoneInfo) -> None:
        self.province = province
        self.present = present
        self.zone = zone
        self.chance = random.Random(_SEED)  # noqa: S311 - made-up tales, no secret
        self.data = _read("plan.toml")
        self.words = _read("words.toml")
        self.causes = {key: {**cause, "key": key} for key, cause in _read("causes.toml").items()}
        self.dangers = [
            {**danger, "danger": name, "key": danger["cause"], "by": danger.get("by", "company")}
            for name, danger in self.data["dangers"].items()
            for _ in range(danger["often"])
        ]
        self.taken: set[Any] = set()
        self.apart: set[str] = set()
        self.told = 0

    def tales(self) -> Iterator[Tale]:
        """Run over the tales of the plan; content ones fill up to the number of reports that the plan wants."""
        for name, count, who, least, most in self.data["plots"]:
            for _ in range(count):
                yield self._told(name, who, least, most)
        while self.told < self.data["reports"]:
            yield self._told("satisfied", "any", 150, 2_900)

    def tale(self, name: str, start: datetime, cause: Mapping[str, Any], estate: Estate, home: Household) -> Tale:
        """Return an empty tale; what it does by chance depends on its name alone."""
        chance = random.Random(f"{_SEED}{name}")  # noqa: S311
        return Tale(name, start, chance, self.zone, self.words, cause, estate, home)

    def _told(self, name: str, who: str, least: float, most: float) -> Tale:
        start = self.present - timedelta(hours=self.chance.uniform(least, most))
        if who == "changed":
            start = self._before_change()
        elif most > 48:
            start = self._awake(start)
        cause = self._cause(who, start)
        estate, home = self._place(who, cause)
        tale = self.tale(f"{name}-{self.told:03d}", start, cause, estate, home)
        live = name.endswith("_live")
        if live:
            begin(tale, channel="mini_program")
        else:
            PLOTS[name](tale)
        self.told += tale.reports(self.present)
        return tale

    def _cause(self, who: str, start: datetime) -> Mapping[str, Any]:
        if who == "danger":
            return self.chance.choice(self.dangers)
        if who == "service":
            return self.causes["service_attitude"]
        fitting = [
            cause
            for key, cause in self.causes.items()
            if (who != "near" or key in NEAR_CAUSES)
            and (who != "disputed" or key in OTHERS)
            and (who not in ("company", "unmanaged", "changed") or cause["by"] == "company")
            and (who != "bureau" or cause["by"] == "bureau")
            and (key != "too_cold" or _heated(start.astimezone(self.zone)))
        ]
        often = [2 if cause["by"] == "company" else 1 for cause in fitting]
        return self.chance.choices(fitting, often)[0]

    def _place(self, who: str, cause: Mapping[str, Any]) -> tuple[Estate, Household]:
        """Return a flat in a fitting estate, of a unit about which no other tale has this category."""
        estates = [
            estate
            for estate in self.province.estates.values()
            if estate.name not in self.apart
            and (not estate.company if who == "unmanaged" else estate.company)
            and (who != "changed" or estate.note == "changed")
        ]
        often = [self.data["weights"].get(estate.name, 1) for estate in estates]
        while True:
            estate = self.chance.choices(estates, often)[0]
            home = self.chance.choice(estate.homes)
            key = (home.unit_id, cause["category"])
            if home.owner_id not in self.taken and key not in self.taken:
                self.taken |= {home.owner_id, key}
                return estate, home

    def _before_change(self) -> datetime:
        day = changed_on(self.present.astimezone(self.zone).date()) - timedelta(days=1)
        return datetime.combine(day, time(9 + self.chance.randrange(6)), self.zone).astimezone(self.present.tzinfo)

    def _awake(self, moment: datetime) -> datetime:
        """Return a moment of the same day at which people report things."""
        local = moment.astimezone(self.zone)
        hour = self.chance.choices(range(6, 23), (1, 3, 5, 6, 6, 5, 3, 3, 4, 4, 4, 5, 6, 6, 5, 3, 1))[0]
        return local.replace(hour=hour, minute=self.chance.randrange(60)).astimezone(moment.tzinfo)


def _heated(day: datetime) -> bool:
    return (day.month, day.day) >= (11, 15) or (day.month, day.day) <= (3, 15)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
