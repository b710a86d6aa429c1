"""From a session token to the visitor, by the directory."""

from collections.abc import Collection, Mapping

from casework.directory import queries as directory
from casework.directory.models import Area, Organisation
from casework.directory.people import shown
from casework.directory.roles import READING_ROLES, ROLES, role_name
from casework.directory.signing_in import session_of
from casework.directory.viewing import Post, Viewer, viewer
from casework.elections.own import ROLES as ROLES_IN_ELECTIONS
from casework.persistence import Work
from casework.receptions.planning import PLANNERS
from casework.takeovers.reads_company import ROLES as ROLES_IN_TAKEOVERS
from casework.takeovers.surveying import SURVEYORS
from casework.votes.keeping import KEEPERS, TELLER
from webapp.visiting import Hat, NavEntry, Visitor

INBOX = NavEntry("inbox.index", "待办", "inbox")
CASES = NavEntry("cases.index", "案件", "case")
MAP = NavEntry("supervision.map", "状态图", "flow")
STATISTICS = NavEntry("supervision.statistics", "统计", "chart")
ELECTIONS = NavEntry("elections.index", "选举", "vote")
OWN_ELECTIONS = NavEntry("elections.mine", "我的选举", "vote")
TAKEOVERS = NavEntry("takeovers.index", "接管", "shield")
RECEPTIONS = NavEntry("receptions.index", "接待", "home")
VOTES = NavEntry("votes.index", "表决", "vote")
OWN_ESTATES = NavEntry("takeover_company.index", "接管小区", "home")
PEOPLE = NavEntry("people.index", "人员", "people")


_BY_ROLE: Mapping[str, Collection[str]] = {
    "survey": SURVEYORS,
    "plan": PLANNERS,
    "roll": KEEPERS,
    "votes": (*KEEPERS, TELLER),
    "elect": ROLES_IN_ELECTIONS,
    "takeover": ROLES_IN_TAKEOVERS,
    "administer": ("administrator",),
}
"""Which doors are open to whom by a role alone."""


def find(work: Work, token: str, *, seen: bool = True) -> Visitor | None:
    """Return the visitor of a live session, or None; with `seen` false the session stays as idle as it was."""
    signed_in = session_of(work, token, seen=seen)
    if signed_in is None:
        return None
    seen_by = viewer(work, signed_in.person_id)
    name = shown(work, [signed_in.person_id], full=True).get(signed_in.person_id)
    may = granted(seen_by)
    return Visitor(
        person_id=signed_in.person_id,
        name=(name.zh, name.en) if name else "",
        hats=_hats(work, seen_by),
        may=may,
        nav=_nav(may),
        viewer=seen_by,
        language=signed_in.language if signed_in.login else "",
        login=signed_in.login,
        shortcuts=signed_in.shortcuts,
    )


def granted(seen_by: Viewer) -> frozenset[str]:
    """Return which doors a person finds in the bar. What lies behind them the domain decides again, row by row."""
    may = {"account"}
    working = [role for role in seen_by.roles if role in ROLES and ROLES[role].held != "household"]
    if working:
        may.add("work")
    if any(role in READING_ROLES for role in working):
        may.add("supervise")
    if "supervise" in may or seen_by.holds("soe_officer"):
        may.add("takeovers")
    may.update(verb for verb, roles in _BY_ROLE.items() if seen_by.holds(*roles))
    return frozenset(may)


def _nav(may: frozenset[str]) -> tuple[NavEntry, ...]:
    entries: list[NavEntry] = []
    if "work" in may:
        entries += [INBOX, CASES]
    if "takeover" in may:
        entries.append(OWN_ESTATES)
    if "supervise" in may:
        entries += [MAP, STATISTICS, ELECTIONS]
    if "takeovers" in may:
        entries.append(TAKEOVERS)
    if "plan" in may:
        entries.append(RECEPTIONS)
    if "elect" in may and "supervise" not in may:
        entries.append(OWN_ELECTIONS)
    if "votes" in may:
        entries.append(VOTES)
    if "administer" in may:
        entries.append(PEOPLE)
    return tuple(entries)


def _hats(work: Work, seen_by: Viewer) -> tuple[Hat, ...]:
    hats = [Hat(_place(work, post), role_name(post.role)) for post in seen_by.posts if post.for_person is None]
    for household in directory.households_of(work, seen_by.person_id or 0) if not hats else ():
        flat = household.household
        estate = directory.ancestor(work, flat.id, "estate")
        place = f"{estate.name} {flat.name}" if estate else flat.name
        english = f"{estate.name_en or estate.name} {flat.name}" if estate else flat.name
        hats.append(Hat((place, english), role_name(household.kind)))
    return tuple(hats[:6])


def _place(work: Work, post: Post) -> tuple[str, str]:
    found: Area | Organisation | None = directory.organisation(work, post.organisation_id)
    if found is None and post.area_id is not None:
        found = directory.area(work, post.area_id)
    return found.names if found is not None else ("", "")
