"""An unmanaged estate of the made-up county that waits for its survey."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casework.cases import services as cases
from casework.cases.models import WorkItem
from casework.config import ROOT
from casework.definitions.services import current, publish
from casework.definitions.source import read_release
from casework.directory import services as directory
from casework.errors import NotFound
from tests.webapp.city import City

DRAWN = Path(__file__).parents[1] / "processes" / "takeovers"
SURVEYOR, COLLEAGUE, OTHER = "王砚秋", "周岚", "南池"
"""The street's officer, the community's, and somebody of another street."""
FLAGGED = {"origin": "old_estate", "contract": "none", "body": "none", "households": 120, "built_area": 9000}


def publish_takeovers(city: City, folder: Path) -> None:
    """Publish the takeover where the house has not: it is drawn for the tests, its entry shortened."""
    with city.casework.work() as work:
        try:
            current(work, "estate_takeover")
        except NotFound:
            for part in ("policies", "shared"):
                shutil.copytree(ROOT / "processes" / part, folder / "processes" / part)
            shutil.copytree(ROOT / "forms", folder / "forms")
            shutil.rmtree(folder / "processes" / "shared" / "takeover_operation")
            for part in ("drawn", "called"):
                shutil.copytree(DRAWN / part, folder, dirs_exist_ok=True)
            release = read_release(folder / "processes", folder / "forms", "estate_takeover")
            publish(work, "estate_takeover", release)


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
