"""The pages of whoever keeps the directory: an area, an organisation, a person. What they do not keep is not there."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range

from casework.directory import people, queries
from casework.directory.days import today
from casework.directory.models import AREA_KINDS, Account, Area, Contract, Membership, Organisation, Person
from casework.directory.roles import role_name
from casework.directory.services import found
from casework.directory.viewing import Viewer
from casework.directory.views import AreaPage, ContractRow, OrganisationPage, PersonPage, Place, PostRow
from casework.errors import NotFound
from casework.persistence import Work

MOST_BELOW = 300
MOST_FOUND = 60
MOST_PEOPLE = 20
_SHORTEST_PHONE = 7


def read_area(work: Work, viewer: Viewer, area_id: int | None) -> AreaPage:
    """Return the page of an area that the viewer keeps, the topmost ones without one; NotFound for any other."""
    if area_id is None:
        return AreaPage(
            None, below=[place(one) for one in queries.children(work, None) if viewer.administers(one.path)]
        )
    area = found(work, Area, area_id)
    _must_be_kept(viewer, area)
    contracts = queries.contracts_of(work, estate_id=area_id) if area.kind == "estate" else ()
    return AreaPage(
        place(area),
        above=[place(one) for one in queries.ancestors(work, area_id)[:-1]],
        below=[place(one) for one in queries.children(work, area_id)][:MOST_BELOW],
        posts=_posts(work, queries.members_of(work, area_id=area_id)),
        contracts=_contracts(work, contracts),
        organisations=[place(one) for one in queries.organisations(work, area_id=area_id)],
    )


def read_organisation(work: Work, viewer: Viewer, organisation_id: int) -> OrganisationPage:
    """Return the page of an organisation of an area that the viewer keeps; NotFound for any other."""
    organisation = found(work, Organisation, organisation_id)
    _must_be_kept(viewer, organisation.area)
    return OrganisationPage(
        place(organisation),
        place(organisation.area),
        posts=_posts(work, queries.members_of(work, organisation_id=organisation_id)),
        contracts=_contracts(work, queries.contracts_of(work, organisation_id=organisation_id)),
    )


def read_person(work: Work, viewer: Viewer, person_id: int) -> PersonPage:
    """Return the page of somebody with a post the viewer keeps: staff by name, residents masked; else NotFound."""
    person = found(work, Person, person_id)
    held = queries.posts_of(work, person_id)
    if not any(_kept(viewer, post) for post in held):
        raise NotFound("没有此人。", "There is no such person.")
    named = people.shown(work, [person_id], full=True)[person_id]
    account = work.session.get(Account, person_id)
    login = account.login if account else ""
    return PersonPage(person_id, (named.zh, named.en), named.phone, person.kind, login, _posts(work, held))


def search(work: Work, viewer: Viewer, words: str) -> tuple[Sequence[Place], Sequence[PostRow]]:
    """Return the areas whose name fits, and the posts of the people who gave this phone; all as far as kept."""
    tops = None if viewer.everything else viewer.administered
    places = queries.find_areas(work, words, kinds=AREA_KINDS, limit=MOST_FOUND, tops=tops)
    ids = people.persons_with_phone(work, words) if words.isdigit() and len(words) >= _SHORTEST_PHONE else []
    held = [post for person_id in ids[:MOST_PEOPLE] for post in queries.posts_of(work, person_id)]
    return [place(one) for one in places], _posts(work, [post for post in held if _kept(viewer, post)])


def place(one: Area | Organisation) -> Place:
    """Return an area or an organisation as a link."""
    return Place(one.id, one.kind, one.names, one.code or "")


def _kept(viewer: Viewer, post: Membership) -> bool:
    area = post.area or (post.organisation.area if post.organisation else None)
    return area is not None and viewer.administers(area.path)


def _must_be_kept(viewer: Viewer, area: Area) -> None:
    if not viewer.administers(area.path):
        raise NotFound("没有这个区域。", "There is no such area.")


def _posts(work: Work, held: Iterable[Membership]) -> list[PostRow]:
    held = list(held)
    named = people.shown(work, {post.person_id for post in held}, full=True)
    rows = []
    for post in held:
        where = post.organisation or post.area
        name = named[post.person_id]
        at = where.names if where else ("", "")
        row = PostRow(post.id, post.person_id, (name.zh, name.en), role_name(post.role), at, *_days(work, post.during))
        rows.append(row)
    return rows


def _contracts(work: Work, signed: Iterable[Contract]) -> list[ContractRow]:
    return [
        ContractRow(
            one.id,
            one.organisation.names,
            one.organisation_id,
            one.estate.names,
            one.estate_id,
            *_days(work, one.during),
        )
        for one in signed
    ]


def _days(work: Work, during: Range[date]) -> tuple[date | None, date | None, bool]:
    """Return the first day, the last day, and whether today lies between them."""
    last = None if during.upper is None else during.upper - timedelta(days=1)
    return during.lower, last, during.contains(today(work))
