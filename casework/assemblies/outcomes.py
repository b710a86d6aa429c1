"""What came of a vote as its diagram and its postings tell it, and who of those tied has the last seats.

Pure: the stored result of a count comes in; areas are decimals, heads integers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from casework.assemblies.races import Entry, Race, race_of
from casework.assemblies.telling import brief, summary
from casework.directory.mentions import mention


@dataclass(frozen=True)
class Outcome:
    """What came of a count; `elected` with those of earlier ballots of the same run."""

    result: Entry
    tie: str
    races: Sequence[Race]
    elected: Sequence[Entry]
    summary: str
    summary_en: str
    counted_at: datetime | None = None

    @property
    def tied(self) -> list[dict[str, Any]]:
        """Return who is tied, item by item, with the seats they are tied for."""
        return [{"item": one.item, "seats": one.seats, "keys": list(one.tied)} for one in self.races if one.tied]

    def as_data(self) -> dict[str, Any]:
        """Return what the diagram and its forms ask of the result."""
        valid = bool(self.result["participation"])
        found: dict[str, Any] = exact(
            {
                "participation": valid,
                "void": not valid,
                "tie": self.tie,
                "tied": self.tied,
                "tied_in_area": not all(one.by_area for one in self.races),
                "elected": list(self.elected),
                "participants": self.result["participants"],
                "results": [_short(item) for item in self.result["items"]],
                "summary": self.summary,
                "summary_en": self.summary_en,
            }
        )
        return {**found, "counted_at": self.counted_at}

    def as_notice(self) -> dict[str, Any]:
        """Return what the notice of the result tells: who took part, and each item, without anybody's name."""
        took = self.result["participants"]
        said, said_en = (brief(self.result, self.races, english=english) for english in (False, True))
        return {"heads": took["heads"], "area": took["area"], "said": said, "said_en": said_en}


def read(
    result: Entry, items: Sequence[Entry], tie: str, *, before: Sequence[Entry] = (), counted_at: datetime | None = None
) -> Outcome:
    """Return what a result means under rule `tie`; `before` are those elected on an earlier ballot of the run."""
    people = {(item["no"], one["key"]): one for item in items for one in item.get("candidates", ())}
    votes = {(item["no"], one["key"]): one for item in result["items"] for one in item.get("candidates", ())}
    races = [race_of(item, tie) for item in result["items"] if item["kind"] == "election"]
    elected = [
        {
            "item": race.item,
            "key": key,
            "person": people[race.item, key].get("person"),
            "name": people[race.item, key].get("name"),
            "heads": votes[race.item, key]["heads"],
            "area": votes[race.item, key]["area"],
        }
        for race in races
        for key in race.elected
    ]
    names = {key: _called(one) for key, one in people.items()}
    zh, en = (summary(result, races, names, english=english) for english in (False, True))
    return Outcome(result, tie, races, [*before, *elected], zh, en, counted_at)


def open_seats(items: Sequence[Entry], tied: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the agenda of a new ballot: only the seats that a tie left open, only those who are tied."""
    known = {item["no"]: item for item in items}
    return [
        {
            **known[int(one["item"])],
            "seats": int(one["seats"]),
            "candidates": [
                candidate for candidate in known[int(one["item"])]["candidates"] if candidate["key"] in one["keys"]
            ],
        }
        for one in tied
    ]


def plain(value: Any) -> Any:
    """Return process data as an agenda is stored: whole numbers as such, everything else as it is."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return int(value) if isinstance(value, Decimal) else value


def exact(value: Any) -> Any:
    """Return stored values as expressions take them: whole numbers as decimals."""
    if isinstance(value, Mapping):
        return {key: exact(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [exact(entry) for entry in value]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _called(candidate: Entry) -> str:
    """Return how a text that is kept calls a candidate: who is known as a person is mentioned, never named."""
    if candidate.get("name"):
        return str(candidate["name"])
    return mention(int(candidate["person"])) if candidate.get("person") else str(candidate["key"])


def _short(item: Entry) -> dict[str, Any]:
    kept = ("no", "title", "kind", "valid", "passed", "for", "against", "abstain", "invalid")
    return {name: item[name] for name in kept}
