"""`banjie tokens`: the keys of other systems, for an administrator at the machine."""

import json
from dataclasses import asdict
from datetime import timedelta

import click

from banjie import starting
from casework.directory import tokens as keys

_as = click.option("--as", "login", required=True, help="Your own login, an administrator's; it is recorded.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def tokens() -> None:
    """Look after the tokens with which other systems call the API."""


@tokens.command("list")
@click.option("--area", type=int, help="Only over this area and below it, by its number.")
@_as
@_as_json
def list_(area: int | None, login: str, *, as_json: bool) -> None:
    """List the tokens of other systems, the newest first; the tokens themselves are kept nowhere."""
    with starting.work_of(login) as work:
        kept = keys.tokens_below(work, area)
        zone = work.house.zone
    if as_json:
        click.echo(json.dumps([asdict(one) for one in kept], ensure_ascii=False, indent=2, default=str))
        return
    for one in kept:
        stands = "有效 valid" if one.opens else "已停用 ended" if one.revoked_at else "已过期 expired"
        used = f"{one.seen_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.seen_at else "–"
        until = f"{one.expires_at.astimezone(zone):%Y-%m-%d}"
        click.echo(f"#{one.id}  {one.system} · {one.name} · {one.area[0]} · {', '.join(one.scopes)}")
        click.echo(f"    {stands} · 有效至 until {until} · 最近使用 last used {used}")


@tokens.command()
@click.argument("system")
@click.option("--purpose", required=True, help="What it is for, for administrators to come.")
@click.option("--area", type=int, required=True, help="The number of the area it reaches, with all below it.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(sorted(keys.OF_SYSTEMS)), help="Repeatable."
)
@click.option("--days", type=click.IntRange(1, keys.LONGEST["system"].days), default=180, show_default=True)
@_as
@_as_json
def create(
    system: str, purpose: str, area: int, scopes: tuple[str, ...], days: int, login: str, *, as_json: bool
) -> None:
    """Give SYSTEM a token. It is printed once and can't be looked up again."""
    with starting.work_of(login) as work:
        made = keys.issue_to_system(work, system, area, purpose, scopes, timedelta(days=days))
    if as_json:
        told = {"id": made.id, "token": made.token, "expires_at": made.expires_at.isoformat()}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{made.token}\n只显示这一次。 Shown this once.")


@tokens.command()
@click.argument("token_id", type=int)
@_as
def revoke(token_id: int, login: str) -> None:
    """End token TOKEN_ID at once."""
    with starting.work_of(login) as work:
        keys.revoke(work, token_id)
    click.echo("已停用。 Ended.")
