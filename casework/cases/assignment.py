"""Who may do a human task: the role and scope of the diagram, resolved in the directory, less those with a conflict."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from casework.cases import sheet
from casework.cases.facts import facts
from casework.cases.models import Case, CaseParty, CaseUnit, WorkItem
from casework.cases.values import from_json
from casework.directory import assignment as directory
from casework.directory import conflicts, scopes
from casework.directory.queries import ancestors, area, company_of
from casework.directory.scopes import Target
from casework.directory.viewing import Post, posts_held
from casework.errors import Forbidden, NotFound
from casework.persistence import Work

_PARTIES = select(CaseParty.person_id, CaseParty.role).where(CaseParty.case_id == bindparam("of"))
_REVIEW = "qualification_review"
_SYSTEM_SCOPES = {"case.unit", "estate.company", "case.bureau"}


@dataclass(frozen=True)
class Place:
    """Where a case is: its path for scopes, its estate if it has one, and its areas' codes, nearest first."""

    path: str
    estate_id: int | None
    codes: Sequence[str]


def place(work: Work, area_id: int) -> Place:
    """Return where a case at `area_id` is; raise NotFound for an area that does not exist."""
    lowest = area(work, area_id)
    if lowest is None:
        raise NotFound("没有这个区域。", "There is no such area.")
    above = ancestors(work, area_id)
    estate = next((one.id for one in above if one.kind == "estate"), None)
    codes = [one.jurisdiction or one.code for one in reversed(above)]
    return Place(lowest.path, estate, [code for code in codes if code])


def assign(work: Work, case: Case, item: WorkItem) -> None:
    """Write into `item` who may do it: the groups of its role and scope, and who of them is recused and why.

    With nobody left, the next scope up is asked; never nobody.
    """
    roles, target = _wanted(work, case, item)
    found = directory.assign(
        work, roles, target, rules=item.conflicts, case=standing(work, case, item.conflicts), estate_id=case.area_id
    )
    item.groups = list(found.groups)
    item.excluded = list(found.excluded)
    item.recused = [{"person": one.person_id, "rule": one.rule, "zh": one.zh, "en": one.en} for one in found.recused]


def reassign(work: Work, case: Case) -> None:
    """Move the open work items of the responsible unit to the unit the case has now; nobody holds them any more."""
    query = select(WorkItem).where(
        WorkItem.case_id == case.id, WorkItem.state == "open", WorkItem.scope.in_(("case.unit", "case.bureau"))
    )
    for item in work.session.scalars(query):
        before = item.groups
        assign(work, case, item)
        if item.groups != before:
            item.holder_id = item.claimed_at = None
            item.version += 1


def must_be_theirs(work: Work, item: WorkItem) -> None:
    """Raise NotFound when the item is not meant for the person who acts: how it stands is not theirs to learn."""
    person_id = work.actor.person_id
    if person_id is not None and not _groups(work, person_id) & set(item.groups):
        raise NotFound("没有这件待办。", "There is no such task.")


def must_act(work: Work, case: Case, item: WorkItem, person_id: int) -> None:
    """Raise Forbidden with the reason when the person may not act on the item now; NotFound when it is not theirs."""
    groups = set(item.groups)
    posts = [post.for_person for post in _posts(work, person_id) if groups & set(post.groups)]
    ways: list[int | None] = [*([None] if f"p{person_id}" in groups else []), *posts]
    if not ways:
        raise NotFound("没有这件待办。", "There is no such task.")
    facts, own_unit = standing(work, case, item.conflicts), item.scope in _SYSTEM_SCOPES
    why: list[conflicts.Recusal] = []
    for for_person in dict.fromkeys(ways):
        person = directory.standing_of(work, person_id, for_person, rules=item.conflicts)
        out = conflicts.recusal(item.conflicts, person, facts, own_unit=own_unit)
        if out is None:
            return
        why.append(out)
    raise Forbidden(f"您须回避：{why[0].zh}。", f"You are recused: {why[0].en}.")


def members_of(work: Work, item: WorkItem) -> list[int]:
    """Return who belongs to the groups of an item today, the recused among them."""
    people: list[int] = []
    for group in item.groups:
        role, _, where = group.partition("@")
        if where.startswith("a"):
            people += directory.candidates(work, [role], Target.area(int(where[1:])))
        elif where.startswith("o"):
            people += directory.candidates(work, [role], Target.organisation(int(where[1:])))
        elif group.startswith("p"):
            people.append(int(group[1:]))
    return list(dict.fromkeys(people))


def _groups(work: Work, person_id: int) -> set[str]:
    return {f"p{person_id}", *(group for post in _posts(work, person_id) for group in post.groups)}


def _posts(work: Work, person_id: int) -> tuple[Post, ...]:
    """Return the posts of whoever acts: nobody is appointed or dismissed in the middle of a step."""
    return work.remembered(("posts", person_id), lambda: posts_held(work, person_id))


def standing(work: Work, case: Case, rules: Collection[str] = conflicts.NAMES) -> conflicts.CaseStanding:
    """Return what the conflict `rules` ask about the case: who worked on it, and who is complained about.

    Units are looked up for the rules that ask about units alone: most tasks have none.
    """
    parties = work.remembered(("parties", case.id), lambda: work.session.execute(_PARTIES, {"of": case.id}).all())
    return conflicts.CaseStanding(
        handlers=frozenset(case.handlers),
        handling_units=_handling_units(work, case) if "K1" in rules else frozenset(),
        accused_units=_accused_units(work, case) if "K2" in rules else frozenset(),
        accused=frozenset(person for person, role in parties if role == "accused"),
        complainants=frozenset(person for person, role in parties if role == "complainant"),
        requester=case.handlers[-1] if case.handlers else None,
        last_verifier=case.verified_by,
        reviewers=_reviewers(work, case) if "not_reviewer" in rules else frozenset(),
        candidates=_candidates(work, case) if "K5" in rules else frozenset(),
        serving_units=_serving_units(work, case) if "not_serving" in rules else frozenset(),
        confidential=case.confidential,
        tier=max(case.tier, 1),
        path=case.area_path,
    )


def remember(work: Work, case: Case, item: WorkItem, person_id: int) -> None:
    """Keep on the locked `case` what the conflict rules will ask about a task that `person_id` has finished."""
    step = sheet.gather(work, case)
    if item.scope in _SYSTEM_SCOPES:
        step.change(handlers=[*(one for one in case.handlers if one != person_id), person_id])
    if item.element == "verify":
        step.change(verified_by=person_id)


def _candidates(work: Work, case: Case) -> frozenset[int]:
    """Return who stands for election in a case, as its process noun tells."""
    return frozenset(int(person) for person in facts(work, case).names.get("candidates") or ())


def _handling_units(work: Work, case: Case) -> frozenset[str]:
    led = select(CaseUnit.organisation_id).where(CaseUnit.case_id == case.id, CaseUnit.leads)
    units = work.remembered(("units", case.id, case.unit_id), lambda: work.session.scalars(led).all())
    return frozenset(key for unit in units for key in directory.unit_keys(work, unit))


def _serving_units(work: Work, case: Case) -> frozenset[str]:
    return frozenset() if case.unit_id is None else directory.unit_keys(work, case.unit_id)


def _reviewers(work: Work, case: Case) -> frozenset[int]:
    """Return who checked somebody's qualification: told by the items, the one of this very step among them."""
    query = select(WorkItem).where(
        WorkItem.case_id == case.id, WorkItem.process == _REVIEW, WorkItem.element.in_(("check", "recheck"))
    )
    done = (item.completed_by for item in work.session.scalars(query))
    return frozenset(person for person in done if person is not None)


def _accused_units(work: Work, case: Case) -> frozenset[str]:
    estate, day = case.estate_id, case.incident_at.astimezone(work.house.zone).date()
    if estate is None:
        return frozenset()
    company = work.remembered(("company", estate, day), lambda: company_of(work, estate, day))
    return frozenset({f"o{company.id}"} if company else ())


def _wanted(work: Work, case: Case, item: WorkItem) -> tuple[list[str], Target | None]:
    roles = item.role.split()
    where = item.scope.strip()
    if where == "=":
        place = _place(work, case, item)
        return roles, scopes.referred(work, from_json(item.subject.get("target")), place)
    return roles, scopes.resolve(work, where, _place(work, case, item))


def _place(work: Work, case: Case, item: WorkItem) -> scopes.Place:
    instance = from_json(item.subject.get("instance"))
    person = instance.get("person") if isinstance(instance, dict) else instance
    parties = select(CaseParty.person_id).where(CaseParty.case_id == case.id, CaseParty.role == "complainant")
    return scopes.Place(
        estate_id=case.area_id,
        day=case.incident_at.astimezone(work.house.zone).date(),
        unit_id=case.unit_id,
        bureau_id=case.unit_id,
        tier=case.tier,
        parties=tuple(work.session.scalars(parties)) if item.scope == "case.parties" else (),
        person_id=int(person) if item.scope == "task.person" and person is not None else None,
    )
