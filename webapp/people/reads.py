"""What the administrator's pages ask of the directory."""

from flask import g

from casework.directory import queries
from casework.directory.models import AREA_KINDS
from casework.directory.roles import ROLES
from casework.persistence import Work

MOST_COMPANIES = 500
KINDS = {
    "province": ("省", "Province"),
    "city": ("市", "City"),
    "county": ("县区", "County"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
    "estate": ("小区", "Estate"),
    "building": ("楼", "Building"),
    "unit": ("单元", "Unit"),
    "household": ("户", "Flat"),
    "company": ("物业企业", "Company"),
    "bureau": ("部门", "Bureau"),
    "committee": ("业委会", "Committee"),
    "government": ("政府", "Government"),
    "hotline": ("热线", "Hotline"),
    "utility": ("专业经营单位", "Utility"),
    "association": ("协会", "Association"),
    "fund": ("维修资金机构", "Fund"),
}


def role_choices(kind: str) -> list[tuple[str, tuple[str, str]]]:
    """Return the roles that can be held in a place of this kind."""
    wanted = "area" if kind in AREA_KINDS else "organisation"
    return [(role.key, (role.zh, role.en)) for role in ROLES.values() if role.held == wanted and role.level == kind]


def companies(work: Work) -> list[tuple[str, tuple[str, str]]]:
    """Return the companies an estate can be served by, in the order of their sound."""
    return [(str(one.id), one.names) for one in queries.organisations(work, kind="company")[:MOST_COMPANIES]]


def first_area() -> int | None:
    """Return the area the visitor administers, where their page begins."""
    return next((post.area_id for post in g.visitor.viewer.posts if post.role == "administrator"), None)


def below(kind: str) -> list[str]:
    """Return the kinds of area that may lie below one of this kind."""
    return list(AREA_KINDS[AREA_KINDS.index(kind) + 1 :])
