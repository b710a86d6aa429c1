"""Who may open a file that belongs to a case, a report or a handling record: whoever may see the case itself."""

from sqlalchemy import select

from casework.cases.models import Case
from casework.cases.queries import may_see
from casework.directory.viewing import Viewer
from casework.persistence import Work


def case_seen(work: Work, case_id: int, viewer: Viewer) -> bool:
    """Tell whether the viewer may see the case with this id."""
    return work.session.scalar(select(Case.id).where(Case.id == case_id, may_see(work, viewer))) is not None
