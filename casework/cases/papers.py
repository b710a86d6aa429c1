"""The papers of a case: which it has, who may have them, and what they are filled with."""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import select

from casework import documents
from casework.cases.models import Case
from casework.definitions import library
from casework.directory.models import Area
from casework.directory.queries import ancestors
from casework.directory.viewing import Viewer
from casework.errors import Forbidden, NotFound
from casework.persistence import Work
from casework.votes.models import Vote
from casework.votes.texts import local_day


class Filling(Protocol):
    """What a process noun knows of its papers; `bootstrap` hands it in for each process that has any."""

    def facts(self, work: Work, case: Case, paper: documents.Paper) -> Mapping[str, Any]:
        """Return what a paper is filled with beyond its heading."""
        ...

    def may_have_all(self, work: Work, viewer: Viewer, case: Case) -> bool:
        """Tell whether the viewer may also have what is not posted."""
        ...


def papers(work: Work, case: Case) -> list[documents.Paper]:
    """Return the papers that the release of a case has, with those of what it calls."""
    known = documents.papers_in(library.opened(work.session, case.release_id).files, case.process)
    return [one for one in known if one.process in work.house.fillings]


def offered(work: Work, viewer: Viewer, case: Case) -> list[documents.Paper]:
    """Return the papers of a case that the viewer may have."""
    return [one for one in papers(work, case) if _may_have(work, viewer, case, one)]


def paper(work: Work, viewer: Viewer, case: Case, key: str) -> documents.Paper:
    """Return one paper that the viewer may have. Raises NotFound for none, Forbidden for one that is not posted.

    What is not posted is for those who organise or supervise by office, and for the parties of the paper.
    """
    found = next((one for one in papers(work, case) if one.key == key), None)
    if found is None:
        raise NotFound("没有这份文书。", "There is no such paper.")
    if not _may_have(work, viewer, case, found):
        raise Forbidden(
            "这份文书不张贴，只供办理和监督单位使用。", "It is not posted: it is for who organises or supervises."
        )
    return found


def facts(work: Work, case: Case, paper: documents.Paper) -> dict[str, Any]:
    """Return what a paper is filled with: its heading (estate, place, case_no, today), and what its process tells."""
    estate = work.session.get_one(Area, case.estate_id or case.area_id)
    above = [one.name for one in ancestors(work, estate.id) if one.kind in ("city", "county", "street")]
    return {
        "estate": estate.name,
        "place": "".join(above),
        "case_no": case.no,
        "today": local_day(work, work.now),
        **_filling(work, paper).facts(work, case, paper),
    }


def vote_of(work: Work, case: Case) -> Vote | None:
    """Return the newest vote of a case; None before there is one."""
    return work.session.scalars(select(Vote).where(Vote.case_id == case.id).order_by(Vote.id.desc()).limit(1)).first()


def _may_have(work: Work, viewer: Viewer, case: Case, paper: documents.Paper) -> bool:
    return paper.posted or _filling(work, paper).may_have_all(work, viewer, case)


def _filling(work: Work, paper: documents.Paper) -> Filling:
    found: Filling = work.house.fillings[paper.process]
    return found
