"""A report as the start form asks for it: checked by the form of today's release, then taken in."""

from collections.abc import Mapping
from typing import Any

from casework import feel
from casework.complaints.callers import by_phone
from casework.complaints.services import PROCESS, Receipt, Report, report
from casework.definitions import library
from casework.definitions.services import current as current_release
from casework.directory import queries as directory
from casework.errors import Invalid
from casework.forms import Form, words
from casework.persistence import Work

_LONGEST_PLACE = 200
# What the report itself carries, or what says who somebody is; all other answers are details for the triage.
_OWN = frozenset(
    (
        "estate", "text", "part", "category", "cause", "danger", "occurred_at", "anonymous", "confidential",
        "callback_wanted", "joint", "media", "phone", "about", "on_behalf_of",
    )
)  # fmt: skip
# Who is named as complained about may not act on the case: that is for staff to say, not for anybody with a number.
_FOR_STAFF = ("about", "on_behalf_of")


def start_form(work: Work) -> Form:
    """Return the form a complaint starts with, of the release that is current."""
    return library.opened(work.session, current_release(work, PROCESS).id).forms[f"{PROCESS}/report"]


def report_by_form(
    work: Work, answers: Mapping[str, Any], files: Mapping[int, Any], *, channel: str, place: str = "", below: str = ""
) -> Receipt:
    """Take in a report of whoever acts, with the answers of the start form; `files` are the drafts they name, by id.

    `place` are the person's own words for where it is: the flat or building of that name, else part of the text.
    The complainant is the person who acts; otherwise whoever has the phone, and nobody where it is anonymous.
    Raises Invalid with every answer that does not fit, and for an estate that does not lie `below` this path.
    """
    refused = {name: [words.UNKNOWN] for name in _FOR_STAFF if answers.get(name) is not None}
    if refused:
        raise Invalid(*words.INVALID, refused)
    valid = start_form(work).validate(answers, feel.Scope({}, {}, work.now, work.house.zone), files, staff=False)
    estate = int(valid["estate"])
    area = directory.area(work, estate)
    if area is None or area.kind != "estate" or not area.path.startswith(below):
        raise Invalid(*words.INVALID, {"estate": [("没有这个小区", "There is no such estate")]})
    place = " ".join(place.split())[:_LONGEST_PLACE]
    location = location_of(work, estate, place)
    text = str(valid["text"])
    given = Report(
        channel=channel,
        estate_id=estate,
        text=text if location is not None or not place else f"{place}：{text}",
        part=valid.get("part") or "common",
        location_id=location,
        category=valid.get("category"),
        cause=valid.get("cause"),
        danger=valid.get("danger") or "none",
        occurred_at=valid.get("occurred_at"),
        person_id=_complainant(work, valid),
        anonymous=bool(valid.get("anonymous")),
        confidential=bool(valid.get("confidential")),
        callback_wanted=bool(valid.get("callback_wanted")),
        joint=valid.get("joint") or (),
        details={name: value for name, value in valid.items() if name not in _OWN and value is not None},
        files=[int(file) for file in valid.get("media") or ()],
    )
    return report(work, given)


def location_of(work: Work, estate_id: int, place: str) -> int | None:
    """Return the building, unit or flat of the estate that is called so; None where there is none."""
    plain = place.replace(" ", "")
    if not plain:
        return None
    below = directory.subtree(work, estate_id, ("building", "unit", "household"))
    return next((one.id for one in below if one.name.replace(" ", "") == plain), None)


def _complainant(work: Work, valid: Mapping[str, Any]) -> int | None:
    if valid.get("anonymous"):
        return None
    if work.actor.person_id is not None:
        return work.actor.person_id
    phone = valid.get("phone")
    return by_phone(work, str(phone)) if phone else None
