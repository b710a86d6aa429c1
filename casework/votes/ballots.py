"""The agenda as a ballot shows it: whoever stands for election by name, with what voters are told of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.directory.mentions import posted_names
from casework.persistence import Work
from casework.votes.models import Vote


def agenda(work: Work, vote: Vote) -> Sequence[Mapping[str, Any]]:
    """Return the items of a vote; each candidate has {key, name, about}, both as texts in both languages.

    A candidate who was laid down with a name of their own keeps it; of a person the agenda holds the reference alone.
    """
    people = [int(one["person"]) for item in vote.items for one in item.get("candidates", ()) if one.get("person")]
    if not people:
        return vote.items
    names, told = posted_names(work, people), work.house.abouts(work, vote.case_id)
    return [
        {**item, "candidates": [_told(one, names, told) for one in item["candidates"]]}
        if item.get("candidates")
        else item
        for item in vote.items
    ]


def _told(one: Mapping[str, Any], names: Mapping[int, Any], told: Mapping[int, Any]) -> dict[str, Any]:
    person = int(one.get("person") or 0)
    return {
        **one,
        "name": one.get("name") or names.get(person) or one["key"],
        "about": one.get("about") or told.get(person) or "",
    }
