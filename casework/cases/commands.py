"""The same request twice has one effect and one answer."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from casework.cases.models import Command
from casework.cases.values import to_json
from casework.directory.sealing import Sealing
from casework.errors import Invalid
from casework.persistence import Work

_SEALED = "sealed"


def once(
    work: Work,
    key: str | None,
    request: Mapping[str, Any],
    act: Callable[[], dict[str, Any]],
    *,
    secret: Collection[str] = (),
) -> dict[str, Any]:
    """Run `act` for the first request with `key` and return its answer; return that answer again for the same request.

    What the answer says under the names of `secret` is stored sealed. Raises Invalid when the key was used for
    another request. Without a key `act` always runs.
    """
    if key is None:
        return act()
    actor, key = _actor(work), _keyed(work, key)
    digest = hashlib.sha256(json.dumps(to_json(request), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    placed = work.session.execute(
        insert(Command)
        .values(key=key, actor=actor, request_hash=digest, answer={}, at=work.now)
        .on_conflict_do_nothing()
        .returning(Command.key)
    ).scalar()
    if placed is None:
        command = work.session.get_one(Command, key)
        if command.request_hash != digest:
            raise Invalid(
                "这个操作编号已用于另一项请求，请刷新页面后重试。",
                "This command key was used for another request; reload the page and try again.",
            )
        return _opened(work, command)
    answer: dict[str, Any] = to_json(act())
    stored = _sealed(work, key, answer, secret)
    work.session.execute(update(Command).where(Command.key == key).values(answer=stored))
    return answer


def answered(work: Work, key: str) -> dict[str, Any] | None:
    """Return what a command with this key of this actor has answered; None where there is none yet."""
    command = work.session.get(Command, _keyed(work, key))
    return _opened(work, command) if command is not None and command.answer else None


def _actor(work: Work) -> str:
    return f"{work.actor.kind}:{work.actor.person_id or work.actor.name}"


def _keyed(work: Work, key: str) -> str:
    return f"{_actor(work)}:{key}"


def _sealed(work: Work, key: str, answer: dict[str, Any], secret: Collection[str]) -> dict[str, Any]:
    if not secret:
        return answer
    sealing = Sealing.of(work.house.secrets)
    hidden = {name: sealing.seal_word(answer[name], f"{key} {name}") for name in secret}
    return {**{name: value for name, value in answer.items() if name not in hidden}, _SEALED: hidden}


def _opened(work: Work, command: Command) -> dict[str, Any]:
    hidden = command.answer.get(_SEALED)
    if not hidden:
        return command.answer
    sealing = Sealing.of(work.house.secrets)
    said = {name: sealing.open_word(word, f"{command.key} {name}") for name, word in hidden.items()}
    return {**{name: value for name, value in command.answer.items() if name != _SEALED}, **said}
