"""The takeover board of streets, communities and counties, as page and as file; and one estate's whole story."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Blueprint, abort, g, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.takeovers import reads_board as board
from casework.takeovers import words
from casework.takeovers.entry_models import GROUPS
from casework.takeovers.reads_story import story
from casework.takeovers.standing import STAGES
from casework.takeovers.works_models import NAMES as WORK_NAMES
from webapp.door import work
from webapp.filters import Filters
from webapp.identity import needs
from webapp.language import choose
from webapp.moments import local
from webapp.rendering import now
from webapp.sheets import table_file

pages = Blueprint("takeovers", __name__, url_prefix="/takeovers")

NAMES = ("stage", "area", "class", "kind", "unit", "late", "q", "view", "after")


@pages.get("")
@needs("takeovers")
def index() -> str:
    """Show the flagged estates in columns by stage; as one list where a stage or the list is asked for."""
    filters, wanted = _asked()
    listed = bool(wanted.stage) or filters.has("view", "list")
    with work() as opened:
        stages = board.columns(opened, g.visitor.viewer, wanted, 0 if listed else board.IN_A_COLUMN)
        rows, after = board.estates(opened, g.visitor.viewer, wanted) if listed else ((), None)
        places = board.areas(opened, g.visitor.viewer)
    return render_template(
        "takeover_board/board.html",
        filters=filters,
        stages=stages,
        chosen=wanted.stage,
        open=sum(one.number for one in stages if one.stage != "settled"),
        late=sum(one.late for one in stages),
        listed=listed,
        rows=rows,
        after=after,
        places=places,
        words=words,
    )


@pages.get("/estates.<suffix>")
@needs("takeovers")
def export(suffix: str) -> Response:
    """Give all estates that are wanted as a spreadsheet or a CSV file."""
    if suffix not in ("csv", "xlsx"):
        abort(404)
    wanted = _asked()[1]
    with work() as opened:
        rows = list(_lines(board.every(opened, g.visitor.viewer, wanted)))
    return table_file(f"takeovers-{local(now()):%Y%m%d}.{suffix}", rows)


@pages.get("/estates/<int:estate_id>")
@needs("takeovers")
def estate(estate_id: int) -> str:
    """Show one flagged estate whole: who answered for it when, what was found, decided, signed, done and paid."""
    with work() as opened:
        found = story(opened, g.visitor.viewer, estate_id)
        return render_template(
            "takeover_board/estate.html",
            story=found,
            row=found.row,
            stage=STAGES[found.row.stage],
            works=WORK_NAMES,
            groups=GROUPS,
            words=words,
        )


def _asked() -> tuple[Filters, board.Wanted]:
    filters = Filters.of_request("takeovers.index", NAMES)
    stage, klass, kind = filters.value("stage"), filters.value("class"), filters.value("kind")
    return filters, board.Wanted(
        stage=stage if stage in STAGES else None,
        area=filters.number("area"),
        klass=klass if klass in words.CLASSES else None,
        kind=kind if kind in words.KINDS else None,
        unit=filters.number("unit"),
        late=filters.has("late", "1"),
        text=filters.value("q") or "",
        after=filters.value("after"),
    )


def _lines(rows: Iterator[board.EstateRow]) -> Iterator[Sequence[object]]:
    """Return a line of titles and one for each estate."""
    where = (_("小区"), _("所在"), _("阶段"), _("类别"), _("标记原因"), _("标记时间"))
    who = (_("责任单位"), _("责任性质"), _("自"), _("最晚到"))
    yield (*where, *who, _("最近期限"), _("期限是什么"), _("是否逾期"), _("下一步"), _("归谁"), _("案号"))
    for row in rows:
        late = _("是") if row.due is not None and row.due <= now() else _("否")
        step = row.next
        yield (
            choose(row.names),
            choose(row.place),
            choose(STAGES[row.stage]),
            choose(words.CLASSES[row.klass or "none"]),
            choose(words.ORIGINS[row.origin]),
            _at(row.flagged_at),
            choose(row.unit),
            choose(words.KINDS[row.kind]) if row.kind else "",
            _at(row.since),
            _at(row.until),
            _at(row.due),
            choose(row.due_for),
            late,
            choose(step.title) if step else "",
            choose(step.role) if step else "",
            row.case_no or "",
        )


def _at(moment: datetime | None) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment is not None else ""
