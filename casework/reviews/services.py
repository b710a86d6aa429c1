"""What those who are reviewed do about it: challenge a finding, and report that its ground is gone."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from casework import attachments, engine
from casework.cases import services as cases
from casework.cases.models import Case
from casework.directory.viewing import Viewer
from casework.errors import Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from casework.reviews.desks import desk_of
from casework.reviews.models import Review, ReviewSubject
from casework.reviews.queries import asked, checks_of


def challenge(
    work: Work, case_id: int, person_id: int, reasons: str, *, evidence: Sequence[int] = (), key: str | None = None
) -> ReviewSubject:
    """Challenge what one's own review found; the street rules on it. `evidence` are drafts that are handed in with it.

    Raises Invalid without reasons, NotFound for somebody who has nothing to challenge, Refused after the time for it
    or the second time.
    """
    one = _newest(work, case_id, person_id)
    text = _said(reasons, "reasons")
    if one.told_at is None or one.challenge_until is None:
        raise NotFound("没有可以申辩的审查结论。", "There is no finding to challenge.")
    if one.challenged_at is not None:
        raise Refused("已经提出过申辩，请等待裁定。", "It is challenged already: wait for the ruling.")
    if work.now >= one.challenge_until:
        raise Refused("申辩期已过。", "The time for a challenge is over.")
    attachments.attach(work, evidence, f"case:{case_id}")
    one.challenged_at, one.challenge = work.now, {"reasons": text, "evidence": list(evidence)}
    work.session.flush()
    sent = engine.Message("review_answered", {"person": Decimal(person_id)}, {"review": Decimal(one.review_id)})
    cases.deliver(work, case_id, sent, key=key, required=False)
    return one


def report_lifted(
    work: Work,
    case_id: int,
    person_id: int,
    ground: str,
    text: str,
    *,
    evidence: Sequence[int] = (),
    key: str | None = None,
) -> None:
    """Report that a ground is gone, a debt paid or a breach put right: the office that found it looks again at once.

    After the review it is what called the review that is told, and has the person reviewed again.

    Raises Invalid without a text, NotFound for a person or ground the review does not know, Forbidden for anybody but
    the person themselves and the house, Refused when neither the review nor what called it waits for it.
    """
    if work.actor.person_id not in (None, person_id):
        raise Forbidden("只能报告本人的整改情况。", "Everybody reports this for themselves alone.")
    one = _newest(work, case_id, person_id)
    attachments.attach(work, evidence, f"case:{case_id}")
    _look_again(work, case_id, one, ground, _said(text, "text"), evidence, key)


def reconsider(
    work: Work, viewer: Viewer, case_id: int, subject_id: int, ground: str, text: str, *, key: str | None = None
) -> None:
    """Have an office look again at what it found itself, for the reason it gives: its finding is lifted or changed.

    Raises Invalid without a reason, Forbidden for a finding of another office, Refused when nothing waits for it.
    """
    one = work.session.get_one(ReviewSubject, subject_id)
    found = next((check for check in checks_of(work, one.id) if check.ground == ground), None)
    if found is None or found.unit_id not in viewer.organisations or one.person_id == viewer.person_id:
        raise Forbidden("只能改变本单位的审查意见。", "An office changes its own finding alone.")
    _look_again(work, case_id, one, ground, _said(text, "text"), (), key)


def _look_again(
    work: Work, case_id: int, one: ReviewSubject, ground: str, said: str, evidence: Sequence[int], key: str | None
) -> None:
    person_id = one.person_id
    review = work.session.get_one(Review, one.review_id)
    desk = next((row["desk"] for row in asked(review) if row["ground"] == ground), None)
    if desk is None:
        raise NotFound("负面清单没有这一项。", "The negative list has no such ground.")
    unit = desk_of(work, work.session.get_one(Case, case_id), desk)
    payload = {
        "person": Decimal(person_id),
        "ground": ground,
        "unit": Decimal(unit.id),
        "text": said,
        "evidence": [Decimal(file) for file in evidence],
    }
    sent = engine.Message("ground_lifted", payload, {"review": Decimal(one.review_id)})
    if not cases.deliver(work, case_id, sent, key=key, required=False):
        over = engine.Message("facts_changed", {"person": Decimal(person_id), "changed": ground})
        cases.deliver(work, case_id, over, key=None if key is None else f"{key}:over")


def _newest(work: Work, case_id: int, person_id: int) -> ReviewSubject:
    query = select(ReviewSubject).join(Review, Review.id == ReviewSubject.review_id)
    query = query.where(Review.case_id == case_id, ReviewSubject.person_id == person_id)
    found = work.session.scalars(query.order_by(ReviewSubject.id.desc()).limit(1).with_for_update()).first()
    if found is None:
        raise NotFound("没有此人的资格审查。", "There is no review of this person.")
    return found


def _said(text: str, field: str) -> str:
    kept = text.strip()
    if not 5 <= len(kept) <= 5000:
        raise Invalid(
            "请说明情况。", "Say what happened.", {field: [("请用 5 至 5000 字说明", "Use 5 to 5000 characters")]}
        )
    return kept
