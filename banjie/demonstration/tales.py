"""The words of a tale: one report and what people do about it, each act some time after the one before."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from banjie.demonstration.acts import Act
from banjie.demonstration.province import Estate
from casework.directory.households import Household

_OPENS, _CLOSES = time(8, 30), time(17, 30)
_REGISTRARS = {
    "call": "community_officer@a{community}",
    "visit": "community_officer@a{community}",
    "letter": "street_officer@a{street}",
    "counter": "community_officer@a{community}",
    "reception_day": "community_officer@a{community}",
    "inspection": "street_officer@a{street}",
    "home_visit": "grid_worker@a{community}",
}


class Tale:
    """What happens with one report; `at` is the moment that the tale has come to."""

    def __init__(
        self,
        name: str,
        start: datetime,
        chance: random.Random,
        zone: ZoneInfo,
        words: Mapping[str, Sequence[str]],
        cause: Mapping[str, Any],
        estate: Estate,
        home: Household,
    ) -> None:
        self.name = name
        self.at = start
        self.chance = chance
        self.zone = zone
        self.words = words
        self.cause = cause
        self.estate = estate
        self.home = home
        self.weekdays = cause["by"] == "bureau"
        self.acts: list[Act] = []
        self.sorted_by_itself = True

    def reports(self, until: datetime) -> int:
        """Return how many reports there are up to a moment."""
        return sum(act.verb == "report" and act.at <= until for act in self.acts)

    # Time

    def wait(self, least: float, most: float) -> None:
        """Let so many hours go by, and then until somebody is at work."""
        self.at = self._at_work(self.at + timedelta(hours=self.chance.uniform(least, most)))

    def exactly(self, least: float, most: float) -> None:
        """Let so many hours go by, at any time of the day."""
        self.at += timedelta(hours=self.chance.uniform(least, most))

    # Acts

    def do(self, verb: str, *, optional: bool = False, **details: Any) -> None:
        """Add an act at the present moment of the tale."""
        self.acts.append(Act(self.at, self.estate.city, self.name, len(self.acts), verb, details, optional))

    def report(self, **given: Any) -> None:
        """Somebody reports."""
        channel = given.setdefault("channel", "mini_program")
        given.setdefault("estate_id", self.estate.id)
        given.setdefault("text", self.text())
        given.setdefault("part", self.cause.get("part", "common"))
        flat = given["part"] == "flat"
        given.setdefault("location_id", self.home.flat_id if flat else self.home.unit_id)
        given.setdefault("category", self.cause["category"])
        given.setdefault("cause", self.cause["key"])
        given.setdefault("details", self.cause.get("details", {}))
        given.setdefault("scene", self.cause["scene"])
        if not given.get("anonymous"):
            given.setdefault("person_id", self.home.owner_id)
        registrar = _REGISTRARS.get(channel)
        if registrar is not None:
            given["registrar"] = registrar.format(community=self.estate.community_id, street=self.estate.street_id)
        self.do("report", **given)

    def task(
        self,
        task: str,
        answers: Mapping[str, Any],
        photos: Mapping[str, int] | None = None,
        *,
        optional: bool = False,
        **details: Any,
    ) -> None:
        """Somebody who may finishes a task."""
        scene = self.cause["scene"]
        self.do("complete", optional=optional, task=task, answers=answers, photos=photos or {}, scene=scene, **details)

    def claim(self) -> None:
        """Somebody of the responsible unit takes the report in hand; no clock stops."""
        self.do("claim", task="handle")

    def record(self) -> None:
        """The responsible unit writes down a first step, with a photo."""
        text = self.chance.choice(self.cause["record"])
        self.task("handle", {"result": "record", "text": self.filled(text)}, {"files": 1})

    def done(self) -> None:
        """The responsible unit reports that it is done, with photos."""
        text = self.filled(self.chance.choice(self.cause["done"]))
        self.task("handle", {"result": "done", "text": text}, {"files": self.chance.choice((1, 1, 1, 2))})

    def verify(self, conclusion: str = "resolved") -> None:
        """The community, or whoever has to, passes it."""
        answers = {"pass": "pass", "evidence_ok": True, "conclusion": conclusion, "remark": self.say("verified")}
        self.task("verify", {name: value for name, value in answers.items() if value != ""})

    def rate(self, score: int, **details: Any) -> None:
        """The complainant rates the answer."""
        text = self.say("satisfied" if score >= 3 else "dissatisfied")
        self.do("rate", score=score, text=text, **{"person_id": self.home.owner_id, **details})

    def call(self, *, reached: bool, score: int = 5) -> None:
        """The callback officer calls."""
        answers: dict[str, Any] = {"reached": reached}
        if reached:
            answers |= {"satisfied": score >= 3, "score": score, "handled_as_told": score >= 3}
            answers |= {"wants_more": self.say("wants")} if self.chance.random() < 0.3 else {}
        self.task("attempt", answers)

    # Words

    def say(self, what: str) -> str:
        """Return one of the house's phrases."""
        return self.chance.choice(self.words[what])

    def text(self) -> str:
        """Return what a resident writes about this cause."""
        return self.filled(self.chance.choice(self.cause["texts"]))

    def filled(self, text: str) -> str:
        """Put the place and some small number into a text."""
        flat = self.estate.places[self.home.flat_id].removesuffix("室")
        return text.format(
            b=self.estate.places[self.home.building_id],
            u=self.estate.places[self.home.unit_id],
            f=flat[:-2],
            n=self.chance.randrange(2, 7),
        )

    def _at_work(self, moment: datetime) -> datetime:
        local = moment.astimezone(self.zone)
        if local.time() > _CLOSES:
            local = datetime.combine(local.date() + timedelta(days=1), _OPENS, self.zone)
            local += timedelta(minutes=self.chance.uniform(0, 120))
        elif local.time() < _OPENS:
            local = datetime.combine(local.date(), _OPENS, self.zone) + timedelta(minutes=self.chance.uniform(0, 90))
        while self.weekdays and local.weekday() >= 5:
            local += timedelta(days=1)
        return local.astimezone(moment.tzinfo)
