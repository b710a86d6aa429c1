"""A made-up election under way in the county: its group, candidates, roll, an open vote, and the committee before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from casework.cases import clocks
from casework.cases import services as cases
from casework.cases.models import Case
from casework.definitions.services import publish
from casework.definitions.source import read_release
from casework.directory.people import add_person
from casework.directory.sealing import Particulars
from casework.elections.models import Candidate, Committee, CommitteeSeat, Election, ElectionGroup, Filing
from casework.persistence import Work
from casework.votes import services
from casework.votes.models import Roll, RollHead, RollOwner, RollPart
from tests.documents.sample import files
from tests.votes.estate import RULES
from tests.webapp.city import City

OWN = "publicity_and_objections"
PEOPLE = ("许明远", "陈思齐", "高建国", "宋佳", "欧阳明")
STATES = ("passed", "passed", "failed", "elected")
POSTS = ("chair", "vice", "member", "substitute")


@dataclass(frozen=True)
class Made:
    """What a test points at."""

    case_id: int
    case_no: str
    estate_id: int
    people: Sequence[int]


def begin(city: City, estate: str = "水景花苑", *, flats: int = 9, voted: int = 0, stage: str = "owner_vote") -> Made:
    """Have an election under way: the case of another process is taken for it, so that any step can be looked at."""
    _publish_papers(city)
    with city.casework.work() as work:
        data = {"title": "选举公告", "text": "选举公告", "poster": "estate.community", "decider": "estate.street"}
        case = cases.start_case(work, OWN, data, area_id=city.areas[estate])
        case.process, case.title_zh = "committee_election", "业主委员会选举"
        case.tokens = [{"process": stage, "element": "x"}]
        people = [add_person(work, "resident", Particulars(name=name, phone="13700000000")).id for name in PEOPLE]
        work.session.add(Election(case_id=case.id, estate_id=city.areas[estate], variant="regular", organiser="group"))
        work.session.flush()
        day = work.now.date()
        clock = clocks.start(work, case, "assembly", "election.first.assembly_days", work.now)
        case.due_at, case.due_clock = clock.due_at, clock.name
        members = [{"person": person, "side": "owner"} for person in people[:3]]
        work.session.add(ElectionGroup(case_id=case.id, attempt=0, founded_on=day, lead_id=people[0], members=members))
        for place, (person, state) in enumerate(
            zip(people, ("passed", "passed", "failed", "elected"), strict=False), 1
        ):
            work.session.add(_candidate(case, person, state, place))
        _vote(work, case, people, flats, voted)
        return Made(case.id, case.no, city.areas[estate], people)


def end_all(city: City) -> None:
    """Give the cases that were taken for elections back to their own process."""
    with city.casework.work() as work:
        taken = update(Case).where(Case.process == "committee_election")
        work.session.execute(taken.values(process=OWN, tokens=[{"process": OWN, "element": "post"}]))


def seat(city: City, people: Sequence[int], estate: str = "水景花苑", *, party: int = 1) -> int:
    """Have a committee in office with three members and a substitute."""
    with city.casework.work() as work:
        for old in work.session.scalars(select(Committee).where(Committee.estate_id == city.areas[estate])):
            old.state, old.ended_on = "former", work.now.date()
        work.session.flush()
        made = Committee(
            estate_id=city.areas[estate],
            organisation_id=city.units["济阳街道办"],
            seats=5,
            elected_on=date(2024, 3, 1),
            seated_on=date(2024, 3, 8),
            term_ends=date(2029, 3, 7),
        )
        work.session.add(made)
        work.session.flush()
        for rank, (person, post) in enumerate(zip(people, POSTS, strict=False)):
            since = date(2024, 3, 8)
            belongs = rank < party
            row = CommitteeSeat(
                committee_id=made.id, person_id=person, post=post, rank=rank, party=belongs, since=since
            )
            work.session.add(row)
        case_id = work.session.scalars(select(Case.id).limit(1)).one()
        work.session.add(
            Filing(
                committee_id=made.id,
                case_id=case_id,
                authorities=["street"],
                state="issued",
                submitted_at=work.now - timedelta(days=20),
                issued_on=date(2024, 4, 2),
                certificate_no="RC-2024-001",
            )
        )
        return made.id


def _publish_papers(city: City) -> None:
    """Have the process that is taken for an election carry its papers."""
    settings = city.casework.settings
    with city.casework.work() as work:
        publish(work, OWN, read_release(settings.processes, settings.forms, OWN) | files())


def _candidate(case: Case, person: int, state: str, place: int) -> Candidate:
    return Candidate(
        case_id=case.id,
        attempt=0,
        person_id=person,
        source="self",
        post="member",
        party=place == 1,
        state=state,
        grounds=["拖欠物业费"] if state == "failed" else [],
        reviewed_at=case.opened_at,
        place=None if state == "failed" else place,
    )


def _vote(work: Work, case: Case, people: Sequence[int], flats: int, voted: int) -> None:
    estate_id = case.estate_id or 0
    opens, area = work.now - timedelta(days=2), Decimal("100.00")
    roll = _roll(work, estate_id, flats, area, opens, people)
    for number in range(1, flats + 1):
        head = RollHead(roll_id=roll.id, kind="person", key=b"%d" % number, area=area)
        work.session.add(head)
        work.session.flush()
        work.session.add(RollOwner(head_id=head.id, person_id=people[-1], shown="欧阳**"))
        where = {"building": "1号楼", "room": f"{number}"}
        work.session.add(RollPart(roll_id=roll.id, head_id=head.id, area=area, basis="registry", **where))
    work.session.flush()
    roll.state, roll.frozen_at, roll.digest = "frozen", opens, b"\x02" * 32
    work.session.flush()
    candidates = [{"key": f"p{one}", "person": one, "name": PEOPLE[n]} for n, one in enumerate(people[:2])]
    item = {"no": 1, "title": "选举委员", "text": "", "class": "ordinary", "kind": "election", "seats": 3}
    vote = services.prepare(
        work,
        estate_id=estate_id,
        case_id=case.id,
        roll_id=roll.id,
        mode="signed",
        title="选举第二届业主委员会",
        items=[item | {"candidates": candidates}],
        rules=RULES,
        paper=True,
    )
    services.issue(work, vote.id)
    for number in range(1, voted + 1):
        services.record_delivery(work, vote.id, number, at=work.now, how="hand", proof={"signed": True})
    services.open_box(work, vote.id, work.now, work.now + timedelta(days=7))


def _roll(work: Work, estate_id: int, flats: int, area: Decimal, frozen_at: datetime, people: Sequence[int]) -> Roll:
    roll = Roll(
        estate_id=estate_id,
        as_of=frozen_at.date(),
        source="名册.xlsx",
        source_digest=b"\x01" * 32,
        made_at=frozen_at,
        made_by=people[0],
        checked_by=people[1],
        parts=flats,
        heads=flats,
        area=area * flats,
    )
    work.session.add(roll)
    work.session.flush()
    return roll
