"""The wake-up port: after a commit, tell the workers which jobs are due. Never fails, never waits."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from workers.broker import QUEUE, RUN_DUE_JOBS, RUN_JOB, WORTH, create_app, is_memory

_log = logging.getLogger(__name__)
#: Wake-ups that may wait to be sent; more are dropped and left to the sweep.
_MOST_WAITING = 1000
#: More jobs of one commit than this are woken together.
_MANY = 20
_MOST_HELPERS = 8
#: Seconds without a try after the broker did not answer.
_PAUSE = 1.0


class Wakening:
    """Sends wake-ups through the broker from a thread of its own, so that no caller ever waits for it.

    Errors are counted, not raised: a job nobody was woken for is found by the next sweep.
    """

    def __init__(self, broker_url: str, *, queue_name: str = QUEUE) -> None:
        self.broker_url = broker_url
        self.app = create_app(broker_url, queue_name)
        self.sent = 0
        self.failures = 0
        #: What to call instead when the broker does not take a wake-up: the sweep of this process, if it has one.
        self.nudge: Callable[[], None] | None = None
        self._waiting: queue.Queue[tuple[int, ...] | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()

    def wake(self, job_ids: Sequence[int]) -> None:
        """Have workers look at these jobs at once."""
        if is_memory(self.broker_url) and self.nudge is None:
            return  # nobody in this process would ever take the message out of its memory
        try:
            self._waiting.put_nowait(tuple(job_ids))
        except queue.Full:
            self._failed()
            return
        if self._thread is None:
            self._start()

    def close(self) -> None:
        """Send what waits and end the thread; give up after two seconds."""
        if self._thread is not None:
            try:
                self._waiting.put(None, timeout=1)
            except queue.Full:
                return
            self._thread.join(2)
            self._thread = None

    def _start(self) -> None:
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(target=self._send_all, name="wakening", daemon=True)
                self._thread.start()

    def _send_all(self) -> None:
        quiet_until = 0.0
        while (job_ids := self._waiting.get()) is not None:
            if time.monotonic() < quiet_until:
                self._failed()
                continue
            try:
                self._send(job_ids)
                self.sent += 1
            except Exception as error:  # whatever a broker's client raises: the sweep makes good  # noqa: BLE001
                quiet_until = time.monotonic() + _PAUSE
                _log.warning("the broker took no wake-up: %s", type(error).__name__)
                self._failed()

    def _send(self, job_ids: tuple[int, ...]) -> None:
        if len(job_ids) <= _MANY:
            messages: list[tuple[str, tuple[int, ...]]] = [(RUN_JOB, (job_id,)) for job_id in job_ids]
        else:
            messages = [(RUN_DUE_JOBS, ())] * min(_MOST_HELPERS, len(job_ids) // _MANY)
        for name, arguments in messages:
            self.app.send_task(name, arguments, expires=WORTH)

    def _failed(self) -> None:
        self.failures += 1
        if self.nudge is not None:
            self.nudge()
