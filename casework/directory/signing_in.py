"""Signing in and out: argon2, a lock after too many failures, and sessions that the server can end."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from casework import audit
from casework.directory.administering import must_administer_person
from casework.directory.models import Account, Person, Session
from casework.directory.services import found
from casework.errors import Conflict, Forbidden, Invalid, NotFound, Texts
from casework.persistence import Work

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
IDLE = {"staff": timedelta(minutes=30), "resident": timedelta(days=7)}
LONGEST = {"staff": timedelta(hours=12), "resident": timedelta(days=30)}
SHORTEST_PASSWORD = 10
_SEEN_EVERY = timedelta(minutes=1)
_COMMON = (
    "1234567890", "0123456789", "9876543210", "1111111111", "0000000000", "1q2w3e4r5t", "qwertyuiop", "asdfghjkl",
    "password", "passw0rd", "iloveyou", "5201314", "woaini1314", "admin123", "administrator", "abc123456", "a123456789",
)  # fmt: skip


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the token goes into the cookie and is kept nowhere else."""

    token: str
    person_id: int
    expires_at: datetime


@dataclass(frozen=True)
class Denied:
    """A sign-in that failed. It says the same for an unknown login, a wrong password and a locked account."""

    zh: str = "账号或密码不正确,或账号因多次输错已锁定 15 分钟"
    en: str = "The login or password is wrong, or the account is locked for 15 minutes"


@dataclass(frozen=True)
class SignedInPerson:
    """Who is behind a session, and how they like their pages; `language` is empty where they have never chosen one."""

    session_id: int
    person_id: int
    kind: str
    login: str
    language: str
    shortcuts: bool


def open_account(work: Work, person_id: int, login: str, password: str) -> Account:
    """Give a person a login: a resident for themselves, staff by their administrator.

    A login that is taken is a Conflict, a weak password Invalid.
    """
    if found(work, Person, person_id).kind == "staff":
        must_administer_person(work, person_id)
    login = login.strip().casefold()
    if not login or len(login) > 64 or any(letter.isspace() for letter in login):
        raise Invalid("账号格式不对", "The login is not well formed", {"login": [("账号格式不对", "Not well formed")]})
    taken = select(Account.person_id).where((Account.login == login) | (Account.person_id == person_id))
    if work.session.scalar(taken) is not None:
        raise Conflict("账号已被使用", "The login is taken")
    account = Account(
        person_id=person_id,
        login=login,
        password_hash=HASHER.hash(_accepted(password, login)),
        password_changed_at=work.now,
    )
    work.session.add(account)
    work.session.flush()
    audit.record(work, ("person", person_id), "account_opened")
    return account


def open_accounts(work: Work, logins: Mapping[int, str], password: str) -> None:
    """Give several people logins with one first password, hashed once; for them all together as `open_account`."""
    for person_id, login in logins.items():
        _accepted(password, login)
        must_be = login.strip().casefold()
        if login != must_be or not login or len(login) > 64 or any(letter.isspace() for letter in login):
            raise Invalid("账号格式不对", "The login is not well formed")
        found(work, Person, person_id)
    taken = select(Account.login).where(Account.login.in_(list(logins.values())) | Account.person_id.in_(list(logins)))
    if len(set(logins.values())) != len(logins) or work.session.scalar(taken.limit(1)) is not None:
        raise Conflict("账号已被使用", "A login is taken")
    hashed = HASHER.hash(password)
    for person_id, login in logins.items():
        account = Account(person_id=person_id, login=login, password_hash=hashed, password_changed_at=work.now)
        work.session.add(account)
        audit.record(work, ("person", person_id), "account_opened")
    work.session.flush()


def person_with_login(work: Work, login: str) -> int:
    """Return whose login it is; raise NotFound where it is nobody's."""
    person_id = work.session.scalar(select(Account.person_id).where(Account.login == login.strip().casefold()))
    if person_id is None:
        raise NotFound(f"没有“{login}”这个账号。", f"There is no login “{login}”.")
    return person_id


def sign_in(work: Work, login: str, password: str) -> SignedIn | Denied:
    """Check a login and open a session.

    A failure is returned, not raised, so that its count is committed. It takes as long as a success would.
    """
    known = select(Account).where(Account.login == login.strip().casefold()).with_for_update()
    account = work.session.scalars(known).one_or_none()
    right = _verify(account.password_hash if account else _nobody(), password[:1024])
    if account is None:
        return Denied()
    if account.locked_until is not None and account.locked_until > work.now:
        return Denied()
    if not right:
        account.failed += 1
        if account.failed >= MOST_FAILURES:
            account.failed, account.locked_until = 0, work.now + LOCKED_FOR
            audit.record(work, ("person", account.person_id), "account_locked")
        work.session.flush()
        return Denied()
    account.failed, account.locked_until = 0, None
    if HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = HASHER.hash(password)
    return open_session(work, account.person_id)


def open_session(work: Work, person_id: int) -> SignedIn:
    """Open a session without a password: after one was checked, and for the one-click sign-in of a demonstration."""
    person = found(work, Person, person_id)
    if person.erased_at is not None:
        raise NotFound("没有此人", "There is no such person")
    token = secrets.token_urlsafe(32)
    expires = work.now + LONGEST[person.kind]
    opened = Session(
        token_digest=_digest(token), person_id=person_id, created_at=work.now, seen_at=work.now, expires_at=expires
    )
    work.session.add(opened)
    work.session.flush()
    audit.record(work, ("person", person_id), "signed_in", session=opened.id)
    return SignedIn(token, person_id, expires)


def session_of(work: Work, token: str, *, seen: bool = True) -> SignedInPerson | None:
    """Return who a token belongs to, in one query; None when it is unknown, ended, expired or idle too long.

    With `seen` false it stays as idle as it was: a page asked by itself, and nobody may sit before it.
    """
    row = work.session.execute(
        select(Session, Person.kind, Account.login, Account.language, Account.shortcuts)
        .join(Person, Person.id == Session.person_id)
        .outerjoin(Account, Account.person_id == Session.person_id)
        .where(Session.token_digest == _digest(token), Session.revoked_at.is_(None), Session.expires_at > work.now)
    ).one_or_none()
    if row is None:
        return None
    session, kind, login, language, shortcuts = row
    if work.now - session.seen_at > IDLE[kind]:
        return None
    if seen and work.now - session.seen_at > _SEEN_EVERY:
        session.seen_at = work.now
    return SignedInPerson(
        session.id, session.person_id, kind, login or "", language or "", True if shortcuts is None else shortcuts
    )


def sign_out(work: Work, token: str) -> None:
    """End a session on the server; a token that is unknown is no error."""
    ended = update(Session).where(Session.token_digest == _digest(token), Session.revoked_at.is_(None))
    work.session.execute(ended.values(revoked_at=work.now))


def sign_out_everywhere(work: Work, person_id: int) -> None:
    """End every session of a person."""
    live = update(Session).where(Session.person_id == person_id, Session.revoked_at.is_(None))
    work.session.execute(live.values(revoked_at=work.now))


def change_password(work: Work, person_id: int, old: str, new: str) -> None:
    """Change one's own password; every session ends, also this one."""
    account = found(work, Account, person_id)
    if not _verify(account.password_hash, old[:1024]):
        raise Invalid("原密码不正确", "The present password is wrong", {"old": [("原密码不正确", "Wrong password")]})
    _set(work, account, new, "password_changed")


def reset_password(work: Work, person_id: int) -> str:
    """Give a person a new random password, to be told once; an administrator's affair."""
    must_administer_person(work, person_id)
    if work.actor.person_id == person_id:
        raise Forbidden("不能重置自己的密码,请使用修改密码", "Nobody resets their own password; change it instead")
    password = secrets.token_urlsafe(12)
    _set(work, found(work, Account, person_id), password, "password_reset")
    return password


def set_preferences(work: Work, person_id: int, *, language: str | None = None, shortcuts: bool | None = None) -> None:
    """Remember the language of a person's pages, and whether single-letter keys work."""
    account = found(work, Account, person_id)
    if language is not None:
        if language not in ("zh", "en"):
            raise Invalid("没有这种语言", "There is no such language")
        account.language = language
    if shortcuts is not None:
        account.shortcuts = shortcuts
    work.session.flush()


def _set(work: Work, account: Account, password: str, what: str) -> None:
    account.password_hash = HASHER.hash(_accepted(password, account.login))
    account.password_changed_at, account.failed, account.locked_until = work.now, 0, None
    sign_out_everywhere(work, account.person_id)
    work.session.flush()
    audit.record(work, ("person", account.person_id), what)


def _accepted(password: str, login: str) -> str:
    folded = password.casefold()
    faults: list[Texts] = []
    if len(password) < SHORTEST_PASSWORD:
        faults.append((f"至少 {SHORTEST_PASSWORD} 个字符", f"At least {SHORTEST_PASSWORD} characters"))
    if len(password) > 256:
        faults.append(("最多 256 个字符", "At most 256 characters"))
    plain = folded.strip("0123456789!@#.")
    if any(folded.startswith(common) or plain == common for common in _COMMON) or len(set(folded)) < 4:
        faults.append(("密码过于常见", "The password is too common"))
    if len(login) >= 4 and login in folded:
        faults.append(("密码不能包含账号", "The password may not contain the login"))
    if faults:
        raise Invalid("密码不合要求", "The password is not acceptable", {"password": faults})
    return password


def _verify(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """Return the hash that a password of an unknown login is checked against, so that time tells nothing."""
    return HASHER.hash(secrets.token_urlsafe(16))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
