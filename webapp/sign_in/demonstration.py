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
from casework.takeovers.stages import estates_hiring, estates_served, longest_to_survey, owner_at
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
    (
        "street_officer",
        (
            "看全街道停在哪里，接手上报的案件，给失管小区摸底",
            "Sees the street, takes what escalates, surveys estates",
        ),
        "flag",
    ),
    ("callback_officer", ("回访每一位反映人", "Asks every complainant"), "tel"),
    ("bureau_officer", ("职能部门按期办理并反馈", "A bureau handles and answers in time"), "inbox"),
    (
        "group_lead",
        ("组织业主大会和选举：名册、公告、纸质资料", "Runs assemblies and elections: roll, notices, papers"),
        "people",
    ),
    (
        "street_lead",
        ("拟订接管方案，企业撤离当天找人接手", "Plans takeovers; finds who helps out the day a company leaves"),
        "flow",
    ),
    (
        "soe_manager",
        ("承接查验、改造、公示收益，管接管来的小区", "Inspects, renovates, posts revenue: the estates taken over"),
        "home",
    ),
    ("project_manager", ("在小区里办：验收改造、上传照片", "On site: works accepted, photos sent in"), "inbox"),
    ("soe_officer", ("比较企业的空余能力，匹配小区", "Compares what companies can take on, matches estates"), "people"),
    (
        "county_officer",
        ("看全县区的状态图、统计和接管小区", "The county's live map, figures and takeovers"),
        "chart",
    ),
    ("hotline_officer", ("12345 工单的退回、延期和答复", "Hand-backs, extensions and answers of 12345"), "tel"),
    ("administrator", ("人员、岗位、区域和合同", "People, posts, areas and contracts"), "people"),
)


_SURVEYORS = ("street_officer", "community_officer")


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
    return [one for one in (_resident(work), *_owners(work), *_staff(work)) if one is not None]


def _staff(work: Work) -> list[DemonstrationPerson]:
    busy = open_by_group(work)
    surveyed = longest_to_survey(work)
    posts: dict[str, list[tuple[int, Membership]]] = {}
    for post in directory.holders(work, role=[role for role, _does, _icon in ROLES]):
        load = max(busy.get(f"{post.role}@a{post.area_id}", 0), busy.get(f"{post.role}@o{post.organisation_id}", 0))
        posts.setdefault(post.role, []).append((load, post))
    best: dict[str, Membership] = {}
    for role, _does, _icon in ROLES:
        others = {post.person_id for post in best.values()}
        fit = [one for one in posts.get(role, []) if one[1].person_id not in others] or posts.get(role, [])
        # Whoever has to do with a takeover comes first: the surveyors of the estate, the company's other manager.
        near = [one for one in fit if role in _SURVEYORS and one[1].area_id in surveyed]
        if role == "project_manager" and "soe_manager" in best:
            near = [one for one in fit if one[1].organisation_id == best["soe_manager"].organisation_id]
        if fit:
            best[role] = max(near or fit, key=lambda one: one[0])[1]
    named = shown(work, {post.person_id for post in best.values()}, full=True)
    rows = []
    for role, does, icon in ROLES:
        if role in best:
            post = best[role]
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


def _owners(work: Work) -> list[DemonstrationPerson]:
    """Return an owner who can vote on hiring a company, and one whom a company serves that was hired so."""
    rows = []
    for estates, does in (
        (estates_hiring(work), ("表决：要不要请国企物业来", "Votes: shall the state-owned company be hired?")),
        (
            estates_served(work),
            ("看决定了什么、花多少钱、在修什么", "What was decided, its cost, what is repaired"),
        ),
    ):
        binding = owner_at(work, estates)
        if binding is not None:
            name = shown(work, [binding.person_id])[binding.person_id]
            place = _names(directory.ancestor(work, binding.household_id, "estate"))
            names = (name.zh, name.en)
            rows.append(DemonstrationPerson(binding.person_id, names, role_name("owner"), place, does, "home"))
    return rows


def _names(place: Area | Organisation | None) -> Names:
    return place.names if place is not None else ("", "")
