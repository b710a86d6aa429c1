"""The result of an official platform, as two tellers enter it by the form of their task."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from casework.assemblies.outcomes import exact, plain
from casework.assemblies.reading import teller_of
from casework.cases.step import Step
from casework.directory.mentions import posted_names
from casework.errors import Invalid, Refused
from casework.persistence import Actor, Work
from casework.policies import Pinned
from casework.votes import services as votes
from casework.votes.models import Vote

FORM = "official"
_COLUMNS = {"for": "yes", "against": "no", "abstain": "abstain", "invalid": "invalid"}
"""What a form calls the words of a result; two of them mean something else in an expression."""


def is_chosen(forms: Iterable[str], rules: Pinned) -> bool:
    """Say whether a vote is held on the official platform of its place.

    Raises Refused where another form is chosen beside it, and where the rules of the place name no platform.
    """
    chosen = set(forms)
    if FORM not in chosen:
        return False
    if chosen != {FORM}:
        raise Refused(
            "在官方平台表决的，不能同时采用别的形式，请只选官方平台。",
            "A vote on the official platform is held there alone. Choose no other form beside it.",
        )
    if rules.feel("vote.online_system") is None:
        raise Refused(
            "本地没有规定官方表决平台，请改选书面、集体讨论或互联网。",
            "No official voting platform is named for this place. Choose paper, a meeting or online.",
        )
    return True


def compare(
    step: Step, vote: Vote, entered: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]]:
    """Return where the figures of two tellers differ or do not add up; without a fault, {figures, proof} to take over.

    Raises Forbidden where one of them may not be a teller.
    """
    for row in entered:
        votes.must_be_teller(step.work.acting_as(Actor("person", teller_of(step, row))), vote)
    first, *others = (_figures(row) for row in entered)
    found = [unlike for other in others for unlike in votes.differences(vote.items, first, other)]
    if not found:
        try:
            votes.enough_by(step.work, vote.id, first)
        except Invalid as wrong:
            found = [text for texts in wrong.fields.values() for text in texts]
    if found:
        return [{"ballot_no": None, "zh": zh, "en": en} for zh, en in found], {}
    return [], {"figures": exact(first), "proof": [file for row in entered for file in row.get("proof") or ()]}


def enough(step: Step, vote: Vote, read: Mapping[str, Any]) -> bool:
    """Say whether enough took part by figures that both tellers entered alike."""
    return votes.enough_by(step.work, vote.id, plain(read["figures"]))


def take_over(step: Step, vote: Vote) -> None:
    """Take over the figures that were matched, with the files both tellers added as proof."""
    matched = step.data["matched"]
    votes.take_over(step.work, vote.id, plain(matched["figures"]), {"files": plain(matched["proof"])})


def figure_rows(vote: Vote) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a teller's form for an official result, one for each item; none for any other vote."""
    if vote.mode != "import":
        return []
    return [{"no": Decimal(item["no"]), "title": item["title"]} for item in vote.items]


def approval_rows(work: Work, vote: Vote) -> Sequence[Mapping[str, Any]]:
    """Return its rows for the candidates, each with the place of the item among all; none for any other vote."""
    if vote.mode != "import":
        return []
    standing = [(place, item, one) for place, item in enumerate(vote.items, 1) for one in item.get("candidates") or ()]
    names = posted_names(work, [one["person"] for _, _, one in standing if one.get("person")])
    return [
        {
            "no": Decimal(item["no"]),
            "place": Decimal(place),
            "key": one["key"],
            "name": one.get("name") or names.get(one.get("person"), (one["key"],))[0],
        }
        for place, item, one in standing
    ]


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a form as they are compared and taken over: heads whole, areas as text."""
    items: dict[str, dict[str, Any]] = {}
    for line in row.get("figures") or ():
        said = {word: _weight(line, f"{column}_") for word, column in _COLUMNS.items()}
        items[str(int(line["no"]))] = {**said, "candidates": {}}
    for line in row.get("approvals") or ():
        items[str(int(line["no"]))]["candidates"][line["key"]] = _weight(line)
    return {"participants": _weight(row, "participants_"), "items": items}


def _weight(line: Mapping[str, Any], column: str = "") -> dict[str, Any]:
    return {"heads": int(line[f"{column}heads"]), "area": f"{line[f'{column}area']:.2f}"}
