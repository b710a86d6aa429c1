"""What a reference on a task's form can be chosen from: units, places, people and cases near the case."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, or_, select

from casework.cases.models import Case, CaseLink
from casework.cases.queries import may_see
from casework.directory import queries as directory
from casework.directory.days import today
from casework.directory.models import Area, Organisation
from casework.directory.people import shown
from casework.directory.viewing import Viewer
from casework.forms import Form, every
from casework.persistence import Work

Names = tuple[str, str]
Choices = Mapping[str, Sequence[tuple[str, Names]]]
MOST, MOST_OWNERS = 300, 5000
_MOST_NEAR = 20
_FROM_COUNTY = 2


def choices(work: Work, viewer: Viewer, case: Case, form: Form) -> Choices:
    """Return the choices of every kind of reference that the form asks for, places by their level ("area:building").

    An organisation of a level, as "company", is any of that kind in the county or above it, whoever serves now.
    A person of level "owner" is one of those in office near by, or an owner of the estate.
    """
    found: dict[str, Sequence[tuple[str, Names]]] = {}
    for kind, level in {(field.kind, field.level) for field in every(form.fields)}:
        if kind == "org" and level is not None:
            found[f"org:{level}"] = _organisations(work, case, level)
        elif kind == "org":
            found["org"] = _units(work, case)
        elif kind == "area":
            found[f"area:{level}"] = _areas(work, case, level or "building")
        elif kind == "person" and level == "owner":
            found["person:owner"] = [*_people(work, case), *_owners(work, case)]
        elif kind == "person":
            found["person"] = _people(work, case)
        elif kind == "case":
            found["case"] = _cases(work, viewer, case)
    return found


def _lineage(case: Case) -> list[int]:
    return [int(step) for step in case.area_path.split(".") if step]


def _units(work: Work, case: Case) -> list[tuple[str, Names]]:
    above = select(Organisation).where(Organisation.area_id.in_(_lineage(case)), Organisation.valid_to.is_(None))
    rows = list(work.session.scalars(above.order_by(Organisation.kind, Organisation.sort_key).limit(MOST)))
    serving = directory.company_of(work, case.area_id, today(work))
    if serving is not None:
        rows = [serving, *(one for one in rows if one.kind != "company")]
    return [(str(one.id), one.names) for one in rows]


def _organisations(work: Work, case: Case, kind: str) -> list[tuple[str, Names]]:
    county = directory.ancestor(work, case.area_id, "county")
    there = Area.id.in_(_lineage(case)) if county is None else or_(Area.id.in_(county.lineage), _below(county))
    rows = select(Organisation).join(Area, Area.id == Organisation.area_id).where(there, Organisation.kind == kind)
    rows = rows.where(Organisation.valid_to.is_(None)).order_by(Organisation.sort_key, Organisation.id)
    return [(str(one.id), one.names) for one in work.session.scalars(rows.limit(MOST))]


def _below(area: Area) -> ColumnElement[bool]:
    return Area.path.like(f"{area.path}%")


def _areas(work: Work, case: Case, level: str) -> list[tuple[str, Names]]:
    top = directory.ancestor(work, case.area_id, "county" if level == "estate" else "estate")
    rows = directory.subtree(work, top.id, (level,)) if top is not None else ()
    return [(str(one.id), one.names) for one in rows[:MOST]]


def _people(work: Work, case: Case) -> list[tuple[str, Names]]:
    near = _lineage(case)[_FROM_COUNTY:]
    posts = [post for area_id in near for post in directory.members_of(work, area_id=area_id)]
    if case.unit_id is not None:
        posts += directory.members_of(work, organisation_id=case.unit_id)
    named = shown(work, {post.person_id for post in posts}, full=True)
    return [(str(person_id), (name.zh, name.en)) for person_id, name in named.items()]


def _owners(work: Work, case: Case) -> list[tuple[str, Names]]:
    """Return the owners of the estate as far as anybody may see them, each with a flat, in order of the flats."""
    estate = directory.ancestor(work, case.area_id, "estate")
    homes = directory.homes_of_owners(work, estate.id)[:MOST_OWNERS] if estate is not None else ()
    named = shown(work, {person_id for person_id, _home in homes}, full=True)
    return [
        (str(person_id), (f"{named[person_id].text('zh')}（{home}）", f"{named[person_id].text('en')} ({home})"))
        for person_id, home in homes
        if person_id in named
    ]


def _cases(work: Work, viewer: Viewer, case: Case) -> list[tuple[str, Names]]:
    seen = select(Case).where(may_see(work, viewer))
    linked = seen.join(CaseLink, CaseLink.other_id == Case.id).where(CaseLink.case_id == case.id)
    near = seen.where(
        Case.estate_id == case.estate_id, Case.category == case.category, Case.status == "open", Case.id != case.id
    )
    parts = (linked, near.limit(_MOST_NEAR))
    rows = {one.id: one for part in parts for one in work.session.scalars(part)}
    return [(str(one.id), (f"{one.no} {one.title_zh}", f"{one.no} {one.title_en}")) for one in rows.values()]
