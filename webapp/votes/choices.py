"""What was chosen on a page, or typed by a teller, as the domain takes it: words, or keys of candidates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from casework.errors import Invalid, Texts
from casework.votes.choices import Choices, items_of, read
from casework.votes.views import VoteView
from webapp.language import choose

ABSTAIN = "abstain"
KEYS: Mapping[str, str] = {
    **dict.fromkeys(("1", "y", "赞", "同意"), "for"),
    **dict.fromkeys(("2", "n", "反", "反对"), "against"),
    **dict.fromkeys(("3", "a", "弃", "弃权"), ABSTAIN),
    **dict.fromkeys(("0", "x", "废", "无效"), "invalid"),
}
"""What a teller types for a word; candidates go by their places on the ballot."""
_UNREADABLE: Texts = ("看不懂，请按栏目下的按键说明填写", "Not readable; use the keys named below the field")
_BOTH: Texts = ("既选了候选人又选了弃权，请只留一种", "Candidates and abstention are both chosen; leave one of them")
_AS_A_WHOLE = {key: word for key, word in KEYS.items() if word in (ABSTAIN, "invalid") and key not in "123"}
_WIDE = str.maketrans("，、；　", "    ")


def offered(vote: VoteView, matters: Sequence[int] | None) -> list[Mapping[str, Any]]:
    """Return the items one may choose in: all of them, or those that a mandate names."""
    return [item for item in vote.items if matters is None or item["no"] in matters]


def chosen(items: Iterable[Mapping[str, Any]], posted: Any) -> dict[int, str | list[str]]:
    """Return what was chosen on the page; an item that was left empty is not there.

    Raises Invalid, item by item, for what the agenda does not offer.
    """
    said: dict[int, str | list[str]] = {}
    wrong: dict[str, Sequence[Texts]] = {}
    for item in items:
        marked = posted.getlist(f"item-{item['no']}")
        if item.get("kind") == "election" and ABSTAIN in marked and len(marked) > 1:
            wrong[str(item["no"])] = [_BOTH]
        elif marked:
            said[item["no"]] = marked if item.get("kind") == "election" and ABSTAIN not in marked else marked[0]
    if wrong:
        raise Invalid("选票填写有误，尚未投出。", "The ballot is not filled in rightly; it is not cast.", wrong)
    return said


def checked(vote: VoteView, said: Choices) -> Choices:
    """Return choices that the agenda offers; raise Invalid as casting them would."""
    read(items_of(vote.items), said)
    return said


def typed(items: Iterable[Mapping[str, Any]], posted: Mapping[str, str]) -> dict[int, str | list[str]]:
    """Return what a teller typed: a key for a word, the places of candidates on the ballot; an empty field is none.

    Raises Invalid, item by item, for what can't be read.
    """
    said: dict[int, str | list[str]] = {}
    wrong: dict[str, Sequence[Texts]] = {}
    for item in items:
        text = posted.get(f"item-{item['no']}", "").strip().lower()
        if not text:
            continue
        found = _candidates(item, text) if item.get("kind") == "election" else KEYS.get(text)
        if found is None:
            wrong[f"item-{item['no']}"] = [_UNREADABLE]
        else:
            said[item["no"]] = found
    if wrong:
        raise Invalid(
            "有一项看不懂，这张选票没有录入。", "One item is not readable; this ballot is not entered.", wrong
        )
    return said


def spoken(items: Iterable[Mapping[str, Any]], said: Choices) -> list[tuple[Mapping[str, Any], Sequence[str] | str]]:
    """Return each item with what the reader is to check: a word, the names of the candidates, or nothing."""
    rows: list[tuple[Mapping[str, Any], Sequence[str] | str]] = []
    for item in items:
        choice = said.get(item["no"], "")
        if not isinstance(choice, str):
            names = {one["key"]: choose(one["name"]) for one in item["candidates"]}
            choice = [names[key] for key in names if key in set(choice)]
        rows.append((item, choice))
    return rows


def _candidates(item: Mapping[str, Any], text: str) -> str | list[str] | None:
    if text in _AS_A_WHOLE:
        return _AS_A_WHOLE[text]
    keys = [one["key"] for one in item["candidates"]]
    places = text.translate(_WIDE).replace(",", " ").split()
    if not all(place.isdecimal() and 1 <= int(place) <= len(keys) for place in places):
        return None
    return list(dict.fromkeys(keys[int(place) - 1] for place in places))
