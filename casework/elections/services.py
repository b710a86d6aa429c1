"""What officials do to elections and committees outside a diagram."""

from collections.abc import Mapping, Sequence
from datetime import date

from casework import audit, engine
from casework.cases import services as cases
from casework.cases.models import Case
from casework.directory.models import Area
from casework.elections.annulling import undo
from casework.elections.models import Committee
from casework.elections.queries import PROCESS, in_office
from casework.elections.seating import give_seat, open_term, plan_next
from casework.errors import Conflict, Invalid, Refused
from casework.persistence import Work


def record_committee(
    work: Work,
    estate_id: int,
    members: Sequence[Mapping[str, object]],
    *,
    seats: int,
    elected_on: date,
    term_ends: date,
) -> Committee:
    """Take a committee that is in office already into the records: [{person, post, party, rank}].

    Raises Invalid for a place that is no estate or members without a chair, Conflict when one is on record.
    """
    estate = work.session.get(Area, estate_id)
    if estate is None or estate.kind != "estate":
        raise Invalid("请选择小区。", "Choose an estate.")
    if [member["post"] for member in members].count("chair") != 1:
        raise Invalid("须有且只有一名主任。", "A committee has one chair.")
    if in_office(work, estate_id) is not None:
        raise Conflict("小区已有在任的业主委员会。", "A committee is in office in this estate already.")
    committee = open_term(
        work,
        estate_id,
        case_id=None,
        seats=seats,
        elected_on=elected_on,
        seated_on=elected_on,
        term_ends=term_ends,
    )
    for member in members:
        give_seat(
            work,
            committee,
            int(str(member["person"])),
            str(member["post"]),
            rank=int(str(member.get("rank") or 0)),
            party=bool(member.get("party")),
        )
    plan_next(work, committee)
    audit.record(work, ("area", estate_id), "committee_recorded", committee=committee.id)
    return committee


def report_facts(work: Work, case_id: int, person_id: int, text: str, *, key: str | None = None) -> None:
    """Report that the facts about a candidate have changed, as arrears paid: they are reviewed again.

    Raises Invalid without saying what changed, Refused when no list is being made.
    """
    if not text.strip():
        raise Invalid("请写明变化的事实。", "Say what has changed.", {"text": [("请填写", "Fill this in")]})
    payload = {"person": person_id, "changed": text.strip()}
    cases.deliver(work, case_id, engine.Message("facts_changed", payload), key=key)


def annul_decision(work: Work, case_id: int, by: str, no: str, on: date) -> None:
    """Enter that a court or the street annulled an election, by decision `no` of a day; also after its case closed.

    Within the case its diagram ends; after it, the committee's record is corrected. Raises Refused for a decision
    about another kind of case, Invalid for a day to come.
    """
    case = work.session.get_one(Case, case_id)
    if case.process != PROCESS:
        raise Refused("只能撤销选举产生的决定。", "Only an election can be annulled here.")
    if on > work.now.astimezone(work.house.zone).date():
        raise Invalid("日期不能晚于今天。", "Not after today.", {"date": [("不能晚于今天", "Not after today")]})
    if case.status == "open":
        payload = {"by": by, "no": no, "annulled_on": on}
        cases.deliver(work, case_id, engine.Message("decision_annulled", payload))
        return
    undo(work, case, f"{by} {no}")
