"""An estate whose owners vote: 阳光花园 as the reference has it, or one of so many flats."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from casework.directory.models import Area, Membership, Person
from casework.persistence import SYSTEM, Actor, Database, House, Work, embedded
from casework.votes import services
from casework.votes.models import Ballot, Roll, RollHead, RollOwner, RollPart, Vote

OPENS = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 9, 16, 16, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SINCE = date(2026, 1, 1)
HOUSE = House(secrets={"people": b"k" * 32})


def double(ratio: str, *, more: bool = False) -> dict[str, Any]:
    """Return a limit as rules hold it, the same in area and in heads."""
    return {half: {"ratio": ratio, "more": more} for half in ("area", "heads")}


RULES: dict[str, Any] = {
    "participation": double("2/3"),
    "ordinary": double("1/2", more=True),
    "special": double("3/4"),
    "tie": "ask",
    "proxy": {"max_principals": 3},
}
DECISION = {"no": 1, "title": "选聘物业服务人", "text": "选聘甲公司", "class": "ordinary", "kind": "decision"}
SPECIAL = {"no": 2, "title": "筹集维修资金", "text": "每平方米 10 元", "class": "special", "kind": "decision"}
FLAT = Decimal("100.00")
FIXTURE: Sequence[Sequence[Decimal]] = (
    *([FLAT] for _ in range(200)),
    [Decimal("120.00")] * 3,
    [Decimal("110.00")],
    [Decimal("90.00")] * 30 + [Decimal("106.00")] * 5,
    [Decimal("1500.00")],
)
"""The heads of 阳光花园 by the areas of their flats: singles, Wang, Li with Zhao, the developer, the shop company."""
WANG, JOINT, DEVELOPER, SHOP = 200, 201, 202, 203


def election(no: int = 3, seats: int = 1, persons: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return an election of candidates by key, each of whom may be a person."""
    candidates = [{"key": key, "person": person, "name": key} for key, person in (persons or {"a": 0, "b": 0}).items()]
    return {"no": no, "title": "选举委员", "text": "", "class": "ordinary", "kind": "election"} | {
        "seats": seats,
        "candidates": candidates,
    }


@dataclass
class Estate:
    """The roll of an estate, its heads in the order they were given, and ways to act in it."""

    session: Session
    estate_id: int
    roll_id: int
    heads: list[int]
    owners: list[list[int]]
    parts: list[list[int]]
    now: datetime = OPENS
    house: House = HOUSE
    vote_id: int = 0
    staff: list[int] = field(default_factory=list)

    def work(self, person: int | None = None) -> Work:
        """Return a unit of work of a person, of the system without one, at the estate's moment."""
        actor = SYSTEM if person is None else Actor("person", person)
        return Work(self.session, self.now, actor, self.house)

    def prepare(
        self, *items: Mapping[str, Any], mode: Any = "signed", rules: Mapping[str, Any] | None = None, **more: Any
    ) -> int:
        """Prepare a vote and issue its ballots."""
        made = services.prepare(
            self.work(),
            estate_id=self.estate_id,
            case_id=None,
            roll_id=self.roll_id,
            mode=mode,
            title="首次业主大会",
            items=items or (DECISION,),
            rules={**RULES, **(rules or {})},
            paper=more.pop("paper", True),
            **more,
        )
        self.vote_id = made.id
        services.issue(self.work(), made.id)
        return made.id

    def open(self, *items: Mapping[str, Any], **more: Any) -> int:
        """Prepare a vote, issue its ballots and open the box."""
        vote_id = self.prepare(*items, **more)
        services.open_box(self.work(), vote_id, OPENS, CLOSES)
        return vote_id

    def cast(
        self, head: int, choices: Any = "for", *, owner: int = 0, key: str | None = None, **more: Any
    ) -> services.Receipt:
        """Cast the ballot of a head by its place; one choice alone is that of item 1."""
        given = choices if isinstance(choices, Mapping) else {1: choices}
        person = more.pop("person", self.owners[head][owner])
        return services.cast(self.work(person), self.vote_id, self.heads[head], given, key=key, **more)

    def numbers(self, head: int) -> list[int]:
        """Return the ballot numbers of a head."""
        query = select(Ballot.no).where(Ballot.vote_id == self.vote_id, Ballot.head_id == self.heads[head])
        return list(self.session.scalars(query.order_by(Ballot.no)))

    def close(self) -> str:
        """Let the window end, and close the box."""
        self.now = CLOSES
        return services.close(self.work(), self.vote_id)

    def result(self, **more: Any) -> dict[str, Any]:
        """Close the box and count it."""
        self.close()
        return services.count(self.work(), self.vote_id, **more)

    def vote(self) -> Vote:
        """Return the row of the vote."""
        return self.session.get_one(Vote, self.vote_id)

    def appoint(self, role: str) -> int:
        """Return somebody new who holds a role in the estate."""
        return appointed(self.session, self.estate_id, role, 1)[0]

    def person(self) -> int:
        """Return somebody new, who owns nothing here."""
        return people(self.session, 1)[0]


def people(session: Session, number: int) -> list[int]:
    """Add so many persons of whom nothing personal is kept."""
    rows = [{"kind": "resident", "pseudonym": "业主", "created_at": OPENS} for _ in range(number)]
    return list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows))


def area(session: Session) -> Area:
    """Add an estate that lies nowhere."""
    made = Area(kind="estate", name="阳光花园", sort_key="阳光花园", path=f"{uuid4()}.")
    session.add(made)
    session.flush()
    return made


def appointed(session: Session, estate_id: int, role: str, number: int) -> list[int]:
    """Add so many persons who hold a role in an estate."""
    made = people(session, number)
    posts = [{"person_id": one, "role": role, "area_id": estate_id, "during": Range(SINCE)} for one in made]
    session.execute(insert(Membership), posts)
    return made


def settle(
    session: Session, areas: Sequence[Sequence[Decimal]] = FIXTURE, *, joint: Sequence[int] = (JOINT,)
) -> Estate:
    """Make a frozen roll: one head for every list of areas, those at the places of `joint` owned by two."""
    shared = set(joint)
    found = people(session, len(areas) + len([one for one in shared if one < len(areas)]))
    spare = iter(found[len(areas) :])
    owners = [[found[at], next(spare)] if at in shared else [found[at]] for at in range(len(areas))]
    total = sum((area for lot in areas for area in lot), Decimal(0))
    place = area(session)
    roll = Roll(
        estate_id=place.id,
        as_of=date(2026, 8, 1),
        source="名册.xlsx",
        source_digest=b"f",
        made_at=OPENS,
        made_by=None,
        checked_by=None,
        parts=sum(map(len, areas)),
        heads=len(areas),
        area=total,
    )
    session.add(roll)
    session.flush()
    kinds = ["joint" if len(lot) > 1 else "person" for lot in owners]
    heads = list(
        session.scalars(
            insert(RollHead).returning(RollHead.id, sort_by_parameter_order=True),
            [
                {
                    "roll_id": roll.id,
                    "kind": "developer" if areas is FIXTURE and at == DEVELOPER else kind,
                    "key": hashlib.sha256(f"{roll.id} {at}".encode()).digest(),
                    "area": sum(areas[at], Decimal(0)),
                }
                for at, kind in enumerate(kinds)
            ],
        )
    )
    session.execute(
        insert(RollOwner),
        [
            {"head_id": head, "person_id": person, "shown": "王**"}
            for head, lot in zip(heads, owners, strict=True)
            for person in lot
        ],
    )
    rows = [
        {"roll_id": roll.id, "head_id": head, "building": "1", "room": f"{at:05}-{no:02}", "area": area}
        | {"basis": "registry"}
        for at, head in enumerate(heads)
        for no, area in enumerate(areas[at])
    ]
    ids = list(session.scalars(insert(RollPart).returning(RollPart.id, sort_by_parameter_order=True), rows))
    numbers = iter(ids)
    parts = [[next(numbers) for _ in lot] for lot in areas]
    session.execute(update(Roll).where(Roll.id == roll.id).values(state="frozen", frozen_at=OPENS, digest=b"d"))
    session.flush()
    session.expire_all()
    return Estate(session, place.id, roll.id, heads, owners, parts, staff=appointed(session, place.id, "teller", 4))


@contextmanager
def working(database: Database, person: int | None, now: datetime | None = None) -> Iterator[Work]:
    """Open a unit of work that is committed, at the database's time unless told."""
    actor = SYSTEM if person is None else Actor("person", person)
    with database.transaction() as session:
        yield Work(session, now, actor, HOUSE)


@contextmanager
def own_database(server_url: str, name: str) -> Iterator[Database]:
    """Make an empty database with every table, gone again at the end."""
    embedded.drop_database(server_url, name)
    made = Database(embedded.create_database(server_url, name))
    made.create_all()
    yield made
    made.close()
    embedded.drop_database(server_url, name)
