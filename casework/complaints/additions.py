"""What a reporter adds to a running case: an entry beside the process, told to whoever has the work in hand."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from casework import attachments, engine, notifications
from casework.cases import history
from casework.cases import services as cases
from casework.cases.advance import lock
from casework.cases.commands import once
from casework.cases.models import Case, Subscription
from casework.cases.notices import recipients
from casework.cases.queries import open_items
from casework.complaints.models import Addition, Intake
from casework.errors import Invalid, NotFound, Refused
from casework.persistence import Work

ADDED = "report_supplemented"
"""The notice to whoever has the work, and the message that a diagram may wait for."""
LONGEST = 2000


def add(work: Work, intake_id: int, text: str, files: Sequence[int] = (), *, key: str | None = None) -> None:
    """Add words, files or both to a report while its case is open; no token moves unless the diagram waits for it.

    Raises Invalid without either and for words that are too long, Refused once the case is closed or the report is
    taken back. Whether the report is theirs is asked before.
    """

    def act() -> dict[str, int]:
        intake = work.session.get(Intake, intake_id)
        if intake is None or intake.case_id is None:
            raise NotFound("没有这件报事。", "There is no such report.")
        case = lock(work, intake.case_id)
        if not may_add(case, intake):
            raise Refused(
                "案件已经办结或已撤回，不能再补充。",
                "The case is closed or the report taken back; nothing can be added.",
            )
        made = keep(work, intake, _fitting(text, files))
        attachments.attach(work, files, f"intake:{intake.id}")
        zh, en = ("诉求人补充了情况。", "The reporter told more.")
        refs = {"intake": intake.id, "addition": made.id}
        history.write(work, case, [history.Line(None, None, "intake", "supplemented", zh, en, refs)])
        notifications.send(work, ADDED, _in_charge(work, case, intake), case.id, {}, key=f"addition:{made.id}")
        _deliver(work, case, made)
        return {"addition": made.id}

    once(work, key, {"add": intake_id, "text": text}, act)


def keep(work: Work, intake: Intake, text: str) -> Addition:
    """Write down what was added to a report."""
    made = Addition(intake_id=intake.id, at=work.now, text=text)
    work.session.add(made)
    work.session.flush()
    return made


def may_add(case: Case, intake: Intake) -> bool:
    """Say whether a reporter may add to their report now."""
    return case.status == "open" and intake.callback != "dropped"


def additions(work: Work, intake_ids: Iterable[int]) -> Sequence[Addition]:
    """Return what was added in words to these reports, oldest first."""
    wanted = select(Addition).where(Addition.intake_id.in_(list(intake_ids)), Addition.text != "")
    return work.session.scalars(wanted.order_by(Addition.id)).all()


def _fitting(text: str, files: Sequence[int]) -> str:
    text = text.strip()
    if not text and not files:
        fault = ("请写几句，或附上照片", "Write a few words or add a photo")
        raise Invalid("请补充文字或照片。", "Add words or a photo.", {"text": [fault]})
    if len(text) > LONGEST:
        fault = (f"最多 {LONGEST} 字", f"At most {LONGEST} characters")
        raise Invalid("请检查标出的内容。", "Check what is marked.", {"text": [fault]})
    return text


def _in_charge(work: Work, case: Case, intake: Intake) -> list[str]:
    """Return the addresses of whoever has an open task of the case, else of its responsible unit."""
    found: list[str] = []
    for item in open_items(work, case.id):
        if item.holder_id is not None and item.holder_id != intake.person_id:
            found.append(f"person:{item.holder_id}")
        elif item.holder_id is None:
            found += [f"group:{group}" for group in item.groups if "@" in group]
    return found or list(recipients(work, case, ["unit"]))


def _deliver(work: Work, case: Case, made: Addition) -> None:
    waits = select(Subscription.name).where(Subscription.case_id == case.id, Subscription.name == ADDED)
    if work.session.scalar(waits.limit(1)) is not None:
        message = engine.Message(ADDED, {"addition": made.id}, {"intake": made.intake_id})
        cases.deliver(work, case.id, message, required=False)
