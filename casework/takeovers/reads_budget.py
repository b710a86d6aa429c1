"""The subsidy of taken-over estates year by year: what is promised by the steps of the rules, what was paid, held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Select, select

from casework.cases.models import Case
from casework.directory.days import today
from casework.directory.models import Area, Organisation
from casework.errors import Texts
from casework.persistence import Work
from casework.policies.pinned import Pinned
from casework.policies.services import pinned
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.models import FlaggedEstate
from casework.takeovers.money import subsidy_of_year
from casework.takeovers.money_models import FeeYear, SubsidyPayment
from casework.takeovers.terms import DAY, YEAR, Span, part
from casework.takeovers.yearly import rate_of

STATES: Mapping[str, Texts] = {"promised": ("待拨", "To come"), "paid": ("已拨", "Paid"), "held": ("暂缓", "Held")}


@dataclass(frozen=True, slots=True)
class Line:
    """The subsidy of one year of service at one estate, in yuan; it falls due when that year has ended.

    `number` is the step; `area` in m² and `rate` in yuan per m² and month are those of the year's last months.
    """

    estate_id: int
    names: Texts
    unit: Texts
    number: int
    from_on: date
    to_on: date
    months: int
    area: Decimal
    rate: Decimal
    amount: Decimal
    state: str

    @property
    def budget(self) -> int:
        """The year in whose budget it is: that in which the year of service ends."""
        return self.to_on.year


@dataclass(frozen=True, slots=True)
class YearOfBudget:
    """What the subsidies of a year come to, in yuan."""

    year: int
    promised: Decimal
    paid: Decimal
    held: Decimal
    lines: int

    @property
    def total(self) -> Decimal:
        """All of it together."""
        return self.promised + self.paid + self.held


def budget(lines: Iterable[Line]) -> Sequence[YearOfBudget]:
    """Add the lines up by the year in whose budget they are, oldest first."""
    by_year: dict[int, list[Line]] = {}
    for line in lines:
        by_year.setdefault(line.budget, []).append(line)
    return [
        YearOfBudget(year, _sum(found, "promised"), _sum(found, "paid"), _sum(found, "held"), len(found))
        for year, found in sorted(by_year.items())
    ]


def lines(work: Work, area: Area) -> Sequence[Line]:
    """Return every year of subsidy at the estates of an area, in order of time.

    What was paid or held is as it was settled. What is to come follows the rules that each case has pinned: the steps
    that are left, times the m² of the contract in force, or those of the last payment where they were corrected.
    """
    years = work.session.execute(_years(area)).all()
    settled = [_settled(year, payment, estate, unit) for year, payment, estate, unit, _ in years if payment is not None]
    corrected = {year.estate_id: Decimal(str(paid.parts[-1]["area"])) for year, paid, *_ in years if paid is not None}
    last = {year.estate_id: _Last(year, paid is None, case) for year, paid, *_, case in years if case.status == "open"}
    signed: dict[int, list[_Signed]] = {}
    for contract, estate, unit, case in work.session.execute(_contracts(area, today(work))):
        measured = corrected.get(estate.id, contract.area)
        signed.setdefault(estate.id, []).append(_Signed(contract, estate, unit, case, measured))
    coming = [line for held in signed.values() for line in _coming(work, held, last.get(held[0].estate.id))]
    return sorted([*settled, *coming], key=lambda line: (line.to_on, line.estate_id, line.number))


class _Last(NamedTuple):
    """The newest year of service of a takeover that is open, and whether its subsidy is still to be settled."""

    year: FeeYear
    unsettled: bool
    case: Case


class _Signed(NamedTuple):
    """A contract in force, with the m² that a subsidy counts."""

    contract: ServiceContract
    estate: Area
    unit: Organisation
    case: Case
    area: Decimal


def _coming(work: Work, held: Sequence[_Signed], last: _Last | None) -> Iterator[Line]:
    """Run over the years of an estate's contracts whose subsidy is not settled yet, as long as the steps last."""
    number, since = 1, date.min
    if last is not None:
        number, since = last.year.number + 1, last.year.to_on + DAY
        rate = rate_of(_rules(work, last.case), last.year.number)
        if last.unsettled and rate is not None:
            span = Span(last.year.from_on, last.year.to_on, last.year.months)
            yield _line(held[0], last.year.number, span, rate)
    for one in held:
        rules = _rules(work, one.case if last is None else last.case)
        since = max(since, one.contract.from_on)
        while (rate := rate_of(rules, number)) is not None:
            following = part(one.contract.from_on, one.contract.to_on, since, YEAR)
            if following is None:
                break
            yield _line(one, number, Span(max(following.from_on, since), following.to_on, following.months), rate)
            number, since = number + 1, following.to_on + DAY


def _line(of: _Signed, number: int, span: Span, rate: Decimal) -> Line:
    amount = subsidy_of_year([(span.months, of.area, rate)])
    estate, unit = of.estate, of.unit
    first, last = span.from_on, span.to_on
    return Line(
        estate.id, estate.names, unit.names, number, first, last, span.months, of.area, rate, amount, "promised"
    )


def _settled(year: FeeYear, payment: SubsidyPayment, estate: Area, unit: Organisation) -> Line:
    newest = payment.parts[-1]
    area, rate = Decimal(str(newest["area"])), Decimal(str(newest["rate"]))
    return Line(
        estate.id,
        estate.names,
        unit.names,
        year.number,
        year.from_on,
        year.to_on,
        year.months,
        area,
        rate,
        payment.amount,
        payment.state,
    )


def _rules(work: Work, case: Case) -> Pinned:
    return pinned(work.session, case.policies)


def _years(area: Area) -> Select[FeeYear, SubsidyPayment | None, Area, Organisation, Case]:
    return (
        select(FeeYear, SubsidyPayment, Area, Organisation, Case)
        .outerjoin(SubsidyPayment, SubsidyPayment.year_id == FeeYear.id)
        .join(Area, Area.id == FeeYear.estate_id)
        .join(Organisation, Organisation.id == FeeYear.unit_id)
        .join(Case, Case.id == FeeYear.case_id)
        .where(Area.path.like(f"{area.path}%"))
        .order_by(FeeYear.from_on, FeeYear.id)
    )


def _contracts(area: Area, day: date) -> Select[ServiceContract, Area, Organisation, Case]:
    """Find the contracts in force at estates that are flagged still."""
    return (
        select(ServiceContract, Area, Organisation, Case)
        .join(Area, Area.id == ServiceContract.estate_id)
        .join(FlaggedEstate, FlaggedEstate.estate_id == ServiceContract.estate_id)
        .join(Organisation, Organisation.id == ServiceContract.unit_id)
        .join(Case, Case.id == ServiceContract.case_id)
        .where(Area.path.like(f"{area.path}%"), FlaggedEstate.ended_at.is_(None), ServiceContract.to_on >= day)
        .where(ServiceContract.entered_at.is_not(None), ServiceContract.stopped_at.is_(None))
        .order_by(ServiceContract.from_on, ServiceContract.id)
    )


def _sum(found: Iterable[Line], state: str) -> Decimal:
    return sum((line.amount for line in found if line.state == state), Decimal("0.00"))
