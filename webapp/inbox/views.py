"""What only the inbox page puts together."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases.views import ClockView, InboxRow, Texts, TimelineEntry


@dataclass(frozen=True, slots=True)
class Peek:
    """The chosen row beside the list, without opening it."""

    row: InboxRow
    clock: ClockView | None = None
    facts: Sequence[tuple[Texts, Texts]] = ()
    recent: Sequence[TimelineEntry] = ()
    notices: Sequence[Texts] = ()
