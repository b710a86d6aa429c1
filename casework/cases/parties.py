"""The people of a case, for whoever may know of them."""

from casework.cases.assignment import standing
from casework.cases.queries import case_for
from casework.directory import people
from casework.directory.conflicts import may_see_identity
from casework.directory.sealing import Particulars
from casework.directory.viewing import Viewer
from casework.errors import NotFound
from casework.persistence import Work


def reveal_complainants(work: Work, viewer: Viewer, no: str, purpose: str) -> list[Particulars]:
    """Return who reported case `no`, and record who looked and why; NotFound for whoever may not know."""
    case = case_for(work, viewer, no)
    known = standing(work, case)
    if not may_see_identity(viewer, known):
        raise NotFound("没有可以查看的联系方式。", "There is no contact to show.")
    return [people.reveal(work, one, purpose, case_id=case.id) for one in sorted(known.complainants)]
