"""Reading what a teller writes of a paper ballot: the items by their numbers, the candidates by theirs."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Said = dict[int, str | list[str]]

_WORDS = {
    **dict.fromkeys(("赞", "赞成", "同意", "y", "yes"), "for"),
    **dict.fromkeys(("反", "反对", "不同意", "n", "no"), "against"),
    **dict.fromkeys(("弃", "弃权", "a"), "abstain"),
    **dict.fromkeys(("废", "无效", "x"), "invalid"),
}
_CHOICE = re.compile(r"(?P<no>\d{1,3})(?:(?P<word>[^\d\s:]+)|:(?P<candidates>\d{0,3}(?:[,、]\d{1,3})*))")
_LINE = re.compile(
    r"(?P<no>\d{1,6})\s+(?P<choices>.*?)\s*(?P<unsigned>未签|unsigned)?\s*"
    r"(?:@\s*(?P<at>\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}))?"
)
_WIDE = str.maketrans("：，；　", ":,  ")


class Unreadable(ValueError):
    """What a teller wrote can't be read against the agenda."""


def choices_in(text: str, items: Sequence[Mapping[str, Any]]) -> Said:
    """Return what a ballot says, as `1赞 2反 3:1,4`: a word for an item, or the places of the candidates it chooses.

    An item that is not named says nothing. Raises Unreadable for anything that the agenda does not have.
    """
    agenda = {int(item["no"]): item for item in items}
    said: Said = {}
    for written in text.translate(_WIDE).lower().split():
        found = _CHOICE.fullmatch(written)
        item = agenda.get(int(found["no"])) if found else None
        if found is None or item is None or int(found["no"]) in said:
            raise Unreadable(written)
        said[int(found["no"])] = _choice(found, item, written)
    return said


def lines_in(text: str, items: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the entries that lines hold, as `12 1赞 2反 未签 @2026-03-20 15:00`. Raises Unreadable with the line."""
    entries = []
    for line in text.translate(_WIDE).splitlines():
        if line.strip():
            found = _LINE.fullmatch(line.strip())
            if found is None:
                raise Unreadable(line)
            entries.append(
                {
                    "ballot_no": int(found["no"]),
                    "choices": choices_in(found["choices"], items),
                    "signed": found["unsigned"] is None,
                    "received_at": _moment(found["at"], zone),
                }
            )
    return entries


def _moment(written: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        return None if written is None else datetime.fromisoformat(written).replace(tzinfo=zone)
    except ValueError as wrong:
        raise Unreadable(written) from wrong


def _choice(found: re.Match[str], item: Mapping[str, Any], written: str) -> str | list[str]:
    election = item.get("kind") == "election"
    if found["word"] is not None:
        word = _WORDS.get(found["word"])
        if word is None or (election and word in ("for", "against")):
            raise Unreadable(written)
        return word
    if not election:
        raise Unreadable(written)
    keys = [candidate["key"] for candidate in item["candidates"]]
    places = [int(place) for place in re.findall(r"\d+", found["candidates"])]
    if any(not 1 <= place <= len(keys) for place in places):
        raise Unreadable(written)
    return [keys[place - 1] for place in places]
