"""What residents do about a posting: object to it, and report that it was torn down."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework import attachments, engine
from casework.cases import services as cases
from casework.cases.advance import lock
from casework.cases.commands import once
from casework.cases.models import Case
from casework.directory import queries as directory
from casework.errors import Conflict, Forbidden, Invalid, Refused, Texts
from casework.persistence import Work
from casework.publicity.models import Damage, Objection
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
    """Object to what a case has posted; the answer is due within the time of the rules. The same key is one objection.

    `evidence` are drafts that are handed in with it, as a photo or PDF of a certificate.

    Raises Invalid without grounds, Forbidden for somebody who has no home in the estate, Refused when nothing hangs.
    """
    text = grounds.strip()
    if not 5 <= len(text) <= 5000:
        raise Invalid(
            "请写明异议的理由。",
            "Say what you object to, and why.",
            {"grounds": [("请用 5 至 5000 字说明", "Use 5 to 5000 characters")]},
        )

    def act() -> dict[str, Any]:
        posting = latest(work, case_id)
        if posting is None:
            raise Refused("这个案件没有公示。", "Nothing of this case is posted.")
        _must_belong(work, work.session.get_one(Case, case_id), person_id)
        attachments.attach(work, evidence, ("case", case_id))
        made = Objection(case_id=case_id, posting_id=posting.id, person_id=person_id, filed_at=work.now, grounds=text)
        made.evidence = list(evidence)
        work.session.add(made)
        work.session.flush()
        payload = {"objection": made.id, "person": person_id, "grounds": text, "evidence": list(evidence)}
        cases.deliver(work, case_id, engine.Message("objection_filed", payload))
        return {"objection": made.id}

    request = {"object": case_id, "person": person_id, "grounds": text, "evidence": list(evidence)}
    return work.session.get_one(Objection, once(work, key, request, act)["objection"])


def report_damage(
    work: Work,
    case_id: int,
    person_id: int,
    damaged_at: datetime,
    *,
    where: str,
    photos: Sequence[int],
    key: str | None = None,
) -> Damage:
    """Report that what hangs was torn down: whoever posts it looks, posts it again, and the days without are added.

    `photos` are drafts. Raises Invalid for a time in the future or before it hung, without a place or a photo;
    Conflict while an earlier report is looked into; Refused when nothing hangs.
    """
    place = where.strip()
    posting = latest(work, case_id)
    if posting is None:
        raise Refused("这个案件没有公示。", "Nothing of this case is posted.")
    wrong: dict[str, Sequence[Texts]] = {}
    if not posting.posted_at <= damaged_at <= work.now:
        wrong["damaged_at"] = [("须在张贴以后，不晚于现在", "After it was posted, and not later than now")]
    if not 2 <= len(place) <= 200:
        wrong["where"] = [("请写明哪一处，2 至 200 字", "Say which place, in 2 to 200 characters")]
    if not photos:
        wrong["proof"] = [("请附一张现场照片", "Add a photo of the place")]
    if wrong:
        raise Invalid("报告填写有误。", "The report is not right.", wrong)

    def act() -> dict[str, Any]:
        lock(work, case_id)
        waiting = select(Damage.id).where(Damage.posting_id == posting.id, Damage.decided_at.is_(None))
        if work.session.scalar(waiting.limit(1)) is not None:
            raise Conflict(
                "已有人报告，公示单位正在核实。", "It is reported already; whoever posts it is looking into it."
            )
        attachments.attach(work, photos, ("case", case_id))
        made = Damage(
            posting_id=posting.id,
            person_id=person_id,
            reported_at=work.now,
            damaged_at=damaged_at,
            where=place,
            photos=list(photos),
        )
        work.session.add(made)
        work.session.flush()
        local = damaged_at.astimezone(work.house.zone)
        payload = {"damage": {"id": Decimal(made.id), "where": place}, "damaged_at": local}
        cases.deliver(work, case_id, engine.Message("notice_damaged", payload))
        return {"damage": made.id}

    request = {"object": case_id, "person": person_id, "where": place, "photos": list(photos)}
    return work.session.get_one(Damage, once(work, key, request, act)["damage"])


def _must_belong(work: Work, case: Case, person_id: int) -> None:
    estate = case.estate_id or case.area_id
    homes = directory.households_of(work, person_id)
    if not any(estate in bound.household.lineage for bound in homes):
        raise Forbidden("本小区的业主和使用人可以提出异议。", "Owners and occupants of the estate may object.")
