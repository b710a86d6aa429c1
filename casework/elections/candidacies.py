"""What voters are told of those who stand for election: where they live, who put them forward, what they say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from casework.cases.models import Case
from casework.directory.mentions import posted_names
from casework.elections.models import Candidate
from casework.errors import Texts
from casework.persistence import Work
from casework.policies import pinned

PARTY_POSTED = "election.candidates.party_posted"
SOURCES: Mapping[str, Texts] = {
    "party_org": ("社区党组织推荐", "put forward by the party organisation"),
    "residents_committee": ("居民委员会推荐", "put forward by the residents' committee"),
    "self": ("自荐", "stands by own wish"),
    "joint": ("业主联名推荐", "put forward by owners jointly"),
}
_PARTY: Texts = ("中共党员", "party member")


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody on the posted list: their number on the ballot, their name in full, and what is told of them."""

    place: int
    name: Texts
    post: str
    about: Texts


def abouts(work: Work, case_id: int | None) -> Mapping[int, Texts]:
    """Return what is told of everybody who was put forward in the election of a case, as last put forward."""
    case = work.session.get(Case, case_id) if case_id is not None else None
    if case is None:
        return {}
    query = select(Candidate).where(Candidate.case_id == case.id).order_by(Candidate.attempt, Candidate.id)
    rows = work.session.scalars(query).all()
    party = party_posted(work, case) if rows else False
    return {one.person_id: about(one, party=party) for one in rows}


def about(one: Candidate, *, party: bool) -> Texts:
    """Return what is told of a candidate; whether they belong to the party only where the place posts it."""
    facts: list[Texts] = [(one.building, one.building)] if one.building else []
    facts += [_PARTY] if party and one.party else []
    facts.append(SOURCES.get(one.source, (one.source, one.source)))
    zh, en = "，".join(fact[0] for fact in facts) + "。", "; ".join(fact[1] for fact in facts) + "."
    return (zh + one.words, f"{en[0].upper()}{en[1:]} {one.words}".rstrip())


def party_posted(work: Work, case: Case) -> bool:
    """Tell whether the rules of a case have it posted who belongs to the party; rules that do not say so have not."""
    return pinned(work.session, case.policies).feel(PARTY_POSTED) is True


def standing(work: Work, case_id: int, posted: Iterable[Mapping[str, object]]) -> list[Standing]:
    """Return a list as it was posted, [{person, post, place}], with the names and what is told of each."""
    rows = [(int(str(row["person"])), row) for row in posted]
    names, told = posted_names(work, [person for person, _row in rows]), abouts(work, case_id) if rows else {}
    return [
        Standing(int(str(row["place"])), names[person], str(row["post"]), told.get(person, ("", "")))
        for person, row in rows
        if person in names
    ]
