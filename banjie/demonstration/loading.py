"""Loading the demonstration: once, in steps that are each kept, so that a load that was killed goes on where it was."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select

from banjie.demonstration import cities, settling
from banjie.demonstration.planning import PAST
from casework import bootstrap
from casework.cases.commands import once
from casework.cases.models import Command
from casework.clock import MovableClock
from casework.config import Settings
from casework.directory.models import Account, Area, Membership
from casework.directory.people import shown
from casework.directory.roles import ROLES, role_name
from casework.errors import Conflict
from casework.persistence import Database

_BEGAN, _ENDED = "demonstration:began", "demonstration:ended"


def ensure(settings: Settings, report: Callable[[str], None] = lambda line: None) -> None:  # noqa: ARG005
    """Load the demonstration province with its complaints, unless it is there; go on with a load that was cut off.

    Cases are made by the services and jobs of the product at a clock that moves up to the present. Raises Conflict
    when the database holds another province. Two loads at once wait for each other.
    """
    database = Database(settings.database_url, pool_size=2)
    try:
        with cities.alone(database, "all"):
            _load(settings, database, report)
    finally:
        database.close()


def sign_ins(settings: Settings) -> Sequence[str]:
    """Return one line per role for the start: the login, who that is and where; then the password of them all."""
    database = Database(settings.database_url, pool_size=1)
    casework = bootstrap.build(settings, database=database)
    lines = []
    with casework.work() as work:
        first: dict[str, tuple[str, Membership]] = {}
        held = select(Account.login, Membership).join(Membership, Membership.person_id == Account.person_id)
        for login, post in work.session.execute(held.order_by(Membership.id)):
            first.setdefault(post.role, (login, post))
        names = shown(work, [post.person_id for _, post in first.values()], full=True)
        for role in (one for one in ROLES if one in first):
            login, post = first[role]
            place = post.organisation or post.area
            zh, en = role_name(role)
            where = "" if place is None else place.name
            lines.append(f"{login:<16} {names[post.person_id].zh}  {where} {zh}  {en}")
    database.close()
    password = settling.password_of(settings)
    lines.append(
        f"密码 Password: {password}  （演示账号通用 the same for all of them; one click signs in on the page）"
    )
    return lines


def _load(settings: Settings, database: Database, report: Callable[[str], None]) -> None:
    with bootstrap.build(settings, database=database).work() as work:
        if work.session.scalar(select(Command.key).where(Command.key.endswith(_ENDED))):
            return
        known = once(work, _BEGAN, {}, lambda: {"now": work.now.isoformat()})
        present = datetime.fromisoformat(known["now"])
        here = work.session.scalar(select(func.count()).select_from(Area))
        settled = work.session.scalar(select(Area.id).where(Area.code == "370000"))
        if here and not settled:
            raise Conflict(
                "数据库里已有别的辖区，演示数据只装进空库。",
                "The database holds another province; the demonstration goes into an empty one.",
            )
    began = time.monotonic()
    if not settled:
        clock = MovableClock(present - PAST)
        casework = bootstrap.build(settings, database=database, clock=clock)
        report("演示 1/2 · 辖区、单位、住户和岗位 …  Places, organisations, households and posts …")
        with casework.work() as work:
            settling.settle(work, settling.password_of(settings), present.astimezone(settings.zone).date())
    report("演示 2/2 · 推动流程办理投诉，直到今天 …  Running complaints through the process, up to today …")
    cities.play(settings, present, report)
    with bootstrap.build(settings, database=database).work() as work:
        once(work, _ENDED, {}, dict)
    report(f"演示数据已装好，用时 {time.monotonic() - began:.0f} 秒。 The demonstration is loaded.")
