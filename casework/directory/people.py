"""People and their protected data: sealed, masked by default, every look recorded, erased by deleting a key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from casework import audit
from casework.directory.administering import must_administer, must_administer_person
from casework.directory.days import today
from casework.directory.models import Account, HouseholdBinding, Membership, Person, PersonData, PersonKey, Session
from casework.directory.names import latin_name, masked_name, masked_phone
from casework.directory.sealing import Particulars, Sealing
from casework.directory.services import found
from casework.errors import Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work

# Why somebody may look at protected data. A free text could itself hold what it is to protect.
PURPOSES: Mapping[str, tuple[str, str]] = {
    "contact": ("联系诉求人", "Contact the complainant"),
    "visit": ("上门办理", "Visit to handle the case"),
    "callback": ("回访", "Call back"),
    "emergency": ("应急处置", "Emergency"),
    "verify": ("核对身份", "Verify identity"),
    "legal": ("依法调取", "Lawful request"),
    "own": ("本人查看", "The person's own data"),
}


@dataclass(frozen=True)
class Shown:
    """What a page may print of a person."""

    person_id: int
    kind: str
    zh: str
    en: str
    phone: str = ""

    def text(self, language: str) -> str:
        """Return the name in `language`; Chinese for any other than English."""
        return self.en if language.startswith("en") else self.zh


def add_person(work: Work, kind: str, particulars: Particulars | None = None, *, pseudonym: str = "") -> Person:
    """Add a member of staff or a resident; without particulars nothing protected is kept."""
    if kind == "staff":
        must_administer(work, None)
    person = Person(kind=kind, pseudonym=pseudonym, created_at=work.now)
    work.session.add(person)
    work.session.flush()
    if not pseudonym:
        person.pseudonym = f"{'工作人员' if kind == 'staff' else '居民'}{person.id}"
    if particulars is not None and particulars != Particulars():
        _seal(work, person.id, particulars)
    work.session.flush()
    return person


def change_particulars(work: Work, person_id: int, particulars: Particulars) -> None:
    """Replace what is known of a person, under a new key: asked by the person or an administrator."""
    person = found(work, Person, person_id)
    if person.erased_at is not None:
        raise NotFound("没有找到", "Not found")
    if work.actor.person_id != person_id:
        must_administer_person(work, person_id)
    work.session.execute(delete(PersonKey).where(PersonKey.person_id == person_id))
    work.session.execute(delete(PersonData).where(PersonData.person_id == person_id))
    _seal(work, person_id, particulars)
    audit.record(work, ("person", person_id), "particulars_changed")
    work.session.flush()


def reveal(work: Work, person_id: int, purpose: str, *, case_id: int | None = None) -> Particulars:
    """Return a person's data and record who looked and why.

    Whether the actor may look is asked before (`conflicts.may_see_identity`); a purpose not in `PURPOSES` is Invalid.
    """
    if purpose not in PURPOSES:
        raise Invalid("请选择查看事由", "Choose a purpose", {"purpose": [("请选择查看事由", "Choose a purpose")]})
    if work.actor.kind not in ("person", "system"):
        raise Forbidden("请先登录", "Sign in first")
    if purpose == "own" and work.actor.person_id != person_id:
        raise Forbidden("只有本人可以这样查看", "Only the person may look for this purpose")
    particulars = _opened(work, [person_id]).get(person_id)
    if particulars is None:
        raise NotFound("没有此人的个人信息", "No data is kept of this person")
    audit.record(work, ("person", person_id), "revealed", purpose=purpose, case=case_id)
    work.session.flush()
    return particulars


def phone_for_notices(work: Work, person_id: int) -> str:
    """Return the phone a notice goes to; empty when none is known. For the system alone, and recorded."""
    if work.actor.kind != "system":
        raise Forbidden("只有系统可以这样使用电话", "Only the system may use a phone this way")
    particulars = _opened(work, [person_id]).get(person_id)
    if particulars is None or not particulars.phone:
        return ""
    audit.record(work, ("person", person_id), "phone_used", purpose="notice")
    return particulars.phone


def persons_with_phone(work: Work, phone: str) -> list[int]:
    """Return the ids of the people who gave this phone, oldest first."""
    digest = Sealing.of(work.house.secrets).phone_digest(phone)
    if digest is None:
        return []
    known = select(PersonData.person_id).where(PersonData.phone_digest == digest)
    return list(work.session.scalars(known.order_by(PersonData.person_id)))


def shown(work: Work, person_ids: Iterable[int], *, full: bool = False) -> dict[int, Shown]:
    """Return how each person is named on a page, in one query.

    Residents are masked always (李**, 138****5678). Staff act in office: `full` shows their names, as to colleagues.
    Who was erased, or gave no name, goes by the pseudonym.
    """
    ids = sorted(set(person_ids))
    people = work.session.execute(
        select(Person.id, Person.kind, Person.pseudonym, PersonData.sealed, PersonKey.wrapped)
        .outerjoin(PersonData, PersonData.person_id == Person.id)
        .outerjoin(PersonKey, PersonKey.person_id == Person.id)
        .where(Person.id.in_(ids))
    ).all()
    result = {}
    for person_id, kind, pseudonym, sealed, wrapped in people:
        open_to_all = full and kind == "staff"
        if sealed is None or wrapped is None:
            result[person_id] = Shown(person_id, kind, pseudonym, latin_name(pseudonym))
            continue
        known = Sealing.of(work.house.secrets).open(person_id, sealed, wrapped)
        if not known.name:
            zh, en = pseudonym, latin_name(pseudonym)
        elif open_to_all:
            zh, en = known.name, latin_name(known.name)
        else:
            zh, en = masked_name(known.name), masked_name(known.name, "en")
        result[person_id] = Shown(person_id, kind, zh, en, masked_phone(known.phone))
    return result


def erase_person(work: Work, person_id: int) -> None:
    """Erase a person by deleting the key of their data; what they did stays, under the pseudonym.

    Refused while the person still holds a post.
    """
    person = found(work, Person, person_id)
    if work.actor.person_id != person_id:
        must_administer_person(work, person_id)
    day = today(work)
    posts = select(func.count()).select_from(Membership).where(Membership.person_id == person_id)
    if work.session.scalar(posts.where(Membership.during.contains(day))):
        raise Refused("此人仍在岗,请先免去岗位", "This person still holds a post; end it first")
    for model in (PersonKey, PersonData, Account, HouseholdBinding):
        work.session.execute(delete(model).where(model.person_id == person_id))
    live = update(Session).where(Session.person_id == person_id, Session.revoked_at.is_(None))
    work.session.execute(live.values(revoked_at=work.now))
    person.erased_at = work.now
    person.pseudonym = f"已注销{person_id}"
    audit.record(work, ("person", person_id), "erased")
    work.session.flush()


def _seal(work: Work, person_id: int, particulars: Particulars) -> None:
    sealed = Sealing.of(work.house.secrets).seal(person_id, particulars)
    work.session.add(PersonData(person_id=person_id, sealed=sealed.data, phone_digest=sealed.phone_digest))
    work.session.add(PersonKey(person_id=person_id, wrapped=sealed.wrapped, master=sealed.master))


def _opened(work: Work, person_ids: list[int]) -> dict[int, Particulars]:
    rows = work.session.execute(
        select(PersonData.person_id, PersonData.sealed, PersonKey.wrapped)
        .join(PersonKey, PersonKey.person_id == PersonData.person_id)
        .where(PersonData.person_id.in_(person_ids))
    )
    return {
        person_id: Sealing.of(work.house.secrets).open(person_id, sealed, wrapped)
        for person_id, sealed, wrapped in rows
    }
