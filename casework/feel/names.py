"""Names of several words: which ones the language itself has, and how a text is cut into its words."""

from collections.abc import Mapping
from functools import lru_cache

from casework.feel.lexer import tokens
from casework.feel.problems import FeelSyntaxError

PROPERTY_WORDS = (("time", "offset"), ("start", "included"), ("end", "included"))

KIND_WORDS = (
    ("date", "and", "time"),
    ("days", "and", "time", "duration"),
    ("day", "time", "duration"),
    ("years", "and", "months", "duration"),
    ("year", "month", "duration"),
)

_BUILTINS = """
date and time|years and months duration|string length|upper case|lower case|substring before|substring after
starts with|ends with|string join|list contains|insert before|index of|distinct values|list replace|round up|round down
round half up|round half down|day of year|day of week|month of year|week of year|get value|get entries|context put
context merge|met by|overlaps before|overlaps after|finished by|started by|last day of month|is empty|is blank
"""


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """Return the tokens of a name; none for a text that is no name."""
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelSyntaxError:
        return ()


def _by_first_word() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in _BUILTINS.replace("\n", "|").split("|"):
        if parts := tuple(name.split()):
            found.setdefault(parts[0], []).append(parts)
    return {first: tuple(names) for first, names in found.items()}


BUILTIN_WORDS = _by_first_word()
