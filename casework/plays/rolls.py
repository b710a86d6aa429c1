"""The roll of owners that a scenario tells as a table, and how it names them: `单身1-136` is all of them at once."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from casework.audit.references import check_digit
from casework.bootstrap import Casework
from casework.directory import people
from casework.errors import Invalid, NotFound
from casework.persistence import SYSTEM, Actor, Work
from casework.plays.answers import Names
from casework.plays.naming import called
from casework.plays.town import Town
from casework.votes import rolls
from casework.votes.models import RollHead, RollOwner, RollPart

_HEADINGS = ("楼栋", "单元", "房号", "建筑面积", "业主姓名", "身份证号", "联系电话", "业主类型", "销售状态", "是否交付")
_OTHERS = 1_000
"""From which identity number on the owners of other estates are counted: nobody owns flats in two by chance."""
_KINDS = {"person": "", "unit": "单位", "developer": "建设单位"}


def roll(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A roll is taken in and looked at by a second person; its owners are people of the scenario from then on.

    With `estates` each of them gets such a roll of its own, and its name stands before its owners': `东苑业主1`.
    """
    del names
    for estate in called(details.get("estates", "estate")):
        _roll(casework, town, estate, details)


def _roll(casework: Casework, town: Town, name: str, details: Mapping[str, Any]) -> None:
    own = name == "estate"
    flats = list(_flats(details["parts"], "" if own else name))
    estate = town.areas[name]
    with casework.work(SYSTEM) as work:
        content = _as_csv(work, town, flats, 0 if own else _OTHERS + len(town.people))
        today = work.now.astimezone(work.house.zone).date()
        report = rolls.take_in(work, estate, content, "名册.csv", as_of=_day(details.get("as_of", today)))
        if report.roll_id is None:
            first = report.rows[0]
            raise Invalid(f"名册第 {first.row} 行：{first.zh}", f"Row {first.row} of the roll: {first.en}")
        _meet(work, town, report.roll_id, flats)
    with casework.work(Actor("person", town.person(details.get("looked_by", "社区小宋")))) as work:
        rolls.look(work, report.roll_id)


def head_of(work: Work, town: Town, roll_id: int, name: str, *, alone: bool = True) -> RollHead:
    """Return the head that somebody owns on a roll, their own before one they share; NotFound for who owns none."""
    person = town.person(name)
    owned = (
        select(RollHead)
        .join(RollOwner, RollOwner.head_id == RollHead.id)
        .where(RollHead.roll_id == roll_id, RollOwner.person_id == person)
    )
    joint = RollHead.kind == "joint"
    found = work.session.scalars(owned.order_by(joint if alone else ~joint, RollHead.id)).first()
    if found is None:
        raise NotFound(f"名册中没有“{name}”", f"The roll has no “{name}”")
    return found


def _flats(parts: Sequence[Mapping[str, Any]], before: str) -> Iterator[dict[str, Any]]:
    """Yield every flat of a table: a row counts for `times` owners (numbered) with `flats` flats each."""
    for building, row in enumerate(parts, 1):
        times, flats = int(row.get("times", 1)), int(row.get("flats", 1))
        for index in range(times * flats):
            owner = index // flats + 1
            named = row["owner"] if isinstance(row["owner"], list) else [row["owner"]]
            yield {
                **row,
                "building": str(building),
                "room": str(101 + index),
                "names": [f"{before}{name}{owner}" if times > 1 else f"{before}{name}" for name in named],
            }


def _as_csv(work: Work, town: Town, flats: Sequence[Mapping[str, Any]], first: int) -> bytes:
    numbers: dict[str, int] = {}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    for flat in flats:
        kind, delivered = flat.get("kind", "person"), flat.get("delivered", True)
        known = [name for name in flat["names"] if name in town.people]
        phones = [people.reveal(work, town.people[name], "verify").phone for name in known]
        made = [_number(numbers.setdefault(name, first + len(numbers))) for name in flat["names"] if kind == "person"]
        writer.writerow(
            [
                flat["building"],
                "1",
                flat["room"],
                str(flat["area"]),
                "、".join(flat["names"]),
                "" if known else "、".join(made),
                "、".join(phones),
                _KINDS[kind],
                "未售" if flat.get("sold") is False else "已售",
                "是" if delivered else "否",
            ]
        )
    return text.getvalue().encode()


def _number(person: int) -> str:
    """Return the identity number of a made-up owner."""
    body = f"370101{19500101 + person // 1000:08d}{person % 1000:03d}"
    return body + check_digit(body)


def _meet(work: Work, town: Town, roll_id: int, flats: Sequence[Mapping[str, Any]]) -> None:
    """Give the owners that the roll has entered their names in the scenario."""
    places = (RollPart.building, RollPart.room, RollOwner.person_id)
    owned = select(*places).join(RollOwner, RollOwner.head_id == RollPart.head_id).where(RollPart.roll_id == roll_id)
    owners: dict[tuple[str, str], list[int]] = {}
    for building, room, person in work.session.execute(owned.order_by(RollOwner.person_id)):
        owners.setdefault((building, room), []).append(person)
    for flat in flats:
        found = owners[f"{flat['building']}号楼", flat["room"]]
        for name in flat["names"] if flat.get("delivered", True) or flat.get("kind") == "developer" else ():
            others = {town.people.get(other) for other in flat["names"]} - {town.people.get(name)}
            town.people.setdefault(name, next(person for person in found if person not in others))


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
