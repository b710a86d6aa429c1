"""A vote of the owners of 水景花苑 for the pages: a frozen roll, an agenda, and people who own there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casework.bootstrap import Casework
from casework.directory import services as directory
from casework.directory.viewing import viewer
from casework.persistence import Actor, Work
from casework.votes import models, services
from tests.webapp.city import SINCE, City

ESTATE = "水景花苑"
TITLE = "2026年业主大会会议"
WINDOW = timedelta(days=6)
TWO_THIRDS = {"ratio": "2/3", "more": False}
HALF = {"ratio": "1/2", "more": True}
THREE_QUARTERS = {"ratio": "3/4", "more": False}
RULES: dict[str, Any] = {
    "participation": {"area": TWO_THIRDS, "heads": TWO_THIRDS},
    "ordinary": {"area": HALF, "heads": HALF},
    "special": {"area": THREE_QUARTERS, "heads": THREE_QUARTERS},
    "tie": "ask",
    "proxy": {"max_principals": 3},
}
DECISION = {"no": 1, "title": "选聘物业服务人", "text": "选聘九安物业，三年。", "class": "ordinary", "kind": "decision"}
SPECIAL = {"no": 2, "title": "利用共用部位设快递柜", "text": "", "class": "special", "kind": "decision"}
ELECTION: dict[str, Any] = {
    "no": 3,
    "title": "选举业主委员会委员",
    "text": "",
    "class": "ordinary",
    "kind": "election",
    "seats": 2,
    "candidates": [
        {"key": "c1", "name": "刘沛然"},
        {"key": "c2", "name": "孙若梅"},
        {"key": "c3", "name": "吴晓棠"},
    ],
}
AGENDA = (DECISION, SPECIAL, ELECTION)
Roll = Sequence[tuple[Sequence[str], Sequence[tuple[str, str]]]]
"""Who owns together, and their flats by room and area."""
ROLL: Roll = (
    (("李静怡",), (("301", "100.00"), ("302", "88.50"))),
    (("王砚秋", "赵立"), (("401", "110.00"),)),
    (("马宁",), (("501", "90.00"),)),
    (("李主任",), (("502", "90.00"),)),
)
"""The heads of the roll: who owns what. 王砚秋 and 赵立 own one flat together."""


@dataclass
class Voting:
    """A vote in the made-up county, and what the tests do in it."""

    casework: Casework
    people: Mapping[str, int]
    vote_id: int
    heads: Mapping[str, int]

    def work(self, name: str | None = None) -> Any:
        """Open a unit of work of somebody, or of the system."""
        if name is None:
            return self.casework.work()
        return self.casework.work(Actor("person", self.people[name]))

    def cast(self, name: str, choices: Mapping[int, Any]) -> services.Receipt:
        """Cast the ballot of somebody's head."""
        with self.work(name) as work:
            return services.cast(work, self.vote_id, self.heads[name], choices, key=None)

    def open(self) -> None:
        """Open the box from now for the window."""
        with self.work() as work:
            services.open_box(work, self.vote_id, work.now, work.now + WINDOW)

    def end(self) -> None:
        """Let the window be over by now: the clock of the county stands still."""
        with self.work() as work:
            vote = work.session.get_one(models.Vote, self.vote_id)
            vote.opens_at, vote.closes_at = work.now - WINDOW, work.now

    def count(self) -> dict[str, Any]:
        """Let the window end, close the box and count it."""
        self.end()
        with self.work() as work:
            services.close(work, self.vote_id)
            return services.count(work, self.vote_id)


def appoint(casework: Casework, person_id: int, role: str, estate_id: int) -> None:
    """Give somebody a role in an estate, once."""
    with casework.work() as work:
        if not any(post.role == role for post in viewer(work, person_id).posts):
            directory.appoint(work, person_id, role, area_id=estate_id, since=SINCE)


def open_vote(city: City, **more: Any) -> Voting:
    """Open a vote of the made-up estate."""
    return begin(city.casework, city.people, city.areas[ESTATE], **more)


def begin(
    casework: Casework,
    people: Mapping[str, int],
    estate_id: int,
    *,
    roll: Roll = ROLL,
    items: Sequence[Mapping[str, Any]] = AGENDA,
    opened: bool = True,
    **more: Any,
) -> Voting:
    """Freeze a roll, issue the ballots and, unless told not to, open the box from now for the window."""
    with casework.work() as work:
        frozen, heads = _freeze(work, people, estate_id, roll)
        vote = services.prepare(
            work,
            estate_id=estate_id,
            case_id=None,
            roll_id=frozen.id,
            mode=more.pop("mode", "signed"),
            title=TITLE,
            items=items,
            rules={**RULES, **more.pop("rules", {})},
            paper=True,
            **more,
        )
        services.issue(work, vote.id)
        if opened and vote.mode == "secret":
            services.hand_out_shares(work, vote.id)
        made = Voting(casework, people, vote.id, heads)
    if opened:
        made.open()
    return made


def _freeze(work: Work, people: Mapping[str, int], estate_id: int, listed: Roll) -> tuple[models.Roll, dict[str, int]]:
    roll = models.Roll(
        estate_id=estate_id,
        as_of=date(2026, 8, 1),
        source="名册.xlsx",
        source_digest=b"f",
        made_at=work.now,
        made_by=None,
        parts=sum(len(flats) for _owners, flats in listed),
        heads=len(listed),
        area=sum((Decimal(area) for _owners, flats in listed for _room, area in flats), Decimal(0)),
    )
    work.session.add(roll)
    work.session.flush()
    heads = {}
    for at, (owners, flats) in enumerate(listed):
        area = sum((Decimal(area) for _room, area in flats), Decimal(0))
        kind = "joint" if len(owners) > 1 else "person"
        key = hashlib.sha256(f"{roll.id} {at}".encode()).digest()
        head = models.RollHead(roll_id=roll.id, kind=kind, key=key, area=area)
        work.session.add(head)
        work.session.flush()
        for name in owners:
            heads[name] = head.id
            work.session.add(models.RollOwner(head_id=head.id, person_id=people[name], shown=f"{name[0]}**"))
        for room, area_text in flats:
            work.session.add(
                models.RollPart(
                    roll_id=roll.id,
                    head_id=head.id,
                    building="3号楼",
                    unit="2单元",
                    room=room,
                    area=Decimal(area_text),
                    basis="registry",
                )
            )
    work.session.flush()
    roll.state, roll.frozen_at, roll.digest = "frozen", work.now, b"d"
    work.session.flush()
    return roll, heads
