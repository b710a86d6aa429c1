"""`banjie check`: tells everything that is wrong with diagrams, decision tables and forms before they are published."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import click

from casework import bootstrap, decisions, engine
from casework.clock import SystemClock
from casework.config import Settings, read_settings
from casework.definitions.findings import form_findings
from casework.engine.check import examine, offered
from casework.engine.problems import Severity
from casework.engine.xml import MAX_BYTES
from casework.policies.rules import Policies

SUFFIXES: Final = (".bpmn", ".dmn")
FORM: Final = ".json"
GRAVITY: Final = {"error": ("错误", "red"), "warning": ("警告", "yellow"), "advice": ("建议", "cyan")}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--to-run", is_flag=True, help="Ask every file for all that running here needs, as publishing does.")
def check(paths: tuple[Path, ...], as_json: bool, to_run: bool) -> None:
    """Tell everything that is wrong with diagrams, decision tables and forms.

    PATHS are files or folders; without any, all processes and forms are checked. Ends with 1 when there is an error.
    What a drawing for people or for another engine leaves open is only counted, unless --to-run asks for it.
    """
    settings = read_settings()
    asked = list(files_of(paths or (settings.processes, settings.forms), settings.forms))
    files = {str(path): _content(path) for path in asked}
    problems, left_open = look(files, settings, to_run=to_run)
    if as_json:
        told = {
            "files": list(files),
            "problems": [asdict(problem) for problem in problems],
            "left_open": [asdict(problem) for problem in left_open],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _tell(problems, left_open, len(files))
    raise SystemExit(1 if any(problem.severity == "error" for problem in problems) else 0)


def files_of(paths: Iterable[Path], forms_folder: Path | None = None) -> Iterable[Path]:
    """Yield each file once: those named, and every diagram, table and form below the folders named."""
    seen: set[Path] = set()
    home = forms_folder.resolve() if forms_folder else None
    for path in paths:
        below = sorted(one for one in path.rglob("*") if _is_ours(one, home)) if path.is_dir() else [path]
        for file in below:
            if file.is_file() and file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _is_ours(path: Path, forms_folder: Path | None) -> bool:
    """Tell whether a file found in a folder is one of ours: JSON may be anything, so only in the folder of forms."""
    within = forms_folder is not None and path.resolve().is_relative_to(forms_folder)
    return path.suffix in SUFFIXES or (within and path.suffix == FORM)


def findings(files: Mapping[str, bytes], settings: Settings) -> list[engine.Problem]:
    """Return every finding about the files, which may name what the house and the files beside them hold."""
    return look(files, settings)[0]


def look(
    files: Mapping[str, bytes], settings: Settings, *, to_run: bool = False
) -> tuple[list[engine.Problem], list[engine.Problem]]:
    """Return every finding about the files, and what they leave open until they are to run here.

    Nothing stays open `to_run`, nor in files that lie in the folder of processes: these are published.
    """
    around = {str(path): _content(path) for path in _neighbours([Path(name) for name in files], settings)}
    tables = {name for name in files if name.endswith(".dmn")}
    drawn = {name: data for name, data in files.items() if not name.endswith((".dmn", FORM))}
    beside = offered({**around, **files})
    catalogue = replace(house(settings), processes=beside.processes, decisions=beside.decisions)
    checked = examine(drawn, catalogue=catalogue)
    asked = {file for file in drawn if to_run or _is_published(file, settings)}
    told = [
        *checked.told,
        *(one for one in checked.left_open if one.file in asked),
        *_table_findings(tables, {**around, **files}),
        *_form_findings({name: data for name, data in files.items() if name.endswith(FORM)}, settings, catalogue),
    ]
    told.sort(key=lambda one: (one.file, one.line or 0))
    return told, [one for one in checked.left_open if one.file not in asked]


def _is_published(file: str, settings: Settings) -> bool:
    return Path(file).resolve().is_relative_to(settings.processes.resolve())


def house(settings: Settings) -> engine.Catalogue:
    """Return what this installation offers to diagrams: what publishing asks for, its forms and its policies."""
    folder, policies = settings.forms, settings.processes / "policies"
    return replace(
        bootstrap.catalogue(),
        forms={str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.json")},
        policies=Policies.load(policies).keys if policies.is_dir() else None,
        now=SystemClock().now(),
    )


def _neighbours(files: Collection[Path], settings: Settings) -> Iterable[Path]:
    """Yield the diagrams and tables that stand beside the files, and those of the house."""
    asked = {file.resolve() for file in files}
    folders = {file.parent for file in files}
    beside = [one for folder in sorted(folders) for suffix in SUFFIXES for one in sorted(folder.glob(f"*{suffix}"))]
    for path in [*beside, *files_of((settings.processes,))]:
        if path.resolve() not in asked:
            yield path


def _table_findings(tables: Collection[str], files: Mapping[str, bytes]) -> Iterable[engine.Problem]:
    """Yield what is wrong with decision tables; tables of one folder may use each other."""
    for folder in sorted({Path(name).parent for name in tables}):
        together = {name: data for name, data in files.items() if name.endswith(".dmn") and Path(name).parent == folder}
        try:
            decisions.load(together)
        except decisions.DecisionRefused as refused:
            for one in refused.problems:
                if one.file in tables:
                    yield engine.Problem(
                        one.file, one.element, one.name, one.line, one.rule, "error", one.message, None
                    )
        else:
            found = decisions.look_through(together)
            yield from (_uncovered(one) for one in found if one.file in tables and not _may_answer_nothing(one))


def _may_answer_nothing(one: decisions.Uncovered) -> bool:
    """Tell whether a table is read like a list of exceptions, where no row means nothing special."""
    return one.fault == "gap" and one.policy == "FIRST"


def _uncovered(one: decisions.Uncovered) -> engine.Problem:
    """Word what a table leaves open or answers twice, with the example that shows it."""
    case = ", ".join(f"{name} = {value}" for name, value in one.example.items()) or "—"
    rows = ", ".join(map(str, one.rows))
    severity: Severity = "error" if one.fault == "contradiction" else "warning"
    zh, en = {
        "gap": (
            f"没有一行适用于：{case}。请补上一行，或写默认输出。",
            f"No row answers {case}. Add a row, or a default output.",
        ),
        "overlap": (
            f"第 {rows} 行都适用于：{case}，结果相同，但策略要求只有一行。请删去一行，或改用 ANY、FIRST。",
            f"Rows {rows} all answer {case}, alike, where the policy allows one. Remove one, or choose ANY or FIRST.",
        ),
        "contradiction": (
            f"第 {rows} 行都适用于：{case}，结果却不同，因此得不到结果。请把条件改成互不重叠，或改用 FIRST、PRIORITY。",
            f"Rows {rows} all answer {case}, and differently, so there is no answer. "
            "Keep their conditions apart, or choose FIRST or PRIORITY.",
        ),
    }[one.fault]
    place = one.place
    return engine.Problem(
        one.file, place.id, place.name, place.line, f"table_{one.fault}", severity, {"zh": zh, "en": en}, None
    )


def _form_findings(
    asked: Mapping[str, bytes], settings: Settings, catalogue: engine.Catalogue
) -> Iterable[engine.Problem]:
    """Yield what is wrong with forms; those that lie elsewhere than in the folder of forms may name anything."""
    home = settings.forms.resolve()
    ours = {name: data for name, data in asked.items() if Path(name).resolve().is_relative_to(home)}
    paths = [*settings.processes.rglob("*.bpmn"), *settings.processes.rglob("process.toml"), *home.rglob("*.json")]
    around = {str(path): _content(path) for path in paths} if ours else {}
    yield from form_findings(ours, around, catalogue)
    strange = {name: data for name, data in asked.items() if name not in ours}
    yield from form_findings(strange, {}, replace(catalogue, names=None))


def _content(path: Path) -> bytes:
    """Return as much of a file as a check ever looks at."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _tell(problems: Iterable[engine.Problem], left_open: Iterable[engine.Problem], files: int) -> None:
    counted = dict.fromkeys(GRAVITY, 0)
    file = None
    for problem in problems:
        if problem.file != file:
            file = problem.file
            click.secho(file, bold=True)
        counted[problem.severity] += 1
        zh, colour = GRAVITY[problem.severity]
        place = " ".join(filter(None, (problem.element, problem.name)))
        line = f"第 {problem.line} 行 line {problem.line}" if problem.line else ""
        where = " · ".join(filter(None, (line, place, problem.rule)))
        click.echo(f"  {click.style(f'{zh} {problem.severity}', fg=colour)} · {where}")
        click.echo(f"      {problem.message['zh']}\n      {problem.message['en']}")
    for name, count in Counter(problem.file for problem in left_open).items():
        click.secho(name, bold=True)
        click.echo(f"  不是为本系统画的，或只给人看：要在这里执行，还有 {count} 处要写明（加 --to-run 逐条列出）。")
        click.echo(
            f"  Drawn for another engine or for people: to run here, {count} more to fill in (--to-run lists them)."
        )
    errors, warnings, advice = counted.values()
    click.echo(f"检查了 {files} 个文件：{errors} 个错误，{warnings} 个警告，{advice} 条建议。")
    click.echo(f"Files checked: {files}. Errors: {errors}, warnings: {warnings}, advice: {advice}.")
