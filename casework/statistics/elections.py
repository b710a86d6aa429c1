"""How owners' committees and their elections stand now, as the supervisor's statistics show it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from casework.cases.views import Texts
from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.elections.seating import years_on
from casework.errors import NotFound
from casework.persistence import Work
from casework.statistics import committees
from casework.statistics.queries import area_wanted, names_of
from casework.statistics.tallies import Scope
from casework.statistics.views import Covered, ElectionsRow, ElectionsView, Figure, Rate, Running, Term

GROUPINGS = ("city", "county", "street", "community", "estate")


def elections_view(work: Work, viewer: Viewer, area_id: int | None = None, *, by: str = "street") -> ElectionsView:
    """Return how committees and elections stand now below an area, the viewer's own without one.

    `by` says what the rows are: city, county, street, community or estate. Only what the viewer may see is counted.
    Raises NotFound for another grouping, and for an area that does not exist or that the viewer does not read.
    """
    if by not in GROUPINGS:
        raise NotFound("没有这种分组。", "There is no such grouping.")
    area = area_wanted(work, viewer, area_id)
    scope = Scope(viewer, area.path if area else "")
    today = work.now.astimezone(work.house.zone).date()
    until = years_on(today, 1)
    terms = committees.terms(work, scope, by)
    rows = _rows(work, scope, today, by, terms, until)
    return ElectionsView(
        area=area.names if area else ("全部", "All"),
        at=work.now,
        until=until,
        by=by,
        figures=_figures(rows, committees.bodies(work, scope, today, "province"), terms, today, until),
        rows=rows,
        attempts=committees.attempts(work, scope),
        terms=terms,
    )


def _rows(work: Work, scope: Scope, today: date, by: str, terms: Sequence[Term], until: date) -> Sequence[ElectionsRow]:
    covered = committees.covered(work, scope, today, by)
    bodies = committees.bodies(work, scope, today, by)
    running = committees.running(work, scope, by)
    below: dict[int | None, list[Term]] = {}
    for one in terms:
        below.setdefault(one.group, []).append(one)
    groups = {*covered, *bodies, *below, *running}
    rows = []
    for group, name in names_of(work, Area, [one for one in groups if one is not None]).items():
        has, runs, sitting = covered.get(group, Covered()), running.get(group, Running()), below.get(group, [])
        rows.append(
            ElectionsRow(
                id=group,
                name=name,
                estates=has.estates,
                filed=has.filed,
                acted_for=has.acted_for,
                bodies=bodies.get(group),
                party=_sum(one.party for one in sitting),
                met=_met(sitting),
                ending=_ending(sitting, today, until),
                open=runs.open,
                late=runs.late,
            )
        )
    return sorted(rows, key=lambda row: (-row.estates, row.id))


def _figures(
    rows: Sequence[ElectionsRow],
    bodies: Mapping[int, Rate],
    terms: Sequence[Term],
    today: date,
    until: date,
) -> Sequence[Figure]:
    found: Mapping[str, dict[str, Any]] = {
        "filed": {"rate": _sum(row.filed for row in rows)},
        "acted_for": {"rate": _sum(row.acted_for for row in rows)},
        "bodies": {"rate": _sum(bodies.values())},
        "met": {"rate": _met(terms)},
        "ending": {"unit": _EACH, "count": _ending(terms, today, until)},
        "over": {"unit": _EACH, "count": sum(one.term_ends < today for one in terms)},
        "late": {"rate": Rate(sum(row.late for row in rows), sum(row.open for row in rows))},
    }
    return [Figure(key, *_WORDS[key], **value) for key, value in found.items()]


def _ending(terms: Sequence[Term], today: date, until: date) -> int:
    return sum(today <= one.term_ends <= until for one in terms)


def _met(terms: Sequence[Term]) -> Rate:
    aimed = [one for one in terms if one.target]
    return Rate(sum(one.met for one in aimed), len(aimed))


def _sum(rates: Iterable[Rate]) -> Rate:
    known = list(rates)
    return Rate(sum(one.part for one in known), sum(one.whole for one in known))


_EACH: Texts = ("个", " ")
_WORDS: Mapping[str, tuple[Texts, Texts]] = {
    "filed": (
        ("业委会覆盖率", "Estates with a committee"),
        (
            "业委会在任且已备案的小区 ÷ 具备条件的小区。最近一次核实结论为“不具备条件”的小区不计入分母。"
            "取自委员会和备案记录；启用本系统以前已在任的，按已备案计。",
            "Estates whose committee is in office and filed ÷ estates that may have one. Where the last check found "
            "the conditions not met, the estate is left out. From the records of committees and filings; a committee "
            "that was in office before the records begin counts as filed.",
        ),
    ),
    "acted_for": (
        ("有人履职的小区", "Estates somebody acts for"),
        (
            "有在任业委会，或者物管会、环物委正在代行职责的小区 ÷ 全部小区。取自委员会和代行记录，不论是否备案。",
            "Estates with a committee in office, or for which an interim or community body acts ÷ all estates. From "
            "the records of committees and mandates, filed or not.",
        ),
    ),
    "bodies": (
        ("环物委覆盖率", "Communities with a body"),
        (
            "环境和物业管理委员会在任、任期未满的社区 ÷ 全部社区。取自任职记录。",
            "Communities whose environment-and-property committee is in office within its term ÷ all communities. From "
            "the records of appointments.",
        ),
    ),
    "met": (
        ("党员比例达标", "Party target reached"),
        (
            "党员委员占比达到当地目标的业委会 ÷ 所在地设有目标的业委会，候补委员不计。目标取今天有效的当地规则；"
            "只作提示，不影响选举效力和履职。",
            "Committees whose share of party members reaches the target of their place ÷ committees of places with a "
            "target; substitutes do not count. By the rules that hold today. Told only: no election is void for it.",
        ),
    ),
    "ending": (
        ("一年内届满", "Terms ending in a year"),
        (
            "从今天起十二个月内任期届满的在任业委会，今天届满的计入。取自委员会记录。",
            "Committees in office whose term ends within twelve months, today included. "
            "From the records of committees.",
        ),
    ),
    "over": (
        ("届满仍在任", "Over, still in office"),
        (
            "任期在今天以前已经届满、还没有新一届业委会的。取自委员会记录。",
            "Committees whose term ended before today, with no new one in office. From the records of committees.",
        ),
    ),
    "late": (
        ("逾期的选举", "Elections that are late"),
        (
            "最近一个期限已过的选举 ÷ 正在组织的选举。期限按案件固定的规则计算，暂停期间不计。",
            "Elections whose next deadline has passed ÷ elections under way. Deadlines are counted by the rules pinned "
            "to the case; time that is paused does not count.",
        ),
    ),
}
