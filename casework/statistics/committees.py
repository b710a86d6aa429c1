"""The figures of owners' committees and their elections, as they stand now: coverage, party share, terms, attempts."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from casework.cases import assignment
from casework.cases.models import Case
from casework.cases.queries import late, may_see
from casework.directory.models import AREA_KINDS, Area
from casework.directory.viewing import visible
from casework.elections.models import Committee, CommitteeSeat, CommunityBody, Election, Filing, Mandate
from casework.elections.queries import PROCESS, SUBSTITUTE
from casework.persistence import Work
from casework.policies import pin
from casework.statistics.tallies import Scope, area_of
from casework.statistics.views import Covered, Rate, Running, Term

_TARGET = "election.committee.party_target_ratio"
_AREA = Area.__table__.c


def covered(work: Work, scope: Scope, today: date, kind: str) -> Mapping[int, Covered]:
    """Count estates by the area of `kind` they lie in: those that may have a committee, and those that have one.

    An estate may have one unless its last check found the conditions of a first assembly not met. A committee counts
    once its certificate is issued, or when it was in office before the records begin.
    """
    issued = exists().where(Filing.committee_id == Committee.id, Filing.state == "issued")
    filed = Committee.id.is_not(None) & or_(Committee.case_id.is_(None), issued)
    acting = exists().where(Mandate.estate_id == Area.id, Mandate.body.in_(("pmc", "epc")), Mandate.ended_at.is_(None))
    may_have = or_(Committee.id.is_not(None), not_(_not_met()))
    by = area_of(kind, _AREA.path)
    query = (
        select(
            by,
            func.count(),
            func.count().filter(may_have),
            func.count().filter(filed),
            func.count().filter(or_(Committee.id.is_not(None), acting)),
        )
        .select_from(Area)
        .outerjoin(Committee, (Committee.estate_id == Area.id) & (Committee.state == "in_office"))
        .where(Area.kind == "estate", *_of(scope, today))
        .group_by(by)
    )
    return {row[0]: Covered(row[1], Rate(row[3], row[2]), Rate(row[4], row[1])) for row in work.session.execute(query)}


def bodies(work: Work, scope: Scope, today: date, kind: str) -> Mapping[int, Rate]:
    """Count communities by the area of `kind` they lie in: those whose environment-and-property committee serves."""
    serving = exists().where(
        CommunityBody.community_id == Area.id, CommunityBody.ended_on.is_(None), CommunityBody.term_ends >= today
    )
    by = area_of(kind, _AREA.path)
    query = (
        select(by, func.count().filter(serving), func.count())
        .where(Area.kind == "community", *_of(scope, today))
        .group_by(by)
    )
    found = work.session.execute(query)
    return {row[0]: Rate(row[1], row[2]) for row in found if row[0] is not None}


def terms(work: Work, scope: Scope, kind: str) -> Sequence[Term]:
    """Return the committees in office, the term that ends first at the top; substitutes are no members."""
    seat = CommitteeSeat
    sits = (seat.committee_id == Committee.id) & seat.left_on.is_(None) & (seat.post != SUBSTITUTE)
    running = (
        select(func.min(Case.no))
        .where(Case.process == PROCESS, Case.status == "open", Case.estate_id == Area.id)
        .scalar_subquery()
    )
    query = (
        select(Area, Committee.term_ends, func.count(seat.id).filter(seat.party), func.count(seat.id), running)
        .join(Committee, Committee.estate_id == Area.id)
        .outerjoin(seat, sits)
        .where(Committee.state == "in_office", *_of(scope))
        .group_by(Area.id, Committee.id)
        .order_by(Committee.term_ends, Area.sort_key, Area.id)
    )
    targets = _Targets(work)
    depth = AREA_KINDS.index(kind)
    return [
        Term(
            estate.lineage[depth] if len(estate.lineage) > depth else None,
            estate.id,
            estate.names,
            ends,
            Rate(party, members),
            targets.of(estate),
            election_no,
        )
        for estate, ends, party, members, election_no in work.session.execute(query)
    ]


def running(work: Work, scope: Scope, kind: str) -> Mapping[int | None, Running]:
    """Count the elections under way by the area of `kind` they lie in, and those whose next deadline has passed."""
    by = area_of(kind)
    query = (
        select(by, func.count(), func.count().filter(late(work)))
        .where(Case.process == PROCESS, Case.status == "open", Case.area_path.like(f"{scope.path}%"))
        .where(may_see(work, scope.viewer))
        .group_by(by)
    )
    return {row[0]: Running(row[1], row[2]) for row in work.session.execute(query)}


def attempts(work: Work, scope: Scope) -> Sequence[tuple[int, int]]:
    """Return how many elections took or have come to their first, second… attempt: (attempt, elections)."""
    query = (
        select(Election.attempt + 1, func.count())
        .join(Case, Case.id == Election.case_id)
        .where(Case.area_path.like(f"{scope.path}%"), may_see(work, scope.viewer))
        .group_by(Election.attempt)
        .order_by(Election.attempt)
    )
    return [(int(attempt), int(number)) for attempt, number in work.session.execute(query)]


class _Targets:
    """What share of party members each place aims at; the places of one county have the same rules."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[tuple[int, ...], Fraction] = {}

    def of(self, estate: Area) -> Fraction:
        """Return the target of an estate's county, zero where it has none."""
        above = estate.lineage[: AREA_KINDS.index("county") + 1]
        if above not in self._known:
            today = self._work.now.astimezone(self._work.house.zone).date()
            rules = pin(self._work, assignment.place(self._work, above[-1]).codes, today)
            self._known[above] = Fraction(str(rules.value(_TARGET)))
        return self._known[above]


def _of(scope: Scope, today: date | None = None) -> list[ColumnElement[bool]]:
    """Return the conditions of the areas that are counted; with `today`, of those that are still there."""
    seen = [visible(_AREA.path, scope.viewer), _AREA.path.like(f"{scope.path}%")]
    return seen if today is None else [*seen, or_(Area.valid_to.is_(None), Area.valid_to > today)]


def _not_met() -> ColumnElement[bool]:
    """Return whether the last election of an estate ended because its conditions were not met."""
    case, newer = aliased(Case), aliased(Case)
    of_estate: Any = (case.process == PROCESS) & (case.estate_id == Area.id)
    later: Any = (newer.process == PROCESS) & (newer.estate_id == Area.id) & (newer.id > case.id)
    return exists().where(of_estate, case.outcome == "not_met", ~exists().where(later))
