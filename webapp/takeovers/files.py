"""A company's tables as rows of a file, under their titles."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flask_babel import gettext as _

from casework.directory.viewing import Viewer
from casework.errors import Texts
from casework.persistence import Work
from casework.takeovers import reads_company, reads_company_list, reads_money
from casework.takeovers.reads_company_list import EstateRow, Wanted
from webapp.language import choose
from webapp.moments import local
from webapp.takeovers.figures import percent

PAGE = 500
_KINDS = {"income": ("收入", "Income"), "cost": ("支出", "Cost")}
_SUBSIDY = {"paid": ("已拨付", "Paid"), "held": ("暂缓", "Held")}


def every_estate(work: Work, viewer: Viewer, wanted: Wanted) -> Iterator[Sequence[object]]:
    """Return every estate of the viewer's companies, in the order of the list."""
    contract = (_("合同自"), _("合同至"), _("物业费 元/㎡·月"), _("备案号"), _("备案期限"))
    rated = (_("年度"), _("评价得分"), _("应收物业费"), _("实收物业费"), _("收费率 %"), _("欠费"))
    subsidy = (_("补贴"), _("补贴金额"))
    todo = (_("待办"), _("逾期"), _("最早到期"))
    works = (_("改造项数"), _("已验收"))
    yield (_("小区"), _("状态"), _("服务性质"), _("类别"), *contract, *todo, *works, *rated, *subsidy)
    after: str | None = None
    while True:
        rows, after = reads_company_list.estates(work, viewer, replace(wanted, after=after), PAGE)
        yield from (_estate(row) for row in rows)
        if after is None:
            return


def account(work: Work, viewer: Viewer, estate_id: int) -> Iterator[Sequence[object]]:
    """Return every line that the viewer's companies posted of an estate's account, newest quarter first.

    Raises NotFound for an estate of others.
    """
    reads_company.must_see(work, viewer, estate_id)
    yield (_("期间"), _("类别"), _("项目"), _("日期"), _("金额"), _("期末余额"))
    by, after = reads_company.companies_of(viewer), None
    while True:
        postings, after = reads_money.postings(work, estate_id, by, after, PAGE)
        for one in postings:
            span = f"{one.from_on} – {one.to_on}"
            for line in one.entries:
                yield (span, choose(_KINDS[line.kind]), line.item, line.on.isoformat(), str(line.amount), "")
            yield (span, _("余额"), "", one.to_on.isoformat(), "", str(one.balance))
        if after is None:
            return


def _estate(row: EstateRow) -> Sequence[object]:
    signed, year = row.contract, row.year
    contract: Sequence[object] = ("",) * 5
    if signed is not None:
        due = "" if signed.filing_due is None else f"{local(signed.filing_due):%Y-%m-%d %H:%M}"
        contract = (signed.from_on.isoformat(), signed.to_on.isoformat(), str(signed.fee), signed.filing_no or "", due)
    rated: Sequence[object] = ("",) * 8
    if year is not None:
        rate, paid = year.fee_rate, year.subsidy
        money = (str(year.due), str(year.collected), "" if rate is None else percent(rate), str(year.arrears))
        subsidy = ("", "") if paid is None else (choose(_SUBSIDY[paid.state]), str(paid.amount))
        rated = (year.number, str(year.composite), *money, *subsidy)
    first = "" if row.due is None else f"{local(row.due):%Y-%m-%d %H:%M}"
    stands = choose(reads_company.STANDS[row.stands])
    names = (choose(row.name), stands, _text(row.kind), _text(row.class_))
    return (*names, *contract, row.tasks, row.late, first, row.works, row.accepted, *rated)


def _text(texts: Texts | None) -> str:
    return "" if texts is None else choose(texts)
