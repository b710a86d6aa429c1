"""The roles a diagram may name, where each is held, and what it may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Role:
    """A role: held over an area of one level, or in an organisation of one kind.

    `tier` is its rung on the supervision ladder; `reads` says that it reads everything below its area.
    """

    key: str
    zh: str
    en: str
    held: Literal["area", "organisation", "household"]
    level: str
    tier: int | None = None
    reads: bool = False


_AREA_ROLES = (
    Role("grid_worker", "网格员", "Grid worker", "area", "community", 1, reads=True),
    Role("community_officer", "社区经办", "Community officer", "area", "community", 1, reads=True),
    Role("street_officer", "街道经办", "Street officer", "area", "street", 2, reads=True),
    Role("street_lead", "街道负责人", "Street lead", "area", "street", 2, reads=True),
    Role("dispatcher", "派单员", "Dispatcher", "area", "street", 2, reads=True),
    Role("callback_officer", "回访员", "Callback officer", "area", "street", 2, reads=True),
    Role("county_officer", "县住建经办", "County officer", "area", "county", 3, reads=True),
    Role("county_lead", "县住建负责人", "County lead", "area", "county", 3, reads=True),
    Role("city_officer", "市住建", "City officer", "area", "city", 4, reads=True),
    Role("hotline_officer", "12345机构", "Hotline officer", "area", "city", reads=True),
    Role("secretary", "联席会议办公室", "Conference secretary", "area", "county", reads=True),
    Role("group_lead", "筹备组组长", "Preparatory group lead", "area", "estate", reads=True),
    Role("teller", "计票人", "Teller", "area", "estate"),
    Role("auditor", "审计员", "Auditor", "area", "city", reads=True),
    Role("administrator", "系统管理员", "Administrator", "area", "city"),
    Role("designer", "流程设计员", "Process designer", "area", "city"),
    Role("publisher", "流程发布员", "Process publisher", "area", "city"),
    Role("operator", "运维员", "Operator", "area", "province"),
)
_ORGANISATION_ROLES = (
    Role("company_service", "企业客服维修", "Company service", "organisation", "company", 0),
    Role("project_manager", "项目经理", "Project manager", "organisation", "company", 0),
    Role("company_admin", "企业总部", "Company head office", "organisation", "company", 0),
    Role("soe_manager", "国企物业", "State-owned company manager", "organisation", "company", 0),
    Role("committee_member", "业委会委员", "Committee member", "organisation", "committee"),
    Role("chair", "业委会主任", "Committee chair", "organisation", "committee"),
    Role("bureau_officer", "职能部门", "Bureau officer", "organisation", "bureau"),
    Role("reviewer", "资格审查单位", "Qualification reviewer", "organisation", "bureau"),
    Role("soe_officer", "国资监管", "State-assets officer", "organisation", "bureau"),
    Role("utility_officer", "专业经营单位", "Utility officer", "organisation", "utility"),
    Role("fund_officer", "维修资金机构", "Maintenance-fund officer", "organisation", "fund"),
)
_HOUSEHOLD_ROLES = (
    Role("owner", "业主", "Owner", "household", "household"),
    Role("occupant", "使用人", "Occupant", "household", "household"),
)

ROLES: dict[str, Role] = {role.key: role for role in (*_AREA_ROLES, *_ORGANISATION_ROLES, *_HOUSEHOLD_ROLES)}

READING_ROLES = frozenset(role.key for role in ROLES.values() if role.reads)
COMPANY_ROLES = frozenset(role.key for role in ROLES.values() if role.level == "company")
COMMITTEE_ROLES = frozenset(role.key for role in ROLES.values() if role.level == "committee")

_OFFICERS = {
    "community": "community_officer",
    "street": "street_officer",
    "county": "county_officer",
    "city": "city_officer",
}
_LEADS = {**_OFFICERS, "street": "street_lead", "county": "county_lead"}
SUPERVISING_ROLES = frozenset({*_OFFICERS.values(), *_LEADS.values()})
"""Who supervises below their area: the officers and leads of each tier."""
_OF_ONE_LEVEL = frozenset({*_OFFICERS.values(), *_LEADS.values(), "grid_worker"})


def standing_in(roles: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return who does a task of these roles when it has come up to an area of `kind`.

    The same offices where they exist at that level too (a county has dispatchers as well), and that level's officer;
    its lead for a task of leads.
    """
    known = [ROLES[role] for role in roles if role in ROLES]
    same = [role.key for role in known if role.held == "area" and role.key not in _OF_ONE_LEVEL]
    officer = _LEADS if any(role.key in ("street_lead", "county_lead") for role in known) else _OFFICERS
    return tuple(dict.fromkeys([*same, officer[kind]]))


def role_name(role: str) -> tuple[str, str]:
    """Return the names of a role in both languages; the key itself for one that is unknown."""
    known = ROLES.get(role)
    return (known.zh, known.en) if known else (role, role)
