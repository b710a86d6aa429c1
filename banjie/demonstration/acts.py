"""What is planned: acts of people at their moments, each kept under its key once it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEY = "demonstration:act:"


@dataclass(frozen=True)
class Act:
    """One act: `verb` on the case of a tale, in one of the cities; `optional` ones may come too late to be taken."""

    at: datetime
    city: str
    tale: str
    number: int
    verb: str
    details: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False

    @property
    def key(self) -> str:
        """The key that makes the act happen once."""
        return f"{KEY}{self.tale}:{self.number}"
