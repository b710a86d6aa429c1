"""Who sits in the conference of a level: what the area has registered, otherwise the list of the law."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from casework.cases.models import Case
from casework.conferences.models import ConferenceSeat
from casework.directory import queries as directory
from casework.directory.assignment import TIER_AREAS
from casework.directory.models import Area, Organisation
from casework.persistence import Work

_OFFICIAL = ("government", "bureau", "utility", "fund")


def body_of(work: Work, case: Case, level: int) -> Sequence[Organisation]:
    """Return the organisations that are invited to the conference of `level` about a case, each once.

    An area that has registered its seats is taken at its word. Otherwise it is the list of article 74 of the
    provincial rules: the company under contract, the owners' committee, and the offices, bureaus, utilities and the
    fund office that answer for the place at that level or above it, up to the county; the city calls its own as well.
    """
    area = directory.ancestor(work, case.area_id, TIER_AREAS[level])
    if area is not None and (seated := _seated(work, area.id)):
        return seated
    return _by_law(work, case, level)


def _seated(work: Work, area_id: int) -> Sequence[Organisation]:
    query = (
        select(Organisation)
        .join(ConferenceSeat, ConferenceSeat.organisation_id == Organisation.id)
        .where(ConferenceSeat.area_id == area_id, Organisation.valid_to.is_(None))
    )
    return work.session.scalars(query.order_by(ConferenceSeat.id)).all()


def _by_law(work: Work, case: Case, level: int) -> Sequence[Organisation]:
    today = work.now.astimezone(work.house.zone).date()
    place = work.session.get_one(Area, case.area_id)
    lineage = directory.ancestors(work, case.area_id)
    kinds = {"street", "county"} | ({"city"} if level == max(TIER_AREAS) else set())
    official = [area.id for area in lineage if area.kind in kinds | {"community"}]
    query = select(Organisation).where(
        or_(
            (Organisation.kind == "committee") & Organisation.area_id.in_(place.lineage),
            Organisation.kind.in_(_OFFICIAL) & Organisation.area_id.in_(official),
        ),
        Organisation.valid_to.is_(None),
    )
    found = list(work.session.scalars(query.order_by(Organisation.id)))
    company = directory.company_of(work, case.area_id, today)
    return [company, *found] if company is not None else found
