"""The map of flagged estates, drawn here as SVG, with the same estates in a table beside it."""

from flask import Blueprint, g, render_template
from flask_babel import gettext as _

from casework.errors import Texts
from casework.takeovers import reads_map, words
from casework.takeovers.reads_board import areas
from casework.takeovers.reads_county import home
from casework.takeovers.standing import tops
from webapp.door import work
from webapp.filters import Filters
from webapp.identity import needs
from webapp.takeovers import drawing

pages = Blueprint("takeover_map", __name__, url_prefix="/takeovers/map")

NAMES = ("area", "class", "kind", "by", "box", "after")
IN_A_TABLE = 100
LETTERS = {
    "class": {"A": "A", "B": "B", "C": "C", "D": "D", "none": "?"},
    "kind": {"serving": "聘", "emergency": "急", "basic": "基", "interim": "街", "self": "自", "none": "?"},
}
ENGLISH = {"serving": "H", "emergency": "E", "basic": "B", "interim": "S", "self": "O"}
SHAPES = ("circle", "square", "triangle", "diamond", "hexagon", "ring")
"""One shape for each value, in the order of the key: no state is told by colour alone."""


@pages.get("")
@needs("takeovers")
def index() -> str:
    """Show the estates by class or by kind of unit; narrowed to a box where one is asked for."""
    filters = Filters.of_request("takeover_map.index", NAMES)
    by = "kind" if filters.has("by", "kind") else "class"
    klass, kind = filters.value("class"), filters.value("kind")
    with work() as opened:
        area = home(opened, g.visitor.viewer, filters.number("area"))
        found = reads_map.spots(
            opened,
            g.visitor.viewer,
            area if filters.number("area") else None,
            klass if klass in words.CLASSES else None,
            kind if kind in words.KINDS else None,
        )
        below = [area.path] if filters.number("area") or g.visitor.viewer.everything else tops(g.visitor.viewer)
        outlines = reads_map.around(opened, below)
        places, names = areas(opened, g.visitor.viewer), area.names
        lying = [spot for spot in found if spot.at is not None]
        sources = {*reads_map.sources(opened, [spot.estate_id for spot in lying]), *(one.source for one in outlines)}
    asked = drawing.Box.of_text(filters.value("box"))
    corners = [corner for one in outlines for ring in one.rings for corner in ring]
    box = asked or drawing.Box.around([*(spot.at for spot in lying if spot.at is not None), *corners])
    shown = [spot for spot in lying if spot.at is not None and box is not None and box.holds(spot.at)]
    sheet = drawing.Sheet(box) if box is not None else None
    first = filters.number("after") or 0
    return render_template(
        "takeover_board/map.html",
        filters=filters,
        by=by,
        key=_key(by),
        names=names,
        places=places,
        marks=sheet.marks(shown) if sheet else (),
        paths=sheet.paths(outlines) if sheet else (),
        width=drawing.WIDTH,
        height=drawing.HEIGHT,
        shown=shown,
        table=shown[first : first + IN_A_TABLE],
        first=first,
        further=first + IN_A_TABLE if len(shown) > first + IN_A_TABLE else None,
        nowhere=[spot for spot in found if spot.at is None],
        whole=len(found),
        zoomed=asked is not None,
        sources=sorted(sources),
        words=words,
    )


def _key(by: str) -> dict[str, tuple[str, Texts, Texts]]:
    """Return for each value its shape, the letter in it, and what it means."""
    meaning = words.CLASSES if by == "class" else {**words.KINDS, "none": (_("没有责任单位"), _("没有责任单位"))}
    letters = LETTERS[by]
    return {
        value: (shape, (letters[value], ENGLISH.get(value, letters[value])), meaning[value])
        for value, shape in zip(letters, SHAPES, strict=False)
    }
