from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.feel import Scope


@pytest.fixture
def scope() -> Callable[..., Scope]:
    """Return a maker of scopes that stand at nine in the morning of 6 January 2026 in China."""

    def make(functions: Mapping[str, Callable[..., Any]] | None = None, budget: int = 500_000, **names: Any) -> Scope:
        now = datetime(2026, 1, 6, 1, tzinfo=UTC)
        return Scope(names, functions or {}, now, ZoneInfo("Asia/Shanghai"), budget=budget)

    return make
