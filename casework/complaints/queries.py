"""Reading reports: by their code, those of one person, and what waits for the complainant."""

from collections.abc import Collection

from sqlalchemy import select

from casework.cases.facts import scope
from casework.cases.inbox import mark
from casework.cases.models import Case, WorkItem
from casework.cases.views import Texts
from casework.complaints.models import Intake
from casework.complaints.views import OwnReport, Question
from casework.definitions import library
from casework.directory import queries as directory
from casework.directory.models import HouseholdBinding
from casework.directory.viewing import Viewer
from casework.errors import NotFound
from casework.persistence import Work

PAGE = 20
_LONGEST_TITLE = 40


def report_by_code(work: Work, code: str) -> Intake:
    """Return the report with this code; NotFound without one. Whether the asker may follow it is asked by the door."""
    found = work.session.scalars(select(Intake).where(Intake.code == code)).one_or_none()
    if found is None or found.case_id is None:
        raise NotFound("没有这件报事。", "There is no such report.")
    return found


def case_of(work: Work, intake: Intake) -> Case:
    """Return the case that a report belongs to now."""
    return work.session.get_one(Case, intake.case_id)


def title_of(intake: Intake, case: Case) -> Texts:
    """Return what a report is called to the one who made it: as its case, else by its own first words."""
    words = intake.text[:_LONGEST_TITLE]
    return case.title_zh or words, case.title_en or case.title_zh or words


def own_reports(
    work: Work, viewer: Viewer, before: int | None = None, size: int = PAGE
) -> tuple[list[OwnReport], int | None]:
    """Return one page of the viewer's own reports, newest first, and where the next begins; nobody else's ever."""
    if viewer.person_id is None:
        return [], None
    wanted = select(Intake).where(Intake.person_id == viewer.person_id, Intake.case_id.is_not(None))
    if before is not None:
        wanted = wanted.where(Intake.id < before)
    found = work.session.scalars(wanted.order_by(Intake.id.desc()).limit(size + 1)).all()
    return [_own(work, one) for one in found[:size]], found[size - 1].id if len(found) > size else None


def questions(work: Work, case: Case, intake: Intake) -> list[Question]:
    """Return the open tasks of a case that wait for this very complainant, with the form they may see."""
    if intake.person_id is None:
        return []
    release = library.opened(work.session, case.release_id)
    own = WorkItem.groups.contains([f"p{intake.person_id}"])
    wanted = select(WorkItem).where(WorkItem.case_id == case.id, WorkItem.state == "open", own).order_by(WorkItem.id)
    asked = []
    for item in work.session.scalars(wanted):
        form = release.forms.get(item.form or "")
        shown = form.shown(scope(work, case, item), staff=False) if form else {"components": []}
        asked.append(Question(item.id, item.version, release.called(item.process, item.element), shown))
    return asked


def owner_who_reported_last(work: Work, among: Collection[int] = ()) -> HouseholdBinding | None:
    """Return the home of the owner whose report came in last; of any owner where none has reported.

    Reports about the estates `among` come before all others.
    """
    owners = select(HouseholdBinding).where(HouseholdBinding.kind == "owner")
    reported = owners.join(Intake, Intake.person_id == HouseholdBinding.person_id)
    preferred = reported.order_by(Intake.estate_id.in_(among).desc().nulls_last(), Intake.id.desc())
    found = work.session.scalars(preferred.limit(1)).first()
    return found or work.session.scalars(owners.order_by(HouseholdBinding.id).limit(1)).first()


def _own(work: Work, intake: Intake) -> OwnReport:
    case = case_of(work, intake)
    place = directory.area(work, intake.estate_id)
    due = case.due_at if case.status == "open" else None
    return OwnReport(
        intake.code,
        title_of(intake, case),
        place.name if place else "",
        case,
        due,
        mark(work, due),
        bool(questions(work, case, intake)),
    )
