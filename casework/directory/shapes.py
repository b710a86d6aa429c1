"""Where areas lie: shapes read from a GeoJSON file, matched to areas by code or by name, and a point of each."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NoReturn

from sqlalchemy import or_, select

from casework import audit
from casework.directory.administering import administered, must_administer
from casework.directory.days import today
from casework.directory.models import Area, AreaShape
from casework.errors import Refused, Texts
from casework.persistence import Work

MOST_BYTES = 32 * 1024 * 1024
_MOST_FEATURES, _MOST_POSITIONS = 50_000, 1_000_000
_KINDS = ("province", "city", "county", "street", "community", "estate")
_WGS84 = ("crs84", "epsg:4326", "epsg::4326")
_DEPTH = {"Point": 0, "Polygon": 2, "MultiPolygon": 3}
"""How many lists lie around the positions of each kind of geometry."""
_EAST, _NORTH = 180.0, 90.0
_CHINA = ((73.0, 136.0), (3.0, 54.0))
Position = tuple[float, float]


@dataclass
class Report:
    """What became of a file: how many areas lie somewhere new, how many as before, and which features found no area."""

    placed: int = 0
    unchanged: int = 0
    missing: list[tuple[int, str, Texts]] = field(default_factory=list)
    """(place in the file, what the feature is called, why it was left out)."""

    def as_json(self) -> Mapping[str, Any]:
        """Return it as a program reads it."""
        missing = [{"feature": place, "name": name, "zh": why[0], "en": why[1]} for place, name, why in self.missing]
        return {"placed": self.placed, "unchanged": self.unchanged, "missing": missing}


def take_in(work: Work, data: bytes, source: str) -> Report:
    """Read a GeoJSON file (RFC 7946, WGS 84) and keep the shape of every area that a feature names.

    A feature names its area by the property `code`, by `path` (names from above, as many as are needed, as
    任城区/济阳街道/草桥社区/水景花苑), or by a `name` that is unique. The same file again changes nothing. Only
    areas that the actor administers are found. Raises Refused, telling the feature, for anything that is not such a
    file: nothing is kept then. `source` is shown beside the map.
    """
    must_administer(work, None)
    if not source.strip() or len(source) > 200:
        raise Refused("请写明数据来源，不超过 200 字。", "Say where the shapes come from, in up to 200 characters.")
    features = list(_features(_parsed(data)))
    areas = _Areas(work)
    kept = {row.area_id: row for row in work.session.scalars(select(AreaShape))} if features else {}
    report, seen = Report(), set[int]()
    for place, (properties, geometry) in enumerate(features, 1):
        found = areas.named(properties)
        if not isinstance(found, int):
            report.missing.append((place, _called(properties), found))
        elif found in seen:
            again = ("前面已有同一区域的图形", "An earlier feature is of the same area")
            report.missing.append((place, _called(properties), again))
        else:
            seen.add(found)
            _keep(work, report, kept.get(found), found, geometry, source.strip())
    work.session.flush()
    return report


def middle(geometry: Mapping[str, Any]) -> Position | None:
    """Return a point for a shape, longitude first: itself, or the middle of the corners of its largest ring."""
    rings = list(outlines(geometry)) if geometry.get("type") != "Point" else [[_two(geometry["coordinates"])]]
    corners = max(rings, key=len, default=[])
    open_ring = corners[:-1] if len(corners) > 1 else corners
    if not open_ring:
        return None
    east, north = zip(*open_ring, strict=True)
    return sum(east) / len(east), sum(north) / len(north)


def outlines(geometry: Mapping[str, Any]) -> Iterator[Sequence[Position]]:
    """Run over the outer rings of a shape; a point has none."""
    if geometry.get("type") == "Polygon":
        yield [_two(one) for one in geometry["coordinates"][0]]
    elif geometry.get("type") == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield [_two(one) for one in polygon[0]]


class _Areas:
    """The areas that the actor administers, by code and by name."""

    def __init__(self, work: Work) -> None:
        wanted = select(Area).where(Area.kind.in_(_KINDS), or_(Area.valid_to.is_(None), Area.valid_to >= today(work)))
        names = {
            row.id: row.name for row in work.session.execute(select(Area.id, Area.name).where(Area.kind.in_(_KINDS)))
        }
        tops = None if work.actor.kind == "system" else tuple(administered(work))
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for area in work.session.scalars(wanted):
            if tops is not None and not area.path.startswith(tops):
                continue
            if area.code:
                self._by_code[area.code] = area.id
            chain = tuple(names.get(one, "") for one in area.lineage)
            self._by_name.setdefault(area.name, []).append((chain, area.id))

    def named(self, properties: Mapping[str, Any]) -> int | Texts:
        """Return the area that a feature names, or why there is none."""
        code, path = properties.get("code"), properties.get("path") or properties.get("name")
        if isinstance(code, str | int) and str(code) in self._by_code:
            return self._by_code[str(code)]
        if not isinstance(path, str) or not path.strip():
            return ("没有这个编码的区域，也没有名称", "No area has this code, and there is no name")
        parts = tuple(part.strip() for part in path.split("/") if part.strip())
        found = [area_id for chain, area_id in self._by_name.get(parts[-1], ()) if chain[-len(parts) :] == parts]
        if len(found) > 1:
            return ("有几个同名区域，请用 path 写明上级", "Several areas have this name: give their path")
        return found[0] if found else ("您管理的范围内没有这个区域", "There is no such area where you administer")


def _keep(
    work: Work, report: Report, row: AreaShape | None, area_id: int, geometry: Mapping[str, Any], source: str
) -> None:
    if row is not None and (row.geometry, row.source) == (geometry, source):
        report.unchanged += 1
        return
    if row is None:
        work.session.add(AreaShape(area_id=area_id, geometry=dict(geometry), source=source))
    else:
        row.geometry, row.source = dict(geometry), source
    audit.record(work, ("area", area_id), "shape_set")
    report.placed += 1


def _parsed(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise Refused("文件超过 32 MB，请拆开或简化。", "The file is larger than 32 MB: split or simplify it.")

    def no_number(_text: str) -> NoReturn:
        raise ValueError("not a number of JSON")

    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Refused("这不是完好的 GeoJSON（UTF-8）文件。", "This is no sound GeoJSON file in UTF-8.") from None


def _features(parsed: Any) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Run over the features with their sound geometries."""
    if not isinstance(parsed, dict) or parsed.get("type") not in ("FeatureCollection", "Feature"):
        raise Refused("文件不是 FeatureCollection。", "The file is no FeatureCollection.")
    _refuse_other_system(parsed.get("crs"))
    features = [parsed] if parsed["type"] == "Feature" else parsed.get("features")
    if not isinstance(features, list) or not features:
        raise Refused("文件里没有图形。", "There are no features in the file.")
    if len(features) > _MOST_FEATURES:
        raise Refused("图形超过 50000 个，请拆开。", "There are more than 50,000 features: split the file.")
    left = _MOST_POSITIONS
    for place, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise _wrong(place, ("不是 Feature", "it is no Feature"))
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        geometry, number = _sound(place, feature.get("geometry"), left)
        left -= number
        yield properties, geometry


def _refuse_other_system(crs: Any) -> None:
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.lower().endswith(_WGS84):
        raise Refused(
            "坐标系不是 WGS 84，请先转换（EPSG:4326）。",
            "The coordinates are not WGS 84: convert them (EPSG:4326) first.",
        )


def _sound(place: int, geometry: Any, left: int) -> tuple[Mapping[str, Any], int]:
    """Return the geometry with two numbers for each position, and how many positions it has."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(kind, str) or kind not in _DEPTH:
        raise _wrong(
            place, ("只收点、面（Point、Polygon、MultiPolygon）", "only Point, Polygon and MultiPolygon are taken")
        )
    counted = [0]

    def walk(found: Any, depth: int) -> Any:
        if depth == 0:
            counted[0] += 1
            if counted[0] > left:
                raise Refused(
                    "坐标点超过 100 万个，请先简化。", "There are more than a million positions: simplify first."
                )
            return list(_position(place, found))
        if not isinstance(found, list) or not found:
            raise _wrong(place, ("坐标结构不对", "its coordinates are not built right"))
        inner = [walk(one, depth - 1) for one in found]
        if depth == 1 and (len(inner) < 4 or inner[0] != inner[-1]):
            raise _wrong(place, ("边界没有闭合", "a ring is not closed"))
        return inner

    return {"type": kind, "coordinates": walk(geometry.get("coordinates"), _DEPTH[kind])}, counted[0]


def _position(place: int, found: Any) -> Position:
    numbers = (
        isinstance(found, list)
        and len(found) in (2, 3)
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in found)
    )
    if not numbers:
        raise _wrong(place, ("坐标不是经纬度", "a position is no longitude and latitude"))
    try:
        east, north = _two(found)
    except OverflowError:
        east = north = float("inf")
    if not (isfinite(east) and isfinite(north)) or abs(east) > _EAST or abs(north) > _NORTH:
        swapped = _in_china(north, east)
        if not swapped:
            raise _wrong(place, ("经纬度超出 WGS 84 的范围", "a position lies outside of WGS 84"))
    if _in_china(north, east) and not _in_china(east, north):
        raise _wrong(place, ("经纬度写反了，应先写经度", "longitude comes first: the two are swapped"))
    return east, north


def _in_china(east: float, north: float) -> bool:
    (west, most_east), (south, most_north) = _CHINA
    return west <= east <= most_east and south <= north <= most_north


def _two(position: Sequence[Any]) -> Position:
    return float(position[0]), float(position[1])


def _wrong(place: int, why: Texts) -> Refused:
    return Refused(f"第 {place} 个图形：{why[0]}。", f"Feature {place}: {why[1]}.")


def _called(properties: Mapping[str, Any]) -> str:
    found = properties.get("path") or properties.get("name") or properties.get("code") or ""
    return str(found)[:120]
