"""The map in the engine's docstring leads to places that exist."""

import re
from functools import reduce
from importlib import import_module

import pytest

from casework import engine

LINES = re.findall(r"^    (\S.*?)  +(\w+\..+)$", engine.__doc__ or "", re.MULTILINE)


@pytest.mark.parametrize(("question", "places"), LINES, ids=[question for question, _ in LINES])
def test_every_place_of_the_map_exists_and_says_what_it_does(question: str, places: str) -> None:
    for place in places.split(", "):
        module, *names = place.split(".")
        found = reduce(getattr, names, import_module(f"casework.engine.{module}"))
        assert found.__doc__, f"{question}: {place}"


def test_the_map_is_read_whole() -> None:
    assert len(LINES) == sum(line.startswith("    ") for line in (engine.__doc__ or "").splitlines())
