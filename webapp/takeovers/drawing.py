"""A map as SVG, made here: places projected to a sheet, near ones put together, outlines with no more points than show.

Degrees are laid out evenly, longitude shortened by the latitude in the middle: over a county that is right to the eye.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

from casework.directory.shapes import Position
from casework.takeovers.reads_map import Outline, Spot

WIDTH, HEIGHT, MARGIN = 1000, 700, 36
CELL = 48
"""How wide a cell is in which estates are put together, in the units of the sheet."""
MOST_SINGLE = 120
"""Up to how many estates each is drawn for itself."""
_LEAST_SPAN = 0.004
_LEAST_STEP = 1.5
_STRAY = 7
_ROUNDED = 1e-6


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the world in degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of_text(cls, text: str | None) -> "Box | None":
        """Read "116.5,35.3,116.7,35.5"; None for anything else."""
        try:
            west, south, east, north = (float(part) for part in (text or "").split(","))
        except ValueError:
            return None
        right = -180 <= west < east <= 180 and -90 <= south < north <= 90
        return cls(west, south, east, north) if right else None

    @classmethod
    def around(cls, places: Iterable[Position]) -> "Box | None":
        """Return the smallest one that holds all places, never narrower than some streets; None without a place."""
        east, north = zip(*places, strict=True) if (places := list(places)) else ((), ())
        if not east:
            return None
        wide, high = (max(0.0, (_LEAST_SPAN - (max(one) - min(one))) / 2) for one in (east, north))
        return cls(min(east) - wide, min(north) - high, max(east) + wide, max(north) + high)

    def holds(self, place: Position) -> bool:
        """Say whether a place lies in it."""
        return self.west <= place[0] <= self.east and self.south <= place[1] <= self.north

    @property
    def small(self) -> bool:
        """Whether looking closer would show no more."""
        return max(self.east - self.west, self.north - self.south) <= _LEAST_SPAN * 1.01

    def __str__(self) -> str:
        edges = (self.west - _ROUNDED, self.south - _ROUNDED, self.east + _ROUNDED, self.north + _ROUNDED)
        return ",".join(f"{one:.6f}" for one in edges)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is drawn at a point of the sheet: one estate, or several that lie too near each other, with their box."""

    x: float
    y: float
    spots: Sequence[Spot]
    box: Box | None = None

    @property
    def single(self) -> Spot | None:
        """The estate, where it is one."""
        return self.spots[0] if self.box is None else None


@dataclass(frozen=True, slots=True)
class Path:
    """The outline of an area as a path of SVG, and where its name is written."""

    outline: Outline
    d: str
    x: float
    y: float


class Sheet:
    """A sheet on which a box of the world is laid out."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._short = cos(radians((box.south + box.north) / 2)) or 1e-6
        wide, high = (box.east - box.west) * self._short, box.north - box.south
        self._scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
        self._left = (WIDTH - wide * self._scale) / 2
        self._top = (HEIGHT - high * self._scale) / 2

    def at(self, place: Position) -> tuple[float, float]:
        """Return where a place lies on the sheet."""
        x = self._left + (place[0] - self._box.west) * self._short * self._scale
        y = self._top + (self._box.north - place[1]) * self._scale
        return round(x, 1), round(y, 1)

    def marks(self, spots: Sequence[Spot]) -> list[Mark]:
        """Return what is drawn for the estates: each for itself while they are few, else those of a cell together."""
        placed = [(*self.at(spot.at), spot) for spot in spots if spot.at is not None]
        if len(placed) <= MOST_SINGLE or self._box.small:
            return [Mark(x, y, [spot]) for x, y, spot in placed]
        cells: dict[tuple[int, int], list[tuple[float, float, Spot]]] = {}
        for x, y, spot in placed:
            cells.setdefault((int(x // CELL), int(y // CELL)), []).append((x, y, spot))
        return [_mark(*cell, found) for cell, found in cells.items()]

    def paths(self, outlines: Iterable[Outline]) -> list[Path]:
        """Return the outlines as paths, without the corners that nobody would see."""
        return [path for one in outlines if (path := self._path(one)).d]

    def _path(self, outline: Outline) -> Path:
        largest = max(outline.rings, key=len)
        east, north = zip(*largest, strict=True)
        x, y = self.at(((min(east) + max(east)) / 2, (min(north) + max(north)) / 2))
        return Path(outline, " ".join(d for ring in outline.rings if (d := self._ring(ring))), x, y)

    def _ring(self, ring: Sequence[Position]) -> str:
        kept: list[tuple[float, float]] = []
        for place in ring:
            x, y = self.at(place)
            if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _LEAST_STEP:
                kept.append((x, y))
        return f"M{'L'.join(f'{x} {y}' for x, y in kept)}Z" if len(kept) > 2 else ""


def _mark(column: int, row: int, found: Sequence[tuple[float, float, Spot]]) -> Mark:
    """Put the estates of a cell together where most of them lie, far enough from the marks of the next cells."""
    x = _near((column + 0.5) * CELL, sum(one[0] for one in found) / len(found))
    y = _near((row + 0.5) * CELL, sum(one[1] for one in found) / len(found))
    spots = [spot for _, _, spot in found]
    if len(spots) == 1:
        return Mark(x, y, spots)
    return Mark(x, y, spots, Box.around([spot.at for spot in spots if spot.at is not None]))


def _near(centre: float, wanted: float) -> float:
    return round(min(max(wanted, centre - _STRAY), centre + _STRAY), 1)
