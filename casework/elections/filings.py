"""Filing a committee with the authorities: handed in, sent back or certified, and the seal made for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from casework import engine
from casework.cases import clocks, messages
from casework.cases.notices import tell
from casework.cases.step import Step
from casework.elections.models import Committee, Filing
from casework.elections.queries import committee_from, filings_of, in_office, mandates
from casework.elections.seating import act
from casework.elections.standing import today
from casework.errors import Refused

_OFFICES = {"county_housing": "tier:3", "street": "tier:2"}


def submit_filing(step: Step, authorities: Sequence[str]) -> Mapping[str, Any]:
    """Hand the papers to the `authorities` of the place; what was due is done, their time for the certificate runs.

    Returns {authorities}.
    """
    work, case = step.work, step.case
    committee = _committee(step)
    filing = _open_filing(step, committee)
    if filing is None:
        filing = Filing(committee_id=committee.id, case_id=case.id)
        work.session.add(filing)
    filing.authorities, filing.state, filing.submitted_at = list(authorities), "submitted", work.now
    work.session.flush()
    clocks.stop(work, case, "filing", "submitted")
    clocks.start(work, case, "certificate", "election.filing.certificate_limit", work.now, again=True)
    act(step, committee, "filed", filing=filing.id)
    return {"authorities": list(authorities)}


def return_filing(step: Step) -> None:
    """Send the papers back: what is missing is on record, and no certificate is due until they are complete."""
    filing = _filing(step)
    filing.state = "returned"
    clocks.stop(step.work, step.case, "certificate", "incomplete")
    step.note("备案材料不齐，退回补正。", "The papers are incomplete and go back.", what="filing_returned")


def issue_certificate(step: Step, no: str | None = None) -> Mapping[str, Any]:
    """Certify the filing today; the office that was not asked is told, and whoever acts for the estate.

    Returns {filing: {no, date}}.
    """
    filing, day = _filing(step), today(step)
    committee = _committee(step)
    filing.state, filing.issued_on = "issued", day
    filing.certificate_no = no or f"{committee.estate_id:06d}-{day.year}-{filing.id:04d}"
    clocks.stop(step.work, step.case, "certificate", "issued")
    act(step, committee, "certified", filing=filing.id)
    others = [word for office, word in _OFFICES.items() if office not in filing.authorities]
    tell(step, "certificate_issued", " ".join([f"organisation:{committee.organisation_id}", *others]))
    if any(one.body in ("pmc", "epc") for one in mandates(step.work, committee.estate_id)):
        estate = {"estate": Decimal(committee.estate_id)}
        messages.post(step.work, step.case, engine.Message("committee_filed", {"committee": committee.id}, estate))
    return {"filing": {"no": filing.certificate_no, "date": day}}


def record_seal(step: Step, seal_no: str, police_record: str, keeper: Any) -> None:
    """Record the new seal with the police record and who keeps it; earlier seals of the body are void from now on."""
    committee = _committee(step)
    act(step, committee, "seal_made", seal=str(seal_no), police_record=str(police_record), keeper=int(keeper))
    step.note("新印章已备案启用，旧印章作废。", "The new seal is in use; earlier ones are void.", what="seal_made")


def _committee(step: Step) -> Committee:
    found = committee_from(step.work, step.case.id) or in_office(step.work, step.case.estate_id or 0)
    if found is None:
        raise Refused("没有可以备案的业主委员会。", "There is no committee to file.")
    return found


def _open_filing(step: Step, committee: Committee) -> Filing | None:
    found = (one for one in filings_of(step.work, committee.id) if one.state == "returned")
    return next(found, None)


def _filing(step: Step) -> Filing:
    found = next((one for one in filings_of(step.work, _committee(step).id) if one.case_id == step.case.id), None)
    if found is None:
        raise Refused("还没有提交备案。", "Nothing has been filed yet.")
    return found


OPERATIONS = {
    "elections.submit_filing": submit_filing,
    "elections.return_filing": return_filing,
    "elections.issue_certificate": issue_certificate,
    "elections.record_seal": record_seal,
}
