"""What the papers of an election say: the facts of its case as texts, and nobody named who need not be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework import documents
from casework.cases.models import Case
from casework.cases.papers import vote_of
from casework.directory.people import reveal, shown
from casework.directory.viewing import Viewer
from casework.elections.candidacies import about, party_posted
from casework.elections.models import Committee, Election
from casework.elections.overview import POSTS, SIDES, VARIANTS
from casework.elections.queries import (
    SUBSTITUTE,
    candidates_of,
    committee_from,
    election_of,
    filings_of,
    group_of,
    seats_of,
)
from casework.errors import NotFound
from casework.persistence import Work
from casework.votes.texts import BLANK, as_day, of_roll, of_vote


def may_have_all(work: Work, viewer: Viewer, case: Case) -> bool:  # noqa: ARG001  asked of every process alike
    """Tell whether the viewer organises or supervises the election by office."""
    sits = any(post.organisation_kind == "committee" and case.area_path.startswith(post.path) for post in viewer.posts)
    return sits or viewer.reads(case.area_path)


def facts(work: Work, case: Case, paper: documents.Paper) -> dict[str, Any]:
    """Return what a paper is filled with. Each name in full is entered in the audit of its person.

    On what is posted, only who stands for office or holds it is named in full. Phones, flats and cards never are told.
    """
    names = _Names(work, case, paper.posted)
    election = election_of(work, case.id)
    vote = vote_of(work, case)
    listed = candidates_of(work, election) if election and "candidates" in paper.names else ()
    party = party_posted(work, case) if listed else False
    standing = [one for one in listed if one.place is not None]
    return {
        "variant": VARIANTS[election.variant][0] if election else BLANK,
        "organiser": _organiser(election),
        "group": _group(work, names, election) if "group" in paper.names else [],
        "candidates": [
            {
                "place": str(one.place),
                "name": names.office(one.person_id),
                "post": POSTS[one.post][0],
                "about": about(one, party=party)[0],
            }
            for one in standing
        ],
        "elected": [names.office(one.person_id) for one in standing if one.state == "elected"],
        "roll": of_roll(work, vote),
        "vote": of_vote(work, vote),
        **_committee(work, names, committee_from(work, case.id) if "committee" in paper.names else None),
    }


@dataclass
class _Names:
    """Who is called how on a paper; each person is looked up once."""

    work: Work
    case: Case
    posted: bool
    known: dict[int, str] = field(default_factory=dict)

    def office(self, person_id: int) -> str:
        """Return the full name of somebody who stands for office or holds it."""
        if person_id not in self.known:
            try:
                self.known[person_id] = reveal(self.work, person_id, "legal", case_id=self.case.id).name
            except NotFound:
                self.known[person_id] = self.masked(person_id)
        return self.known[person_id]

    def other(self, person_id: int) -> str:
        """Return the name of anybody else: masked on what is posted."""
        return self.masked(person_id) if self.posted else self.office(person_id)

    def masked(self, person_id: int) -> str:
        found = shown(self.work, [person_id], full=True).get(person_id)
        return found.zh if found is not None else BLANK


def _organiser(election: Election | None) -> str:
    if election is None:
        return BLANK
    first = "筹备组" if election.variant == "first" else "换届小组"
    return first if election.organiser == "group" else "业主委员会"


def _group(work: Work, names: _Names, election: Election | None) -> list[dict[str, str]]:
    group = group_of(work, election) if election is not None else None
    rows: Iterable[Mapping[str, Any]] = group.members if group is not None else ()
    return [
        {"name": names.other(int(row["person"])), "side": SIDES.get(str(row.get("side")), (BLANK, ""))[0]}
        for row in rows
    ]


def _committee(work: Work, names: _Names, found: Committee | None) -> dict[str, Any]:
    if found is None:
        return {"committee": {"term": BLANK, "members": [], "substitutes": []}, "filing": {"no": BLANK}}
    seats = [
        (seat.post, {"name": names.office(seat.person_id), "post": POSTS[seat.post][0]})
        for seat in seats_of(work, found.id)
    ]
    numbers = [one.certificate_no for one in filings_of(work, found.id) if one.certificate_no]
    return {
        "committee": {
            "term": f"{as_day(found.seated_on)}至{as_day(found.term_ends)}",
            "members": [row for post, row in seats if post != SUBSTITUTE],
            "substitutes": [row for post, row in seats if post == SUBSTITUTE],
        },
        "filing": {"no": numbers[0] if numbers else BLANK},
    }
