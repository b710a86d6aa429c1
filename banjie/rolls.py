"""`banjie rolls`: the owners' roll of an estate from a list, at the machine."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from banjie import starting
from casework.votes import rolls as owners

_TOLD = 50


@click.group()
def rolls() -> None:
    """Look after the rolls of owners."""


@rolls.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--estate", type=int, required=True, help="The number of the estate.")
@click.option("--as", "login", required=True, help="Your own login; you must keep the estate's roll. It is recorded.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the list stands for; today without it.")
@click.option("--without", multiple=True, metavar="SHEET", help="A sheet that is not meant; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def import_(
    file: Path, estate: int, login: str, as_of: datetime | None, without: Sequence[str], *, as_json: bool
) -> None:
    """Check FILE (.xlsx or .csv) whole and load it as a draft, all of it or nothing.

    Ends with 1 when anything is wrong with it. A colleague then looks at the draft on the pages before it is frozen.
    """
    with (
        starting.work_of(login) as work,
        click.progressbar(length=100, label="核对和导入 Checking and loading", file=sys.stderr) as bar,
    ):
        day = as_of.date() if as_of else work.now.astimezone(work.house.zone).date()
        report = owners.take_in(
            work,
            estate,
            file.read_bytes(),
            file.name,
            as_of=day,
            without=without,
            progress=lambda percent: bar.update(percent - bar.pos),
        )
    if as_json:
        click.echo(json.dumps({**report.as_json(), "roll": report.roll_id}, ensure_ascii=False))
    else:
        _tell(report)
    raise SystemExit(0 if report.sound else 1)


def _tell(report: owners.Report) -> None:
    for one in report.rows[:_TOLD]:
        click.echo(f"{f'{one.sheet} ' if one.sheet else ''}{one.row} {one.column}: {one.zh} {one.en}")
    if not report.sound:
        click.echo(f"没有导入：{report.wrongs} 处要改。 Not loaded: {report.wrongs} things to mend.")
        return
    for rule, number in sorted(report.found.items()):
        click.echo(f"{number} × {' '.join(owners.in_general(rule))}")
    figures = f"{report.parts} / {report.heads} / {report.area:,.2f} m²"
    click.echo(f"名册 #{report.roll_id}：房屋 / 人数 / 面积 {figures}。 Roll of parts / heads / area.")
