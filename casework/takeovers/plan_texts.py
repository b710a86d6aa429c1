"""What papers of a takeover say of plan, price, contract and works, as texts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from casework.persistence import Work
from casework.takeovers import money
from casework.takeovers import paper_words as words
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.planned import Planned
from casework.takeovers.planning_models import EstateSurvey
from casework.takeovers.works_models import RenovationItem
from casework.votes.texts import BLANK, figure, local_day, moment


def of_plan(work: Work, plan: Planned, area: Decimal | None, price: money.Price | None) -> dict[str, Any]:
    """Return a plan with its first year, as if every use of common parts were allowed."""
    return {
        "firm": words.name(work, plan.unit),
        "level": words.LEVELS.get(plan.level, BLANK),
        "fee": words.yuan(plan.fee),
        "area": words.yuan(area),
        "trial": plan.trial,
        "items": [
            {
                "no": str(n),
                "item": str(row["item"]),
                "often": str(row.get("often") or ""),
                "rate": words.rate(row.get("rate")),
            }
            for n, row in enumerate(plan.items, 1)
        ],
        "subsidy": [_step(area, row) for row in plan.subsidy],
        "revenue": [_use(row) for row in plan.revenue],
        "renovation": [_planned_work(n, row) for n, row in enumerate(plan.renovation, 1)],
        **of_price(price),
    }


def of_price(price: money.Price | None) -> dict[str, Any]:
    """Return a calculation line by line, with what it takes, what pays for it, and what nobody pays."""
    if price is None:
        return {"lines": [], "cost": BLANK, "paid": BLANK, "shortfall": BLANK, "left_out": []}
    rows = [_line(one.kind, one.item, one.rate, one.amount) for one in price.lines]
    told = {name: figure(getattr(price, name)) for name in ("cost", "paid", "shortfall")}
    return {"lines": rows, **told, "left_out": list(price.left_out)}


def of_contract(
    work: Work, contract: ServiceContract | None, plan: Planned, area: Decimal | None, price: money.Price | None
) -> dict[str, Any]:
    """Return a contract as it was signed; before that its text, with the days left blank."""
    days = ("posted", "signed", "first", "last", "filed", "entered")
    if contract is None:
        told = {"firm": words.name(work, plan.unit), "phone": words.phone(work, plan.unit), "no": BLANK}
        told |= {"fee": words.yuan(plan.fee), "area": words.yuan(area)}
        return {**told, **of_price(price), **dict.fromkeys(days, BLANK)}
    lines = [
        money.Line(row["kind"], row["item"], words.number(row["rate"]), Decimal(row["amount"]))
        for row in contract.lines
    ]
    signed = money.Price(contract.area, lines, contract.left_out)
    at = (contract.posted_on, contract.signed_on, contract.from_on, contract.to_on, contract.filed_on)
    return {
        "firm": words.name(work, contract.unit_id),
        "phone": words.phone(work, contract.unit_id),
        "fee": figure(contract.fee),
        "area": figure(contract.area),
        "no": contract.filing_no or BLANK,
        **of_price(signed),
        "shortfall": figure(contract.shortfall),
        **dict(zip(days, (words.day(one) for one in at), strict=False)),
        "entered": moment(work, contract.entered_at),
    }


def of_survey(work: Work, found: EstateSurvey | None) -> dict[str, Any]:
    """Return what was found on the spot; blanks before anybody went."""
    if found is None:
        return {**dict.fromkeys(("at", "wish", "body", "debts"), BLANK), "facts": [], "hazards": []}
    return {
        "at": local_day(work, found.at),
        "wish": words.WISHES[found.wish],
        "body": words.BODIES[found.body],
        "debts": words.yuan(found.debts),
        "facts": [
            {
                "item": words.work_name(row["item"]),
                "state": words.FOUND.get(str(row.get("state")), BLANK),
                "count": words.count(row.get("count")),
            }
            for row in found.facts
        ],
        "hazards": [
            {"item": str(row["item"]), "grade": words.GRADES.get(str(row.get("grade")), BLANK)} for row in found.hazards
        ],
    }


def of_works(work: Work, found: Sequence[RenovationItem]) -> list[dict[str, str]]:
    """Return works as planned and as done."""
    return [
        {
            "no": str(n),
            "title": one.title,
            "payer": words.PAYERS[one.payer],
            "planned": words.count(one.planned),
            "done": words.count(one.done),
            "estimate": words.yuan(one.estimate),
            "unit": words.name(work, one.unit_id),
            "state": words.WORKS[one.state],
        }
        for n, one in enumerate(found, 1)
    ]


def _step(area: Decimal | None, row: Mapping[str, Any]) -> dict[str, str]:
    rate = words.number(row.get("rate"))
    whole = None if rate is None or area is None else money.subsidy_of_year([(money.MONTHS, area, rate)])
    return {"year": words.count(row.get("year")), "rate": words.rate(rate), "amount": words.yuan(whole)}


def _use(row: Mapping[str, Any]) -> dict[str, str]:
    income, cost = Decimal(row.get("income") or 0), Decimal(row.get("cost") or 0)
    return {"item": str(row["item"]), "income": figure(income), "cost": figure(cost), "net": figure(income - cost)}


def _planned_work(number: int, row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "no": str(number),
        "title": str(row.get("title") or words.work_name(row.get("item"))),
        "payer": words.PAYERS.get(str(row.get("payer")), BLANK),
        "planned": words.count(row.get("planned")),
        "estimate": words.yuan(words.number(row.get("estimate"))),
    }


def _line(kind: str, item: str, rate: Decimal | None, amount: Decimal) -> dict[str, str]:
    return {"kind": words.LINES[kind], "item": item or "—", "rate": words.rate(rate), "amount": figure(amount)}
