"""What residents do about a posting: object to it, and report that it was torn down."""

from collections.abc import Sequence
from datetime import datetime

from casework import engine
from casework.cases import services as cases
from casework.cases.models import Case
from casework.directory import queries as directory
from casework.errors import Forbidden, Invalid, Refused
from casework.persistence import Work
from casework.publicity.models import Objection
from casework.publicity.queries import latest


def file_objection(
    work: Work,
    case_id: int,
    person_id: int,
    grounds: str,
    *,
    evidence: Sequence[int] = (),
    key: str | None = None,
) -> Objection:
    """Object to what a case has posted; the answer is due within the time of the rules.

    Raises Invalid without grounds, Forbidden for somebody who has no home in the estate, Refused when nothing hangs.
    """
    text = grounds.strip()
    if not 5 <= len(text) <= 5000:
        raise Invalid(
            "请写明异议的理由。",
            "Say what you object to, and why.",
            {"grounds": [("请用 5 至 5000 字说明", "Use 5 to 5000 characters")]},
        )
    posting = latest(work, case_id)
    if posting is None:
        raise Refused("这个案件没有公示。", "Nothing of this case is posted.")
    _must_belong(work, work.session.get_one(Case, case_id), person_id)
    objection = Objection(case_id=case_id, posting_id=posting.id, person_id=person_id, filed_at=work.now, grounds=text)
    work.session.add(objection)
    work.session.flush()
    payload = {"objection": objection.id, "person": person_id, "grounds": text, "evidence": list(evidence)}
    cases.deliver(work, case_id, engine.Message("objection_filed", payload), key=key)
    return objection


def report_damage(work: Work, case_id: int, damaged_at: datetime, *, key: str | None = None) -> None:
    """Report that a posting was torn down at `damaged_at`: it is posted again, and the days are added.

    Raises Invalid for a time in the future, Refused when nothing hangs.
    """
    if damaged_at > work.now:
        raise Invalid(
            "时间不能晚于现在。",
            "The time can't be in the future.",
            {"damaged_at": [("不能晚于现在", "Not later than now")]},
        )
    local = damaged_at.astimezone(work.house.zone)
    cases.deliver(work, case_id, engine.Message("notice_damaged", {"damaged_at": local}), key=key)


def _must_belong(work: Work, case: Case, person_id: int) -> None:
    estate = case.estate_id or case.area_id
    homes = directory.households_of(work, person_id)
    if not any(estate in bound.household.lineage for bound in homes):
        raise Forbidden("本小区的业主和使用人可以提出异议。", "Owners and occupants of the estate may object.")
