"""What a taken-over estate's records tell of money and ratings: years of service and the owners' account. Queries only.

`by` narrows to what these organisations did; None leaves it open.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from casework.cases import clocks
from casework.cases.models import Case
from casework.cases.views import Law
from casework.directory.models import Organisation
from casework.errors import Texts
from casework.persistence import Work
from casework.takeovers import words
from casework.takeovers.estate_views import EntryView, PostingView, RatingView, SubsidyView, YearView
from casework.takeovers.money_models import (
    RATERS,
    Evaluation,
    FeeYear,
    RevenueEntry,
    RevenuePosting,
    SubsidyPayment,
    YearScore,
)
from casework.takeovers.reads_estate import Units, of

QUARTERS = 8
"""How many postings a page shows at once."""


def years(work: Work, estate_id: int, by: Units = None) -> Sequence[YearView]:
    """Return the years of service of an estate, the newest first, with their ratings, results and subsidies."""
    query = (
        select(FeeYear, YearScore, SubsidyPayment, Organisation)
        .join(Organisation, Organisation.id == FeeYear.unit_id)
        .outerjoin(YearScore, YearScore.year_id == FeeYear.id)
        .outerjoin(SubsidyPayment, SubsidyPayment.year_id == FeeYear.id)
        .where(FeeYear.estate_id == estate_id, of(FeeYear.unit_id, by))
        .order_by(FeeYear.from_on.desc(), FeeYear.id.desc())
    )
    found = work.session.execute(query).all()
    given: dict[int, dict[str, Evaluation]] = {}
    for one in work.session.scalars(select(Evaluation).where(Evaluation.year_id.in_([row[0].id for row in found]))):
        given.setdefault(one.year_id, {})[one.rater] = one
    return [year_view(*row, given.get(row[0].id, {})) for row in found]


def postings(
    work: Work, estate_id: int, by: Units = None, after: int | None = None, size: int = QUARTERS
) -> tuple[Sequence[PostingView], int | None]:
    """Return what was posted of the owners' account, the newest first, and the id after which the next page begins."""
    query = select(RevenuePosting, Organisation).join(Organisation, Organisation.id == RevenuePosting.unit_id)
    query = query.where(RevenuePosting.estate_id == estate_id, of(RevenuePosting.unit_id, by))
    if after is not None:
        query = query.where(RevenuePosting.id < after)
    found = work.session.execute(query.order_by(RevenuePosting.id.desc()).limit(size + 1)).all()
    shown = found[:size]
    lines: dict[int, list[EntryView]] = {}
    wanted = select(RevenueEntry).where(RevenueEntry.posting_id.in_([row.id for row, _ in shown]))
    for one in work.session.scalars(wanted.order_by(RevenueEntry.on, RevenueEntry.id)):
        lines.setdefault(one.posting_id, []).append(EntryView(one.kind, one.item, one.on, one.amount))
    views = [
        PostingView(
            id=row.id,
            unit=unit.names,
            from_on=row.from_on,
            to_on=row.to_on,
            income=row.income,
            cost=row.cost,
            balance=row.balance,
            posted_at=row.posted_at,
            until=row.until,
            photos=row.photos,
            entries=lines.get(row.id, ()),
        )
        for row, unit in shown
    ]
    return views, shown[-1][0].id if len(found) > size else None


def rules(work: Work, year_id: int) -> Sequence[Law]:
    """Return the rules by which a year fails, each with its article: the mark, failures in a row, fees that came in."""
    case = work.session.scalars(select(Case).join(FeeYear, FeeYear.case_id == Case.id).where(FeeYear.id == year_id))
    pinned = clocks.counting(work, case.one()).pinned
    return [
        Law((f"{zh}：{pinned.brief(key, 'zh')}", f"{en}: {pinned.brief(key, 'en')}"), meaning)
        for key, ((zh, en), meaning) in _FAILING.items()
        if key in pinned.keys
    ]


_FAILING: Mapping[str, tuple[Texts, Texts]] = {
    "takeover.evaluation.pass_score": (
        ("及格线", "Pass mark"),
        (
            "低于及格线或全县末位，本年度不合格：补贴暂缓拨付，服务不停。",
            "Below it, or as the last of the county, a year fails: its subsidy is held, and the service goes on.",
        ),
    ),
    "takeover.evaluation.fail_limit": (
        ("连续不合格", "Failed years in a row"),
        (
            "连续不合格到此年数，合同提前结束，由联席会议决定整改、换企业、降低服务或自管。",
            "After so many the contract ends early, and it is decided jointly what follows: to put it right, another"
            " company, less service, or the owners themselves.",
        ),
    ),
    "takeover.fee.floor_ratio": (
        ("物业费实收比例", "Share of the fees collected"),
        ("实收占应收低于此比例，服务同样不能继续。", "With a smaller share the service can't go on either."),
    ),
}


def year_view(
    row: FeeYear,
    result: YearScore | None,
    paid: SubsidyPayment | None,
    unit: Organisation,
    given: Mapping[str, Evaluation],
) -> YearView:
    """Return a year as pages show it; `given` are its ratings by rater."""
    parts = paid.parts if paid is not None else ()
    split = [(int(one["months"]), Decimal(str(one["area"])), Decimal(str(one["rate"]))) for one in parts]
    return YearView(
        id=row.id,
        number=row.number,
        unit=unit.names,
        from_on=row.from_on,
        to_on=row.to_on,
        due=row.due,
        collected=row.collected,
        arrears=row.arrears,
        ratings=[
            RatingView(one, words.RATERS[one], given[one].score, given[one].households)
            for one in RATERS
            if one in given
        ],
        composite=result.composite if result is not None else None,
        failed=result is not None and result.failed,
        last=result is not None and result.last,
        fails=result.fails if result is not None else 0,
        below_floor=result is not None and result.below_floor,
        subsidy=SubsidyView(paid.state, paid.amount, split, paid.at) if paid is not None else None,
    )
