"""The rules as data: which number holds where and when, and which article says so."""

from casework.policies.entries import Entry
from casework.policies.pinned import Change, Pinned
from casework.policies.rules import Policies, Resolved, check
from casework.policies.services import (
    current,
    end_covenant,
    known_keys,
    pin,
    pinned,
    publish,
    record_covenant,
    resolve_all,
)

__all__ = [
    "Change",
    "Entry",
    "Pinned",
    "Policies",
    "Resolved",
    "check",
    "current",
    "end_covenant",
    "known_keys",
    "pin",
    "pinned",
    "publish",
    "record_covenant",
    "resolve_all",
]
