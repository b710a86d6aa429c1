"""`banjie cases`: what an operator looks up about cases, and letting what failed try again."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import click

from banjie import starting
from casework.bootstrap import Casework
from casework.cases import queries
from casework.cases.inspecting import CaseCondition, condition, retry_all
from casework.cases.views import CaseRow, Texts
from casework.config import read_settings
from casework.directory.models import AREA_KINDS
from casework.directory.queries import area, find_areas
from casework.directory.signing_in import person_with_login
from casework.directory.viewing import SYSTEM_VIEWER
from casework.errors import NotFound
from casework.persistence import Actor, Work

COLOURS: Final = {"over": "red", "soon": "yellow"}
_speaks = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="The language of the names."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, with the names in both languages.")


@click.group(invoke_without_command=True)
@click.option("--process", help="Only of this process, as in complaint_handling.")
@click.option("--area", "place", help="Only below this area: its number, or its name where that is the only one.")
@click.option("--status", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True)
@click.option("--mark", type=click.Choice(["over", "soon"]), help="Only overdue, or due within a day.")
@click.option("--stranded", is_flag=True, help="Only open cases that nothing can move any more.")
@click.option("--with-incident", is_flag=True, help="Only cases that an incident holds up.")
@click.option("--size", type=click.IntRange(1, 500), default=50, show_default=True, help="How many at once.")
@click.option("--after", help="Go on where the page before ended.")
@_speaks
@_as_json
@click.pass_context
def cases(context: click.Context, language: str, size: int, *, as_json: bool, **asked: Any) -> None:
    """List cases, escalated and overdue first; `show` and `retry` look after one of them."""
    if context.invoked_subcommand is not None:
        return
    casework = _opened()
    with casework.work() as work:
        filters = queries.CaseFilters(
            status=None if asked["status"] == "all" else asked["status"],
            mark=asked["mark"],
            process=asked["process"],
            area=None if asked["place"] is None else _area(work, asked["place"]),
            stranded=asked["stranded"],
            incident=asked["with_incident"],
            after=asked["after"],
        )
        rows, after = queries.cases(work, SYSTEM_VIEWER, filters, size)
        number = queries.count(work, SYSTEM_VIEWER, filters)
    if as_json:
        _print_json({"cases": [asdict(row) for row in rows], "count": number, "after": after})
        return
    for row in rows:
        click.echo(_line(row, language, casework))
    click.echo(f"共 {number} 件。 Cases: {number}.")
    if after:
        click.echo(f"后面的： Go on with: --after '{after}'")


@cases.command()
@click.argument("no")
@click.option("--lines", type=click.IntRange(0, 1000), default=10, show_default=True, help="How much of its history.")
@_speaks
@_as_json
def show(no: str, lines: int, language: str, *, as_json: bool) -> None:
    """Show where case NO stands: its steps, who may act, its clocks with their rule, its history, its incidents."""
    casework = _opened()
    with casework.work() as work:
        found = condition(work, SYSTEM_VIEWER, no, lines)
    if as_json:
        _print_json(asdict(found))
    else:
        _tell(found, language, casework)


@cases.command("retry")
@click.argument("no")
@click.option("--as", "login", required=True, help="Your own login; what you do is recorded in your name.")
@_as_json
def try_again(no: str, login: str, *, as_json: bool) -> None:
    """Let what holds case NO up try again, once its cause is mended.

    Ends with 1 when something holds the case up still.
    """
    casework = _opened()
    with casework.work() as work:
        person_id = person_with_login(work, login)
    with casework.work(Actor("person", person_id)) as work:
        tried = retry_all(work, SYSTEM_VIEWER, no)
    with casework.work() as work:
        left = condition(work, SYSTEM_VIEWER, no, 0).incidents
    if as_json:
        _print_json({"tried": tried, "incidents": [asdict(one) for one in left]})
    else:
        click.echo(f"已重试 {tried} 处，仍有 {len(left)} 处异常。 Tried again: {tried}. Incidents left: {len(left)}.")
    raise SystemExit(1 if left else 0)


def _opened() -> Casework:
    return starting.opened(starting.prepared(read_settings()))


def _area(work: Work, asked: str) -> int:
    """Return the area with this number, or the only one with this name."""
    if asked.isdigit():
        found = area(work, int(asked))
        if found is not None:
            return found.id
    else:
        named = [one for one in find_areas(work, asked, kinds=AREA_KINDS) if asked in (one.name, one.name_en)]
        if len(named) == 1:
            return named[0].id
        if named:
            numbers = ", ".join(str(one.id) for one in named)
            raise NotFound(
                f"“{asked}”不止一个，请用编号：{numbers}",
                f"There is more than one “{asked}”; give the number: {numbers}",
            )
    raise NotFound(f"没有“{asked}”这个区域。", f"There is no area “{asked}”.")


def _line(row: CaseRow, language: str, casework: Casework) -> str:
    due = _moment(row.due, casework) if row.due else "–"
    said = [row.place, row.title, row.step or row.state, *([row.tier] if row.tier else [])]
    text = " · ".join(_in(one, language) for one in said)
    return f"{row.no}  {click.style(f'{due:16}', fg=COLOURS.get(row.mark))}  {text}"


def _tell(found: CaseCondition, language: str, casework: Casework) -> None:
    def say(heading: Texts, lines: list[str]) -> None:
        click.secho(f"\n{_in(heading, language)}", bold=True)
        click.echo("\n".join(f"  {line}" for line in lines or ["–"]))

    click.secho(f"{found.no}  {_in(found.process, language)} · {_in(found.state, language)}", bold=True)
    say(("所处环节", "Stands at"), [_in(one, language) for one in found.tokens])
    tasks = []
    for task in found.tasks:
        due = f"  {_moment(task.due, casework)}" if task.due else ""
        tasks.append(f"#{task.id} {_in(task.title, language)}{due}")
        tasks += [f"  {_in(STANDS[one.stands], language)} {one.name} {_in(one.role, language)}" for one in task.actors]
    say(("待办", "Open tasks"), tasks)
    clocks = []
    for clock in found.clocks:
        due = _moment(clock.due, casework) if clock.due and not clock.stopped else "–"
        law = f"{_in(clock.law.summary, language)} · {_in(clock.law.article, language)}" if clock.law else ""
        clocks.append(f"{_in(clock.title, language)}  {due}  {law}")
    say(("时限", "Clocks"), clocks)
    history = [
        f"{_moment(one.at, casework)}  {_in(one.what, language)}  {_in(one.detail or '', language)}".rstrip()
        for one in found.history
        if one.at
    ]
    say(("最近记录", "Newest history"), history)
    incidents = [
        f"{_moment(one.since, casework)}  {one.element or '–'} {one.rule}: {_in(one.text, language)}"
        for one in found.incidents
    ]
    say(("异常", "Incidents"), incidents)


STANDS: Final[dict[str, Texts]] = {
    "holding": ("已领取", "holds it"),
    "may": ("可办", "may act"),
    "above": ("上级", "above"),
    "recused": ("回避", "recused"),
}


def _in(text: Texts, language: str) -> str:
    if isinstance(text, str):
        return text
    return text[0] if language == "zh" else text[1]


def _moment(at: datetime, casework: Casework) -> str:
    return f"{at.astimezone(casework.house.zone):%Y-%m-%d %H:%M}"


def _print_json(told: Any) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat()))
