"""Publishing policy files, entering covenants, and pinning what holds for a case."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.errors import Invalid, NotFound
from casework.persistence import Work
from casework.policies.entries import Entry, fits
from casework.policies.models import Covenant, PolicyPin, PolicyRelease
from casework.policies.pinned import Pinned
from casework.policies.rules import ESTATE, Policies, texts_of

_COVENANT_TITLE = ("本小区管理规约", "The estate's own covenant")


def publish(work: Work, source: Path | Mapping[str, str]) -> PolicyRelease:
    """Make the policy files of a folder (or texts by name) those in force for cases that start from now on.

    Files with any fault change nothing: Invalid lists every fault by file. The files in force make no new release.
    """
    texts = texts_of(source)
    policies = Policies.load(texts)
    newest = _newest(work.session)
    if newest is not None and newest.digest == policies.digest:
        return newest
    release = PolicyRelease(digest=policies.digest, created_at=work.now, created_by=work.actor.person_id, files=texts)
    work.session.add(release)
    work.session.flush()
    return release


def current(session: Session) -> Policies:
    """Return the policies in force for cases that start; raise NotFound before the first release."""
    found = session.execute(
        select(PolicyRelease.id, PolicyRelease.digest).order_by(PolicyRelease.id.desc()).limit(1)
    ).first()
    if found is None:
        raise NotFound("尚未发布政策文件", "No policies have been published yet")
    known = _loaded.get(found.digest)
    if known is None:
        known = Policies.load(session.get_one(PolicyRelease, found.id).files)
        _loaded.clear()
        _loaded[found.digest] = known
    return known


def known_keys(session: Session) -> frozenset[str] | None:
    """Return every key that a rule in force may have; None before the first release."""
    return None if _newest(session) is None else current(session).keys


def record_covenant(
    work: Work,
    estate_id: int,
    key: str,
    value: Any,
    source: str,
    valid_from: date,
    valid_to: date | None = None,
) -> Covenant:
    """Enter a rule of an estate's covenant, written as in the policy files; it counts as its key does elsewhere."""
    model = _model(current(work.session), key)
    if not fits(value, model.unit):
        texts = f"值与单位 {model.unit} 不符", f"The value is not one of unit {model.unit}"
        raise Invalid("规约条目无效", "The covenant's entry is not valid", {"value": [texts]})
    if valid_to is not None and valid_to < valid_from:
        raise Invalid(
            "规约条目无效", "The covenant's entry is not valid", {"valid_to": [("早于生效日", "before its first day")]}
        )
    covenant = Covenant(
        estate_id=estate_id,
        key=key,
        value=value,
        source=source,
        valid_from=valid_from,
        valid_to=valid_to,
        entered_at=work.now,
        entered_by=work.actor.person_id,
    )
    work.session.add(covenant)
    work.session.flush()
    return covenant


def end_covenant(work: Work, covenant_id: int, valid_to: date) -> Covenant:
    """Set the last day of a covenant's rule; cases that pinned it keep it."""
    covenant = work.session.get(Covenant, covenant_id)
    if covenant is None:
        raise NotFound(f"没有规约条目 {covenant_id}", f"There is no covenant entry {covenant_id}")
    if valid_to < covenant.valid_from:
        raise Invalid(
            "规约条目无效", "The covenant's entry is not valid", {"valid_to": [("早于生效日", "before its first day")]}
        )
    covenant.valid_to = valid_to
    work.session.flush()
    return covenant


def pin(work: Work, codes: Sequence[str], on: date, *, estate_id: int | None = None) -> Pinned:
    """Resolve every rule for a place and a day, keep it, and return it; the case stores its `digest`.

    `codes` are the codes of the estate's areas, the nearest first; the first with a policy file decides.
    """
    policies = current(work.session)
    covenant = _covenants(work.session, policies, estate_id, on)
    pinned = resolve_all(policies, codes, on, covenant) if covenant else _without_covenant(policies, tuple(codes), on)
    kept = work.session.scalar(select(PolicyPin.digest).where(PolicyPin.digest == pinned.digest))
    if kept is None:
        row = {"digest": pinned.digest, "created_at": work.now, "content": pinned.to_json()}
        work.session.execute(insert(PolicyPin).values(row).on_conflict_do_nothing(index_elements=["digest"]))
    return pinned


def resolve_all(
    policies: Policies, codes: Sequence[str], on: date, covenant: Mapping[str, Entry] | None = None
) -> Pinned:
    """Resolve every rule for a place and a day, without keeping it."""
    chain = policies.nearest(codes)
    resolved = {key: policies.resolve(chain, key, on, covenant) for key in sorted(policies.keys)}
    rules = {key: rule for key, rule in resolved.items() if rule is not None}
    titles = {place: each.title for place, each in policies.jurisdictions.items()} | {ESTATE: _COVENANT_TITLE}
    levels = {level for rule in rules.values() for level in (rule.level, *(other for other, _ in rule.others))}
    held = [rule.entry for rule in rules.values()] + [other for rule in rules.values() for _, other in rule.others]
    marks = {entry.source.partition(" ")[0] for entry in held}
    laws = {mark: policies.laws[mark] for mark in sorted(marks) if mark in policies.laws}
    return Pinned(policies.digest, {level: titles[level] for level in sorted(levels)}, laws, rules)


def pinned(session: Session, digest: str) -> Pinned:
    """Return what a case pinned."""
    known = _pins.get(digest)
    if known is None:
        row = session.get(PolicyPin, digest)
        if row is None:
            raise NotFound(f"没有钉住的政策 {digest[:12]}", f"There are no pinned policies {digest[:12]}")
        known = Pinned.from_json(row.content)
        if len(_pins) >= _PINS_KEPT:
            _pins.clear()
        _pins[digest] = known
    return known


@lru_cache(maxsize=256)
def _without_covenant(policies: Policies, codes: tuple[str, ...], on: date) -> Pinned:
    return resolve_all(policies, codes, on)


#: Contents are known by their hash and never change, so they may be kept in memory by it.
_PINS_KEPT = 256
_pins: dict[str, Pinned] = {}
_loaded: dict[str, Policies] = {}


def _newest(session: Session) -> PolicyRelease | None:
    return session.scalar(select(PolicyRelease).order_by(PolicyRelease.id.desc()).limit(1))


def _covenants(session: Session, policies: Policies, estate_id: int | None, on: date) -> dict[str, Entry]:
    """Return the covenant's rules in force; where several have begun, the latest."""
    if estate_id is None:
        return {}
    rows = session.scalars(
        select(Covenant).where(Covenant.estate_id == estate_id, Covenant.valid_from <= on).order_by(Covenant.valid_from)
    )
    latest = {row.key: row for row in rows}
    return {
        key: _as_entry(row, _model(policies, key))
        for key, row in latest.items()
        if row.valid_to is None or on <= row.valid_to
    }


def _as_entry(row: Covenant, model: Entry) -> Entry:
    written = model.to_json() | {
        "value": row.value,
        "source": row.source,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
    return Entry.from_json(
        row.key, {name: value for name, value in written.items() if name not in ("contested", "note")}
    )


def _model(policies: Policies, key: str) -> Entry:
    """Return an entry that shows how the values of a key are counted."""
    for jurisdiction in policies.jurisdictions.values():
        if key in jurisdiction.entries:
            return jurisdiction.entries[key][-1]
    raise NotFound(f"没有政策项: {key}", f"There is no policy {key}")
