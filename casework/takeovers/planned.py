"""What a takeover has planned so far, as its case holds it: services, fee, subsidy, uses of common parts, works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from casework import engine
from casework.cases.models import Case, WorkItem
from casework.cases.values import from_json
from casework.definitions import library
from casework.persistence import Work
from casework.takeovers import money
from casework.votes.models import Vote

_PARTS = ("service_level", "fee", "subsidy", "revenue_items", "renovation", "trial")
_NAMED = ("plan", "service_items", "price")
"""How a plan can be known: as a whole, by its services, or by the price of an emergency or basic service."""
_FIRST_USE = 3
"""The agenda of a mandate: the hiring, the fee, then each use of common parts in the order of the plan."""
_ROWS = ("items", "subsidy", "revenue_items", "renovation")


@dataclass(frozen=True)
class Planned:
    """A plan as its rows say it, with the built area in m² and the company by its number, as far as they are known."""

    level: str
    items: Sequence[Mapping[str, Any]]
    fee: Decimal | None
    subsidy: Sequence[Mapping[str, Any]]
    revenue: Sequence[Mapping[str, Any]]
    renovation: Sequence[Mapping[str, Any]]
    trial: bool
    area: Decimal | None
    unit: int | None
    vote: int | None
    """The vote by which the owners decided on it, where the case names one."""

    def price(self, area: Decimal | None, allowed: Sequence[str]) -> money.Price | None:
        """Return the first year on `area` m² with these uses of common parts; None without a fee or an area."""
        if self.fee is None or area is None:
            return None
        step = next((Decimal(row["rate"]) for row in self.subsidy if int(row.get("year") or 0) == 1), Decimal(0))
        services = [row for row in self.items if row.get("rate") is not None]
        return money.price(area, services, self.fee, self.revenue, step, allowed)


def planned(work: Work, case: Case) -> Planned:
    """Return what the case has planned."""
    data = _data(work, case)
    inner = data.get("plan")
    plan: Mapping[str, Any] = inner if isinstance(inner, Mapping) else {}
    if not plan:
        plan = {"items": data.get("service_items") or data.get("items")} | {part: data.get(part) for part in _PARTS}
    rows = {name: [row for row in plan.get(name) or () if isinstance(row, Mapping)] for name in _ROWS}
    fee = plan.get("fee") if plan.get("fee") is not None else data.get("price")
    return Planned(
        level=str(plan.get("service_level") or ""),
        items=rows["items"],
        fee=_number(fee),
        subsidy=rows["subsidy"],
        revenue=rows["revenue_items"],
        renovation=rows["renovation"],
        trial=bool(plan.get("trial")),
        area=_number(data.get("built_area")),
        unit=_key(data.get("soe"), "organisation"),
        vote=_key(data.get("vote"), "id"),
    )


def allowed(plan: Planned, vote: Vote | None) -> list[str]:
    """Return the uses of common parts that the owners have allowed, each by an item of its own (民法典 278)."""
    counted = ((vote.result if vote else None) or {}).get("items", ())
    passed = {int(item["no"]) for item in counted if item["passed"]}
    return [str(row["item"]) for number, row in enumerate(plan.revenue, _FIRST_USE) if number in passed]


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def _key(value: Any, name: str) -> int | None:
    """Return the number of a record that is named by itself or as a context."""
    found = _number(value.get(name) if isinstance(value, Mapping) else value)
    return None if found is None else int(found)


def _data(work: Work, case: Case) -> Mapping[str, Any]:
    """Return the data of a case that runs; of one that has ended what its newest task with a plan was opened with."""
    found: Mapping[str, Any] = {}
    if case.status == "open":
        stored = work.session.scalars(select(Case).where(Case.id == case.id).options(undefer(Case.state))).one()
        release = library.opened(work.session, case.release_id)
        found = engine.data(release.definition, stored.state, now=work.now)
    if any(found.get(name) is not None for name in _NAMED):
        return found
    seen = WorkItem.subject["data"]
    named = or_(*(seen.has_key(name) for name in _NAMED))
    query = select(WorkItem.subject).where(WorkItem.case_id == case.id, named).order_by(WorkItem.id.desc()).limit(1)
    subject = work.session.scalars(query).first()
    return found if subject is None else {**found, **from_json(subject["data"])}
