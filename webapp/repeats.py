"""A form that is sent twice: the second time finds the answer of the first, before anything is done again."""

import hashlib
from typing import Any

from flask import request

from casework.cases import commands
from casework.persistence import Work

NOT_TYPED = frozenset({"csrf_token", "back"})


def key_of_form() -> str:
    """Return the key of the command that this form asks for: its own, and what was typed into it.

    Files are left out, for they are kept anew each time: the same press twice must be the same command.
    """
    own = request.form.get("command_key", "")[:64]
    if not own:
        return ""
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED)
    return f"{own}:{hashlib.sha256(repr(typed).encode()).hexdigest()[:24]}"


def answered(work: Work, key: str) -> dict[str, Any] | None:
    """Return what a command with this key of this actor has answered; None where there is none yet."""
    return commands.answered(work, key) if key else None
