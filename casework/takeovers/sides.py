"""Who hands an estate over, and to whom."""

from decimal import Decimal
from typing import Any

from casework.directory import queries as directory
from casework.directory import serving
from casework.elections.queries import in_office
from casework.persistence import Work
from casework.takeovers import units

_NOBODY = ("没有原服务人", "nobody served")


def old_side(work: Work, estate_id: int, new: int) -> tuple[int | None, str]:
    """Return who hands an estate over to `new`, and what they are: `firm`, `committee`, or `none` on record.

    A company that serves does, by contract or in an emergency; where there is none, or it is `new` itself, the owners'
    committee.
    """
    present = units.responsible(work, estate_id)
    unit = None if present is None else present.unit_id
    if present is None:
        company = directory.company_of(work, estate_id, work.now.astimezone(work.house.zone).date())
        unit = None if company is None else company.id
    if unit is not None and unit != new and serving.is_company(work, unit):
        return unit, "firm"
    committee = in_office(work, estate_id)
    return (None, "none") if committee is None else (committee.organisation_id, "committee")


def area_of(work: Work, estate_id: int, level: str) -> dict[str, Any]:
    """Return the community or street of an estate as a scope; the estate itself where it has none."""
    found = directory.ancestor(work, estate_id, level)
    return {"area": Decimal(estate_id if found is None else found.id)}


def place_of(work: Work, estate_id: int) -> str:
    """Return the name of an estate."""
    found = directory.ancestor(work, estate_id, "estate")
    return "" if found is None else found.name


def shown(work: Work, unit_id: int | None) -> dict[str, Any]:
    """Return one side as forms see it: {unit, name, name_en}, told to be nobody where there is none."""
    found = directory.organisation(work, unit_id)
    zh, en = _NOBODY if found is None else found.names
    return {"unit": None if found is None else Decimal(found.id), "name": zh, "name_en": en}
