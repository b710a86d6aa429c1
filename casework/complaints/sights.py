"""Who may open the files of a report or of a handling record."""

from collections.abc import Collection

from sqlalchemy import select

from casework.cases.sights import case_seen
from casework.complaints.models import HandlingRecord, Intake
from casework.directory.viewing import Viewer
from casework.persistence import Work


def intake_seen(work: Work, intake_id: int, viewer: Viewer) -> bool:
    """Tell whether the viewer may see the files of a report: the complainant, and whoever may see its case."""
    intake = work.session.get(Intake, intake_id)
    if intake is None:
        return False
    own = viewer.person_id is not None and intake.person_id == viewer.person_id
    return own or (intake.case_id is not None and case_seen(work, intake.case_id, viewer))


def handling_seen(work: Work, record_id: int, viewer: Viewer) -> bool:
    """Tell whether the viewer may see the evidence of a handling record."""
    record = work.session.get(HandlingRecord, record_id)
    return record is not None and case_seen(work, record.case_id, viewer)


def own_codes(work: Work, person_id: int, case_ids: Collection[int]) -> dict[int, str]:
    """Return the code of the newest report that the person made, by the id of its case."""
    query = select(Intake).where(Intake.person_id == person_id, Intake.case_id.in_(case_ids)).order_by(Intake.id)
    return {one.case_id: one.code for one in work.session.scalars(query) if one.case_id is not None}
