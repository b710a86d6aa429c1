"""A vote on the official platform of a place: chosen alone, and only where the rules name a platform."""

from typing import Any

import pytest

from casework.assemblies import official
from casework.errors import Refused


class Rules:
    """The rules of a place with, or without, a platform."""

    def __init__(self, system: str | None) -> None:
        self.system = system

    def feel(self, key: str) -> Any:
        return {"vote.online_system": self.system}[key]


def test_the_platform_is_chosen_alone_where_there_is_one() -> None:
    assert official.is_chosen(["official"], Rules("city_housing"))
    assert not official.is_chosen(["paper", "online"], Rules("city_housing"))
    with pytest.raises(Refused, match="只选官方平台"):
        official.is_chosen(["official", "paper"], Rules("city_housing"))
    with pytest.raises(Refused, match="没有规定官方表决平台"):
        official.is_chosen(["official"], Rules(None))
