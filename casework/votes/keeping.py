"""Who organises the votes of an estate, keeps its roll and counts its ballots, and by which of its rules."""

from dataclasses import dataclass
from datetime import date

from casework import policies
from casework.directory.models import Area
from casework.directory.queries import ancestors
from casework.directory.services import found
from casework.directory.viewing import Viewer, viewer
from casework.errors import Forbidden, Invalid
from casework.persistence import Work
from casework.votes import words
from casework.votes.flats import Use, Uses
from casework.votes.heads import HeadRule
from casework.votes.standing import actor_of

KEEPERS = frozenset({"group_lead", "chair", "committee_member", "community_officer", "street_officer", "street_lead"})
"""The organisers of a vote and those who guide them. Property companies are a party to it and have no part in this."""
TELLER = "teller"


@dataclass(frozen=True)
class RollRules:
    """What the policies of a place say of a roll: the head rule, the order of sources of areas, what else counts."""

    heads: HeadRule
    sources: tuple[str, ...]
    uses: Uses


def keeps(seen_by: Viewer, path: str) -> bool:
    """Say whether a person keeps the roll of the estate at `path`."""
    return any(post.role in KEEPERS and post.path and path.startswith(post.path) for post in seen_by.posts)


def tells(seen_by: Viewer, path: str) -> bool:
    """Say whether a person is a teller of the estate at `path`."""
    return any(post.role == TELLER and post.path and path.startswith(post.path) for post in seen_by.posts)


def must_tell(work: Work, estate_id: int) -> int:
    """Return the actor, a teller of the estate; raises Forbidden for anybody else."""
    person_id = actor_of(work)
    if not tells(viewer(work, person_id), found(work, Area, estate_id).path):
        raise Forbidden("只有本小区的计票人可以录入纸质选票。", "Only tellers of this estate enter its paper ballots.")
    return person_id


def must_organise(work: Work, estate_id: int) -> None:
    """Let whoever organises or guides the votes of an estate go on, and the system; Forbidden for anybody else."""
    if work.actor.kind != "system" and not keeps(viewer(work, actor_of(work)), found(work, Area, estate_id).path):
        raise Forbidden(
            "只有表决的组织者和社区、街道经办人可以办理。",
            "Only who organises the vote, and officers of its community and street, can do this.",
        )


def must_keep(work: Work, estate_id: int) -> Area:
    """Return an estate whose roll the actor keeps, as the system does everywhere; Forbidden for anybody else."""
    estate = found(work, Area, estate_id)
    if estate.kind != "estate":
        raise Invalid("名册属于小区，请选择小区。", "A roll belongs to an estate. Choose one.")
    if work.actor.kind == "system":
        return estate
    if work.actor.person_id is None or not keeps(viewer(work, work.actor.person_id), estate.path):
        raise Forbidden(
            "只有本小区筹备组、业委会和社区、街道经办人可以办理名册。",
            "Only the estate's group or committee, and officers of its community and street, keep the roll.",
        )
    return estate


def roll_rules(work: Work, estate: Area, on: date) -> RollRules:
    """Return what holds for the roll of an estate on a day."""
    codes = [area.jurisdiction or area.code or "" for area in reversed(ancestors(work, estate.id, on))]
    held = policies.pin(work, [code for code in codes if code], on, estate_id=estate.id)
    return RollRules(
        HeadRule(
            one_buyer_once=bool(held.value("vote.heads.one_part_one_head")),
            developer_once=bool(held.value("vote.heads.developer_counts_once")),
        ),
        tuple(str(source) for source in _listed(held.value("vote.area.sources"))),
        {use: _decided(held, key) for use in words.USES if (key := f"vote.heads.{use}_counts") in held.keys},
    )


def _decided(held: policies.Pinned, key: str) -> Use:
    return Use(bool(held.value(key)), (held.source(key, "zh"), held.source(key, "en")))


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
