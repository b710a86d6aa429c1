"""The same request twice has one effect and one answer."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from casework.cases.models import Command
from casework.cases.values import to_json
from casework.errors import Invalid
from casework.persistence import Work


def once(work: Work, key: str | None, request: Mapping[str, Any], act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run `act` for the first request with `key` and return its answer; return that answer again for the same request.

    Raises Invalid when the key was used for another request. Without a key `act` always runs.
    """
    if key is None:
        return act()
    actor = f"{work.actor.kind}:{work.actor.person_id or work.actor.name}"
    key = f"{actor}:{key}"
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
        return command.answer
    answer: dict[str, Any] = to_json(act())
    work.session.execute(update(Command).where(Command.key == key).values(answer=answer))
    return answer
