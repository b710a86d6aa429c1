"""How a page gets at the domain: one unit of work of the person who asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, g

from casework.persistence import ANONYMOUS, SYSTEM, Actor, Work
from webapp.settings import WebSettings


def casework() -> Any:
    """Return the domain object that `bootstrap` built."""
    return current_app.extensions["casework"]


def settings() -> WebSettings:
    """Return the door's settings."""
    found: WebSettings = current_app.extensions["web_settings"]
    return found


def actor() -> Actor:
    """Return the person who asks, or nobody in particular."""
    visitor = g.get("visitor")
    return Actor("person", visitor.person_id) if visitor and visitor.person_id else ANONYMOUS


@contextmanager
def work() -> Iterator[Work]:
    """Open one transaction in the name of whoever asks; it commits when the block ends well."""
    with casework().work(actor()) as opened:
        yield opened


@contextmanager
def system_work() -> Iterator[Work]:
    """Open one transaction in the system's name: sessions and rate limits, never the trade."""
    with casework().work(SYSTEM) as opened:
        yield opened
