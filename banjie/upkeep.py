"""Commands that look after an installation."""

import json
import secrets

import click

from banjie import demonstration, starting
from casework import jobs
from casework.bootstrap import broken
from casework.cases.queries import open_incidents
from casework.config import read_settings
from casework.persistence import embedded, migrating


@click.command()
def publish() -> None:
    """Publish the calendar, the policies and every process of the folders; running cases keep what they have."""
    settings = starting.prepared(read_settings())
    starting.brought_up_to_date(settings)
    click.echo("已发布。 Published.")


@click.command()
def seed() -> None:
    """Load the demonstration province into an empty database."""
    settings = starting.prepared(read_settings())
    starting.brought_up_to_date(settings)
    demonstration.ensure(settings, report=click.echo)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def verify(as_json: bool) -> None:
    """Check the stored data: audit chains, history, timers, the next step of every case, the unit of every estate."""
    settings = starting.prepared(read_settings())
    with starting.opened(settings).work() as work:
        findings = [str(problem) for problem in broken(work)]
    if as_json:
        click.echo(json.dumps({"findings": findings}, ensure_ascii=False))
    else:
        click.echo("\n".join(findings) or "没有发现问题。 Nothing found.")
    raise SystemExit(1 if findings else 0)


@click.command()
@click.option("--late", type=int, default=60, show_default=True, help="How many seconds a due job may wait.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def health(late: int, as_json: bool) -> None:
    """Tell whether the database answers and work is done on time. Ends with 1 when it is not; changes nothing."""
    settings = starting.prepared(read_settings())
    with starting.opened(settings).work() as work:
        queue, incidents = jobs.condition(work), open_incidents(work)
    figures = {"seconds_late": round(queue.seconds_late, 1), **queue.states, "incidents": incidents}
    click.echo(json.dumps(figures) if as_json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    raise SystemExit(1 if queue.seconds_late > late else 0)


@click.command()
@click.argument("message")
def migration(message: str) -> None:
    """Write the next migration from the models. For developers: read it before you commit it.

    MESSAGE says what it does, as in "Keep the reason of a transfer". The present migrations are applied to an empty
    database of the embedded server, which is compared with the models and then dropped.
    """
    server = embedded.start(read_settings().home / "postgresql")
    name = f"migration_{secrets.token_hex(4)}"
    url = embedded.create_database(server, name)
    try:
        migrating.upgrade(url)
        written = migrating.write(url, message)
    finally:
        embedded.drop_database(server, name)
    click.echo(f"Wrote {written}" if written else "The models and the migrations agree already.")
