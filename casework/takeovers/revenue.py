"""What common parts bring in: an account of the owners' own, posted every quarter."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.cases import clocks
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.errors import Refused
from casework.persistence import Work
from casework.takeovers.money import to_fen
from casework.takeovers.money_models import RevenueEntry, RevenuePosting
from casework.takeovers.terms import DAY, day_of, part

_EVERY = "takeover.revenue.post_every_months"
_SHOWN = "takeover.revenue.posting_days"


def open_quarter(step: Step, term: Mapping[str, Any], unit: int) -> Mapping[str, Any]:
    """Begin the next quarter under the contract `term` {from, to}: the first, or the one after the last posted.

    Returns {from, to, ends, unit, before, runs_on}: `before` is what the owners' account holds, in yuan; `runs_on`
    while the contract goes on after this quarter.
    """
    first, last = day_of(term["from"]), day_of(term["to"])
    latest = _latest(step.work, step.case.id)
    since = first if latest is None or latest.from_on < first else latest.to_on + DAY
    length = int(str(clocks.counting(step.work, step.case).pinned.value(_EVERY)))
    span = part(first, last, since, length)
    if span is None:
        raise Refused("合同已经期满，没有下一季度。", "The contract has run its time: there is no next quarter.")
    return {
        "from": max(span.from_on, since),
        "to": span.to_on,
        "ends": span.to_on + DAY,
        "unit": Decimal(unit),
        "before": balance_of(step.work, step.case.estate_id or 0),
        "runs_on": span.to_on < last,
    }


def post_revenue(
    step: Step, quarter: Mapping[str, Any], entries: Sequence[Mapping[str, Any]] | None, balance: Any, photo: Any
) -> Mapping[str, Any]:
    """Enter what a quarter brought in and cost, and post it to the owners with what their account holds then.

    `entries` are rows {kind: income or cost, item, day, amount} of days in the quarter; an amount below zero puts an
    earlier line right. Returns {income, cost, balance, until}. Raises Refused where the stated balance is not what the
    lines give, to the fen, or a line is of another time.
    """
    first, last = day_of(quarter["from"]), day_of(quarter["to"])
    case, lines = step.case, [_line(row) for row in entries or ()]
    for line in lines:
        if not first <= line.on <= last:
            raise Refused(
                f"“{line.item}”的日期 {line.on} 不在本季度 {first} 至 {last} 内。",
                f"“{line.item}” is of {line.on}, not between {first} and {last}.",
            )
    income, cost = (sum((one.amount for one in lines if one.kind == kind), Decimal("0.00")) for kind in _KINDS)
    before = balance_of(step.work, case.estate_id or 0)
    left = before + income - cost
    if to_fen(Decimal(balance)) != left:
        raise Refused(
            f"余额应为 {left} 元：上期 {before}，收入 {income}，支出 {cost}。",
            f"The balance must be {left} yuan: {before} before, {income} in, {cost} out.",
        )
    rules = clocks.counting(step.work, case)
    until = rules.pinned.deadline(_SHOWN, step.work.now, rules.calendar, rules.zone).instant
    made = RevenuePosting(
        case_id=case.id,
        estate_id=case.estate_id or 0,
        unit_id=int(quarter["unit"]),
        from_on=first,
        to_on=last,
        income=income,
        cost=cost,
        balance=left,
        photos=[int(one) for one in photo or ()],
        posted_at=step.work.now,
        until=until,
    )
    step.work.session.add(made)
    step.work.session.flush()
    for line in lines:
        line.posting_id = made.id
    step.work.session.add_all(lines)
    step.work.session.flush()
    tell(step, "revenue_posted", "owners", period=f"{first} – {last}", income=income, cost=cost, balance=left)
    step.note(
        f"公共收益公示 {first} 至 {last}：收入 {income} 元，支出 {cost} 元，余额 {left} 元。",
        f"Revenue of common parts posted, {first} to {last}: {income} in, {cost} out, {left} yuan left.",
        what="revenue_posted",
        posting=made.id,
    )
    return {"income": income, "cost": cost, "balance": left, "until": until}


def balance_of(work: Work, estate_id: int) -> Decimal:
    """Return what the owners' account of an estate held after its last posting, in yuan; it outlives any company."""
    rows = select(RevenuePosting.balance).where(RevenuePosting.estate_id == estate_id)
    return work.session.scalar(rows.order_by(RevenuePosting.id.desc()).limit(1)) or Decimal("0.00")


_KINDS = ("income", "cost")


def _line(row: Mapping[str, Any]) -> RevenueEntry:
    return RevenueEntry(
        kind=str(row["kind"]), item=str(row["item"]), on=day_of(row["day"]), amount=to_fen(Decimal(row["amount"]))
    )


def _latest(work: Work, case_id: int) -> RevenuePosting | None:
    rows = select(RevenuePosting).where(RevenuePosting.case_id == case_id)
    return work.session.scalars(rows.order_by(RevenuePosting.to_on.desc()).limit(1)).first()


OPERATIONS = {
    "takeovers.open_quarter": open_quarter,
    "takeovers.post_revenue": post_revenue,
}
