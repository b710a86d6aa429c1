"""What happens to a committee as time passes: the next election is opened, and an overdue committee loses powers."""

from datetime import timedelta

from casework import calendar, jobs, notifications
from casework.cases import services as cases
from casework.cases.models import Case
from casework.cases.notices import recipients
from casework.elections.models import Committee
from casework.elections.queries import PROCESS, members_of, under_way
from casework.elections.seating import end_of_term, rules_of
from casework.jobs import Job
from casework.persistence import Work

_HELD_BEFORE = "election.regular.before_expiry_days"
_ASK_AGAIN = timedelta(days=1)


def regular_due(work: Work, job: Job) -> None:
    """Tell that the term of a committee ends, and open its regular election.

    While another election runs in the estate, as for an empty seat, none is opened; it is asked again every day, until
    one is opened or another committee is in office.
    """
    committee = _in_office(work, job)
    running = under_way(work, committee.estate_id)
    case = running or _open_regular(work, committee)
    _tell_term_ends(work, committee, case)
    if running is not None:
        jobs.move(work, job.key, work.now + _ASK_AGAIN)


def term_over(work: Work, job: Job) -> None:
    """Take powers from a committee that is in office after its term, as the rules of its place say."""
    committee = _in_office(work, job)
    stops = rules_of(work, committee).value("election.overdue.old_committee") == "stops"
    committee.powers = "stopped" if stops else "frozen"


def _open_regular(work: Work, committee: Committee) -> Case:
    data = {
        "variant": "regular",
        "reason": "term_ends",
        "term_ends": committee.term_ends,
        "seats_now": len(members_of(work, committee.id)),
    }
    return cases.start_case(work, PROCESS, data, area_id=committee.estate_id)


def _tell_term_ends(work: Work, committee: Committee, case: Case) -> None:
    """Tell the committee, the community and the street once: the last day of the term, and by when the owners meet."""
    rules = rules_of(work, committee)
    over, days = end_of_term(work, committee), calendar.current(work.session)
    limit = rules.deadline(_HELD_BEFORE, over, days, work.house.zone)
    notifications.send(
        work,
        "term_ending",
        recipients(work, case, [f"organisation:{committee.organisation_id}", "tier:1", "tier:2"]),
        case.id,
        {
            "term_ends": committee.term_ends,
            "due_at": limit.instant,
            "basis": rules.source(_HELD_BEFORE, "zh"),
            "basis_en": rules.source(_HELD_BEFORE, "en"),
        },
        key=f"term_ending:{committee.id}",
    )


def _in_office(work: Work, job: Job) -> Committee:
    committee = work.session.get_one(Committee, job.payload["committee"])
    if committee.state != "in_office":
        raise jobs.NotNeeded
    return committee


HANDLERS = {"elections.regular_due": regular_due, "elections.term_over": term_over}
