"""`banjie play`: running scenarios."""

import json
from pathlib import Path

import click

from banjie import starting
from casework import plays
from casework.config import read_settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def play(paths: tuple[Path, ...], as_json: bool) -> None:
    """Play scenarios: PATHS are files or folders; without any, every scenario of every process."""
    settings = starting.prepared(read_settings())
    files = sorted(file for path in paths or (settings.processes,) for file in _scenarios(path))
    if not files:
        raise click.ClickException("这里没有剧本（scenarios/*.yaml）。 There is no scenario here.")
    results = []
    for file in files:
        played = plays.play(plays.read(file.read_bytes(), settings.zone), settings)
        results.append({"file": str(file), "title": played.title, "findings": [vars(one) for one in played.findings]})
        if not as_json:
            click.echo(f"{'✓' if played.passed else '✗'} {file.stem}  {played.title}")
            for one in played.findings:
                click.echo(f"    第 {one.step} 步 step {one.step}: {one.zh}\n      {one.en}")
    failed = [result for result in results if result["findings"]]
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False, indent=2))
    else:
        click.echo(f"\n{len(results) - len(failed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)


def _scenarios(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.glob("**/scenarios/*.yaml")) or list(path.glob("*.yaml"))
