"""What every template can use: texts, moments, versioned assets, a fresh command key, the visitor."""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, session, url_for

from webapp import moments
from webapp.door import settings
from webapp.identity import FRAGMENT
from webapp.language import choose, current_language
from webapp.notices import reads as notices

STATIC = Path(__file__).parent / "static"


@cache
def digest(name: str) -> str:
    """Return a short fingerprint of a static file, so that it can be cached for ever."""
    path = STATIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


@cache
def bundle(name: str) -> str | None:
    """Return the path of a built island below static/, or None where the assets are not built."""
    manifest = STATIC / "dist" / "manifest.json"
    if not manifest.is_file():
        return None
    found = json.loads(manifest.read_text(encoding="utf-8")).get("files", {}).get(name)
    return f"dist/{found}" if found else None


def asset(name: str) -> str:
    """Return the address of a static file with its fingerprint."""
    return url_for("static", filename=name, v=digest(name))


def now() -> datetime:
    """Return the moment of the request by the domain's clock."""
    found: datetime = g.get("now") or datetime.now(UTC)
    return found


def command_key() -> str:
    """Return a fresh key: the same form sent twice has one effect."""
    return secrets.token_urlsafe(18)


def say(text: object, href: str | None = None) -> None:
    """Have the next page tell what happened."""
    session["toast"] = {"text": str(text), "href": href}


def language_url() -> str:
    """Return the address that switches to the other language and comes back here."""
    other = "en" if current_language() == "zh" else "zh"
    back = request.full_path if request.method == "GET" else request.path
    return url_for("sign_in.language", code=other, back=back.rstrip("?"))


def install(app: Flask) -> None:
    """Add the filters and globals."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        tx=choose,
        day=moments.day_text,
        month=moments.month_text,
        weekday=moments.weekday_text,
        span=moments.span_text,
    )
    app.jinja_env.tests["match_image"] = lambda kind: str(kind).startswith("image/")
    app.jinja_env.globals.update(
        asset=asset,
        bundle=bundle,
        language_url=language_url,
        local=moments.local,
        command_key=command_key,
        moment=lambda at, **more: moments.moment_text(at, now(), **more),
        deadline=lambda at, **more: moments.deadline_text(at, now(), **more),
        left=lambda at, mark="": moments.left_text(at, now(), mark),
        brand=lambda: "办结" if current_language() == "zh" else "Banjie",
        clock_text=moments.clock_text,
        due_day=moments.due_day,
        unread=notices.unread,
    )

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {
            "visitor": g.visitor,
            "now": now(),
            "toast": None if FRAGMENT in request.headers else session.pop("toast", None),
            "theme": session.get("theme"),
            "demonstration": settings().demonstration,
        }
