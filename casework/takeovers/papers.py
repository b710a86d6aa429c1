"""What the papers of a takeover say: the records of its estate as texts. They name units, never a person."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from casework import calendar, documents
from casework.cases import clocks
from casework.cases.models import Case
from casework.cases.papers import vote_of
from casework.definitions import library
from casework.directory.viewing import Viewer
from casework.handovers import queries as handovers
from casework.handovers.models import Handover
from casework.persistence import Work
from casework.policies.entries import DECIDED
from casework.takeovers import plan_texts, service_texts, units
from casework.takeovers.entry_models import Inspection, ServiceContract
from casework.takeovers.models import UnitPeriod
from casework.takeovers.money_models import RevenueEntry, RevenuePosting
from casework.takeovers.planned import allowed, planned
from casework.takeovers.planning_models import EstateSurvey
from casework.takeovers.works_models import RenovationItem
from casework.votes.models import Roll, Vote
from casework.votes.texts import BLANK, as_day, of_roll, of_vote

_GOES_ON = ("takeover_operation", "emergency_service", "document_handover")
"""Cases that go on with the inspection and contract of the estate; any other shows its own, never an earlier one."""
_LIST = "forms/document_handover/list.json"
_EXIT = "firm_exit"
_DAYS = {
    "posting": "takeover.contract.posting_days",
    "filing": "takeover.contract.filing_days",
    "inspection_posting": "takeover.inspection.posting_days",
    "defects": "takeover.inspection.defect_days",
    "revenue_months": "takeover.revenue.post_every_months",
    "revenue_posting": "takeover.revenue.posting_days",
    "trial": "takeover.trial.max_days",
    "emergency_months": "takeover.emergency.max_months",
    "owners_notice": "takeover.exit.owner_notice_days",
    "firm_notice": "takeover.exit.firm_notice_days",
    "indefinite_notice": "takeover.exit.indefinite_notice_days",
    "handover": "takeover.exit.days",
}
"""The times that papers tell of, by the rule they come from."""
_NOTICES = ("owners_notice", "firm_notice")
_Kept = TypeVar("_Kept", Inspection, ServiceContract)


def may_have_all(work: Work, viewer: Viewer, case: Case) -> bool:
    """Tell whether the viewer organises or supervises by office, or works for a unit that is a party of the papers."""
    sits = any(post.organisation_kind == "committee" and case.area_path.startswith(post.path) for post in viewer.posts)
    if sits or viewer.reads(case.area_path):
        return True
    present = units.responsible(work, case.estate_id or 0)
    contract, inspection = _kept(work, ServiceContract, case), _kept(work, Inspection, case)
    parties = {case.unit_id, present.unit_id if present else None, contract.unit_id if contract else None}
    parties |= {inspection.from_unit_id, inspection.to_unit_id} if inspection else set()
    return bool(parties & viewer.organisations)


def facts(work: Work, case: Case, paper: documents.Paper) -> dict[str, Any]:  # noqa: ARG001  all have the same facts
    """Return what a paper is filled with; what the case does not know yet is blank, to be filled in by hand.

    The first year is calculated with every use of common parts in the plan, in a contract with those the owners
    have allowed.
    """
    estate_id = case.estate_id or 0
    plan = planned(work, case)
    vote = vote_of(work, case) if plan.vote is None else work.session.get(Vote, plan.vote)
    area = plan.area if vote is None else work.session.get_one(Roll, vote.roll_id).area
    contract = _kept(work, ServiceContract, case)
    everything = [str(row["item"]) for row in plan.revenue]
    handover = handovers.current(work, case.id) or _last_exit(work, estate_id)
    present = units.responsible(work, estate_id)
    return {
        "unit": service_texts.of_unit(work, present),
        "before": service_texts.of_unit(work, _before(work, estate_id, contract)),
        **{kind: service_texts.of_unit(work, _latest(work, estate_id, kind)) for kind in ("emergency", "basic")},
        "survey": plan_texts.of_survey(work, _surveyed(work, estate_id)),
        "plan": plan_texts.of_plan(work, plan, area, plan.price(area, everything)),
        "roll": of_roll(work, vote),
        "vote": of_vote(work, vote),
        "inspection": service_texts.of_inspection(work, _kept(work, Inspection, case)),
        "contract": plan_texts.of_contract(work, contract, plan, area, plan.price(area, allowed(plan, vote))),
        "works": plan_texts.of_works(work, _works(work, estate_id)),
        "revenue": _revenue(work, estate_id),
        "handover": service_texts.of_handover(
            work, handover, handovers.before(work, handover) if handover else None, _called(work, case)
        ),
        **_rules(work, case, contract),
    }


def _kept(work: Work, model: type[_Kept], case: Case) -> _Kept | None:
    """Return the newest record of a case, else the newest of its estate where the case goes on with what was there."""
    known = select(model).order_by(model.id.desc()).limit(1)
    if model is ServiceContract:
        known = known.where(ServiceContract.stopped_at.is_(None))
    found = work.session.scalars(known.where(model.case_id == case.id)).first()
    if found is not None or case.process not in _GOES_ON:
        return found
    return work.session.scalars(known.where(model.estate_id == case.estate_id)).first()


def _before(work: Work, estate_id: int, contract: ServiceContract | None) -> UnitPeriod | None:
    """Return who answers until the company of a contract enters."""
    if contract is None or contract.entered_at is None:
        return units.responsible(work, estate_id)
    return units.responsible(work, estate_id, contract.entered_at - timedelta(microseconds=1))


def _latest(work: Work, estate_id: int, kind: str) -> UnitPeriod | None:
    """Return the newest time in which somebody gave the estate a service of that kind."""
    return next((one for one in reversed(units.history(work, estate_id)) if one.kind == kind), None)


def _surveyed(work: Work, estate_id: int) -> EstateSurvey | None:
    rows = select(EstateSurvey).where(EstateSurvey.estate_id == estate_id)
    return work.session.scalars(rows.order_by(EstateSurvey.at.desc(), EstateSurvey.id.desc()).limit(1)).first()


def _works(work: Work, estate_id: int) -> Sequence[RenovationItem]:
    rows = select(RenovationItem).where(RenovationItem.estate_id == estate_id)
    return work.session.scalars(rows.order_by(RenovationItem.case_id, RenovationItem.number)).all()


def _revenue(work: Work, estate_id: int) -> Mapping[str, Any]:
    rows = select(RevenuePosting).where(RevenuePosting.estate_id == estate_id)
    found = work.session.scalars(rows.order_by(RevenuePosting.id.desc()).limit(1)).first()
    entries: Sequence[RevenueEntry] = ()
    if found is not None:
        of_it = select(RevenueEntry).where(RevenueEntry.posting_id == found.id)
        entries = work.session.scalars(of_it.order_by(RevenueEntry.on, RevenueEntry.id)).all()
    return service_texts.of_revenue(work, found, entries)


def _last_exit(work: Work, estate_id: int) -> Handover | None:
    """Return the newest hand-over of a company that left the estate."""
    rows = select(Handover).where(Handover.area_id == estate_id, Handover.template == _EXIT)
    return work.session.scalars(rows.order_by(Handover.id.desc()).limit(1)).first()


def _called(work: Work, case: Case) -> Mapping[str, str]:
    """Return what the form of the hand-over calls its items."""
    raw = library.opened(work.session, case.release_id).files.get(_LIST)
    if raw is None:
        return {}
    fields = [field for part in json.loads(raw)["components"] for field in part.get("components", ())]
    return {
        str(one["value"]): str(one["label"])
        for field in fields
        if field.get("key") == "item"
        for one in field.get("values", ())
    }


def _rules(work: Work, case: Case, contract: ServiceContract | None) -> Mapping[str, Any]:
    """Return the times of the place, where each comes from, and the last days that follow for this contract."""
    rules = clocks.counting(work, case)
    known = {name: key for name, key in _DAYS.items() if key in rules.pinned.keys}
    days = {name: str(rules.pinned.value(known[name])) if name in known else BLANK for name in _DAYS}
    laws = {name: key for name, key in known.items() if rules.pinned.entry(key).source != DECIDED}
    ends = (
        {"owners_notice": contract.to_on, "firm_notice": contract.to_on, "filing": contract.signed_on}
        if contract
        else {}
    )
    last = {
        name: as_day(calendar.last_day(rules.pinned.deadline(known[name], on, rules.calendar, rules.zone).instant))
        for name, on in ends.items()
        if name in known
    }
    return {
        "days": days,
        "sources": {name: rules.pinned.source(laws[name]) if name in laws else "—" for name in _DAYS},
        "by": {name: f"（{rules.pinned.source(laws[name])}）" if name in laws else "" for name in _DAYS},
        "last": {**dict.fromkeys((*_NOTICES, "filing"), BLANK), **last},
    }
