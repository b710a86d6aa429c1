"""The open streams of this process: who waits for what, and how many may."""

import threading
from collections.abc import Iterable
from typing import Any

from casework.cases import changes
from casework.cases.changes import Change
from casework.persistence import Listening

BOTH = frozenset(("inbox", "case"))
MOST_EACH = 6


class Stream:
    """One open page that waits. What it is told while it is busy is put together."""

    def __init__(self, person_id: int, tab: str, groups: Iterable[str], case_id: int | None) -> None:
        self.person_id, self.tab = person_id, tab
        self.groups, self.case_id = frozenset(groups), case_id
        self.over = False
        self._news: set[str] = set()
        self._bell = threading.Condition()

    def tell(self, news: Iterable[str]) -> None:
        """Wake the page if there is anything in `news`."""
        with self._bell:
            self._news.update(news)
            if self._news:
                self._bell.notify_all()

    def end(self) -> None:
        """Have the stream come to its end."""
        with self._bell:
            self.over = True
            self._bell.notify_all()

    def wait(self, seconds: float) -> set[str]:
        """Return what has changed since the last time, after `seconds` at most; nothing when it is over or quiet."""
        with self._bell:
            self._bell.wait_for(lambda: self._news or self.over, seconds)
            news, self._news = self._news, set()
            return news


class Streams:
    """Every open stream of this process, and the one thread that hears of changes for all of them.

    A stream holds a thread of the server, so there are `most` of them and no more, and MOST_EACH of one person.
    """

    def __init__(self, casework: Any, most: int) -> None:
        self.most = most
        self._casework = casework
        self._open: list[Stream] = []
        self._guard = threading.Lock()
        self._listening: Listening | None = None
        self._closed = False

    def open(self, stream: Stream) -> bool:
        """Take in a stream; say whether there was room. It takes the place of an earlier one of the same tab.

        A person's oldest stream gives way where they have too many.
        """
        with self._guard:
            own = [one for one in self._open if one.person_id == stream.person_id]
            gone = [one for one in own if one.tab == stream.tab]
            left = [one for one in own if one.tab != stream.tab]
            gone += left[: max(0, len(left) - MOST_EACH + 1)]
            if self._closed or len(self._open) - len(gone) >= self.most:
                return False
            for one in gone:
                self._open.remove(one)
                one.end()
            self._open.append(stream)
            if self._listening is None:
                self._listening = changes.listen(self._casework.database, self.heard, self.missed)
                self._listening.start()
        return True

    def ready(self, seconds: float) -> bool:
        """Say whether the process hears of changes, waiting so long at most."""
        return self._listening is not None and self._listening.connected.wait(seconds)

    def leave(self, stream: Stream) -> None:
        """Forget a stream whose page is gone."""
        with self._guard:
            if stream in self._open:
                self._open.remove(stream)

    def heard(self, change: Change) -> None:
        """Tell those whom a change concerns."""
        for one in self._present():
            one.tell(change.concerns(one.case_id, one.groups))

    def missed(self) -> None:
        """Have every page look again: nobody knows what happened in the meantime."""
        for one in self._present():
            one.tell(BOTH)

    def close(self) -> None:
        """End every stream, and take in no more: the process is about to stop."""
        self._closed = True
        for one in list(self._open):
            one.end()
        if self._listening is not None:
            self._listening.stop()

    def __len__(self) -> int:
        return len(self._open)

    def _present(self) -> list[Stream]:
        with self._guard:
            return list(self._open)
