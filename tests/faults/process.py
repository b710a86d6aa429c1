"""A worker of the whole product as a process of its own, for tests that kill it.

`python -m tests.faults.process DATABASE_URL HOME drain|serve [BROKER_URL]`
"""

import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

from casework import bootstrap, jobs
from tests.factories import settings_for
from workers import Wakening, create_worker

LEASE = timedelta(seconds=1)


def drain(built: bootstrap.Casework) -> None:
    """Run what is due, also what a dead process has left, and end."""
    pause = threading.Event()
    while (seconds := jobs.seconds_to_next(built.database)) is not None and seconds < LEASE.total_seconds():
        if not jobs.run_due(built, lease=LEASE):
            pause.wait(0.05)


def serve(url: str, home: str, broker: str) -> None:
    """Be a worker until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    wakening = Wakening(broker)
    settings = settings_for(url, Path(home), broker_url=broker)
    door = create_worker(bootstrap.build(settings, wake=wakening.wake), settings, wakening=wakening)
    door.start()
    stop.wait()
    sys.exit(0 if door.stop() else 1)


if __name__ == "__main__":
    where, folder, what, *more = sys.argv[1:]
    if what == "drain":
        drain(bootstrap.build(settings_for(where, Path(folder))))
    else:
        serve(where, folder, *more)
