"""How long a large roll takes to come in, and how much memory: `python -m benchmarks.roll [--rows N] [--rounds 3]`.

The same made-up estate as a workbook and as a text in GBK, each sound and with faults (formulas, areas of nothing,
flats that come twice): below a title, with merged cells, blank rows, full-width digits, totals and co-owners. A sound
one is sent a second time too, when all its owners are known. Every list is taken in by a process of its own into a
fresh copy of a settled town; medians are told, with the longest that the progress stood still. `--beside CHECKOUT`
measures another state of the house in turn with this one. Exits with 1 when a list takes more than two minutes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS = 120.0
DAY = date(2026, 5, 20)
SECRET = bytes(32)


def main() -> int:
    """Measure and print, or take one list in as a child process does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rows", type=int, default=168_000, help="flats of the list")
    parser.add_argument("--rounds", type=int, default=3, help="how often each list is taken in")
    parser.add_argument("--beside", type=Path, help="another checkout to measure in turn")
    parser.add_argument("--take", nargs=3, metavar=("FILE", "URL", "ESTATE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.take:
        print(json.dumps(take(Path(given.take[0]), given.take[1], int(given.take[2]))))
        return 0
    checkouts = {"ours": ROOT, **({"beside": given.beside.resolve()} if given.beside else {})}
    found = measure(checkouts, given.rows, given.rounds)
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        print(f"{'list':<24}{'checkout':<10}{'seconds':>9}{'cpu':>9}{'MB':>7}{'stood still':>13}")
        for name, by in found.items():
            for checkout, one in by.items():
                figures = f"{one['seconds']:>9.1f}{one['cpu']:>9.1f}{one['megabytes']:>7.0f}{one['still']:>13.1f}"
                print(f"{name:<24}{checkout:<10}{figures}")
    return 1 if any(by["ours"]["seconds"] > MOST_SECONDS for by in found.values()) else 0


def measure(checkouts: dict[str, Path], rows: int, rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Return the medians for each list and checkout, taken in turn."""
    from casework.persistence import embedded
    from tests import factories
    from tests.votes.lists import as_csv, as_workbook

    taken: dict[tuple[str, str], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o711)  # noqa: S103 - the embedded server may run as another user
        server = embedded.start(folder / "postgresql")
        url = embedded.create_database(server, "benchmark")
        factories.publish_into(url, folder)
        estate = factories.settle_into(url, folder).areas["estate"]
        files: dict[str, Path] = {}
        for kind, faults in (("sound", False), ("with faults", True)):
            lines, above, merged = (
                list(flats(rows, faults=faults)),
                [["阳光新城业主名册"], []],
                [f"A4:A{min(rows, 960) + 3}"],
            )
            (folder / f"{kind}.xlsx").write_bytes(as_workbook(lines, above=above, merged=merged))
            texts = ([cell[1] if isinstance(cell, tuple) else cell for cell in line] for line in lines)
            (folder / f"{kind}.csv").write_bytes(as_csv(texts))
            files |= {f"{kind}{end}": folder / f"{kind}{end}" for end in (".xlsx", ".csv")}
        for _ in range(rounds):
            for kind, file in files.items():
                for checkout, path in checkouts.items():
                    copied = factories.copy_of(server, "benchmark", "taken")
                    taken.setdefault((kind, checkout), []).append(_child(path, file, copied, estate))
                    if kind == "sound.xlsx":
                        taken.setdefault((f"{kind}, again", checkout), []).append(_child(path, file, copied, estate))
                    embedded.drop_database(server, "taken")
    found: dict[str, dict[str, dict[str, float]]] = {}
    for (kind, checkout), runs in taken.items():
        found.setdefault(kind, {})[checkout] = {what: median(run[what] for run in runs) for what in runs[0]}
    return found


def flats(rows: int, *, faults: bool) -> Iterator[Sequence[Any]]:
    """Yield the rows of a made-up estate as people write them; with `faults`, one in a hundred is wrong."""
    from tests.votes.lists import number_of, row

    for at in range(rows):
        building, place = f"{at // 960 + 1}号楼", f"{at // 8 % 120 + 1:02}{at % 8 + 1:02}"
        area: Any = f"{80 + at % 70}.{at % 100:02}"
        if at % 11 == 0:
            area = f"{area} ㎡".translate({ord(str(one)): chr(0xFF10 + one) for one in range(10)})
        if faults and at % 100 == 50:
            area = ("D2*1", "90") if at % 200 == 50 else "0"
        if faults and at % 500 == 7:
            place = "0101"
        person = at if at % 20 else at // 40
        pair: dict[str, Any] = {"number": f"{number_of(at + 300_000)}、{number_of(at + 600_000)}", "phone": ""}
        if at % 15 == 1:
            yield row(building, place, area, f"李第{at}、赵第{at}", unit="2", **pair)
        else:
            yield row(building, place, area, f"张第{person}", person=person, unit="2")
        if at % 960 == 959:
            yield ["小计", "", "", "96,000.00"]
            yield []


def take(file: Path, url: str, estate: int) -> dict[str, float]:
    """Take a list in and commit; return seconds, of which this process worked, peak memory in MB, and standstill."""
    from casework.persistence import SYSTEM, Database, House, Work
    from casework.votes import rolls

    data, told = file.read_bytes(), [time.monotonic()]
    work_before, began = time.process_time(), time.monotonic()
    database = Database(url)
    with database.transaction() as session:
        work = Work(session, None, SYSTEM, House(secrets={"people": SECRET}))
        report = rolls.take_in(
            work, estate, data, file.name, as_of=DAY, progress=lambda _: told.append(time.monotonic())
        )
    told.append(time.monotonic())
    database.close()
    if (report.roll_id is None) != ("faults" in file.name):
        raise SystemExit(f"{file.name}: {report.as_json()['found']} {report.rows[:3]}")
    return {
        "seconds": told[-1] - began,
        "cpu": time.process_time() - work_before,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "still": max(after - before for before, after in pairwise(told)),
    }


def _child(checkout: Path, file: Path, url: str, estate: int) -> dict[str, float]:
    words = [sys.executable, __file__, "--take", str(file), url, str(estate)]
    done = subprocess.run(words, env={**os.environ, "PYTHONPATH": str(checkout)}, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
