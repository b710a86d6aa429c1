"""The sources of the present moment. Nothing else in the domain asks what time it is."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment as an aware UTC instant."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's present moment in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved: for plays, demonstration data and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant the clock stands at."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Set the clock to an aware `instant`; it may not go back."""
        if instant < self._now:
            message = f"the clock stands at {self._now} and can't go back to {instant}"
            raise ValueError(message)
        self._now = instant.astimezone(UTC)

    def move_by(self, span: timedelta) -> None:
        """Move the clock forward by `span`."""
        self.move_to(self._now + span)
