"""What a reference on a task's form can be chosen from: units, places, people, cases near the case."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from casework.cases.models import Case, CaseLink
from casework.directory import queries as directory
from casework.directory.models import Organisation
from casework.directory.people import shown
from casework.persistence import Work
from webapp.forms import components

Names = tuple[str, str]
MOST = 300


def choices(work: Work, case: Case, schema: Mapping[str, Any]) -> dict[str, Sequence[tuple[str, Names]]]:
    """Return the choices of every kind of reference that the form asks for."""
    wanted = {(own.get("kind"), own.get("level")) for one in _deep(schema) if (own := one.get("properties") or {})}
    found: dict[str, Sequence[tuple[str, Names]]] = {}
    for kind, level in wanted:
        if kind == "org":
            found["org"] = _units(work, case)
        elif kind == "area":
            found[f"area:{level}"] = _areas(work, case, level or "building")
        elif kind == "person":
            found["person"] = _people(work, case)
        elif kind == "case":
            found["case"] = _cases(work, case)
    return found


def _deep(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = []
    for one in components(schema):
        found += [one, *(_deep(one) if one.get("type") == "dynamiclist" else ())]
    return found


def _lineage(case: Case) -> list[int]:
    return [int(step) for step in case.area_path.split(".") if step]


def _units(work: Work, case: Case) -> list[tuple[str, Names]]:
    above = select(Organisation).where(Organisation.area_id.in_(_lineage(case)), Organisation.valid_to.is_(None))
    rows = list(work.session.scalars(above.order_by(Organisation.kind, Organisation.sort_key).limit(MOST)))
    day = work.now.astimezone(work.house.zone).date()
    serving = directory.company_of(work, case.area_id, day)
    if serving is not None:
        rows = [serving, *(one for one in rows if one.kind != "company")]
    return [(str(one.id), (one.name, one.name_en or one.name)) for one in rows]


def _areas(work: Work, case: Case, level: str) -> list[tuple[str, Names]]:
    top = directory.ancestor(work, case.area_id, "county" if level == "estate" else "estate")
    rows = directory.subtree(work, top.id, (level,)) if top is not None else ()
    return [(str(one.id), (one.name, one.name_en or one.name)) for one in rows[:MOST]]


def _people(work: Work, case: Case) -> list[tuple[str, Names]]:
    posts = [post for area_id in _lineage(case)[2:] for post in directory.members_of(work, area_id=area_id)]
    if case.unit_id is not None:
        posts += directory.members_of(work, organisation_id=case.unit_id)
    named = shown(work, {post.person_id for post in posts}, full=True)
    return [(str(person_id), (name.zh, name.en)) for person_id, name in named.items()]


def _cases(work: Work, case: Case) -> list[tuple[str, Names]]:
    linked = select(Case).join(CaseLink, CaseLink.other_id == Case.id).where(CaseLink.case_id == case.id)
    near = select(Case).where(
        Case.estate_id == case.estate_id, Case.category == case.category, Case.status == "open", Case.id != case.id
    )
    rows = {one.id: one for part in (linked, near.limit(20)) for one in work.session.scalars(part)}
    return [
        (str(one.id), (f"{one.no} {one.title_zh or ''}", f"{one.no} {one.title_en or ''}")) for one in rows.values()
    ]
