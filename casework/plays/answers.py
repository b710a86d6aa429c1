"""The answers that a scenario gives: names become ids, and photos are taken."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from casework import attachments
from casework.persistence import Work
from casework.plays.script import moment
from casework.plays.town import Town

Names = dict[str, Any]
"""What a scenario calls its cases and reports, by label."""


def wanted_photos(photos: Mapping[str, int]) -> dict[str, Any]:
    """Return `photos: {field: 2}` as answers that ask for that many photos."""
    return {field: {"photos": count} for field, count in photos.items()}


def photographed(work: Work, value: Any, files: list[int]) -> Any:
    """Replace {photos: 2} in answers by that many new photos, and remember them in `files`."""
    if isinstance(value, dict):
        if set(value) == {"photos"}:
            made = [photo(work) for _ in range(value["photos"])]
            files.extend(made)
            return made
        return {key: photographed(work, entry, files) for key, entry in value.items()}
    return [photographed(work, entry, files) for entry in value] if isinstance(value, list) else value


def photo(work: Work) -> int:
    """Take a photo and keep it as a draft; return its id."""
    return attachments.keep(work, BytesIO(_picture()), "photo.jpg").id


@cache
def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 110)).save(buffer, "JPEG")
    return buffer.getvalue()


def resolved(town: Town, names: Names, value: Any, zone: ZoneInfo) -> Any:
    """Replace {person: name}, {organisation: name}, {area: name}, {case: label}, {time: …} by what they mean."""
    if isinstance(value, dict):
        if len(value) == 1:
            kind, name = next(iter(value.items()))
            if kind == "person" and isinstance(name, str):
                return town.person(name)
            if kind == "organisation":
                return town.organisations[name]
            if kind == "area":
                return town.areas[name]
            if kind == "case" and name in names:
                return names[name]["case"]
            if kind == "time":
                return moment(name, zone).isoformat()
        return {key: resolved(town, names, entry, zone) for key, entry in value.items()}
    if isinstance(value, list):
        return [resolved(town, names, entry, zone) for entry in value]
    return value
