"""Who is asking, as the pages know them."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.directory.viewing import NOBODY as SEES_NOTHING
from casework.directory.viewing import Viewer


@dataclass(frozen=True, slots=True)
class Hat:
    """One role of the visitor and where it holds."""

    place: tuple[str, str]
    role: tuple[str, str]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the bar."""

    endpoint: str
    label: str
    icon: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks; without a person it is somebody passing by. `may` says which doors the bar offers."""

    person_id: int | None = None
    name: tuple[str, str] | str = ""
    hats: Sequence[Hat] = ()
    may: frozenset[str] = frozenset()
    nav: Sequence[NavEntry] = ()
    viewer: Viewer = SEES_NOTHING
    language: str = ""
    login: str = ""
    shortcuts: bool = True

    @property
    def may_search(self) -> bool:
        """Say whether the bar offers the search of cases."""
        return "work" in self.may or "supervise" in self.may


NOBODY = Visitor()
