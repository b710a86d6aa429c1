"""When a court or the street annuls an election: the committee is out, what it did is flagged, and it begins anew."""

from casework import audit, jobs
from casework.cases.models import Case
from casework.cases.step import Step
from casework.elections.models import Committee, Election
from casework.elections.queries import acts_of, committee_from, election_of, filings_of
from casework.elections.seating import end_term
from casework.persistence import Work


def annul(step: Step, by: str, no: str) -> None:
    """Annul the election of this case: the committee loses office, its acts are flagged, a new case is opened."""
    undo(step.work, step.case, f"{by} {no}")
    step.case.outcome, step.case.basis = "annulled", no
    step.note(f"决定被撤销（{no}），重新组织。", f"Annulled ({no}); it begins anew.", what="annulled")


def undo(work: Work, case: Case, because: str) -> Committee | None:
    """Take the committee of a case out of office as annulled, flag what it did, and open the election anew."""
    day = work.now.astimezone(work.house.zone).date()
    committee = committee_from(work, case.id)
    if committee is not None and committee.state != "annulled":
        end_term(work, committee, "annulled", because, day)
        for one in acts_of(work, committee.id):
            one.flagged_at, one.flagged_because = work.now, because
        for filing in filings_of(work, committee.id):
            filing.state = "revoked"
    audit.record(work, ("case", case.id), "annulled", because=because)
    _begin_anew(work, case, election_of(work, case.id))
    return committee


def _begin_anew(work: Work, case: Case, election: Election | None) -> None:
    variant = election.variant if election is not None else "first"
    data = {"variant": "early" if variant == "regular" else variant, "reason": "annulled"}
    jobs.schedule(
        work,
        "cases.start",
        payload={"process": case.process, "from": case.id, "area": case.area_id, "why": "annulled", "data": data},
        key=f"annulled:{case.id}",
    )


OPERATIONS = {"elections.annul": annul}
