"""The worker door: a Celery worker that is woken, and a sweep that needs no waking, around one casework."""

import atexit
import logging
import threading
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.worker import state

from casework import jobs
from casework.persistence import SYSTEM
from workers.broker import RUN_DUE_JOBS, RUN_JOB, UPKEEP, is_memory
from workers.sweep import INTERVAL, Sweep
from workers.wakening import Wakening

_log = logging.getLogger(__name__)


class Worker:
    """Runs the jobs of one casework in this process until it is stopped."""

    def __init__(
        self, casework: jobs.Casework, wakening: Wakening, *, threads: int, lease: timedelta, interval: float
    ) -> None:
        self.casework = casework
        self.wakening = wakening
        self.threads = threads
        self.sweep = Sweep(casework, threads=threads, lease=lease, interval=interval)
        self._celery: Any = None
        self._thread: threading.Thread | None = None
        _register(wakening.app, casework, lease)

    def start(self) -> None:
        """Begin, in threads of this process; the calling thread goes on. It stops when the process ends."""
        self.wakening.nudge = self.sweep.nudge
        self.sweep.start()
        self.wakening.app.set_default()  # the threads of Celery's pool ask the process for its application
        state.should_stop = state.should_terminate = None
        self._celery = self.wakening.app.WorkController(
            app=self.wakening.app,
            pool="threads",
            concurrency=self.threads,
            loglevel="WARNING",
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            ready_callback=_look_up_often,
        )
        self._thread = threading.Thread(target=self._listen, name="celery", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def stop(self, patience: float = 20.0) -> bool:
        """Take no further job and wait for those that run; tell whether all of them ended in time."""
        atexit.unregister(self.stop)
        if self._thread is not None and self._thread.is_alive():
            state.should_stop = 0  # its own loop sees this; stopping it from here would share its connection
            if is_memory(self.wakening.broker_url):
                self.wakening.app.send_task(RUN_JOB, (0,))  # that loop looks up only when a message comes
        ended = self.sweep.stop(patience)
        if self._thread is not None:
            self._thread.join(patience)
            ended = ended and not self._thread.is_alive()
            self._thread = None
        state.should_stop = None
        self.wakening.nudge = None
        self.wakening.close()
        return ended

    def _listen(self) -> None:
        try:
            self._celery.start()
        except (SystemExit, KeyboardInterrupt):
            _log.debug("the Celery worker was told to stop")


def create_worker(
    casework: jobs.Casework,
    settings: Any = None,
    *,
    wakening: Wakening | None = None,
    threads: int = 4,
    lease: timedelta = jobs.LEASE,
    interval: float = INTERVAL,
) -> Worker:
    """Return the worker door of `casework` on the broker that `settings.broker_url` names, not yet started.

    `wakening` is the port whose `wake` the casework was built with, when it is in this process too.
    """
    wakening = wakening or Wakening(getattr(settings, "broker_url", ""))
    return Worker(casework, wakening, threads=threads, lease=lease, interval=interval)


def _register(app: Celery, casework: jobs.Casework, lease: timedelta) -> None:
    """Give the application its three tasks; each is harmless when lost or repeated."""

    @app.task(name=RUN_JOB, shared=False)
    def run_job(job_id: int) -> None:
        jobs.run_one(casework, job_id, lease=lease)

    @app.task(name=RUN_DUE_JOBS, shared=False)
    def run_due_jobs(limit: int = 100) -> None:
        jobs.run_due(casework, limit, lease=lease)

    @app.task(name=UPKEEP, shared=False)
    def upkeep() -> None:
        with casework.work(SYSTEM) as work:
            jobs.upkeep(work)


def _look_up_often(consumer: Any) -> None:
    """Let an idle event loop look up every half second, so that it sees soon that it should stop."""
    if consumer.hub is not None:
        consumer.timer.call_repeatedly(0.5, lambda: None)
