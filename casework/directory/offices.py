"""Which organisation is meant at a place: the company under contract, or the nearest office that a code names."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from casework.directory.models import Area, Contract, Organisation
from casework.persistence import Work


def company_of(work: Work, area_id: int, day: date) -> Organisation | None:
    """Return the company under contract on a day with the estate that the area is, or lies in."""
    place = work.session.get(Area, area_id)
    serving = select(Organisation).join(Contract, Contract.organisation_id == Organisation.id)
    lineage = place.lineage if place else ()
    return work.session.scalars(
        serving.where(Contract.estate_id.in_(lineage), Contract.during.contains(day))
    ).one_or_none()


def bureau(work: Work, code: str, area_id: int) -> Organisation | None:
    """Return the organisation called `code` that is nearest up the tree from the area."""
    return _bureaus(work, area_id).get(code)


def _bureaus(work: Work, area_id: int) -> dict[str, Organisation]:
    return work.remembered(("bureaus", area_id), lambda: _nearest_bureaus(work, area_id))


def _nearest_bureaus(work: Work, area_id: int) -> dict[str, Organisation]:
    place = work.session.get(Area, area_id)
    if place is None:
        return {}
    near = select(Organisation).join(Area, Area.id == Organisation.area_id)
    near = near.where(Organisation.code.is_not(None), Area.id.in_(place.lineage), Organisation.valid_to.is_(None))
    found = work.session.scalars(near.order_by(func.length(Area.path), Organisation.id.desc()))
    return {str(one.code): one for one in found}


def unit_for(work: Work, code: str, estate_id: int, day: date) -> Organisation | None:
    """Return the unit a decision table means: CO is the company under contract that day, any other the nearest bureau.

    "UT.gas" falls back on "UT" where no organisation has the narrower code.
    """
    return units_for(work, [code], estate_id, day).get(code)


def units_for(work: Work, codes: Collection[str], estate_id: int, day: date) -> dict[str, Organisation]:
    """Return what `unit_for` returns for each of `codes` in one look; without the codes that mean nobody here."""
    offices = [code for code in codes if code != "CO"]
    near = _bureaus(work, estate_id) if offices else {}
    units = {code: near.get(code) or near.get(code.split(".")[0]) for code in offices}
    if "CO" in codes:
        units["CO"] = company_of(work, estate_id, day)
    return {code: unit for code, unit in units.items() if unit is not None}
