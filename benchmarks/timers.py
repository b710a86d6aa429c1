"""How late timers fire, with a broker and without one: `python -m benchmarks.timers --help`.

Each set-up gets the same load in a database of its own: timers that fall due evenly over some seconds, jobs wanted at
once, and a crowd of timers due in the same second. Lateness is taken by the clock of the database.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import text

from casework import jobs
from casework.persistence import SYSTEM, Actor, Database, House, Work, embedded
from workers import Wakening, create_worker

BROKERS = {
    "memory, one process": "memory://",
    "redis": "redis://127.0.0.1:6379/0",
    "rabbitmq": "amqp://guest:guest@127.0.0.1:5672//",
    "broker dead": "redis://127.0.0.1:1/0",
}
LEAD = 1.0


class Firing:
    """As much of the domain as firing a timer needs; every firing leaves the moment it happened."""

    clock = None

    def __init__(self, database: Database, wakening: Wakening) -> None:
        self.database = database
        self.house = House(handlers={"fire": _fire}, wake=wakening.wake)

    @contextmanager
    def work(self, actor: Actor = SYSTEM) -> Iterator[Work]:
        """Open a unit of work at the clock of the database."""
        with self.database.transaction() as session:
            opened = Work(session, session.execute(text("SELECT now()")).scalar_one(), actor, self.house)
            yield opened
        opened.committed()


def _fire(work: Work, job: jobs.Job) -> None:
    written = text("INSERT INTO fired SELECT :load, clock_timestamp() - :due")
    work.session.execute(written, {"load": job.payload["load"], "due": job.due_at})


def measure(url: str, broker: str, timers: int, seconds: float, crowd: int) -> dict[str, dict[str, float]]:
    """Return the lateness of each load in seconds, and how many timers of the crowd fired per second."""
    database = Database(url)
    with database.engine.begin() as connection:
        jobs.Job.metadata.create_all(connection, tables=[jobs.Job.metadata.tables["job"]])
        connection.execute(text("CREATE TABLE fired (load text, late interval)"))
    wakening = Wakening(broker, queue_name=f"banjie-benchmark-{uuid4().hex[:8]}")
    house = Firing(database, wakening)
    door = create_worker(house, wakening=wakening)
    door.start()
    time.sleep(LEAD)
    with house.work() as work:
        for i in range(timers):
            _add(work, "timer", i, work.now + timedelta(seconds=LEAD + seconds * i / timers))
    for i in range(timers // 10):
        with house.work() as work:
            _add(work, "at once", i, work.now)
        time.sleep(seconds / timers)
    _wait(database, timers + timers // 10)
    with house.work() as work:
        for i in range(crowd):
            _add(work, "crowd", i, work.now + timedelta(seconds=LEAD))
    _wait(database, timers + timers // 10 + crowd)
    door.stop()
    found = {load: _quantiles(database, load) for load in ("timer", "at once", "crowd")}
    found["crowd"]["per_second"] = crowd / max(found["crowd"]["max"], 0.001)
    database.close()
    return found


def _add(work: Work, load: str, number: int, due_at: datetime) -> None:
    jobs.schedule(work, "fire", key=f"{load}:{number}", due_at=due_at, payload={"load": load})


def _wait(database: Database, count: int) -> None:
    while True:
        with database.engine.connect() as connection:
            if connection.execute(text("SELECT count(*) FROM fired")).scalar_one() >= count:
                return
        time.sleep(0.2)


def _quantiles(database: Database, load: str) -> dict[str, float]:
    asked = text(
        "SELECT count(*), extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY late)),"
        " extract(epoch FROM percentile_cont(0.99) WITHIN GROUP (ORDER BY late)), extract(epoch FROM max(late))"
        " FROM fired WHERE load = :load"
    )
    with database.engine.connect() as connection:
        count, middle, most, last = connection.execute(asked, {"load": load}).one()
    return {"count": count, "p50": float(middle), "p99": float(most), "max": float(last)}


def _answers(url: str) -> bool:
    where = urlsplit(url)
    if where.scheme == "memory" or where.port == 1:
        return True
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=1).close()
    except OSError:
        return False
    return True


def _table(results: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    yield f"{'set-up':<22}{'load':<10}{'count':>7}{'p50 s':>9}{'p99 s':>9}{'max s':>9}"
    for setup, loads in results.items():
        for load, found in loads.items():
            rate = f"   {found['per_second']:.0f}/s" if "per_second" in found else ""
            late = "".join(f"{found[name]:>9.3f}" for name in ("p50", "p99", "max"))
            yield f"{setup:<22}{load:<10}{found['count']:>7}{late}{rate}"


def main() -> int:
    """Measure every set-up whose broker answers; fail when timers are later than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timers", type=int, default=300, help="timers that fall due one after the other")
    parser.add_argument("--seconds", type=float, default=15.0, help="over how long they fall due")
    parser.add_argument("--crowd", type=int, default=1000, help="timers that fall due in one second")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - the embedded server may run as another user
        server = os.environ.get("DATABASE_URL") or embedded.start(Path(folder) / "postgresql")
        for setup, broker in BROKERS.items():
            if _answers(broker):
                url = embedded.create_database(server, f"timers_{uuid4().hex[:8]}")
                results[setup] = measure(url, broker, options.timers, options.seconds, options.crowd)
    print(json.dumps(results, indent=2) if options.json else "\n".join(_table(results)))
    late = [setup for setup, loads in results.items() if loads["timer"]["p99"] > (10 if setup == "broker dead" else 5)]
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
