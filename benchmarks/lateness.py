"""How late the time limits of real cases act, with a broker and without: `python -m benchmarks.lateness --help`.

So many complaints are taken in, and the limit of each company falls due at another moment of some seconds. The worker
is a process of its own, started as an operator starts it. Late is what lies between the moment the limit was over and
the commit of what it led to (the order to the company, its notices and clocks), by the clock of the database.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from benchmarks.timers import BROKERS, _answers
from casework import bootstrap, jobs
from casework.cases.invariants import broken
from casework.cases.models import CaseTimer
from casework.cases.timers import key_of
from casework.complaints import services as complaints
from casework.config import ROOT
from casework.jobs import Job
from casework.persistence import ANONYMOUS, Database, embedded
from tests import factories

PROMISED = {"broker dead": 10.0, "redis": 5.0, "rabbitmq": 5.0}
_LEAD = 2.0
_NOTE = """
CREATE TABLE fired (late double precision);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO fired VALUES (extract(epoch FROM clock_timestamp() - NEW.due_at)); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER note AFTER UPDATE ON job DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'cases.timer' AND NEW.state = 'done') EXECUTE FUNCTION note();
"""


def filled(server: str, home: Path, cases: int) -> str:
    """Make the database that every measurement copies: everything published, and so many open complaints."""
    url = embedded.create_database(server, "filled")
    factories.publish_into(url, home)
    town = factories.settle_into(url, home)
    database = Database(url, pool_size=2)
    built = bootstrap.build(factories.settings_for(url, home), database=database)
    for number in range(cases):
        given = complaints.Report(
            channel="portal", estate_id=town.areas["estate"], part="flat", text=f"第{number}户门前楼道灯坏了。",
            category="power_light", cause="common_lights",
        )  # fmt: skip
        with built.work(ANONYMOUS) as work:
            complaints.report(work, given)
        jobs.run_due(built, 50)
    with database.engine.begin() as connection:
        connection.execute(text(_NOTE))
    database.close()
    return "filled"


def measure(url: str, home: Path, broker: str, seconds: float) -> dict[str, float]:
    """Return how late the limits acted; fail when one was lost or doubled."""
    settings = factories.settings_for(url, home, broker_url=broker)
    database = Database(url, pool_size=2)
    built = bootstrap.build(settings, database=database)
    with _worker(settings.database_url, home, broker):
        _wait_for_the_worker(built)
        number = _set_due(built, seconds)
        over = time.monotonic() + _LEAD + seconds + 120
        while (found := _quantiles(database))["count"] < number and time.monotonic() < over:
            time.sleep(0.5)
    with built.work() as work:
        problems = [str(one) for one in broken(work)]
    database.close()
    if found["count"] != number or problems:
        raise SystemExit(f"{found['count']} of {number} acted; {problems}")
    return found


def _wait_for_the_worker(built: bootstrap.Casework) -> None:
    """Give the worker something harmless to do and wait until it is done: from then on it is there."""
    with built.work() as work:
        probe = jobs.schedule(work, "calendar.changed", key="probe").id
    state = ""
    while state != "done":
        time.sleep(0.2)
        with built.work() as work:
            state = work.session.scalars(select(Job.state).where(Job.id == probe)).one()


def _set_due(built: bootstrap.Casework, seconds: float) -> int:
    """Let the limit of every company fall due, one after the other; return how many there are."""
    with built.work() as work:
        wanted = select(CaseTimer).where(CaseTimer.element == "b_unhandled").order_by(CaseTimer.case_id)
        timers = work.session.scalars(wanted).all()
        for place, timer in enumerate(timers):
            timer.due_at = work.now + timedelta(seconds=_LEAD + seconds * place / len(timers))
            jobs.move(work, key_of(timer.case_id, timer.task), timer.due_at)
            overdue = text("UPDATE case_clock SET due_at = :at, fires_at = :at WHERE case_id = :id AND name = :name")
            work.session.execute(overdue, {"at": timer.due_at, "id": timer.case_id, "name": timer.clock})
    return len(timers)


@contextmanager
def _worker(url: str, home: Path, broker: str) -> Iterator[None]:
    ours = {
        "DATABASE_URL": url,
        "BROKER_URL": broker,
        "BANJIE_HOME": str(home),
        "MASTER_KEY": factories.KEY,
        "SECRET_KEY": factories.KEY,
    }
    command = [sys.executable, "-m", "banjie", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | ours, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _quantiles(database: Database) -> dict[str, float]:
    asked = text(
        "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY late),"
        " percentile_cont(0.99) WITHIN GROUP (ORDER BY late), max(late) FROM fired"
    )
    with database.engine.connect() as connection:
        count, middle, most, last = connection.execute(asked).one()
    return {"count": count, "p50": middle or 0.0, "p99": most or 0.0, "max": last or 0.0}


def main() -> int:
    """Measure every set-up whose broker answers; fail when limits act later than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="how many cases have a limit that falls due")
    parser.add_argument("--seconds", type=float, default=30.0, help="over how long the limits fall due")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - the embedded server may run as another user
        server = embedded.start(Path(folder) / "postgresql")
        template = filled(server, Path(folder), options.cases)
        for setup, broker in BROKERS.items():
            if setup in PROMISED and _answers(broker):
                url = factories.copy_of(server, template, setup.replace(" ", "_"))
                results[setup] = measure(url, Path(folder), broker, options.seconds)
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        print(f"{'set-up':<16}{'cases':>7}{'p50 s':>9}{'p99 s':>9}{'max s':>9}")
        for setup, found in results.items():
            print(f"{setup:<16}{found['count']:>7}" + "".join(f"{found[name]:>9.3f}" for name in ("p50", "p99", "max")))
    return 1 if any(found["p99"] > PROMISED[setup] for setup, found in results.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
