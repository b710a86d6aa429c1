"""Whom a visitor of the demonstration can be: for each role, the person with the most to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases.standing import open_by_group
from casework.complaints.queries import owner_who_reported_last
from casework.directory import queries as directory
from casework.directory.models import Area, Membership, Organisation
from casework.directory.people import shown
from casework.directory.roles import role_name
from casework.persistence import Work
from casework.votes.queries import estates_voting

Names = tuple[str, str]

ROLES: Sequence[tuple[str, Names, str]] = (
    (
        "community_officer",
        ("核实、督办，从最急的一件开始", "Verifies, supervises, most pressing first"),
        "inbox",
    ),
    ("company_service", ("领取、办理，三天不动就自动上报", "Handles; three idle days escalate by themselves"), "inbox"),
    ("dispatcher", ("分不清归谁管的，在这里定", "Decides whose affair it is"), "flow"),
    ("street_officer", ("看全街道停在哪里，接手上报的案件", "Sees the whole street, takes what escalates"), "flag"),
    ("callback_officer", ("回访每一位反映人", "Asks every complainant"), "tel"),
    ("bureau_officer", ("职能部门按期办理并反馈", "A bureau handles and answers in time"), "inbox"),
    (
        "group_lead",
        ("组织业主大会和选举：名册、公告、纸质资料", "Runs assemblies and elections: roll, notices, papers"),
        "people",
    ),
    ("county_officer", ("看全县区的状态图和统计", "The county's live map and figures"), "chart"),
    ("hotline_officer", ("12345 工单的退回、延期和答复", "Hand-backs, extensions and answers of 12345"), "tel"),
    ("administrator", ("人员、岗位、区域和合同", "People, posts, areas and contracts"), "people"),
)


@dataclass(frozen=True, slots=True)
class DemonstrationPerson:
    """Somebody whom a visitor of the demonstration can be with one press."""

    id: int
    name: Names
    role: Names
    place: Names
    does: Names
    icon: str = "who"


def people(work: Work) -> Sequence[DemonstrationPerson]:
    """Return one person per role of the demonstration."""
    return [one for one in (_resident(work), *_staff(work)) if one is not None]


def _staff(work: Work) -> list[DemonstrationPerson]:
    busy = open_by_group(work)
    best: dict[str, tuple[int, Membership]] = {}
    for post in directory.holders(work, role=[role for role, _does, _icon in ROLES]):
        load = max(busy.get(f"{post.role}@a{post.area_id}", 0), busy.get(f"{post.role}@o{post.organisation_id}", 0))
        if post.role not in best or load > best[post.role][0]:
            best[post.role] = (load, post)
    named = shown(work, {post.person_id for _load, post in best.values()}, full=True)
    rows = []
    for role, does, icon in ROLES:
        if role in best:
            post = best[role][1]
            name = named[post.person_id]
            place = _names(post.organisation or post.area)
            rows.append(DemonstrationPerson(post.person_id, (name.zh, name.en), role_name(role), place, does, icon))
    return rows


def _resident(work: Work) -> DemonstrationPerson | None:
    binding = owner_who_reported_last(work, among=estates_voting(work))
    if binding is None:
        return None
    name = shown(work, [binding.person_id])[binding.person_id]
    estate = directory.ancestor(work, binding.household_id, "estate")
    does = ("一分钟报一件事，看它几时必须有人答复", "Reports in a minute and sees the day of the answer")
    place = _names(estate)
    return DemonstrationPerson(binding.person_id, (name.zh, name.en), role_name("owner"), place, does, "home")


def _names(place: Area | Organisation | None) -> Names:
    return place.names if place is not None else ("", "")
