"""What a process noun tells about its case beyond the common columns: handed in by `bootstrap`, asked by the pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases.models import Case
from casework.cases.views import Addition, Texts
from casework.persistence import Work


@dataclass(frozen=True, slots=True)
class Telling:
    """The story of a case in its reporters' words and what they added, how it came in, facts, whose files it has."""

    story: str = ""
    additions: Sequence[Addition] = ()
    channels: Sequence[Texts] = ()
    facts: Sequence[tuple[Texts, Texts]] = ()
    files: Sequence[tuple[str, int]] = ()


def told(work: Work, case: Case, *, identity: bool) -> Telling:
    """Return what the nouns tell of `case`; with `identity` also what could tell who reported it."""
    parts: list[Telling] = [tell(work, case, identity) for tell in work.house.tellers]
    return Telling(
        "\n\n".join(part.story for part in parts if part.story),
        [one for part in parts for one in part.additions],
        [channel for part in parts for channel in part.channels],
        [fact for part in parts for fact in part.facts],
        [subject for part in parts for subject in part.files],
    )
