"""What a ballot says: read against the agenda, and written so that neither its length nor its order tells anything."""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from casework.errors import Invalid, Texts
from casework.votes.tally import Choice, Item

Choices = Mapping[int, str | Sequence[str]]
"""What a ballot says to each item by its number: for, against, abstain, or the keys of the candidates it approves."""

WORDS = ("for", "against", "abstain")
_BLOCK = 64
_NO_ITEM: Texts = ("议程中没有这一项", "The agenda has no such item")
_NONCE = 16


def items_of(stored: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Return the stored agenda as the tally takes it."""
    return [
        Item(
            one["no"],
            one.get("kind", "decision"),
            one.get("class") == "special",
            one.get("seats", 0),
            tuple(candidate["key"] for candidate in one.get("candidates", ())),
        )
        for one in stored
    ]


def read(items: Sequence[Item], given: Mapping[Any, Any], *, spoilt: bool = False) -> dict[str, str | list[str]]:
    """Return choices as they are sealed; raise Invalid for what the agenda does not offer.

    A paper ballot may be `spoilt`: too many candidates, or the word invalid, are kept as they were read. The errors
    name the item, never the choice.
    """
    known = {str(item.no): item for item in items}
    said = {str(no): choice for no, choice in given.items()}
    wrong: dict[str, Sequence[Texts]] = {}
    for no, choice in said.items():
        problem = _problem(known[no], choice, spoilt=spoilt) if no in known else _NO_ITEM
        if problem:
            wrong[no] = [problem]
    if not said and not spoilt:
        wrong[""] = [("请至少对一项作出选择", "Choose something in one item at least")]
    if wrong:
        raise Invalid("选票填写有误，尚未投出。", "The ballot is not filled in rightly; it is not cast.", wrong)
    return {no: choice if isinstance(choice, str) else sorted(set(choice)) for no, choice in sorted(said.items())}


def write(items: Sequence[Item], said: Mapping[str, str | list[str]]) -> bytes:
    """Return choices with a random number, as long for every ballot of the vote."""
    nonce = secrets.token_hex(_NONCE)
    longest = {str(item.no): [*item.candidates, "against"] for item in items}
    room = len(_json({"n": nonce, "c": longest})) // _BLOCK * _BLOCK + _BLOCK
    return _json({"n": nonce, "c": said}).ljust(room)


def unpack(plain: bytes) -> dict[str, str | list[str]]:
    """Return the choices that `write` wrote."""
    found: dict[str, str | list[str]] = json.loads(plain)["c"]
    return found


def as_tallied(said: Mapping[str, str | list[str]]) -> dict[int, Choice]:
    """Return choices as the tally takes them; it finds for itself what is invalid."""
    return {int(no): frozenset(one) if isinstance(one, list) else one for no, one in said.items()}  # type: ignore[misc]


def _problem(item: Item, choice: Any, *, spoilt: bool) -> Texts | None:
    if item.kind == "decision" or isinstance(choice, str):
        offered: Collection[str] = WORDS if item.kind == "decision" else ("abstain",)
        fits = isinstance(choice, str) and (choice in offered or (spoilt and choice == "invalid"))
        return None if fits else ("请在给出的选项中选择", "Choose one of the words that are offered")
    if not isinstance(choice, list | tuple | set | frozenset) or any(one not in item.candidates for one in choice):
        return "候选人名单中没有这个人", "The list of candidates has no such person"
    if len(set(choice)) > item.seats and not spoilt:
        return f"最多选 {item.seats} 名", f"Choose {item.seats} at most"
    return None


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
