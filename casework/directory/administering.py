"""Whom and what an administrator may change: what lies in the areas they administer, and nothing above."""

from collections.abc import Sequence

from sqlalchemy import func, select

from casework.directory.days import today
from casework.directory.models import Area, Membership, Organisation
from casework.errors import Forbidden
from casework.persistence import Work


def must_administer(work: Work, area: Area | None) -> None:
    """Raise Forbidden unless the actor is the system or administers `area` (any area at all when None)."""
    if work.actor.kind != "system" and not any(area is None or area.path.startswith(top) for top in administered(work)):
        raise Forbidden("只有该区域的管理员可以这样做", "Only an administrator of this area may do this")


def must_administer_person(work: Work, person_id: int) -> None:
    """Raise Forbidden unless the actor is the system or administers every place where the person holds a post.

    So nobody takes over the account of somebody whose reach is wider than theirs. Who holds no post is any
    administrator's affair.
    """
    must_administer(work, None)
    if work.actor.kind == "system":
        return
    places = (
        select(Area.path)
        .select_from(Membership)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .join(Area, Area.id == func.coalesce(Membership.area_id, Organisation.area_id))
        .where(Membership.person_id == person_id, Membership.during.contains(today(work)))
    )
    tops = administered(work)
    if not all(path.startswith(tuple(tops)) for path in work.session.scalars(places)):
        raise Forbidden("此人的岗位超出您管理的区域", "This person holds a post outside the area you administer")


def administered(work: Work) -> Sequence[str]:
    """Return the paths of the areas that the actor administers."""
    over = (
        select(Area.path)
        .join(Membership, Membership.area_id == Area.id)
        .where(Membership.person_id == work.actor.person_id, Membership.role == "administrator")
        .where(Membership.during.contains(today(work)))
    )
    return work.session.scalars(over).all()
