"""A worker as a process of its own, for tests that kill it.

`python -m tests.workers.process DATABASE_URL drain|serve|leave`
"""

import signal
import sys
import threading
from datetime import timedelta
from functools import partial

from casework.jobs import run_due, seconds_to_next
from casework.persistence import Database
from tests.jobs.house import SmallHouse
from workers import Wakening, create_worker

LEASE = timedelta(seconds=1)


def drain(house: SmallHouse) -> None:
    """Run jobs until none is left, those of the dead included."""
    pause = threading.Event()
    while (seconds := seconds_to_next(house.database)) is not None:
        if not run_due(house, lease=LEASE):
            pause.wait(min(0.05, max(seconds, 0.01)))


def serve(house: SmallHouse, *, politely: bool = True) -> None:
    """Be a worker until told to stop; a process that just ends leaves it to the interpreter to stop the worker."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    door = create_worker(house, wakening=Wakening("memory://"), lease=LEASE)
    door.start()
    stop.wait()
    sys.exit(0 if not politely or door.stop() else 1)


if __name__ == "__main__":
    made = SmallHouse(Database(sys.argv[1]))
    {"drain": drain, "serve": serve, "leave": partial(serve, politely=False)}[sys.argv[2]](made)
