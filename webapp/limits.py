"""How often the same address may try: counted in the database, so that every process counts together."""

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta

from flask import request
from werkzeug.exceptions import TooManyRequests

from casework.directory import tries
from webapp.door import settings, system_work


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries within `span`."""

    most: int
    span: timedelta


SIGN_INS = Limit(30, timedelta(minutes=15))
PINS = Limit(20, timedelta(minutes=15))
ADDITIONS = Limit(20, timedelta(hours=1))
REPORTS = Limit(30, timedelta(hours=1))


def count(what: str, limit: Limit, more: str = "", *, who: str | None = None) -> None:
    """Count one try of this address, or of `who`; answer 429 where it was one too many. Neither is kept as it is."""
    asked_by = request.remote_addr if who is None else who
    key = hashlib.sha256(f"{settings().secret_key}|{what}|{asked_by}|{more}".encode()).hexdigest()[:32]
    with system_work() as work:
        wait = tries.one_more(work, f"{what}:{key}", limit.most, limit.span)
    if wait is not None:
        raise TooManyRequests(retry_after=math.ceil(wait.total_seconds()))
