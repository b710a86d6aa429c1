"""Keys for programs: a mini-program in a person's name, or another system over an area, each with its scopes.

A token is told once and kept as a digest only. It opens nothing that its person, or its area, would not open.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import false, func, or_, select

from casework import audit
from casework.directory.administering import administered, must_administer, must_administer_person
from casework.directory.models import Account, ApiToken, Area, Person
from casework.directory.services import found
from casework.directory.viewing import NOBODY, Post, Viewer, viewer
from casework.errors import Forbidden, Invalid, NotFound, Texts
from casework.persistence import Actor, Work

SCOPES: Mapping[str, Texts] = {
    "report": ("报事", "Report"),
    "follow": ("查看和评价本人的报事", "Follow and rate one's own reports"),
    "tasks": ("办理待办", "Work on tasks"),
    "cases": ("查看案件", "Read cases"),
    "votes": ("业主表决", "Owners' votes"),
    "hotline": ("热线工单", "Hotline orders"),
    "statistics": ("统计", "Statistics"),
    "administer": ("管理令牌", "Administer tokens"),
}
OF_PEOPLE = frozenset(SCOPES) - {"hotline"}
OF_SYSTEMS = frozenset({"report", "follow", "hotline", "statistics"})
LONGEST = {"staff": timedelta(hours=12), "resident": timedelta(days=30), "system": timedelta(days=366)}
REACHES = ("province", "city", "county", "street", "community")
"""The kinds of area that a list offers for a token; a call may name a smaller one."""
_PREFIX = "bj_"
_SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class IssuedToken:
    """A fresh token: whoever asked for it is told once, and it is kept nowhere else."""

    id: int
    token: str
    scopes: tuple[str, ...]
    expires_at: datetime

    def __repr__(self) -> str:
        return f"IssuedToken({self.id})"  # never in a log


@dataclass(frozen=True)
class KeptToken:
    """A token of another system as it is kept: who has it, for what, over which area. `opens`: it is not over yet."""

    id: int
    name: str
    system: str
    area_id: int
    area: Texts
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None
    opens: bool


@dataclass(frozen=True)
class Bearer:
    """Who is behind a token, and what it opens."""

    token_id: int
    scopes: tuple[str, ...]
    expires_at: datetime
    person_id: int | None = None
    system: str = ""
    area_id: int | None = None
    path: str = ""

    @property
    def actor(self) -> Actor:
        """In whose name the bearer acts."""
        if self.person_id is not None:
            return Actor("person", self.person_id)
        return Actor("external", name=f"token:{self.token_id}")


def issue_to_person(
    work: Work, person_id: int, name: str, scopes: Iterable[str], lasting: timedelta | None = None
) -> IssuedToken:
    """Give a person a token: asked by the person, or by an administrator of theirs.

    Invalid for a scope that people do not get; it never lasts longer than `LONGEST` for their kind.
    """
    person = found(work, Person, person_id)
    if work.actor.person_id != person_id:
        must_administer_person(work, person_id)
    if person.erased_at is not None:
        raise NotFound("没有此人", "There is no such person")
    made = ApiToken(person_id=person_id)
    return _issue(work, made, name, _known(scopes, OF_PEOPLE), lasting, LONGEST[person.kind])


def issue_to_system(
    work: Work, system: str, area_id: int, name: str, scopes: Iterable[str], lasting: timedelta | None = None
) -> IssuedToken:
    """Give another system a token that reaches what lies below an area; an administrator of that area's affair."""
    area = found(work, Area, area_id)
    must_administer(work, area)
    if not system.strip():
        raise Invalid("请填系统名称", "Name the system", {"system": [("请填系统名称", "Name the system")]})
    made = ApiToken(system=system.strip()[:80], area_id=area.id)
    return _issue(work, made, name, _known(scopes, OF_SYSTEMS), lasting, LONGEST["system"])


def revoke(work: Work, token_id: int) -> None:
    """End a token at once: the person's own affair, or an administrator's; NotFound for anybody else.

    One that has ended stays as it is.
    """
    row = work.session.get(ApiToken, token_id)
    if row is None or not _is_theirs(work, row):
        raise NotFound("没有这个令牌", "There is no such token")
    if row.revoked_at is None:
        row.revoked_at = work.now
        work.session.flush()
        audit.record(work, ("token", row.id), "token_revoked")


def bearer_of(work: Work, token: str) -> Bearer | None:
    """Return who is behind a token, in one query; None when it is unknown, ended or too old.

    A person's token ends with the password it was given under.
    """
    row = work.session.execute(
        select(ApiToken, Area.path)
        .outerjoin(Area, Area.id == ApiToken.area_id)
        .outerjoin(Person, Person.id == ApiToken.person_id)
        .outerjoin(Account, Account.person_id == ApiToken.person_id)
        .where(ApiToken.digest == _digest(token), ApiToken.revoked_at.is_(None), ApiToken.expires_at > work.now)
        .where(Person.erased_at.is_(None))
        .where(or_(Account.person_id.is_(None), Account.password_changed_at <= ApiToken.created_at))
    ).one_or_none()
    if row is None:
        return None
    kept, path = row
    if kept.seen_at is None or work.now - kept.seen_at > _SEEN_EVERY:
        kept.seen_at = work.now
    return Bearer(
        token_id=kept.id,
        scopes=tuple(sorted(kept.scopes)),
        expires_at=kept.expires_at,
        person_id=kept.person_id,
        system=kept.system or "",
        area_id=kept.area_id,
        path=path or "",
    )


def viewer_of(work: Work, bearer: Bearer) -> Viewer:
    """Return what the bearer sees: what its person sees, or for a system everything below its area."""
    if bearer.person_id is not None:
        return viewer(work, bearer.person_id)
    if bearer.area_id is None:
        return NOBODY
    return Viewer(None, "external", (Post("auditor", None, bearer.area_id, bearer.path),))


def tokens_of(work: Work, person_id: int) -> Sequence[ApiToken]:
    """Return the tokens of a person, the newest first; the person's own affair, or an administrator's."""
    if work.actor.person_id != person_id:
        must_administer_person(work, person_id)
    mine = select(ApiToken).where(ApiToken.person_id == person_id)
    return work.session.scalars(mine.order_by(ApiToken.id.desc())).all()


def tokens_below(work: Work, area_id: int | None = None) -> list[KeptToken]:
    """Return the tokens of other systems over an area and below it, the newest first; an administrator's affair.

    Without an area: those over everything the actor administers.
    """
    if area_id is not None:
        top = found(work, Area, area_id)
        must_administer(work, top)
        reach = [top.path]
    else:
        must_administer(work, None)
        reach = [""] if work.actor.kind == "system" else list(administered(work))
    below = select(ApiToken, Area).join(Area, Area.id == ApiToken.area_id)
    below = below.where(or_(false(), *(Area.path.like(f"{path}%") for path in reach)))
    return [
        KeptToken(
            id=row.id,
            name=row.name,
            system=row.system or "",
            area_id=area.id,
            area=(area.name, area.name_en or area.name),
            scopes=tuple(row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            seen_at=row.seen_at,
            revoked_at=row.revoked_at,
            opens=row.revoked_at is None and row.expires_at > work.now,
        )
        for row, area in work.session.execute(below.order_by(ApiToken.id.desc()))
    ]


def areas_to_reach(work: Work) -> Sequence[Area]:
    """Return the areas that the actor may give a system a token over: those administered and what lies below them."""
    below = or_(false(), *(Area.path.like(f"{path}%") for path in administered(work)))
    wanted = select(Area).where(below, Area.kind.in_(REACHES)).order_by(func.length(Area.path), Area.sort_key)
    return work.session.scalars(wanted.limit(500)).all()


def _is_theirs(work: Work, row: ApiToken) -> bool:
    if row.person_id is not None and work.actor.person_id == row.person_id:
        return True
    try:
        if row.person_id is not None:
            must_administer_person(work, row.person_id)
        else:
            must_administer(work, work.session.get_one(Area, row.area_id))
    except Forbidden:
        return False
    return True


def _issue(
    work: Work,
    made: ApiToken,
    name: str,
    scopes: tuple[str, ...],
    lasting: timedelta | None,
    longest: timedelta,
) -> IssuedToken:
    if work.actor.kind == "anonymous":
        raise Forbidden("请先登录", "Sign in first")
    name = name.strip()
    if not 1 <= len(name) <= 80:
        fault = ("名称为 1 至 80 字", "A name has 1 to 80 characters")
        raise Invalid("令牌名称不对", "The token's name does not fit", {"name": [fault]})
    token = _PREFIX + secrets.token_urlsafe(32)
    made.name, made.digest, made.scopes = name, _digest(token), list(scopes)
    made.created_at, made.created_by = work.now, work.actor.person_id
    made.expires_at = work.now + min(lasting or longest, longest)
    work.session.add(made)
    work.session.flush()
    audit.record(work, ("token", made.id), "token_issued", person=made.person_id, scopes=list(scopes))
    return IssuedToken(made.id, token, scopes, made.expires_at)


def _known(scopes: Iterable[str], allowed: frozenset[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in allowed]
    if unknown or not wanted:
        names = "、".join(sorted(allowed))
        fault = (f"可选：{names}", f"Choose from: {', '.join(sorted(allowed))}")
        raise Invalid("令牌范围不对", "The token's scopes do not fit", {"scopes": [fault]})
    return wanted


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
