"""What the administrator's pages ask of the directory."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import g
from sqlalchemy import select

from casework.directory import people, queries
from casework.directory.days import today
from casework.directory.models import AREA_KINDS, Account, Area, Contract, Membership, Organisation, Person
from casework.directory.roles import ROLES, role_name
from casework.directory.services import found
from casework.errors import NotFound
from casework.persistence import Work
from webapp.people.views import AreaPage, ContractRow, OrganisationPage, PersonPage, Place, PostRow

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


def area(work: Work, area_id: int | None) -> AreaPage:
    """Return an area's page; the topmost areas without one."""
    if area_id is None:
        return AreaPage(None, below=[_place(one) for one in queries.children(work, None) if _is_mine(one)])
    below = [_place(one) for one in queries.children(work, area_id)]
    shown = found(work, Area, area_id)
    _must_be_mine(shown)
    inside = select(Organisation).where(Organisation.area_id == area_id).order_by(Organisation.sort_key)
    contracts = queries.contracts_of(work, estate_id=area_id) if shown.kind == "estate" else ()
    return AreaPage(
        _place(shown),
        above=[_place(one) for one in queries.ancestors(work, area_id)[:-1]],
        below=below[:300],
        posts=posts(work, queries.members_of(work, area_id=area_id)),
        contracts=_contracts(work, contracts),
        organisations=[_place(one) for one in work.session.scalars(inside)],
    )


def organisation(work: Work, organisation_id: int) -> OrganisationPage:
    """Return an organisation's page."""
    shown = found(work, Organisation, organisation_id)
    _must_be_mine(shown.area)
    return OrganisationPage(
        _place(shown),
        _place(shown.area),
        posts=posts(work, queries.members_of(work, organisation_id=organisation_id)),
        contracts=_contracts(work, queries.contracts_of(work, organisation_id=organisation_id)),
    )


def person(work: Work, person_id: int) -> PersonPage:
    """Return a person's page: masked for residents, by name for staff."""
    shown = found(work, Person, person_id)
    named = people.shown(work, [person_id], full=True)[person_id]
    account = work.session.get(Account, person_id)
    memberships = queries.posts_of(work, person_id)
    if not any(_is_mine(post.area or (post.organisation.area if post.organisation else None)) for post in memberships):
        raise NotFound("没有此人。", "There is no such person.")
    held = posts(work, memberships)
    return PersonPage(person_id, (named.zh, named.en), named.phone, shown.kind, account.login if account else "", held)


def search(work: Work, words: str) -> tuple[Sequence[Place], Sequence[PostRow]]:
    """Return the areas whose name fits, and the posts of the people who gave this phone."""
    kinds = [kind for kind in KINDS if kind in _AREAS]
    places = [one for one in queries.find_areas(work, words, kinds=kinds, limit=60) if _is_mine(one)]
    ids = people.persons_with_phone(work, words) if words.isdigit() and len(words) >= 7 else []
    held = [post for person_id in ids[:20] for post in queries.posts_of(work, person_id)]
    held = [post for post in held if _is_mine(post.area or (post.organisation.area if post.organisation else None))]
    return [_place(one) for one in places], posts(work, held)


def posts(work: Work, held: Iterable[Membership]) -> list[PostRow]:
    """Return posts as rows, each with its person's name."""
    held = list(held)
    named = people.shown(work, {post.person_id for post in held}, full=True)
    day = today(work)
    rows = []
    for post in held:
        where = post.organisation or post.area
        lower, upper = post.during.lower, post.during.upper
        rows.append(
            PostRow(
                post.id,
                post.person_id,
                (named[post.person_id].zh, named[post.person_id].en),
                role_name(post.role),
                (where.name, where.name_en or where.name) if where else ("", ""),
                lower,
                None if upper is None else upper - timedelta(days=1),
                (lower is None or lower <= day) and (upper is None or day < upper),
            )
        )
    return rows


def role_choices(kind: str) -> list[tuple[str, tuple[str, str]]]:
    """Return the roles that can be held in a place of this kind."""
    wanted = "area" if kind in _AREAS else "organisation"
    return [(role.key, (role.zh, role.en)) for role in ROLES.values() if role.held == wanted and role.level == kind]


def companies(work: Work) -> list[tuple[str, tuple[str, str]]]:
    """Return the companies an estate can be served by, in the order of their sound."""
    wanted = select(Organisation).where(Organisation.kind == "company").order_by(Organisation.sort_key).limit(500)
    return [(str(one.id), (one.name, one.name_en or one.name)) for one in work.session.scalars(wanted)]


def first_area() -> int | None:
    """Return the area the visitor administers, where their page begins."""
    mine = (post.area_id for post in g.visitor.viewer.posts if post.role == "administrator")
    return next(mine, None)


_AREAS = frozenset(("province", "city", "county", "street", "community", "estate", "building", "unit", "household"))


def below(kind: str) -> list[str]:
    """Return the kinds of area that may lie below one of this kind."""
    return list(AREA_KINDS[AREA_KINDS.index(kind) + 1 :])


def _is_mine(area: Area | None) -> bool:
    mine = [post.path for post in g.visitor.viewer.posts if post.role == "administrator"]
    return area is not None and any(area.path.startswith(path) for path in mine)


def _must_be_mine(area: Area) -> None:
    if not _is_mine(area):
        raise NotFound("没有这个区域。", "There is no such area.")


def _contracts(work: Work, found_ones: Iterable[Contract]) -> list[ContractRow]:
    day = today(work)
    rows = []
    for one in found_ones:
        lower, upper = one.during.lower, one.during.upper
        rows.append(
            ContractRow(
                one.id,
                (one.organisation.name, one.organisation.name_en or one.organisation.name),
                one.organisation_id,
                (one.estate.name, one.estate.name_en or one.estate.name),
                one.estate_id,
                lower,
                None if upper is None else upper - timedelta(days=1),
                (lower is None or lower <= day) and (upper is None or day < upper),
            )
        )
    return rows


def _place(one: Area | Organisation) -> Place:
    return Place(one.id, one.kind, (one.name, one.name_en or one.name), one.code or "")
