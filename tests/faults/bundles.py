"""Bundles of any size, each killed at random all the way, and compared with one that nobody killed.

`python -m tests.faults.bundles ESTATES KILLS 0 SEED…`: prints for every seed how long it took, how many processes died,
what is left, and what of it is otherwise than after the first. With seed 0 nobody dies. Ends with 1 where anything is.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from casework.bootstrap import broken
from casework.cases.models import Case, History
from casework.clock import MovableClock
from casework.jobs import Job
from casework.notifications.models import Notice
from casework.persistence import Database, embedded
from casework.plays.town import add
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.models import UnitPeriod
from casework.takeovers.planning_models import Bundle, BundleMember
from casework.votes.models import Envelope
from tests import factories
from tests.faults import bundling

COUNTED = {
    "estates": BundleMember.outcome,
    "cases": Case.process,
    "ends": Case.outcome,
    "history": History.what,
    "notices": Notice.code,
    "ballots": Envelope.valid,
    "contracts": ServiceContract.fee,
    "bundles": Bundle.round,
    "periods": UnitPeriod.kind,
}


def left(town: factories.Stage) -> dict[str, Any]:
    """Return what a bundle has left behind, counted; who answers now, and whatever can't be so."""
    with town.work() as work:
        found: dict[str, Any] = {
            name: dict(work.session.execute(select(column, func.count()).group_by(column)).all())
            for name, column in COUNTED.items()
        }
        now = UnitPeriod.during.contains(work.now)
        members = select(BundleMember.estate_id).scalar_subquery()
        rows = select(UnitPeriod.estate_id, UnitPeriod.unit_id).where(now, UnitPeriod.estate_id.in_(members))
        units = work.session.execute(rows).all()
        found["units"] = dict(Counter(unit for _, unit in units))
        found["answered"] = len({estate for estate, _ in units}), len(units)
        found["broken"] = [str(one) for one in broken(work)]
        stuck = select(Job.kind, Job.state).where(Job.state.in_(("running", "dead")))
        found["stuck"] = [f"{kind} {state}" for kind, state in work.session.execute(stuck)]
    return found


def run(url: str, town: factories.Stage, home: Path, estates: int, seed: int, kills: int) -> tuple[float, int]:
    """Work one bundle to its end; return how many seconds it took and how many processes died."""
    home.mkdir()
    with town.work() as work:
        add(work, town.town, {**bundling.GIVEN, "estates": f"小区1-{estates}"})
    bundling.begin(town.casework, town.town, home, estates)
    town.casework.database.close()
    began = time.monotonic()
    died = bundling.main(url, home, estates, seed, kills, timed=True)
    return time.monotonic() - began, died


def main(estates: int, kills: int, seeds: list[int]) -> int:
    """Work one bundle for each seed; return how many of them ended otherwise than the first."""
    home = Path(tempfile.mkdtemp(prefix="bundles-"))
    server = embedded.start(home / "postgresql")
    factories.in_a_hurry(server)
    factories.publish_into(embedded.create_database(server, "bundles"), home)
    wrong, whole = 0, None
    people = factories.settle_into(factories.copy_of(server, "bundles", "bundles_settled"), home)
    for number, seed in enumerate(seeds):
        url = factories.copy_of(server, "bundles_settled", f"bundles_{number}")
        clock = MovableClock(bundling.BEGIN)
        town = factories.stage_on(url, people, home, clock=clock, database=Database(url))
        seconds, died = run(url, town, home / str(number), estates, seed, kills if seed else 0)
        clock.move_to(clock.now().fromisoformat((home / str(number) / "moment").read_text("utf-8")))
        found = left(town)
        town.casework.database.close()
        whole = whole or found
        unlike = {name: (found[name], whole[name]) for name in found if found[name] != whole[name]}
        wrong += bool(unlike or found["broken"] or found["stuck"])
        sys.stdout.write(f"seed {seed}: {estates} estates, {died} killed, {seconds:.0f} s, unlike {unlike}, {found}\n")
        sys.stdout.flush()
    return wrong


if __name__ == "__main__":
    first, second, *more = (int(one) for one in sys.argv[1:])
    sys.exit(1 if main(first, second, more) else 0)
