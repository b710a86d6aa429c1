"""What is done for an assembly of owners: the roll, the vote, the committee and its next election."""

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from banjie.demonstration.acts import Act
from banjie.demonstration.province import Estate
from banjie.demonstration.settling import area_of
from casework.cases import services as cases
from casework.directory import people
from casework.elections.models import Committee
from casework.elections.services import record_committee
from casework.errors import Invalid
from casework.persistence import SYSTEM, Actor, Work
from casework.votes import rolls
from casework.votes import services as votes
from casework.votes.models import RollHead, RollOwner, Vote

if TYPE_CHECKING:
    from banjie.demonstration.playing import Player

Answer = dict[str, Any]


def seat(player: "Player", act: Act) -> Answer:
    """Take a committee into the records that is in office already."""

    def record(work: Work) -> Answer:
        return {"committee": _recorded(work, act).id}

    return player.keep(SYSTEM, act, record)


def elect(player: "Player", act: Act) -> Answer:
    """Open the election of the next committee of an estate whose committee has come to the end of its term."""

    def begin(work: Work) -> Answer:
        term_ends = date.fromisoformat(act.details["term_ends"])
        data = {"variant": "regular", "reason": "任期届满", "term_ends": term_ends}
        case = cases.start_case(work, "committee_election", data, area_id=act.details["estate"])
        _recorded(work, act)
        return {"opened": case.id}

    return player.keep(SYSTEM, act, begin)


def assemble(player: "Player", act: Act) -> Answer:
    """Open the vote of the owners of an estate on an agenda."""
    estate_id, agenda = act.details["estate"], act.details["agenda"]

    def begin(work: Work) -> Answer:
        return {"opened": cases.start_case(work, "owner_vote", agenda, area_id=estate_id).id}

    return player.keep(SYSTEM, act, begin)


def roll(player: "Player", act: Act) -> Answer:
    """Take in the list of the owners of an estate, at which a second person looks."""
    estate = next(one for one in player.province.estates.values() if one.id == act.details["estate"])
    second = player.province.holders[f"community_officer@a{estate.community_id}"][0]

    def take(work: Work) -> Answer:
        day = work.now.astimezone(work.house.zone).date()
        report = rolls.take_in(work, estate.id, _listed(work, estate), "业主名册.csv", as_of=day)
        if report.roll_id is None:
            raise Invalid(report.rows[0].zh, report.rows[0].en)
        rolls.look(work.acting_as(Actor("person", second)), report.roll_id)
        return {"roll": report.roll_id}

    return player.keep(SYSTEM, act, take)


def cast(player: "Player", act: Act) -> Answer:
    """Let an owner vote for everything on the agenda."""
    person = act.details["person"]

    def vote(work: Work) -> Answer:
        held = work.session.scalars(select(Vote).where(Vote.estate_id == act.details["estate"])).one()
        owned = select(RollHead).join(RollOwner, RollOwner.head_id == RollHead.id)
        mine = owned.where(RollHead.roll_id == held.roll_id, RollOwner.person_id == person)
        head = work.session.scalars(mine).one()
        choices = {item["no"]: "for" for item in held.items}
        return {"valid": votes.cast(work, held.id, head.id, choices, key=None).valid}

    return player.keep(Actor("person", person), act, vote)


def _recorded(work: Work, act: Act) -> Committee:
    """Take the committee in office of an act into the records."""
    said = act.details
    elected_on, term_ends = (date.fromisoformat(said[name]) for name in ("elected_on", "term_ends"))
    seats = len(said["members"])
    return record_committee(
        work, said["estate"], said["members"], seats=seats, elected_on=elected_on, term_ends=term_ends
    )


def _listed(work: Work, estate: Estate) -> bytes:
    """Return the flats of an estate as the list of owners that an office takes in."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("楼栋", "单元", "房号", "建筑面积", "业主姓名", "联系电话", "销售状态", "是否交付"))
    for at, home in enumerate(estate.homes):
        owner = people.reveal(work, home.owner_id, "verify")
        places = [estate.places[place] for place in (home.building_id, home.unit_id, home.flat_id)]
        writer.writerow([*places, area_of(at), owner.name, owner.phone, "已售", "是"])
    return text.getvalue().encode()
