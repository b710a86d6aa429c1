"""What a diagram may ask of supervision. The responsible unit never changes by it."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from casework.cases import clocks
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.credit.services import apply as debit
from casework.supervision.models import Card, SupervisionOrder

CITY = 4
_CLOCK = "supervision"
_LIMITS = {1: "supervision.t1_hours", 2: "supervision.t2_hours", 3: "supervision.t3_working_days"}
_KINDS = {
    "limit": ("限期督办", "with a limit"),
    "list": ("挂牌督办", "publicly listed"),
    "talk": ("约谈督办", "by a talk"),
}
_YEAR = timedelta(days=365)


def open_order(step: Step, tier: int, kind: str, reason: str) -> Mapping[str, Any]:
    """Issue a supervision order of `tier`, or take the reason into the ladder that is open for the case already.

    A re-entry at the same tier keeps the limit. The order turns into a talk after repeated breaches of the unit.
    Returns {id, tier, kind, due, joined}; `joined` says that another ladder is open and this one is not needed.
    """
    work, case = step.work, step.case
    tier = int(tier)
    if reason == "unhandled":
        clocks.breach(work, case, "company_unhandled")
    standing = _open(step)
    if standing is not None and standing.reason != reason:
        if reason not in standing.also:
            standing.also = [*standing.also, reason]
        step.note(
            "并入已有督办。", "Joined to the supervision that is open already.", what="supervised", order=standing.id
        )
        return _answer(standing, joined=True)
    if standing is not None and standing.tier == tier:
        standing.kind = kind
        return _answer(standing, joined=False)
    order = standing or SupervisionOrder(
        case_id=case.id, unit_id=case.unit_id, tier=tier, kind=kind, reason=reason, also=[], opened_at=work.now
    )
    order.tier, order.kind = tier, "talk" if kind == "limit" and _must_talk(step) else kind
    work.session.add(order)
    clock = clocks.start(work, case, _CLOCK, _LIMITS.get(tier, _LIMITS[3]), work.now, again=True)
    order.due_at = clock.due_at
    case.tier = max(case.tier, tier)
    work.session.flush()
    _tell(step, order)
    return _answer(order, joined=False)


def raise_tier(step: Step) -> Mapping[str, Any]:
    """Hand the supervision to the next tier, with that tier's limit; the company's record notes it once."""
    order = _open(step)
    tier = min(CITY, (order.tier if order else step.case.tier) + 1)
    debit(step.work, step.case, "late", organisation_id=step.case.unit_id, occasion="raised")
    step.note("督办升级。", "Supervision raised to the next tier.", what="raised", tier=tier)
    return {"tier": Decimal(tier), "propose": None, "handled": None}


def lift(step: Step, reason: str) -> None:
    """End the supervision that was opened for `reason`, or took it in; counts and days are kept."""
    order = _open(step)
    if order is not None and reason in (order.reason, *order.also):
        clocks.stop(step.work, step.case, _CLOCK, "lifted")
        order.lifted_at, order.lift_reason = step.work.now, reason
        step.note("解除督办。", "Supervision lifted.", what="lifted", order=order.id)


def card(step: Step, kind: str) -> None:
    """Show the responsible unit a yellow or a red card; a red one records the breach of the reply clock."""
    work, case = step.work, step.case
    work.session.add(Card(case_id=case.id, unit_id=case.unit_id, kind=kind, at=work.now))
    work.session.flush()
    if kind == "red":
        clocks.breach(work, case, "reply")
    reply = clocks.latest(work, case, "reply")
    tell(step, f"{kind}_card", "unit", due_at=reply.due_at if reply is not None else None)
    zh, en = ("黄牌：临近答复期限。", "Yellow card: the reply is due soon.")
    if kind == "red":
        zh, en = ("红牌：答复超期。", "Red card: the reply is overdue.")
    step.note(zh, en, what="carded", card=kind)


def _open(step: Step) -> SupervisionOrder | None:
    query = select(SupervisionOrder).where(
        SupervisionOrder.case_id == step.case.id, SupervisionOrder.lifted_at.is_(None)
    )
    return step.work.session.scalars(query).first()


def _must_talk(step: Step) -> bool:
    """Tell whether the unit has been overdue or carded so often within a year that it is called in for a talk."""
    work, case = step.work, step.case
    if case.unit_id is None:
        return False
    since = work.now - _YEAR
    rules = clocks.counting(work, case).pinned

    def count(kind: str) -> int:
        query = select(func.count()).where(Card.unit_id == case.unit_id, Card.kind == kind, Card.at >= since)
        return work.session.scalar(query) or 0

    return count("red") >= int(str(rules.value("supervision.talk_after"))) or count("yellow") >= int(
        str(rules.value("supervision.red_after_yellows"))
    )


def _tell(step: Step, order: SupervisionOrder) -> None:
    tell(
        step,
        "supervision_opened",
        f"unit tier:{order.tier} complainant",
        tier=order.tier,
        order=order.id,
        limit=order.due_at,
    )
    zh, en = _KINDS[order.kind]
    step.note(
        f"第 {order.tier} 级{zh}。",
        f"Supervision by tier {order.tier}, {en}.",
        what="supervised",
        order=order.id,
        tier=order.tier,
    )


def _answer(order: SupervisionOrder, *, joined: bool) -> Mapping[str, Any]:
    return {
        "id": Decimal(order.id),
        "tier": Decimal(order.tier),
        "kind": order.kind,
        "due": order.due_at,
        "joined": joined,
    }


OPERATIONS = {
    "supervision.open": open_order,
    "supervision.raise_tier": raise_tier,
    "supervision.lift": lift,
    "supervision.card": card,
}
