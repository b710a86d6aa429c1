"""An unmanaged estate of the made-up county that waits for its survey."""

from typing import Any

from sqlalchemy import select

from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.directory import services as directory
from tests.webapp.city import City

SURVEYOR, COLLEAGUE, OTHER = "王砚秋", "周岚", "南池"
"""The street's officer, the community's, and somebody of another street."""
FLAGGED = {"origin": "old_estate", "contract": "none", "body": "none", "households": 120, "built_area": 9000}


def flag(city: City, name: str = "老电厂家属院") -> int:
    """Flag a new estate of the street as unmanaged; return the id of its survey task."""
    with city.casework.work() as work:
        english = {"name_en": "Power Plant Compound"}
        estate = directory.add_area(work, "estate", name, parent_id=city.areas["草桥社区"], **english)
        case = cases.start_case(work, "estate_takeover", FLAGGED, area_id=estate.id)
        wanted = select(WorkItem.id).where(WorkItem.case_id == case.id, WorkItem.element == "survey")
        return int(work.session.scalars(wanted).one())


def state_of(city: City, task: int) -> tuple[str, int | None]:
    """Return how a task stands and who finished it."""
    with city.casework.work() as work:
        item: Any = work.session.get_one(WorkItem, task)
        return item.state, item.completed_by
