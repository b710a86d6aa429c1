"""Who supervises a case, and what they may do to it now: from above its unit, without a conflict of their own."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import select

from casework.cases.assignment import members_of, standing
from casework.cases.models import Case, Instruction, WorkItem
from casework.cases.views import Offer
from casework.definitions import library
from casework.directory import assignment as directory
from casework.directory import conflicts
from casework.directory.models import Area
from casework.directory.people import shown
from casework.directory.roles import ROLES, SUPERVISING_ROLES
from casework.directory.scopes import TIER_AREAS, office_area
from casework.directory.viewing import Post, Viewer
from casework.persistence import Work

_RULES = ("K1", "K2")
_MENDERS = frozenset({"operator", "administrator"})
_TIERS = {kind: tier for tier, kind in TIER_AREAS.items()}


def offers(work: Work, seen_by: Viewer, case: Case, items: Sequence[WorkItem]) -> list[Offer]:
    """Return what the viewer may do to the case as its supervisor now, task by task; nothing for anybody else."""
    if case.status != "open":
        return []
    made = []
    highest = reach(work, seen_by, case)
    release = library.opened(work.session, case.release_id)
    for item in items if highest else ():
        if highest <= rung_of(work, item) or asks_residents(item):
            continue
        step = (release.name(item.process, item.element, "zh"), release.name(item.process, item.element, "en"))
        again = ("今天已催办过", "Hurried today already") if reminded_today(work, item) else None
        made.append(Offer("remind", item.id, step, refused=again))
        others = [one for one in members_of(work, item) if one not in {item.holder_id, *item.excluded}]
        if others:
            named = shown(work, others, full=True)
            people = [(one, (named[one].text("zh"), named[one].text("en"))) for one in others]
            made.append(Offer("hand_on", item.id, step, people=people))
        if item.holder_id is not None:
            made.append(Offer("free", item.id, step))
    if highest > unit_rung(work, case):
        made.append(Offer("note"))
    return made


def may_mend(posts: Sequence[Post], case: Case) -> bool:
    """Say whether somebody with these posts may have what stands still in the case tried again."""
    return any(post.role in _MENDERS and case.area_path.startswith(post.path) for post in posts)


def reach(work: Work, seen_by: Viewer, case: Case) -> int:
    """Return the highest tier from which the person may step in: held over the case, without a conflict; else 0."""
    tiers = (tier for tier, person in ways_over(seen_by, case) if recused(work, seen_by, case, person) is None)
    return max(tiers, default=0)


def ways_over(seen_by: Viewer, case: Case) -> list[tuple[int, int | None]]:
    """Return the tiers that the person's posts hold over the case, highest first, and whom each stands in for."""
    posts = (post for post in seen_by.posts if post.role in SUPERVISING_ROLES and post.area_id is not None)
    over = {(ROLES[post.role].tier or 0, post.for_person) for post in posts if case.area_path.startswith(post.path)}
    return sorted(over, key=lambda way: (-way[0], way[1] or 0))


def recused(work: Work, seen_by: Viewer, case: Case, for_person: int | None) -> conflicts.Recusal | None:
    """Return why the person may not supervise the case, in their own right or for somebody; None when they may."""
    if seen_by.person_id is None:
        return None
    person = directory.standing_of(work, seen_by.person_id, for_person)
    return conflicts.recusal(_RULES, person, standing(work, case))


def rung_of(work: Work, item: WorkItem) -> int:
    """Return the tier that whoever may do the item stands on: an office its area's, a company or bureau the lowest."""
    rungs = [0]
    for group in item.groups:
        _, at, where = group.partition("@")
        if at:
            area_id = int(where[1:]) if where[0] == "a" else office_area(work, int(where[1:]))
            rungs.append(_tier_of(work, area_id))
    return max(rungs)


def unit_rung(work: Work, case: Case) -> int:
    """Return the tier that the responsible unit stands on."""
    return 0 if case.unit_id is None else _tier_of(work, office_area(work, case.unit_id))


def _tier_of(work: Work, area_id: int | None) -> int:
    area = work.session.get(Area, area_id) if area_id is not None else None
    return _TIERS.get(area.kind, 0) if area is not None else 0


def asks_residents(item: WorkItem) -> bool:
    """Say whether the item waits for the residents of the case."""
    return item.scope == "case.parties"


def reminded_today(work: Work, item: WorkItem) -> bool:
    """Say whether somebody has hurried the item on this local day."""
    zone = work.house.zone
    midnight = datetime.combine(work.now.astimezone(zone).date(), time(), zone)
    query = select(Instruction.id).where(
        Instruction.case_id == item.case_id,
        Instruction.item_id == item.id,
        Instruction.what == "reminded",
        Instruction.at >= midnight,
    )
    return work.session.scalars(query.limit(1)).first() is not None
