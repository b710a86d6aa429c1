"""What is done for the takeover of an estate: flagging it, following its cases, its ballots, and answers worked out."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from banjie.demonstration import pictures
from banjie.demonstration.acts import Act
from banjie.demonstration.settling import FOLDER
from casework import attachments
from casework.calendar import months_on
from casework.cases import services as cases
from casework.cases.models import Case, WorkItem
from casework.cases.values import from_json
from casework.directory import queries as directory
from casework.errors import NotFound
from casework.persistence import SYSTEM, Actor, Work
from casework.takeovers.revenue import balance_of
from casework.votes import services as votes
from casework.votes.models import RollHead, RollOwner, Vote

if TYPE_CHECKING:
    from banjie.demonstration.playing import Player

Answer = dict[str, Any]
_PHOTO = {"photos": 1}
_PAPERS = ("documents", "accounts", "contracts")
_COMMUNITY = "CM"
_YEARS = 3


def flag(player: "Player", act: Act) -> Answer:
    """Let the street flag an estate as unmanaged, with photos."""
    estate = next(one for one in player.province.estates.values() if f"takeover-{one.id}" == act.tale)
    officer = player.province.holders[f"street_officer@a{estate.street_id}"][0]

    def begin(work: Work) -> Answer:
        taken = pictures.photo("wall", after=False, variant=estate.id)
        data = {**act.details["data"], "built_area": Decimal(act.details["data"]["built_area"])}
        for name in act.details["photos"]:
            data[name] = [Decimal(attachments.keep(work, BytesIO(taken), "photo.jpg").id)]
        if "left_at" in act.details:
            data["left_at"] = datetime.fromisoformat(act.details["left_at"])
            data["contract_ends"] = date.fromisoformat(act.details["contract_ends"])
        return {"opened": cases.start_case(work, "estate_takeover", data, area_id=estate.id).id}

    return player.keep(Actor("person", officer), act, begin)


def follow(player: "Player", act: Act) -> Answer:
    """Find the case of another process that the takeover has opened at its estate."""

    def find(work: Work) -> Answer:
        takeover = work.session.get_one(Case, player.tales[act.tale]["opened"])
        wanted = select(Case.id).where(Case.process == act.details["process"], Case.estate_id == takeover.estate_id)
        found = work.session.scalar(wanted.order_by(Case.id.desc()).limit(1))
        if found is None:
            raise NotFound("还没有这件案件", "There is no such case yet")
        return {"opened": found}

    return player.keep(SYSTEM, act, find)


def ballots(player: "Player", act: Act) -> Answer:
    """Let owners vote: `for` everything, or as `choices` says for each item."""
    people, said = act.details["people"], act.details["choices"]

    def vote(work: Work) -> Answer:
        held = work.session.scalars(select(Vote).where(Vote.estate_id == act.details["estate"])).one_or_none()
        if held is None:
            raise NotFound("还没有表决", "There is no vote yet")
        owned = select(RollOwner.person_id, RollHead.id).join(RollOwner, RollOwner.head_id == RollHead.id)
        rows = work.session.execute(owned.where(RollHead.roll_id == held.roll_id))
        heads = {row.person_id: row.id for row in rows}
        choices = {item["no"]: said if isinstance(said, str) else said[str(item["no"])] for item in held.items}
        for person in people:
            votes.cast(work.acting_as(Actor("person", person)), held.id, heads[person], choices, key=None)
        return {"ballots": len(people)}

    return player.keep(SYSTEM, act, vote)


def worked_out(work: Work, item: WorkItem) -> Mapping[str, Any]:
    """Return the answers to a task of a takeover that depend on its case; none for other tasks."""
    work_out = _WORKED_OUT.get(f"{item.process}/{item.element}")
    return {} if work_out is None else work_out(work, item)


def _appointed(work: Work, item: WorkItem) -> Answer:
    """The residents' committee helps out from the moment the company left, for as long as the rules allow."""
    left = _data(item)["left_at"]
    helper = directory.bureau(work, _COMMUNITY, _case(work, item).estate_id or 0)
    until = months_on(left.astimezone(work.house.zone).date(), 6)[0]
    return {"unit": helper.id if helper is not None else None, "since": left.isoformat(), "until": until.isoformat()}


def _delivered(work: Work, item: WorkItem) -> Answer:
    last = int(_data(item)["vote"]["issued"])
    row = {"first_no": 1, "last_no": last, "how": "hand", "at": work.now.isoformat(), "photo": _PHOTO}
    return {"deliveries": [row]}


def _planned(work: Work, item: WorkItem) -> Answer:
    rows = [{"group": row["group"], "item": row["item"]} for row in _data(item)["listed"] if "电梯" not in row["item"]]
    on = work.now.astimezone(work.house.zone).date() + timedelta(days=1)
    return {"groups": sorted({row["group"] for row in rows}), "check_on": on.isoformat(), "checklist": rows}


def _collected(work: Work, item: WorkItem) -> Answer:
    """Some papers are lost with the works that once owned the estate; they are to be made again."""
    rows = [row for row in _data(item)["checklist"] if row["group"] in _PAPERS]
    due = work.now.astimezone(work.house.zone).date() + timedelta(days=60)
    lost = {"state": "rebuild", "keeper": _told()["inspection"]["missing"], "due": due.isoformat()}
    found = [dict(lost) if at % 4 == 0 else {"state": "present"} for at in range(len(rows))]
    return {
        "papers": [{"group": row["group"], "item": row["item"], **one} for row, one in zip(rows, found, strict=True)]
    }


def _checked(work: Work, item: WorkItem) -> Answer:
    day = work.now.astimezone(work.house.zone).date()
    rows = [row for row in _data(item)["checklist"] if row["group"] not in _PAPERS]
    estate = directory.area(work, _case(work, item).estate_id or 0)
    broken = _told()["inspection"].get(estate.name if estate is not None else "", ())
    due = (day + timedelta(days=30)).isoformat()
    states = [{"state": "defect", "due": due, "photo": _PHOTO, **broken[at]} for at in range(len(broken))]
    states += [{"state": "sound"} for _ in rows[len(broken) :]]
    items = [{"group": row["group"], "item": row["item"], **one} for row, one in zip(rows, states, strict=True)]
    return {"checked_on": day.isoformat(), "present": ["new", "old", "community", "street", "owners"], "items": items}


def _signed(work: Work, _item: WorkItem) -> Answer:
    """The contract runs for three years from the day it is signed."""
    day = work.now.astimezone(work.house.zone).date()
    return {"from": day.isoformat(), "to": (months_on(day, _YEARS * 12)[0] - timedelta(days=1)).isoformat()}


def _renovated(_work: Work, item: WorkItem) -> Answer:
    one = _data(item)["one"]
    unit = int(one["unit"] if one.get("unit") is not None else _data(item)["unit"])
    return {"planned": str(one["planned"]), "done": str(one["planned"]), "payer": one["payer"], "unit": unit}


def _quarter(work: Work, item: WorkItem) -> Answer:
    quarter, rows = _data(item)["quarter"], _told()["quarter"]
    entries = [{**row, "day": str(quarter["from"])} for row in rows]
    sums = [Decimal(row["amount"]) * (1 if row["kind"] == "income" else -1) for row in rows]
    before = balance_of(work, _case(work, item).estate_id or 0)
    return {"entries": entries, "balance": str(before + sum(sums, Decimal(0)))}


def _case(work: Work, item: WorkItem) -> Case:
    return work.session.get_one(Case, item.case_id)


def _data(item: WorkItem) -> Mapping[str, Any]:
    data: Mapping[str, Any] = (from_json(item.subject) or {}).get("data") or {}
    return data


def _told() -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / "takeovers.toml").read_text("utf-8"))


_WORKED_OUT: Mapping[str, Callable[[Work, WorkItem], Answer]] = {
    "emergency_service/appoint": _appointed,
    "ballot_issue/deliver": _delivered,
    "takeover_inspection/plan": _planned,
    "takeover_inspection/collect": _collected,
    "takeover_inspection/check": _checked,
    "takeover_entry/sign": _signed,
    "takeover_operation/renovate": _renovated,
    "revenue_posting/post_revenue": _quarter,
}
VERBS = {"flag": flag, "follow": follow, "ballots": ballots}
