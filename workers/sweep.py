"""The sweep: looks for due jobs at least every few seconds, and at the very moment the next falls due.

It needs no broker and no leader: every worker process sweeps, and the database gives each job to one of them.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from casework import jobs
from casework.persistence import SYSTEM

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
#: At most this many seconds between two looks at the queue; each pause is drawn between half of it and all of it.
INTERVAL = 2.5
#: Between two rounds of upkeep.
_UPKEEP = 3600.0


class Sweep:
    """Runs due jobs in up to `threads` threads of this process.

    A run that outlives its lease no longer counts as one of them: a job that never returns starves nobody.
    """

    def __init__(
        self,
        casework: jobs.Casework,
        *,
        threads: int = 4,
        lease: timedelta = jobs.LEASE,
        interval: float = INTERVAL,
    ) -> None:
        self.casework = casework
        self.threads = threads
        self.lease = lease
        self.interval = interval
        self.looked_at = time.monotonic()
        self._nudged = threading.Event()
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        #: The threads that run jobs, each with the moment it began its present job.
        self._runners: dict[threading.Thread, float] = {}
        self._alarm: threading.Thread | None = None
        self._upkeep_at = time.monotonic() + 60 + secrets.randbelow(60)

    def start(self) -> None:
        """Begin to sweep, in a thread."""
        self._alarm = threading.Thread(target=self._watch, name="sweep", daemon=True)
        self._alarm.start()

    def nudge(self) -> None:
        """Look at the queue now."""
        self._nudged.set()

    def stop(self, patience: float = 20.0) -> bool:
        """Take no further job, wait for those that run; tell whether all of them ended in time."""
        self._stopping.set()
        self._nudged.set()
        until = time.monotonic() + patience
        if self._alarm is not None:
            self._alarm.join(max(0.0, until - time.monotonic()))
        for thread in self._current():
            thread.join(max(0.0, until - time.monotonic()))
        return not self._current()

    @property
    def stuck(self) -> int:
        """How many runs have outlived their lease."""
        oldest = time.monotonic() - self.lease.total_seconds()
        with self._guard:
            return sum(began < oldest for began in self._runners.values())

    def _current(self) -> list[threading.Thread]:
        with self._guard:
            return list(self._runners)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            pause = self._guarded(self._look, self.interval)
            if time.monotonic() >= self._upkeep_at:
                self._upkeep_at = time.monotonic() + _UPKEEP
                self._guarded(self._look_after, None)
            self._nudged.wait(pause)
            self._nudged.clear()

    def _look(self) -> float:
        """Send a runner if a job is due; return for how long nothing will be."""
        self.looked_at = time.monotonic()
        longest = self.interval * (0.5 + secrets.randbelow(500) / 1000)
        if jobs.due_clock(self.casework) is not None:
            self._hire()
            return longest
        seconds = jobs.seconds_to_next(self.casework.database)
        if seconds is None:
            return longest
        if seconds <= 0:
            self._hire()
            return longest
        return min(longest, seconds + 0.005)

    def _look_after(self) -> None:
        with self.casework.work(SYSTEM) as work:
            jobs.upkeep(work)

    def _hire(self) -> None:
        """Start another runner unless all threads are taken; runs that are stuck don't count."""
        stuck = self.stuck
        with self._guard:
            if self._stopping.is_set() or len(self._runners) - stuck >= self.threads:
                return
            thread = threading.Thread(target=self._run, name="jobs", daemon=True)
            self._runners[thread] = time.monotonic()
        thread.start()

    def _run(self) -> None:
        me = threading.current_thread()
        try:
            while not self._stopping.is_set() and self._guarded(self._run_one, False):
                with self._guard:
                    self._runners[me] = time.monotonic()
                self._nudged.set()  # the queue may hold more than was to be seen at the last look
        finally:
            with self._guard:
                self._runners.pop(me, None)

    def _run_one(self) -> bool:
        claimed = jobs.claim(self.casework.database, now=jobs.due_clock(self.casework), lease=self.lease)
        if not claimed:
            return False
        self._hire()  # where one job is due others may be
        jobs.run(self.casework, claimed[0])
        return True

    def _guarded(self, call: Callable[[], _T], otherwise: _T) -> _T:
        """Call; when the database does not answer say so and go on: it will."""
        try:
            return call()
        except SQLAlchemyError as error:
            _log.warning("the sweep could not reach the database: %s", type(error).__name__)
            return otherwise
