"""The election of an item: who has a seat, and who of those tied gets the last ones. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Race:
    """The election of one item: who has a seat, and who is tied for the seats that are left."""

    item: int
    elected: Sequence[str]
    tied: Sequence[str] = ()
    seats: int = 0
    by_area: bool = True
    """Whether the areas would tell who of those tied has the seats."""


def race_of(item: Entry, tie: str) -> Race:
    """Give the last seats to the larger areas where the rule says so; equal areas stay tied."""
    race = Race(item["no"], list(item["elected"]), list(item["tied"]), int(item["seats"]) - len(item["elected"]))
    if not race.tied:
        return replace(race, seats=0)
    areas = {one["key"]: one["area"] for one in item["candidates"]}
    known = all(areas[key] is not None for key in race.tied)
    ranked = sorted(race.tied, key=lambda key: Decimal(areas[key] or 0), reverse=True)
    edge = Decimal(areas[ranked[race.seats - 1]] or 0)
    clear = known and Decimal(areas[ranked[race.seats]] or 0) < edge
    if tie != "heads_then_area" or not known:
        return replace(race, by_area=clear)
    if clear:
        return Race(race.item, [*race.elected, *ranked[: race.seats]])
    first = [key for key in ranked if Decimal(areas[key]) > edge]
    left = [key for key in ranked if Decimal(areas[key]) == edge]
    return Race(race.item, [*race.elected, *first], left, race.seats - len(first), by_area=False)
