"""Forms written in a few lines, for tests."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework import forms
from casework.errors import Invalid
from casework.feel import Scope

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 6, 1, tzinfo=UTC)  # nine in the morning in China


def scope(functions: Mapping[str, Callable[..., Any]] | None = None, **names: Any) -> Scope:
    """Return a scope with these names."""
    return Scope(names, functions or {}, NOW, ZONE)


def component(kind: str, key: str = "x", **more: Any) -> dict[str, Any]:
    """Return one component; `path` in place of `key` for groups and lists."""
    named = {"path": key} if kind in ("group", "dynamiclist") else {"key": key}
    return {"type": kind, "id": f"id_{key}", "label": "名称", "label_en": "Name", **named, **more}


def form(*components: Mapping[str, Any]) -> forms.Form:
    """Return a form with these components."""
    return forms.load(json.dumps({"type": "default", "id": "f", "components": components}).encode())


def answers(*components: Mapping[str, Any], sent: Mapping[str, Any], **names: Any) -> Mapping[str, Any]:
    """Return what the form makes of what was sent."""
    return form(*components).validate(sent, scope(**names))


def errors(*components: Mapping[str, Any], sent: Mapping[str, Any], **names: Any) -> dict[str, list[str]]:
    """Return what is wrong with what was sent, in Chinese; nothing when all is right. Each has its English."""
    found: Mapping[str, Any] = {}
    try:
        form(*components).validate(sent, scope(**names))
    except Invalid as invalid:
        found = invalid.fields
    assert all(zh and en for texts in found.values() for zh, en in texts)
    return {name: [zh for zh, _ in texts] for name, texts in found.items()}
