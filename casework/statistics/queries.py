"""The figures of the supervisor's statistics page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from casework.cases import assignment
from casework.cases.models import Case
from casework.cases.views import Texts
from casework.directory.models import Area, Organisation
from casework.directory.viewing import Viewer
from casework.errors import NotFound
from casework.persistence import Work
from casework.policies import pin
from casework.statistics import tallies
from casework.statistics.models import CaseStatistic
from casework.statistics.periods import Period, months_until, next_month
from casework.statistics.tallies import NOTHING, Closed, Scope
from casework.statistics.views import Figure, Month, Rate, StatisticsRow, StatisticsView

Monthly = tuple[int, Closed]
"""What came in and what was closed in a month."""

MONTHS = 12
GROUPINGS = ("city", "county", "street", "community", "estate", "company")


def overview(
    work: Work, viewer: Viewer, period: Period, area_id: int | None = None, *, by: str = "street"
) -> StatisticsView:
    """Return the figures of a period below an area, the viewer's own without one, beside those of the period before.

    `by` says what the rows are: city, county, street, community, estate, or company for the responsible units. Only
    what the viewer may see is counted. Raises NotFound for another grouping, and for an area that does not exist or
    that the viewer does not read.
    """
    if by not in GROUPINGS:
        raise NotFound("没有这种分组。", "There is no such grouping.")
    area = area_wanted(work, viewer, area_id)
    scope = Scope(viewer, area.path if area else "")
    firsts = months_until(period.end, MONTHS)
    span = Period(firsts[0], next_month(firsts[-1]), period.zone)
    came = tallies.received(work, scope, span, tallies.month_of(Case.opened_at, period.zone.key))
    done = tallies.closed(work, scope, span, tallies.month_of(CaseStatistic.closed_at, period.zone.key))
    history = [(came.get(first, 0), done.get(first, NOTHING)) for first in firsts]
    return StatisticsView(
        area=(area.name, area.name_en or area.name) if area else ("全部", "All"),
        since=period.since,
        before=period.before,
        display=percent_display(work, area, period),
        figures=_figures(work, scope, period, dict(zip(firsts, history, strict=True))),
        rows=_rows(work, scope, period, by),
        months=[Month(first, *_counts(month)) for first, month in zip(firsts, history, strict=True)],
        categories=_categories(work, scope, period),
    )


def percent_display(work: Work, area: Area | None, period: Period) -> str:
    """Return how the rules of a place want percentages shown: truncated or rounded."""
    if area is None:
        return "truncated"
    place = assignment.place(work, area.id)
    return str(pin(work, place.codes, period.first, estate_id=place.estate_id).value("stats.percent_display"))


def area_wanted(work: Work, viewer: Viewer, area_id: int | None) -> Area | None:
    """Return the area that figures are asked for: the viewer's own without one, None where they read several.

    Raises NotFound for an area that does not exist or that the viewer does not read.
    """
    if area_id is not None:
        area = work.session.get(Area, area_id)
        if area is None or not viewer.reads(area.path):
            raise NotFound("没有这个区域。", "There is no such area.")
        return area
    if len(viewer.prefixes) != 1:
        return None
    return work.session.scalars(select(Area).where(Area.path == viewer.prefixes[0])).one_or_none()


def _figures(work: Work, scope: Scope, period: Period, history: Mapping[date, Monthly]) -> Sequence[Figure]:
    now, past = (_sums(work, scope, span, history) for span in (period, period.previous))
    course = list(history.values())
    return [
        Figure(key, title, definition, **_both(now[key], past[key]), history=_course(key, course))
        for key, (title, definition) in _WORDS.items()
    ]


def _course(key: str, history: Sequence[Monthly]) -> Sequence[float]:
    """Return a figure month by month: counts, and shares in percent; nothing where it is not kept by the month."""
    if key == "received":
        return [float(came) for came, _ in history]
    if key == "closed":
        return [float(done.cases) for _, done in history]
    rates = [getattr(done, key, None) for _, done in history]
    return [100 * rate.part / rate.whole if rate.whole else 0.0 for rate in rates if rate is not None]


def _counts(month: Monthly) -> tuple[int, int]:
    return month[0], month[1].cases


def _sums(work: Work, scope: Scope, period: Period, history: Mapping[date, Monthly]) -> Mapping[str, int | Rate]:
    """Return the figures of a period; those of a whole month are known from the months already."""
    if period.is_month and period.first in history:
        came, done = history[period.first]
    else:
        came = tallies.received(work, scope, period).get(None, 0)
        done = tallies.closed(work, scope, period).get(None, NOTHING)
    return {
        "received": came,
        "received_intakes": tallies.received_intakes(work, scope, period),
        "closed": done.cases,
        "in_time": done.in_time,
        "satisfied": done.satisfied,
        "satisfied_intakes": done.satisfied_intakes,
        "once": done.once,
        "once_intakes": done.once_intakes,
        "on_spot": tallies.on_spot(work, scope, period),
    }


def _both(now: int | Rate, past: int | Rate) -> dict[str, Any]:
    if isinstance(now, Rate):
        return {"rate": now, "before_rate": past}
    return {"count": now, "before_count": past}


def _rows(work: Work, scope: Scope, period: Period, by: str) -> Sequence[StatisticsRow]:
    by_case: Any = Case.__table__.c.unit_id if by == "company" else tallies.area_of(by)
    by_row: Any = CaseStatistic.__table__.c.unit_id if by == "company" else by_case
    came = tallies.received(work, scope, period, by_case)
    before = tallies.received(work, scope, period.previous, by_case)
    done = tallies.closed(work, scope, period, by_row)
    model = Organisation if by == "company" else Area
    names = names_of(work, model, [key for key in {*came, *before, *done} if key is not None])
    rows = [
        _row(key, name, came.get(key, 0), before.get(key, 0), done.get(key, NOTHING)) for key, name in names.items()
    ]
    return sorted(rows, key=lambda row: (-row.received, -row.closed, row.id))


def _row(key: int, name: Texts, came: int, before: int, done: Closed) -> StatisticsRow:
    return StatisticsRow(key, name, came, before, done.cases, done.once, done.in_time, done.satisfied)


def _categories(work: Work, scope: Scope, period: Period) -> Sequence[tuple[str, int]]:
    found = tallies.received(work, scope, period, Case.__table__.c.category)
    return sorted(((name or "unknown", count) for name, count in found.items()), key=lambda pair: (-pair[1], pair[0]))


def names_of(work: Work, model: type[Area] | type[Organisation], ids: Sequence[int]) -> dict[int, Texts]:
    """Return the names of areas or organisations by their ids."""
    query = select(model.id, model.name, model.name_en).where(model.id.in_(ids)).order_by(model.id)
    return {row_id: (name, name_en or name) for row_id, name, name_en in work.session.execute(query)}


_WORDS: Mapping[str, tuple[Texts, Texts]] = {
    "received": (
        ("受理案件", "Cases received"),
        ("本期立案的投诉，归并的不另计。", "Complaints opened in the period; a merged report is no case."),
    ),
    "received_intakes": (
        ("诉求件数", "Reports received"),
        ("本期收到的全部诉求，含归并的。", "All reports of the period, merged ones included."),
    ),
    "closed": (("办结案件", "Cases closed"), ("本期归档的案件。", "Cases archived in the period.")),
    "in_time": (
        ("按期答复率", "Answered in time"),
        ("按期答复 ÷ 有答复时限的办结案件。", "Answered in time ÷ closed cases with a time to answer."),
    ),
    "satisfied": (
        ("满意率（按案件）", "Satisfied, by case"),
        (
            "全部回访满意 ÷ 接通回访的案件，未接通不计。",
            "All callbacks satisfied ÷ cases reached; those not reached are left out.",
        ),
    ),
    "satisfied_intakes": (
        ("满意率（按诉求）", "Satisfied, by report"),
        ("回访满意 ÷ 接通回访的诉求。", "Satisfied ÷ reports reached by callback."),
    ),
    "once": (
        ("一次办结率（按案件）", "Closed at the first attempt, by case"),
        (
            "没有退回、延期、二次办理和重开的 ÷ 本期办结案件。",
            "Without hand-back, extension, redo or reopening ÷ cases closed in the period.",
        ),
    ),
    "once_intakes": (
        ("一次办结率（按诉求）", "Closed at the first attempt, by report"),
        (
            "没有退回、延期、二次办理和重开的 ÷ 本期办结诉求。",
            "Without hand-back, extension, redo or reopening ÷ reports closed in the period.",
        ),
    ),
    "on_spot": (
        ("现场解决率", "Solved on the spot"),
        ("接待和入户时现场解决并签字 ÷ 现场提出的事项。", "Solved and signed for at receptions and visits ÷ brought."),
    ),
}
