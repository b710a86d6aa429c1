"""`banjie bench`: the measurements of `benchmarks/`, each in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import click

from casework.config import ROOT

FOLDER: Final = ROOT / "benchmarks"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--list", "as_list", is_flag=True, help="Only name the benchmarks there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, by benchmark.")
def bench(names: tuple[str, ...], *, as_list: bool, as_json: bool) -> None:
    """Measure NAMES, or everything there is to measure: each prints its own table, and what it is held to.

    Takes minutes, on a machine that does nothing else. Ends with 1 when a benchmark misses what it is held to. Uses no
    data of this installation.
    """
    known = benchmarks(FOLDER)
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        there_are = ", ".join(known) or "–"
        raise click.UsageError(
            f"没有这项测量：{'、'.join(unknown)}，现有：{there_are}。 "
            f"There is no benchmark {', '.join(unknown)}; there are: {there_are}."
        )
    if as_list:
        click.echo("\n".join(known))
        return
    told = {}
    for number, name in enumerate(names or known, start=1):
        click.secho(f"[{number}/{len(names or known)}] {name}", bold=True, err=True)
        told[name] = _run(name, as_json=as_json)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    raise SystemExit(1 if any(one["exit"] for one in told.values()) else 0)


def benchmarks(folder: Path) -> list[str]:
    """Return the names of the benchmarks that a folder holds."""
    files = [path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")]
    return sorted([*files, *(path.parent.name for path in folder.glob("*/__main__.py"))])


def _run(name: str, *, as_json: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--json"] if as_json else [])]
    done = subprocess.run(  # noqa: S603 - the names are those of a folder of ours
        command,
        cwd=FOLDER.parent,
        stdout=subprocess.PIPE if as_json else None,
        text=True,
        check=False,
    )
    return {"exit": done.returncode, "measured": _read(done.stdout)}


def _read(printed: str | None) -> Any:
    """Return what a benchmark printed as JSON; None where it printed none."""
    try:
        return json.loads(printed or "null")
    except ValueError:
        return None
