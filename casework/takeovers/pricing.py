"""What a planned service costs in a year and who pays for it, by what the owners have allowed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from casework.cases.step import Step
from casework.errors import Refused
from casework.persistence import Work
from casework.takeovers import money
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.money import Line, Price
from casework.takeovers.money_models import FeeYear, YearScore
from casework.votes.models import Roll, Vote

_FEE = 2
_FIRST_USE = 3
"""The agenda of a mandate: the hiring, the fee, then each use of common parts in the order of the plan."""
_NAMES = {
    "service": ("服务成本", "Service"),
    "fee": ("业主交费", "Fee of the owners"),
    "revenue": ("公共收益", "Revenue of common parts"),
    "subsidy": ("过渡补贴", "Subsidy"),
}


def price(step: Step, plan: Mapping[str, Any], vote: Any = None, built_area: Any = None) -> Mapping[str, Any]:
    """Calculate a year of the planned service line by line, by what the owners' vote has allowed.

    `plan` is {items, fee, subsidy, revenue_items}, rates in yuan per m² and month, `vote` what owner_vote gives. The
    area in m² is that of the roll voted on, else `built_area`. A use of common parts counts only where its own item
    passed (民法典 278), a new fee only where the owners agreed to it: else the fee of the contract before goes on. The
    fee is one for all: nobody is served without one. Returns {area, fee, fee_agreed, lines, left_out, cost, paid,
    shortfall, years, text, text_en}, yuan a year. Raises Refused where no area is known.
    """
    passed = _passed(vote)
    uses = list(plan.get("revenue_items") or ())
    allowed = [str(row["item"]) for number, row in enumerate(uses, _FIRST_USE) if passed.get(number)]
    before = _fee_before(step.work, step.case.estate_id)
    fee = Decimal(plan["fee"]) if passed.get(_FEE) else before or Decimal(0)
    area = _area(step.work, vote, built_area)
    rates = _rates(step.work, step.case.id, plan.get("subsidy") or ())
    first = min(rates)
    years = {
        year: money.price(area, plan.get("items") or (), fee, uses, rate, allowed)
        for year, rate in sorted(rates.items())
    }
    found = years[first]
    step.note(
        f"核定收费：每年成本 {found.cost} 元，收入 {found.paid} 元，缺口 {found.shortfall} 元"
        + (f"；业主没有同意、不计入的：{'、'.join(found.left_out)}。" if found.left_out else "。"),
        f"A year takes {found.cost} yuan, {found.paid} come in, {found.shortfall} are missing"
        + (f"; not allowed by the owners and left out: {', '.join(found.left_out)}." if found.left_out else "."),
        what="priced",
    )
    return {
        "area": area,
        "fee": fee,
        "fee_agreed": fee > 0,
        "lines": [{"kind": one.kind, "item": one.item, "rate": one.rate, "amount": one.amount} for one in found.lines],
        "left_out": list(found.left_out),
        "cost": found.cost,
        "paid": found.paid,
        "shortfall": found.shortfall,
        "years": [
            {
                "year": Decimal(year),
                "rate": rates[year],
                "subsidy": one.total("subsidy"),
                "shortfall": one.shortfall,
            }
            for year, one in years.items()
        ],
        "text": told(found, {year: one.shortfall for year, one in years.items()}, english=False),
        "text_en": told(found, {year: one.shortfall for year, one in years.items()}, english=True),
    }


def told(found: Price, missing: Mapping[int, Decimal], *, english: bool) -> str:
    """Return a calculation as it is posted, one line each; `missing` is what nobody pays, by year."""
    lines = [_line(one, english=english) for one in found.lines]
    for item in found.left_out:
        lines.append(f"Not allowed by the owners: {item}" if english else f"业主没有同意，不计入：{item}")
    for year, amount in missing.items():
        lines.append(f"Missing in year {year}: {amount} yuan" if english else f"第 {year} 年缺口：{amount} 元")
    head = f"Area charged: {found.area} m²" if english else f"计费面积：{found.area} 平方米"
    return "\n".join([head, *lines])


def _line(one: Line, *, english: bool) -> str:
    name = _NAMES[one.kind][english]
    if one.item:
        name = f"{name} – {one.item}" if english else f"{name}（{one.item}）"
    rate = "" if one.rate is None else f"{one.rate} yuan/m²·month, " if english else f"{one.rate} 元/平方米·月，"
    return f"{name}: {rate}{one.amount} yuan a year" if english else f"{name}：{rate}每年 {one.amount} 元"


def _passed(vote: Any) -> Mapping[int, bool]:
    """Return by number which items of a vote passed; none of a vote that is void."""
    if not isinstance(vote, Mapping) or vote.get("void") is True:
        return {}
    return {int(one["no"]): one.get("passed") is True for one in vote.get("results") or ()}


def _fee_before(work: Work, estate_id: int | None) -> Decimal | None:
    """Return the fee of the contract in force at an estate, which goes on until the owners decide on another."""
    signed = select(ServiceContract.fee).where(
        ServiceContract.estate_id == estate_id, ServiceContract.entered_at.is_not(None)
    )
    return work.session.scalar(signed.order_by(ServiceContract.id.desc()).limit(1))


def _rates(work: Work, case_id: int, rows: Sequence[Mapping[str, Any]]) -> Mapping[int, Decimal]:
    """Return the subsidy of each year that is still to come; years counted over all contracts of the takeover."""
    rated = select(func.max(FeeYear.number)).join(YearScore, YearScore.year_id == FeeYear.id)
    first = (work.session.scalar(rated.where(FeeYear.case_id == case_id)) or 0) + 1
    planned = {int(row["year"]): Decimal(row["rate"]) for row in rows}
    return {year: planned.get(year, Decimal(0)) for year in {first, *(one for one in planned if one > first)}}


def _area(work: Work, vote: Any, built_area: Any) -> Decimal:
    number = vote.get("id") if isinstance(vote, Mapping) else None
    roll = select(Roll.area).join(Vote, Vote.roll_id == Roll.id).where(Vote.id == int(number or 0))
    area = work.session.scalar(roll) or (None if built_area is None else Decimal(built_area))
    if not area:
        raise Refused(
            "不知道计费面积：表决没有名册，登记时也没有填建筑面积。",
            "No area to charge for is known: neither a roll was voted on nor the built area entered.",
        )
    return area


OPERATIONS = {"takeovers.price": price}
