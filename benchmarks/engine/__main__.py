"""What a step costs, as ratios of one run: `python -m benchmarks.engine [--json] [--rounds 10000] [--timers 10000]`.

Side by side: the library as it is shipped and our engine in memory; the library with its whole workflow written anew at
every step, ours through `advance` with items, history, jobs and rights, and the bare transaction that writes the rows
of one step. Then the growth over the rounds of a case, a task of a thousand instances, what a finished case leaves in
the tables, and due timers with a real step each beside jobs that do nothing. Exits with 1 when a bound is missed.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from benchmarks.engine import drawings, durable, memory, plot, timers
from casework.persistence import embedded
from tests import factories
from tests.factories import Stage

_SIZE = text(
    "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname = current_schema()"
)
BOUNDS = {
    "naive durable ÷ ours durable, loop at round 100": (5.0, "at least"),
    "naive durable ÷ ours durable, instances": (5.0, "at least"),
    "ours durable ÷ bare": (4.0, "at most"),
    "last round ÷ round 10": (1.3, "at most"),
    "bytes of state of the loop": (4096, "at most"),
    "bytes of a finished case": (12 * 1024, "at most"),
    "instances: library ÷ ours in memory": (1.0, "at least"),
    "timer ÷ bare job": (4.0, "at most"),
    "many timers ÷ 100": (1.0, "at most about"),
}


def main() -> int:
    """Measure, print the ratios, and write the picture of the growth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--steps", type=int, default=150, help="steps whose median is taken")
    parser.add_argument("--rounds", type=int, default=10_000, help="rounds of the loop")
    parser.add_argument("--instances", type=int, default=1_000, help="instances of one task")
    parser.add_argument("--timers", type=int, default=10_000, help="timers that are due at once")
    parser.add_argument("--plot", type=Path, default=Path(".banjie/growth.svg"), help="where the picture goes")
    given = parser.parse_args()
    logging.getLogger("casework").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - the embedded server may run as another user
        server = embedded.start(Path(folder) / "postgresql")
        url = embedded.create_database(server, "benchmark")
        factories.publish_into(url, Path(folder))
        town = factories.settle_into(url, Path(folder))
        found = measure(factories.stage_on(url, town, Path(folder)), given)
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        for name, value in found["ratios"].items():
            limit, how = BOUNDS.get(name, (None, ""))
            print(f"{name:<44}{value:>12.2f}" + (f"   {how} {limit:g}" if limit is not None else ""))
    return 1 if any(_missed(name, value) for name, value in found["ratios"].items()) else 0


def measure(stage: Stage, given: argparse.Namespace) -> dict[str, Any]:
    """Return what was measured: milliseconds by set-up and process, and the ratios that are held to a bound."""
    spent: dict[str, dict[str, float]] = {}
    for name in drawings.FLOWS:
        ours, theirs = getattr(drawings, name)("feel"), getattr(drawings, name)("python")
        begin = durable.drawn(stage, name, ours)
        shipped, reached = memory.of_the_library(name, theirs, min(given.steps, 100))
        spent[name] = {
            "library in memory": shipped,
            "library reached": reached,
            "ours in memory": memory.of_ours(name, ours, given.steps)[0],
            "naive durable": durable.naive(stage, name, theirs, min(given.steps, 100))[0],
            "ours durable": durable.ours(stage, begin, given.steps)[0],
        }
    begin = durable.drawn(stage, "loop", drawings.loop("feel"))
    bare = durable.Bare(stage, begin)
    pairs = [(bare.run(given.steps // 3), durable.ours(stage, begin, given.steps // 3)[0]) for _ in range(5)]
    marks = [mark for mark in (10, 100, 1_000, 10_000) if mark <= given.rounds]
    grown = memory.growth(drawings.loop("feel"), tuple(marks))
    lasting = durable.lasting(stage, begin, marks)
    kept = [spent for spent, _ in durable.naive_steps(stage, "loop", drawings.loop("python"))]
    few = timers.real(stage, drawings.limit("feel"), 100)
    many, plain = timers.beside(stage, drawings.limit("feel"), given.timers)
    plot.write(
        given.plot,
        "Cost of a step ÷ cost at round 10",
        {
            "in memory": [(mark, grown[mark][0] / grown[marks[0]][0]) for mark in marks],
            "durable": [(mark, lasting[mark][1]) for mark in marks],
        },
    )
    return {
        "milliseconds": {
            name: {what: value if what == "library reached" else value * 1e3 for what, value in row.items()}
            for name, row in spent.items()
        },
        "ratios": {
            **{
                f"naive durable ÷ ours durable, {name}": row["naive durable"] / row["ours durable"]
                for name, row in spent.items()
            },
            **{
                f"naive durable ÷ ours durable, loop at round {mark}": durable.near(kept, mark) / lasting[mark][0]
                for mark in marks
                if mark < len(kept)
            },
            "naive durable ÷ ours durable, instances": durable.of_instances(stage, given.instances),
            **{
                f"library ÷ ours in memory, {name}": row["library in memory"] / row["ours in memory"]
                for name, row in spent.items()
            },
            "ours durable ÷ bare": median(ours / plain for plain, ours in pairs),
            "last round ÷ round 10": lasting[marks[-1]][1],
            "last round ÷ round 10, in memory": grown[marks[-1]][0] / grown[marks[0]][0],
            "bytes of state of the loop": float(max(size for _, size in grown.values())),
            "bytes of a finished case": durable.left_behind(stage, drawings.complaint("feel"), _SIZE),
            "instances: library ÷ ours in memory": _instances(given.instances),
            "timer ÷ bare job": many / plain,
            "many timers ÷ 100": many / few,
            "timers per second": 1 / many,
        },
    }


def _instances(number: int) -> float:
    shipped = memory.of_the_library("many", drawings.many("python", number), 20)[0]
    return shipped / memory.of_ours("many", drawings.many("feel", number), 20)[0]


def _missed(name: str, value: float) -> bool:
    limit, how = BOUNDS.get(name, (None, ""))
    if limit is None:
        return False
    return value < limit if how == "at least" else value > limit * (1.1 if how.endswith("about") else 1.0)


if __name__ == "__main__":
    sys.exit(main())
