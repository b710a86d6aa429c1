"""Who a notice of a diagram goes to: its words resolved to people, organisations and groups."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from casework import notifications
from casework.audit import as_references
from casework.cases.models import Case, CaseParty
from casework.cases.step import Step
from casework.directory.assignment import TIER_AREAS
from casework.directory.queries import ancestor, company_of
from casework.directory.roles import COMPANY_ROLES, ROLES
from casework.persistence import Work

_PARTIES = {"complainant", "accused"}
_OFFICERS = {1: "community_officer", 2: "street_officer", 3: "county_officer", 4: "city_officer"}


def tell(step: Step, code: str, to: str, /, **params: object) -> None:
    """Send notice `code` to everybody that the words of `to` mean, once per activation of the step.

    Words: complainant, accused, unit, unit_lead, supervisor, tier:2, a role, a word that a noun has handed in
    (submitter and members of a conference), or an address. `params` fill the blanks of the notice's text.
    """
    addresses = list(recipients(step.work, step.case, to.split()))
    if addresses:
        notifications.send(
            step.work, code, addresses, step.case.id, params, key=f"{step.case.id}:{step.activation}:{code}:{to}"
        )


def lasting(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the values that may stand in a notice: no phone, no identity number, nothing without a form."""
    kept = {}
    for name, value in params.items():
        try:
            kept.update(as_references({name: value}))
        except ValueError:
            continue
    return kept


def recipients(work: Work, case: Case, words: Iterable[str]) -> Iterable[str]:
    """Yield the addresses that the words mean at the place of the case; a word without anybody yields nothing."""
    for word in words:
        if word in work.house.addressees:
            yield from work.house.addressees[word](work, case)
        elif word in _PARTIES:
            people = select(CaseParty.person_id).where(CaseParty.case_id == case.id, CaseParty.role == word)
            yield from (f"person:{person}" for person in work.session.scalars(people))
        elif word in {"unit", "unit_lead"}:
            if case.unit_id is not None:
                yield f"organisation:{case.unit_id}"
        elif word == "supervisor" or word.startswith("tier:"):
            yield from _officers(work, case, case.tier if word == "supervisor" else int(word.removeprefix("tier:")))
        elif word in ROLES:
            yield from _holders(work, case, word)
        else:
            yield word


def _holders(work: Work, case: Case, role: str) -> Iterable[str]:
    """Yield the group that holds a role at the place of the case: a company's role means the company of the estate."""
    if role in COMPANY_ROLES:
        company = company_of(work, case.area_id, work.now.astimezone(work.house.zone).date())
        if company is not None:
            yield f"group:{role}@o{company.id}"
        return
    area = ancestor(work, case.area_id, ROLES[role].level)
    if area is not None:
        yield f"group:{role}@a{area.id}"


def _officers(work: Work, case: Case, tier: int) -> Iterable[str]:
    area = ancestor(work, case.area_id, TIER_AREAS[tier]) if tier in TIER_AREAS else None
    if area is not None:
        yield f"group:{_OFFICERS[tier]}@a{area.id}"
