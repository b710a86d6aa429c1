"""Where areas lie is read from GeoJSON, matched by code or name, and refused whole where it is not sound."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from casework import audit
from casework.directory import services, shapes
from casework.directory.models import AreaShape
from casework.errors import Forbidden, Refused
from casework.persistence import Actor, Work
from tests.directory.town import HOUSE, Town

POINT = {"type": "Point", "coordinates": [116.23, 36.86]}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[116.2, 36.8], [116.3, 36.8], [116.3, 36.9], [116.2, 36.9], [116.2, 36.8]]],
}
RIGHT = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def feature(geometry: Any = POINT, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def file(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def kept(work: Work) -> int:
    return work.session.scalar(select(func.count()).select_from(AreaShape)) or 0


def test_a_feature_finds_its_area_by_code_by_path_or_by_a_name_of_its_own(town: Town) -> None:
    estate = services.add_area(town.work, "estate", "电厂宿舍", parent_id=town.areas["东社区"].id, code="371526-7")
    found = shapes.take_in(
        town.work,
        file(
            feature(code="371526-7"),
            feature(path="高唐县/东街/东社区/水景花苑"),
            feature(SQUARE, name="高唐县"),
            crs=RIGHT,
        ),
        "民政局 2026",
    )
    assert (found.placed, found.unchanged, found.missing) == (3, 0, [])
    row = town.work.session.get_one(AreaShape, estate.id)
    assert (row.geometry, row.source) == (POINT, "民政局 2026")
    assert town.work.session.get_one(AreaShape, town.areas["高唐县"].id).geometry == SQUARE
    assert "shape_set" in {one.what for one in audit.entries_of(town.work.session, ("area", estate.id))}


def test_the_same_file_again_changes_nothing_and_a_new_one_replaces(town: Town) -> None:
    data = file(feature(name="水景花苑"))
    shapes.take_in(town.work, data, "一")
    again = shapes.take_in(town.work, data, "一")
    assert (again.placed, again.unchanged) == (0, 1)
    moved = shapes.take_in(town.work, file(feature(SQUARE, name="水景花苑")), "二")
    assert (moved.placed, kept(town.work)) == (1, 1)


def test_what_finds_no_area_or_several_is_told_and_the_rest_is_kept(town: Town) -> None:
    services.add_area(town.work, "estate", "运河花园", parent_id=town.areas["东社区"].id)
    data = file(
        feature(name="无此小区"),
        feature(code="999"),
        feature(name="运河花园"),
        feature(name="水景花苑"),
        feature(name="水景花苑"),
    )
    found = shapes.take_in(town.work, data, "一")
    assert [place for place, _, _ in found.missing] == [1, 2, 3, 5]
    assert "path" in found.missing[2][2][1]
    assert (found.placed, kept(town.work)) == (1, 1)


def test_only_areas_that_are_administered_are_found(town: Town) -> None:
    administrator = town.staff("administrator@聊城市")
    other = town.staff("street_lead@东街")
    mine = Work(town.work.session, town.work.now, Actor("person", administrator.id), HOUSE)
    assert shapes.take_in(mine, file(feature(name="水景花苑"), feature(name="山东省")), "一").placed == 1
    theirs = Work(town.work.session, town.work.now, Actor("person", other.id), HOUSE)
    with pytest.raises(Forbidden):
        shapes.take_in(theirs, file(feature(name="水景花苑")), "一")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe{}",
        b"[" * 200_000,
        b'{"type":"FeatureCollection","features":[]}',
        b'{"type":"FeatureCollection","features":[7]}',
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"x"},"geometry":null}]}',
        b'{"type":"Topology","features":[]}',
        file(feature({"type": "GeometryCollection", "geometries": [POINT]}, name="水景花苑")),
        file(feature({"type": "Point", "coordinates": [116.2]}, name="水景花苑")),
        file(feature({"type": "Point", "coordinates": ["116.2", "36.8"]}, name="水景花苑")),
        file(feature({"type": "Point", "coordinates": [True, 36.8]}, name="水景花苑")),
        file(feature({"type": "Point", "coordinates": [500000.5, 4080000.1]}, name="水景花苑")),
        file(feature({"type": "Point", "coordinates": [36.86, 116.23]}, name="水景花苑")),
        b'{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Point","coordinates":[NaN,36.8]}}',
        b'{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Point","coordinates":[1e999,36.8]}}',
        b'{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1' + b"0" * 4000 + b",36.8]}}",
        file(feature({"type": "Polygon", "coordinates": SQUARE["coordinates"][0]}, name="水景花苑")),
        file(feature({"type": "Polygon", "coordinates": [SQUARE["coordinates"][0][:4]]}, name="水景花苑")),
        file(feature({"type": "Polygon", "coordinates": []}, name="水景花苑")),
        file(feature(name="水景花苑"), crs={"type": "name", "properties": {"name": "EPSG:4490"}}),
        file(feature(name="水景花苑"), crs="EPSG:3857"),
        b" " * (shapes.MOST_BYTES + 1),
    ],
)
def test_a_file_that_is_not_sound_is_refused_whole(town: Town, data: bytes) -> None:
    with pytest.raises(Refused):
        shapes.take_in(town.work, data, "一")
    assert kept(town.work) == 0


def test_one_bad_feature_keeps_the_good_ones_out_and_is_named(town: Town) -> None:
    bad = feature({"type": "Point", "coordinates": [36.86, 116.23]}, name="运河花园")
    with pytest.raises(Refused, match=r"Feature 2.*swapped"):
        shapes.take_in(town.work, file(feature(name="水景花苑"), bad), "一")
    assert kept(town.work) == 0


@pytest.mark.parametrize("source", ["", " ", "x" * 201])
def test_a_source_is_named(town: Town, source: str) -> None:
    with pytest.raises(Refused, match="where the shapes come from"):
        shapes.take_in(town.work, file(feature(name="水景花苑")), source)


def test_a_shape_has_a_point_and_outlines() -> None:
    assert shapes.middle(POINT) == (116.23, 36.86)
    assert shapes.middle(SQUARE) == pytest.approx((116.25, 36.85))
    assert list(shapes.outlines(POINT)) == []
    two = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], SQUARE["coordinates"]]}
    assert [len(ring) for ring in shapes.outlines(two)] == [5, 5]
