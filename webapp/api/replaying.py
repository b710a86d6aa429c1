"""The same request sent twice has one effect and one answer: the Idempotency-Key header."""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import request

from casework.cases.commands import once
from casework.errors import Invalid
from casework.persistence import Work

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{16,128}")
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 16, "maxLength": 128},
    "description": "同一操作重发时用同一编号，只办一次、答复相同；编号相同而内容不同则拒绝。"
    " The same key again has one effect and one answer; with another body it is refused.",
}


def given_key() -> str | None:
    """Return the caller's key; Invalid for one that is too short to be nobody else's."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        fault = ("16 至 128 个可见字符，如 UUID", "16 to 128 visible characters, such as a UUID")
        raise Invalid("操作编号不对", "The idempotency key does not fit", {HEADER: [fault]})
    return key


def replayed(
    work: Work, said: Mapping[str, Any], act: Callable[[], dict[str, Any]], *, secret: Collection[str] = ()
) -> dict[str, Any]:
    """Run `act` for the first request with the caller's key, and give the stored answer to the same request again.

    What was said is the path and `said`. The key itself is not stored, only its digest; `secret` names are sealed.
    """
    key = given_key()
    stored = None if key is None else "api:" + hashlib.sha256(key.encode()).hexdigest()
    return once(work, stored, {"path": request.path, **said}, act, secret=secret)
