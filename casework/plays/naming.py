"""How a scenario names several people, places or cases at once: `单身1-136` is all of them."""

import re
from collections.abc import Sequence

_RANGE = re.compile(r"(.*?)(\d+)-(\d+)")


def called(pattern: str | Sequence[str]) -> list[str]:
    """Return the names that a step means: one, several, or a numbered range as `单身1-136`."""
    if not isinstance(pattern, str):
        return [name for one in pattern for name in called(one)]
    found = _RANGE.fullmatch(pattern)
    if found is None:
        return [pattern]
    return [f"{found[1]}{number}" for number in range(int(found[2]), int(found[3]) + 1)]
