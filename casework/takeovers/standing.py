"""Where each flagged estate stands: its stage from open cases and records, who answers for it, and what is due next."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Subquery, and_, exists, false, func, literal, or_, select, true, union_all
from sqlalchemy import case as sql_case
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from casework.cases.models import Case, WorkItem
from casework.directory.models import Area
from casework.directory.viewing import Viewer
from casework.errors import NotFound, Texts
from casework.persistence import Work
from casework.takeovers.entry_models import Inspection, ServiceContract
from casework.takeovers.models import FlaggedEstate, UnitPeriod
from casework.takeovers.planning_models import Bundle, BundleMember

STAGES: Mapping[str, Texts] = {
    "unattended": ("无在办案件", "No open case"),
    "flagged": ("已标记", "Flagged"),
    "survey": ("摸底", "Survey"),
    "plan": ("拟方案", "Plan"),
    "matching": ("匹配企业", "Matching"),
    "publicity": ("公示", "Publicity"),
    "vote": ("业主表决", "Owners' vote"),
    "inspection": ("承接查验", "Inspection"),
    "contract": ("签约", "Contract"),
    "entry": ("进驻", "Entry"),
    "trial": ("试运行", "Trial"),
    "operating": ("运营", "In service"),
    "failure": ("失败处置", "After a failure"),
    "emergency": ("应急服务", "Emergency"),
    "basic": ("基本服务", "Basic service"),
    "settled": ("已转出", "Settled"),
}
"""The stages in the order of the work; an estate without any open case comes first, for somebody has to act."""
TAKEOVER, ENTRY, OPERATION = "estate_takeover", "takeover_entry", "takeover_operation"
BUNDLE, EMERGENCY = "takeover_bundle", "emergency_service"
OF_MEMBER = ("bundle_mandate", "bundle_entry")
"""Cases of a single estate in a bundle: its owners' vote, and the company's entry."""
PROCESSES = (TAKEOVER, *OF_MEMBER, ENTRY, OPERATION, EMERGENCY)
"""Cases of the estate itself; the first of these that is open says how far it has come."""
_PLACES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("failure", {"element": "failure_meeting"}),
    ("trial", {"process": OPERATION, "element": "trial"}),
    ("operating", {"process": OPERATION}),
    ("operating", {"process": "takeover_year"}),
    ("operating", {"process": "revenue_posting"}),
    ("operating", {"process": TAKEOVER, "element": "operate"}),
    ("inspection", {"process": "takeover_inspection"}),
    ("inspection", {"process": ENTRY, "element": "inspect"}),
    ("contract", {"process": ENTRY, "element": "fee"}),
    ("contract", {"process": ENTRY, "element": "publish_contract"}),
    ("contract", {"process": ENTRY, "element": "sign"}),
    ("contract", {"process": ENTRY, "element": "file_contract"}),
    ("contract", {"process": ENTRY, "element": "record_filing"}),
    ("entry", {"process": ENTRY}),
    ("entry", {"process": TAKEOVER, "element": "entry"}),
    ("entry", {"process": "bundle_entry"}),
    ("vote", {"process": "owner_vote"}),
    ("vote", {"process": TAKEOVER, "element": "vote"}),
    ("vote", {"process": "bundle_mandate"}),
    ("publicity", {"element": "publicise"}),
    ("vote", {"process": BUNDLE, "element": "ask_vote"}),
    ("vote", {"process": BUNDLE, "element": "m_voted"}),
    ("matching", {"element": "match_firm"}),
    ("matching", {"element": "award"}),
    ("plan", {"element": "draft_plan"}),
    ("plan", {"process": BUNDLE, "element": "define"}),
    ("survey", {"process": TAKEOVER, "element": "survey"}),
)
"""Where a token stands in each stage; with several tokens the first that fits."""


def tops(viewer: Viewer) -> tuple[str, ...]:
    """Return the paths of the areas below which the viewer reads takeovers: by office, or as state-assets office."""
    soe = {post.path for post in viewer.posts if post.role == "soe_officer"}
    read = sorted({*viewer.prefixes, *soe})
    return tuple(path for path in read if not any(path != other and path.startswith(other) for other in read))


def within(viewer: Viewer, path: Any) -> ColumnElement[bool]:
    """Return the condition that the area at `path` is one whose takeovers the viewer reads."""
    if viewer.everything:
        return true()
    return or_(false(), *(path.like(f"{top}%") for top in tops(viewer)))


def area_read(work: Work, viewer: Viewer, area_id: int | None) -> Area | None:
    """Return the area that a page is narrowed to; None without one.

    Raises NotFound where it does not exist, or lies outside of what the viewer reads.
    """
    if area_id is None:
        return None
    found = work.session.get(Area, area_id)
    if found is None or not (viewer.everything or found.path.startswith(tops(viewer) or ("-",))):
        raise NotFound("没有这个区域，或您无权查看。", "There is no such area, or it is not yours to see.")
    return found


def standing(work: Work, viewer: Viewer, area: Area | None = None) -> CTE:
    """Return the newest flag of every estate that the viewer reads, below `area` where one is given.

    Columns: flag_id, estate_id, name, name_en, sort_key, path, klass, origin, flagged_at, ended_at, stage, due,
    case_id, unit_id, kind, since, until.
    """
    live = _live(viewer, area)
    lead, due, period, newest = _lead(live), _due(live), _period(work, viewer, area), _newest()
    wanted = (
        select(
            FlaggedEstate.id.label("flag_id"),
            FlaggedEstate.estate_id,
            Area.name,
            Area.name_en,
            Area.sort_key,
            Area.path,
            FlaggedEstate.class_.label("klass"),
            FlaggedEstate.origin,
            FlaggedEstate.flagged_at,
            FlaggedEstate.ended_at,
            _stage(lead, period).label("stage"),
            sql_case((FlaggedEstate.ended_at.is_(None), func.least(due.c.due, period.c.until))).label("due"),
            lead.c.id.label("case_id"),
            period.c.unit_id,
            period.c.kind,
            period.c.since,
            period.c.until,
        )
        .join(newest, newest.c.id == FlaggedEstate.id)
        .join(Area, Area.id == FlaggedEstate.estate_id)
        .outerjoin(lead, lead.c.estate_id == FlaggedEstate.estate_id)
        .outerjoin(due, due.c.estate_id == FlaggedEstate.estate_id)
        .outerjoin(period, period.c.estate_id == FlaggedEstate.estate_id)
        .where(*_below(viewer, area, Area.path))
    )
    return wanted.cte("standing").prefix_with("MATERIALIZED")  # else a page's limit has the planner run it row by row


def _below(viewer: Viewer, area: Area | None, path: Any) -> Sequence[ColumnElement[bool]]:
    return [within(viewer, path), true() if area is None else path.like(f"{area.path}%")]


def _newest() -> Subquery:
    newest = select(func.max(FlaggedEstate.id).label("id")).group_by(FlaggedEstate.estate_id)
    return newest.subquery("newest")


def _live(viewer: Viewer, area: Area | None) -> CTE:
    """Find the open cases of a takeover with their estates: those of the estate itself, and its bundle's."""
    columns = (Case.id, Case.process, Case.tokens, Case.due_at)
    own = select(Case.estate_id, *columns).where(
        Case.status == "open", Case.process.in_(PROCESSES), *_below(viewer, area, Case.area_path)
    )
    bundled = (
        select(BundleMember.estate_id, *columns)
        .join(Bundle, Bundle.case_id == Case.id)
        .join(BundleMember, BundleMember.bundle_id == Bundle.id)
        .where(Case.status == "open", BundleMember.open, BundleMember.outcome.in_(("pending", "yes")))
    )
    return union_all(own, bundled).cte("live")


def _lead(live: CTE) -> Subquery:
    """Find the case that says how far an estate has come: its takeover, its bundle, the service, or what stands in."""
    rank = sql_case(
        (live.c.process == TAKEOVER, 0),
        (live.c.process.in_(OF_MEMBER), 1),
        (live.c.process == BUNDLE, 2),
        (live.c.process == EMERGENCY, 4),
        else_=3,
    )
    one = select(live).ext(distinct_on(live.c.estate_id)).order_by(live.c.estate_id, rank, live.c.id.desc())
    return one.subquery("lead")


def _due(live: CTE) -> Subquery:
    """Find what is due first at each estate: a clock of its cases, or an open task."""
    first = func.least(func.min(live.c.due_at), func.min(WorkItem.due_at))
    tasks = and_(WorkItem.case_id == live.c.id, WorkItem.state == "open")
    return select(live.c.estate_id, first.label("due")).outerjoin(WorkItem, tasks).group_by(live.c.estate_id).subquery()


def _period(work: Work, viewer: Viewer, area: Area | None) -> Subquery:
    """Find who answers for each estate now."""
    since = func.lower(UnitPeriod.during).label("since")
    return (
        select(UnitPeriod.estate_id, UnitPeriod.unit_id, UnitPeriod.kind, since, UnitPeriod.until)
        .join(Area, Area.id == UnitPeriod.estate_id)
        .where(func.lower(UnitPeriod.during) <= work.now)
        .where(or_(func.upper_inf(UnitPeriod.during), func.upper(UnitPeriod.during) > work.now))
        .where(*_below(viewer, area, Area.path))
        .subquery("period")
    )


def _stage(lead: Subquery, period: Subquery) -> ColumnElement[str]:
    stands = [(_token(lead, place), literal(name)) for name, place in _PLACES]
    without_case = sql_case((period.c.kind == "emergency", "emergency"), (period.c.kind == "basic", "basic"))
    standing_in = sql_case((period.c.kind == "basic", "basic"), else_="emergency")
    return sql_case(
        (FlaggedEstate.ended_at.is_not(None), literal("settled")),
        (lead.c.id.is_(None), func.coalesce(without_case, literal("unattended"))),
        (lead.c.process == EMERGENCY, standing_in),
        (and_(lead.c.process == BUNDLE, _chosen()), _of_member()),
        *stands,
        else_=literal("flagged"),
    )


def _chosen() -> ColumnElement[bool]:
    """Say whether the owners of a bundled estate have said Yes: from then on its own records tell how far it is."""
    return exists().where(
        BundleMember.estate_id == FlaggedEstate.estate_id, BundleMember.open, BundleMember.outcome == "yes"
    )


def _of_member() -> ColumnElement[str]:
    awarded = exists().where(
        BundleMember.estate_id == FlaggedEstate.estate_id,
        BundleMember.open,
        Bundle.id == BundleMember.bundle_id,
        Bundle.unit_id.is_not(None),
    )
    signed = exists().where(
        ServiceContract.estate_id == FlaggedEstate.estate_id,
        ServiceContract.entered_at.is_(None),
        ServiceContract.stopped_at.is_(None),
    )
    inspected = exists().where(
        Inspection.estate_id == FlaggedEstate.estate_id,
        Inspection.agreed_on.is_not(None),
        Inspection.begun_at >= FlaggedEstate.flagged_at,
    )
    return sql_case((~awarded, "matching"), (signed, "entry"), (inspected, "contract"), else_="inspection")


def _token(lead: Subquery, place: Mapping[str, str]) -> ColumnElement[bool]:
    return lead.c.tokens.op("@>")(literal([dict(place)], JSONB))
