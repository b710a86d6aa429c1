"""A year of service: opened, rated by four, and its subsidy paid or held."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from casework.calendar import months_on
from casework.cases import clocks
from casework.cases.step import Step
from casework.directory import queries as directory
from casework.directory.models import Area
from casework.errors import Conflict, NotFound, Refused
from casework.persistence import Work
from casework.policies import Pinned
from casework.takeovers.money import MONTHS, subsidy_of_year
from casework.takeovers.money_models import RATERS, Evaluation, FeeYear, SubsidyPayment, YearScore
from casework.takeovers.terms import DAY, day_of, part

_NAMES = {
    "housing": ("住建部门", "the housing authority"),
    "street": ("街道", "the street"),
    "community": ("社区", "the community"),
    "residents": ("居民", "the residents"),
}
_WHOLE = 100


def open_year(
    step: Step, term: Mapping[str, Any], unit: int, area: Any = None, households: Any = None
) -> Mapping[str, Any]:
    """Begin the next year of service under the contract `term` {from, to}: the first, or the one after the last.

    A year of an earlier contract that was broken off before it was rated gives way: it used up no step of the subsidy.
    Returns {id, number, from, to, ends, months, area, rate, households, runs_on}: the rate of the subsidy in yuan per
    m² and month, None once its years are over; `runs_on` while the contract goes on after this year.
    """
    case, first, last = step.case, day_of(term["from"]), day_of(term["to"])
    if case.estate_id is None:
        raise Refused("履约须在小区内办理。", "The service belongs to an estate.")
    latest = _latest(step.work, case.id)
    if latest is not None and latest.from_on < first and _result(step.work, latest) is None:
        step.work.session.delete(latest)
        step.work.session.flush()
        latest = _latest(step.work, case.id)
    since = first if latest is None or latest.from_on < first else latest.to_on + DAY
    span = part(first, last, since, MONTHS)
    if span is None:
        raise Refused("合同已经期满，没有下一年度。", "The contract has run its time: there is no next year.")
    made = FeeYear(
        case_id=case.id,
        estate_id=case.estate_id,
        unit_id=int(unit),
        number=1 if latest is None else latest.number + 1,
        from_on=max(span.from_on, since),
        to_on=span.to_on,
        months=span.months,
    )
    step.work.session.add(made)
    step.work.session.flush()
    known = len(directory.subtree(step.work, case.estate_id, {"household"}))
    return {
        "id": Decimal(made.id),
        "number": Decimal(made.number),
        "from": made.from_on,
        "to": made.to_on,
        "ends": made.to_on + DAY,
        "months": Decimal(made.months),
        "area": None if area is None else Decimal(area),
        "rate": rate_of(clocks.counting(step.work, case).pinned, made.number),
        "households": Decimal(max(known, int(households or 0))),
        "runs_on": made.to_on < last,
    }


def score(step: Step, year: Mapping[str, Any], ratings: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Put the four ratings of a year together: the result, the share of fees that came in, and failures in a row.

    `ratings` are rows {rater, score, evidence}, the residents' with `households` asked, the housing authority's with
    `fees_due` and `fees_paid` in yuan. Returns {composite, fee_rate, fails, last, failed, below_floor}. A year fails
    below `takeover.evaluation.pass_score`, or when every other estate of the county stands above it. Raises Refused
    while a rater is missing or too few households were asked: nothing is weighed anew.
    """
    row = _year(step.work, step.case.id, year)
    pinned = clocks.counting(step.work, step.case).pinned
    given = {str(one.get("rater")): one for one in ratings if one.get("score") is not None}
    _refuse_incomplete(pinned, given, int(year.get("households") or 0))
    if _result(step.work, row) is not None:
        raise Conflict("这一年度已经评价。", "This year has its result already.")
    weight = Fraction(str(pinned.value("evaluation.weight")))
    if weight * len(RATERS) != _WHOLE:
        raise Refused("四方评价的权重合计应为 100。", "The weights of the four raters must add up to 100.")
    composite = sum((Fraction(str(given[rater]["score"])) * weight / _WHOLE for rater in RATERS), Fraction(0))
    exact = Decimal(composite.numerator) / Decimal(composite.denominator)
    row.due, row.collected = (Decimal(given["housing"][name]) for name in ("fees_due", "fees_paid"))
    last = _is_last(step.work, row, exact)
    failed = last or exact < Decimal(str(pinned.value("takeover.evaluation.pass_score")))
    fails = _failed_before(step.work, row) + 1 if failed else 0
    below = row.due > 0 and not pinned.share_fits("takeover.fee.floor_ratio", row.collected, row.due)
    for rater in RATERS:
        households = given[rater].get("households") if rater == "residents" else None
        step.work.session.add(
            Evaluation(
                year_id=row.id,
                rater=rater,
                score=Decimal(given[rater]["score"]),
                households=None if households is None else int(households),
                evidence=[int(one) for one in given[rater].get("evidence") or ()],
                at=step.work.now,
            )
        )
    step.work.session.add(
        YearScore(
            year_id=row.id,
            composite=exact,
            last=last,
            failed=failed,
            fails=fails,
            below_floor=below,
            at=step.work.now,
        )
    )
    step.work.session.flush()
    zh, en = ("不合格", "failed") if failed else ("合格", "passed")
    why = ("（全县末位）", " as the last of the county") if last else ("", "")
    step.note(
        f"第 {row.number} 年度评价 {exact.normalize():f} 分，{zh}{why[0]}；收费 {row.collected}/{row.due} 元。",
        f"Year {row.number}: {exact.normalize():f} points, {en}{why[1]}; fees {row.collected}/{row.due} yuan.",
        what="year_scored",
        year=row.id,
    )
    return {
        "composite": exact,
        "fee_rate": None if not row.due else row.collected / row.due,
        "fails": Decimal(fails),
        "last": last,
        "failed": failed,
        "below_floor": below,
    }


def pay_subsidy(step: Step, year: Mapping[str, Any], pay: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Pay the subsidy of a year, or hold it (`pay`: pay or hold); a failed year is held, and the service goes on.

    `rows` are {months, area}: an area that was corrected counts from its month on. The rate is that of the year by
    `takeover.subsidy.steps`; the sum is rounded once, half up to the fen. Returns {amount, state}. Raises Refused for
    months that are not those of the year, for a rate that is not its own, and where a failed year would be paid.
    """
    row = _year(step.work, step.case.id, year)
    rate = rate_of(clocks.counting(step.work, step.case).pinned, row.number)
    if rate is None:
        raise Refused("补贴年限已满。", "The years of the subsidy are over.")
    result = _result(step.work, row)
    if result is None:
        raise Refused("评价完成后才能处理补贴。", "The subsidy follows the result of the year.")
    if result.failed and pay != "hold":
        raise Refused("评价不合格的年度补贴暂缓拨付。", "The subsidy of a failed year is held.")
    if step.work.session.scalar(select(SubsidyPayment.id).where(SubsidyPayment.year_id == row.id)) is not None:
        raise Conflict("这一年度的补贴已经处理。", "The subsidy of this year is settled already.")
    parts = [(int(one["months"]), Decimal(one["area"]), Decimal(one.get("rate") or rate)) for one in rows]
    if sum(months for months, _, _ in parts) != row.months:
        raise Refused(f"各行月数合计应为 {row.months} 个月。", f"The months of all lines must add up to {row.months}.")
    if any(stated != rate for _, _, stated in parts):
        raise Refused(
            f"第 {row.number} 年的补贴标准为每月每平方米 {rate} 元。",
            f"The subsidy of year {row.number} is {rate} yuan per m² and month.",
        )
    amount, state = subsidy_of_year(parts), "paid" if pay == "pay" else "held"
    step.work.session.add(
        SubsidyPayment(
            year_id=row.id,
            state=state,
            parts=[{"months": months, "area": str(area), "rate": str(step_)} for months, area, step_ in parts],
            amount=amount,
            at=step.work.now,
        )
    )
    step.work.session.flush()
    zh, en = ("拨付", "paid") if state == "paid" else ("暂缓拨付", "held")
    step.note(
        f"第 {row.number} 年补贴 {amount} 元，{zh}。",
        f"Subsidy of year {row.number}: {amount} yuan, {en}.",
        what=f"subsidy_{state}",
        year=row.id,
    )
    return {"amount": amount, "state": state}


def rate_of(pinned: Pinned, number: int) -> Decimal | None:
    """Return the subsidy of the year of that number in yuan per m² and month; None once its years are over."""
    steps = pinned.value("takeover.subsidy.steps")
    years = min(int(str(pinned.value("takeover.subsidy.years"))), len(steps) if isinstance(steps, Sequence) else 0)
    return Decimal(str(steps[number - 1])) if isinstance(steps, Sequence) and number <= years else None


def _refuse_incomplete(pinned: Pinned, given: Mapping[str, Mapping[str, Any]], whole: int) -> None:
    missing = [_NAMES[rater] for rater in RATERS if rater not in given]
    if missing:
        raise Refused(
            f"还缺{'、'.join(zh for zh, _ in missing)}的评价，四方齐全才能评定。",
            f"The rating of {', '.join(en for _, en in missing)} is missing: there is no result without all four.",
        )
    asked = int(given["residents"].get("households") or 0)
    if whole and not pinned.share_fits("evaluation.min_households_ratio", asked, whole):
        raise Refused(
            f"参评 {asked} 户，全小区 {whole} 户，户数不足。",
            f"{asked} of {whole} households were asked: too few for a result.",
        )


def _is_last(work: Work, row: FeeYear, composite: Decimal) -> bool:
    """Say whether every other estate of the county, by its newest result of the last year, stands above this one.

    The only estate with a result is not the last, nor is one that shares the lowest result with another.
    """
    county = directory.ancestor(work, row.estate_id, "county")
    if county is None:
        return False
    others = aliased(FeeYear)
    newest = (
        select(func.max(others.id))
        .join(YearScore, YearScore.year_id == others.id)
        .join(Area, Area.id == others.estate_id)
        .where(
            Area.path.like(f"{county.path}%"),
            others.estate_id != row.estate_id,
            others.to_on > months_on(row.to_on, -MONTHS)[0],
        )
        .group_by(others.estate_id)
    )
    results = work.session.scalars(select(YearScore.composite).where(YearScore.year_id.in_(newest))).all()
    return bool(results) and all(other > composite for other in results)


def _failed_before(work: Work, row: FeeYear) -> int:
    """Return how many years in a row the unit had failed before this one."""
    before = (
        select(YearScore.fails)
        .join(FeeYear, FeeYear.id == YearScore.year_id)
        .where(FeeYear.case_id == row.case_id, FeeYear.unit_id == row.unit_id, FeeYear.number == row.number - 1)
    )
    return work.session.scalar(before) or 0


def _year(work: Work, case_id: int, year: Mapping[str, Any]) -> FeeYear:
    row = work.session.get(FeeYear, int(year["id"]), with_for_update=True)
    if row is None or row.case_id != case_id:
        raise NotFound("没有这一年度。", "There is no such year.")
    return row


def _result(work: Work, row: FeeYear) -> YearScore | None:
    return work.session.scalars(select(YearScore).where(YearScore.year_id == row.id)).one_or_none()


def _latest(work: Work, case_id: int) -> FeeYear | None:
    rows = select(FeeYear).where(FeeYear.case_id == case_id).order_by(FeeYear.number.desc()).limit(1)
    return work.session.scalars(rows).first()


OPERATIONS = {
    "takeovers.open_year": open_year,
    "takeovers.score": score,
    "takeovers.pay_subsidy": pay_subsidy,
}
