"""`banjie areas`: where areas lie, from a file, at the machine."""

import json
from pathlib import Path

import click

from banjie import starting
from casework.directory import shapes as shapes_of_areas
from casework.errors import Refused

_TOLD = 50


@click.group()
def areas() -> None:
    """Look after the areas."""


@areas.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", required=True, help="Your own login; you must administer the areas. It is recorded.")
@click.option("--source", help="Where the shapes come from, shown beside the map; the name of the file without it.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def shapes(file: Path, login: str, source: str | None, *, as_json: bool) -> None:
    """Read FILE (GeoJSON in WGS 84) and keep where each area lies that a feature names by code, path or name.

    All of it or nothing; the same file again changes nothing. Ends with 1 when a feature found no area.
    """
    if file.stat().st_size > shapes_of_areas.MOST_BYTES:
        raise Refused("文件超过 32 MB，请拆开或简化。", "The file is larger than 32 MB: split or simplify it.")
    with starting.work_of(login) as work:
        report = shapes_of_areas.take_in(work, file.read_bytes(), source or file.name)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        for place, name, (zh, en) in report.missing[:_TOLD]:
            click.echo(f"{place} {name}: {zh} {en}")
        click.echo(
            f"新定位 {report.placed}，未变 {report.unchanged}，未找到 {len(report.missing)}。 "
            f"{report.placed} placed, {report.unchanged} as before, {len(report.missing)} not found."
        )
    raise SystemExit(1 if report.missing else 0)
