"""The result of a vote as it is stored and published: every number exact, every limit with its fraction."""

from collections.abc import Mapping
from typing import Any

from casework.votes.tally import Counted, Double, Limit, Rules, Weight

FEW = 5
"""In a secret vote, a number that tells of fewer owners than this is withheld."""


def weight(found: Weight) -> dict[str, Any]:
    """Return a weight as JSON holds it exactly: the area as text."""
    return {"heads": found.heads, "area": f"{found.area:.2f}"}


def double(limits: Double, part: Weight, whole: Weight) -> dict[str, Any]:
    """Return both halves of a limit: its fraction, what there is of how much, and whether that is enough."""
    return {
        "area": _half(limits.area, f"{part.area:.2f}", f"{whole.area:.2f}", limits.area.met(part.area, whole.area)),
        "heads": _half(limits.heads, part.heads, whole.heads, limits.heads.met(part.heads, whole.heads)),
    }


def item_result(
    lot: Counted, stored: Mapping[str, Any], rules: Rules, whole: Weight, *, cast: Counted | None = None
) -> dict[str, Any]:
    """Return what was said to one item.

    Of a secret vote `cast` is what was cast to it, without the silent: numbers that would tell of fewer than five of
    those who cast are left out.
    """
    item = lot.item
    needed = rules.special if item.special else rules.ordinary
    result: dict[str, Any] = {
        "no": item.no,
        "title": stored.get("title", ""),
        "kind": item.kind,
        "class": "special" if item.special else "ordinary",
        "participants": weight(lot.participants),
        "valid": lot.valid,
        **{word: weight(found) for word, found in _said(lot).items()},
        "thresholds": {"participation": double(rules.participation, lot.participants, whole)},
        "passed": lot.passed,
    }
    if item.kind == "election":
        result |= {
            "seats": item.seats,
            "candidates": [
                {"key": one, **weight(found), "thresholds": double(needed, found, lot.participants)}
                | {"passing": one in lot.passing}
                for one, found in lot.candidates.items()
            ],
            "passing": list(lot.passing),
            "elected": list(lot.elected),
            "tied": list(lot.tied),
        }
    else:
        result["thresholds"]["approval"] = double(needed, lot.approved, lot.participants)
    return result if cast is None else _withheld(result, cast)


def _said(lot: Counted) -> dict[str, Weight]:
    return {"for": lot.approved, "against": lot.against, "abstain": lot.abstained, "invalid": lot.invalid}


def _half(limit: Limit, part: Any, whole: Any, met: bool) -> dict[str, Any]:
    return {
        "numerator": limit.ratio.numerator,
        "denominator": limit.ratio.denominator,
        "more": limit.more,
        "part": part,
        "whole": whole,
        "met": met,
    }


def _withheld(result: dict[str, Any], cast: Counted) -> dict[str, Any]:
    """Take out every number that tells of a few owners, and as many others as it would follow from."""
    hidden = small_groups({word: found.heads for word, found in _said(cast).items()})
    for word in hidden:
        result[word] = {"heads": None, "area": None}
    if "for" in hidden and "approval" in result["thresholds"]:
        _silence(result["thresholds"]["approval"])
    for candidate in result.get("candidates", ()):
        heads = cast.candidates[candidate["key"]].heads
        if hidden or _tells(heads, cast.approved.heads):
            candidate |= {"heads": None, "area": None}
            _silence(candidate["thresholds"])
    return result


def small_groups(heads: Mapping[str, int]) -> set[str]:
    """Return which groups are withheld: those of a few, and the next larger ones until those withheld are no few."""
    filled = sorted((number, word) for word, number in heads.items() if number)
    hidden = {word for number, word in filled if number < FEW}
    total = sum(number for number, word in filled if word in hidden)
    for number, word in filled:
        if hidden and word not in hidden and (total < FEW or len(hidden) < 2):
            hidden.add(word)
            total += number
    return hidden


def _tells(part: int, whole: int) -> bool:
    return 0 < part < FEW or 0 < whole - part < FEW


def _silence(limits: dict[str, Any]) -> None:
    for half in ("area", "heads"):
        limits[half]["part"] = None
