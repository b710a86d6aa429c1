"""What an administrator does to places, organisations and posts."""

from datetime import date, datetime, time
from typing import TypeVar

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from casework import audit, jobs
from casework.directory.administering import must_administer, must_administer_person
from casework.directory.days import period, today
from casework.directory.models import (
    AREA_KINDS,
    ORGANISATION_KINDS,
    Area,
    AreaPlacement,
    Contract,
    Deputy,
    HouseholdBinding,
    Membership,
    Organisation,
    Person,
)
from casework.directory.names import sort_key
from casework.directory.roles import ROLES
from casework.errors import Conflict, Invalid, NotFound
from casework.persistence import Base, Work

Row = TypeVar("Row", bound=Base)
_KIND_ORDER = {kind: rank for rank, kind in enumerate(AREA_KINDS)}


def add_area(
    work: Work,
    kind: str,
    name: str,
    *,
    parent_id: int | None = None,
    name_en: str = "",
    code: str | None = None,
    jurisdiction: str | None = None,
    valid_from: date | None = None,
) -> Area:
    """Add an area below its parent, which must be of a higher kind."""
    parent = found(work, Area, parent_id) if parent_id is not None else None
    if kind not in _KIND_ORDER or not name.strip():
        raise Invalid("区域须有类别和名称", "An area needs a kind and a name")
    _must_lie_below(kind, parent)
    must_administer(work, parent)
    area_id = work.session.scalars(select(func.nextval(func.pg_get_serial_sequence("area", "id")))).one()
    area = Area(
        id=area_id,
        kind=kind,
        name=name.strip(),
        name_en=name_en,
        sort_key=sort_key(name),
        code=code,
        jurisdiction=jurisdiction,
        parent_id=parent_id,
        path=f"{parent.path if parent else ''}{area_id}.",
        valid_from=valid_from or date(2000, 1, 1),
    )
    work.session.add(area)
    work.session.flush()
    return area


def move_area(work: Work, area_id: int, parent_id: int) -> Area:
    """Put an area with everything below it under another parent from today; where it stood until now is kept."""
    area, parent = found(work, Area, area_id), found(work, Area, parent_id)
    _must_lie_below(area.kind, parent)
    for touched in (area, parent):
        must_administer(work, touched)
    old, day = area.path, today(work)
    if area.parent_id is not None and area.parent_id != parent_id:
        stood = select(func.max(func.upper(AreaPlacement.during))).where(AreaPlacement.area_id == area_id)
        since = work.session.scalar(stood) or area.valid_from
        if since < day:
            before = AreaPlacement(area_id=area_id, parent_id=area.parent_id, during=Range(since, day, bounds="[)"))
            work.session.add(before)
    new = f"{parent.path}{area_id}."
    area.parent_id = parent_id
    work.session.flush()
    work.session.execute(
        text("UPDATE area SET path = :new || substr(path, :cut) WHERE path LIKE :below"),
        {"new": new, "cut": len(old) + 1, "below": f"{old}%"},
    )
    for known in list(work.session.identity_map.values()):
        if isinstance(known, Area):
            work.session.expire(known, ["path"])
    work.forget("ancestors")
    audit.record(work, ("area", area_id), "area_moved", old=old, new=new)
    return area


def add_organisation(
    work: Work,
    kind: str,
    name: str,
    *,
    area_id: int,
    name_en: str = "",
    code: str | None = None,
    duty_phone: str | None = None,
) -> Organisation:
    """Add an organisation that belongs to an area; `code` is what decision tables call it."""
    area = found(work, Area, area_id)
    if kind not in ORGANISATION_KINDS or not name.strip():
        raise Invalid("单位须有类别和名称", "An organisation needs a kind and a name")
    must_administer(work, area)
    made = Organisation(
        kind=kind,
        name=name.strip(),
        name_en=name_en,
        sort_key=sort_key(name),
        code=code,
        area_id=area_id,
        duty_phone=duty_phone,
    )
    work.session.add(made)
    work.session.flush()
    work.forget("bureaus")
    return made


def sign_contract(
    work: Work, organisation_id: int, estate_id: int, since: date, last_day: date | None = None
) -> Contract:
    """Record that a company serves an estate; a day on which another one does is a Conflict."""
    company, estate = found(work, Organisation, organisation_id), found(work, Area, estate_id)
    if company.kind != "company" or estate.kind != "estate":
        raise Invalid("物业服务合同须由企业与小区签订", "A contract binds a company and an estate")
    must_administer(work, estate)
    contract = Contract(organisation_id=company.id, estate_id=estate.id, during=period(since, last_day))
    _only_one_at_a_time(work, contract)
    audit.record(work, ("area", estate_id), "contract_signed", contract=contract.id, organisation=organisation_id)
    begins = datetime.combine(since, time(), work.house.zone)
    jobs.schedule(
        work, "contract.begins", due_at=begins, payload={"contract": contract.id}, key=f"contract.begins:{contract.id}"
    )
    return contract


def end_contract(work: Work, contract_id: int, last_day: date) -> Contract:
    """End a contract after `last_day`."""
    contract = found(work, Contract, contract_id)
    must_administer(work, contract.estate)
    since = contract.during.lower
    contract.during = period(since or date(2000, 1, 1), last_day)
    work.session.flush()
    audit.record(work, ("area", contract.estate_id), "contract_ended", contract=contract.id, last_day=last_day)
    return contract


def appoint(
    work: Work,
    person_id: int,
    role: str,
    *,
    organisation_id: int | None = None,
    area_id: int | None = None,
    since: date | None = None,
    last_day: date | None = None,
) -> Membership:
    """Give a person a role in an organisation or over an area; the same post twice on one day is one post."""
    known = ROLES.get(role)
    found(work, Person, person_id)
    organisation = found(work, Organisation, organisation_id) if organisation_id is not None else None
    area = found(work, Area, area_id) if area_id is not None else None
    if known is None or known.held == "household":
        raise Invalid("没有这个岗位", "There is no such post", {"role": [("请选择岗位", "Choose a role")]})
    if known.held == "organisation" and organisation is None:
        raise Invalid("该岗位须指定单位", "This role is held in an organisation")
    if known.held == "area" and area is None:
        raise Invalid("该岗位须指定区域", "This role is held over an area")
    must_administer(work, area or (organisation.area if organisation else None))
    return take_office(
        work, person_id, role, organisation_id=organisation_id, area_id=area_id, since=since, last_day=last_day
    )


def take_office(
    work: Work,
    person_id: int,
    role: str,
    *,
    organisation_id: int | None = None,
    area_id: int | None = None,
    since: date | None = None,
    last_day: date | None = None,
) -> Membership:
    """Give a person a post that an election or a mandate confers: no administrator is asked; one post stays one."""
    during = period(since or today(work), last_day)
    same = select(Membership).where(
        Membership.person_id == person_id,
        Membership.role == role,
        Membership.organisation_id.is_not_distinct_from(organisation_id),
        Membership.area_id.is_not_distinct_from(area_id),
        Membership.during.overlaps(during),
    )
    post = work.session.scalars(same.limit(1)).first()
    if post is not None:
        return post
    post = Membership(person_id=person_id, role=role, organisation_id=organisation_id, area_id=area_id, during=during)
    work.session.add(post)
    work.session.flush()
    refs = {"role": role, "organisation": organisation_id, "area": area_id, "since": during.lower}
    audit.record(work, ("person", person_id), "appointed", **refs)
    return post


def dismiss(work: Work, membership_id: int, last_day: date | None = None) -> None:
    """End a post after `last_day`; at once without one."""
    post = found(work, Membership, membership_id)
    must_administer(work, post.area or (post.organisation.area if post.organisation else None))
    leave_office(work, post, last_day)


def leave_office(work: Work, post: Membership, last_day: date | None = None) -> None:
    """End a post that an election or a mandate conferred, after `last_day`; at once without one."""
    audit.record(work, ("person", post.person_id), "dismissed", role=post.role, membership=post.id)
    _end(work, post, last_day)


def deputise(work: Work, person_id: int, deputy_id: int, since: date, last_day: date) -> Deputy:
    """Let `deputy_id` do for a period what the posts of `person_id` allow: asked by the person or an administrator."""
    found(work, Person, person_id)
    deputy = found(work, Person, deputy_id)
    if person_id == deputy_id or deputy.kind != "staff":
        raise Invalid("代理人须是另一名工作人员", "The deputy must be another member of staff")
    if work.actor.person_id != person_id:
        must_administer_person(work, person_id)
    made = Deputy(person_id=person_id, deputy_id=deputy_id, during=period(since, last_day))
    work.session.add(made)
    work.session.flush()
    audit.record(work, ("person", person_id), "deputised", deputy=deputy_id, since=since, last_day=last_day)
    return made


def bind_household(
    work: Work, person_id: int, household_id: int, kind: str, since: date | None = None, last_day: date | None = None
) -> HouseholdBinding:
    """Record that a resident owns or occupies a flat; the same binding twice is one binding."""
    found(work, Person, person_id)
    household = found(work, Area, household_id)
    if household.kind != "household" or kind not in ("owner", "occupant"):
        raise Invalid("请选择房屋和身份", "Choose a flat, and owner or occupant")
    must_administer(work, household)
    during = period(since or today(work), last_day)
    same = select(HouseholdBinding).filter_by(person_id=person_id, household_id=household_id, kind=kind)
    binding = work.session.scalars(same.where(HouseholdBinding.during.overlaps(during)).limit(1)).first()
    if binding is None:
        binding = HouseholdBinding(person_id=person_id, household_id=household_id, kind=kind, during=during)
        work.session.add(binding)
        work.session.flush()
        audit.record(work, ("person", person_id), "bound", household=household_id, kind=kind)
    return binding


def unbind_household(work: Work, binding_id: int, last_day: date | None = None) -> None:
    """End a binding after `last_day`; at once without one."""
    binding = found(work, HouseholdBinding, binding_id)
    if work.actor.person_id != binding.person_id:
        must_administer(work, binding.household)
    audit.record(work, ("person", binding.person_id), "unbound", household=binding.household_id)
    _end(work, binding, last_day)


def found(work: Work, model: type[Row], row_id: int) -> Row:
    """Return a row by its id; NotFound without one."""
    row = work.session.get(model, row_id)
    if row is None:
        raise NotFound("没有找到", "Not found")
    return row


def _must_lie_below(kind: str, parent: Area | None) -> None:
    if parent is not None and _KIND_ORDER[parent.kind] >= _KIND_ORDER[kind]:
        raise Invalid("上级区域的级别须高于本区域", "The area above must be of a higher kind")


def _only_one_at_a_time(work: Work, contract: Contract) -> None:
    try:
        with work.session.begin_nested():
            work.session.add(contract)
    except IntegrityError as error:
        raise Conflict("该小区在此期间已有物业企业", "Another company serves this estate in that period") from error


def _end(work: Work, row: Membership | HouseholdBinding, last_day: date | None) -> None:
    since = row.during.lower or date(2000, 1, 1)
    if last_day is None and since >= today(work):
        work.session.delete(row)
    elif last_day is None:
        row.during = Range(since, today(work), bounds="[)")
    else:
        row.during = period(since, last_day)
    work.session.flush()
