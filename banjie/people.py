"""`banjie people`: what an operator does about people before anyone can sign in."""

import secrets

import click
from sqlalchemy import select

from banjie import starting
from casework.config import read_settings
from casework.directory import people as persons
from casework.directory import services as directory
from casework.directory.models import Area
from casework.directory.sealing import Particulars
from casework.directory.signing_in import open_account
from casework.errors import Invalid
from casework.persistence import Work
from casework.policies.rules import Policies


@click.group()
def people() -> None:
    """Look after those who may sign in."""


@people.command("add-administrator")
@click.argument("login")
@click.option("--name", required=True, help="The administrator's name.")
@click.option("--province", required=True, help="The province, as in 山东省; made when it is not there.")
@click.option("--city", required=True, help="The city they administer, as in 济宁市; made when it is not there.")
@click.option(
    "--jurisdiction", required=True, help="Whose policies hold in the city: the name of a file, as in jining."
)
def add_administrator(login: str, name: str, province: str, city: str, jurisdiction: str) -> None:
    """Add an administrator of a city, who adds everybody else on the pages. Prints the password, once."""
    settings = starting.prepared(read_settings())
    starting.brought_up_to_date(settings)
    known = Policies.load(settings.processes / "policies").jurisdictions
    if jurisdiction not in known:
        names = ", ".join(sorted(known))
        raise Invalid(
            f"没有“{jurisdiction}”的规则，可用：{names}", f"No policies for “{jurisdiction}”; there are: {names}"
        )
    password = secrets.token_urlsafe(12)
    with starting.opened(settings).work() as work:
        above = _area(work, "province", province, None, known[jurisdiction].parent)
        place = _area(work, "city", city, above, jurisdiction)
        person = persons.add_person(work, "staff", Particulars(name=name))
        directory.appoint(work, person.id, "administrator", area_id=place.id)
        open_account(work, person.id, login, password)
    click.echo(f"{login}  {password}\n请立即登录并更改密码。 Sign in and change it now.")


def _area(work: Work, kind: str, name: str, above: Area | None, jurisdiction: str | None) -> Area:
    found = work.session.scalars(select(Area).where(Area.kind == kind, Area.name == name)).first()
    parent_id = above.id if above else None
    return found or directory.add_area(work, kind, name, parent_id=parent_id, jurisdiction=jurisdiction)
