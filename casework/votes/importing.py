"""A list sent on a page: kept sealed, taken in by a job that tells how far it is, forgotten once it has been read."""

import hashlib
from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session, undefer

from casework import audit, jobs
from casework.audit.references import holds_personal_number
from casework.directory.days import today
from casework.directory.models import Area
from casework.directory.sealing import Sealing
from casework.errors import CaseworkError, Conflict, Invalid
from casework.persistence import Actor, Work
from casework.votes import rolls
from casework.votes.findings import Finding, Report
from casework.votes.keeping import must_keep
from casework.votes.models import RollImport
from casework.votes.sheets import MOST_BYTES, opened

TAKE_IN = "rolls.take_in"
_LONGEST_NAME = 120


def send(
    work: Work, estate_id: int, file: bytes, name: str, *, as_of: date, without: Collection[str] = ()
) -> RollImport:
    """Keep a list and have it taken in by a job; the same file again, while it waits, is the same import.

    `without` names the sheets that are not meant. A list whose job was interrupted makes room for this one.

    Raises Invalid for what is no list or a day to come, Conflict while another list of the estate is being taken in.
    """
    estate = must_keep(work, estate_id)
    if as_of > today(work):
        wrong = ("截止日期不能晚于今天", "The day can't lie ahead")
        raise Invalid(*wrong, {"as_of": [wrong]})
    try:
        opened(file[: MOST_BYTES + 1], name)
    except Invalid as error:
        raise Invalid(error.zh, error.en, {"file": [(error.zh, error.en)]}) from error
    work.session.execute(select(Area.id).where(Area.id == estate.id).with_for_update())
    digest = hashlib.sha256(file).digest()
    waiting = select(RollImport).where(RollImport.estate_id == estate.id, RollImport.state == "waiting")
    other = work.session.scalars(waiting).first()
    if other is not None and interrupted(work, other):
        jobs.cancel(work, _key(other))
        _end(other, _fault("导入中断了，请重新上传。", "It was interrupted. Send the list again."))
    elif other is not None:
        if (other.digest, other.as_of) == (digest, as_of):
            return other
        raise Conflict(
            "本小区还有一份名册正在导入，请等它完成。", "Another list of this estate is being taken in. Wait for it."
        )
    made = RollImport(
        estate_id=estate.id,
        as_of=as_of,
        name=name[:_LONGEST_NAME],
        digest=digest,
        sealed=Sealing.of(work.house.secrets).seal_file(file, _about(estate.id, digest)),
        sent_at=work.now,
        sent_by=work.actor.person_id,
    )
    work.session.add(made)
    work.session.flush()
    audit.record(work, ("area", estate.id), "roll_sent", roll_import=made.id, digest=digest)
    left_out = sorted(name for name in without if not holds_personal_number(name))
    jobs.schedule(work, TAKE_IN, key=_key(made), payload={"import": made.id, "without": left_out})
    return made


def take_in(work: Work, job: jobs.Job) -> None:
    """Take a list in in the name of who sent it; what is wrong with it is kept for them, the list itself is not."""
    made = work.session.get(RollImport, job.payload["import"], options=[undefer(RollImport.sealed)])
    if made is None or made.sealed is None:
        return
    sealing = Sealing.of(work.house.secrets)
    file = sealing.open_file(made.sealed, _about(made.estate_id, made.digest))
    sender = work if made.sent_by is None else work.acting_as(Actor("person", made.sent_by))
    made_id, bind = made.id, work.session.get_bind()
    without = job.payload.get("without", ())

    def told(percent: int) -> None:
        with Session(bind, join_transaction_mode="create_savepoint") as beside, beside.begin():
            beside.execute(update(RollImport).where(RollImport.id == made_id).values(percent=min(percent, 99)))
            jobs.prolong(work, beside)

    try:
        with work.session.begin_nested():
            report = rolls.take_in(
                sender, made.estate_id, file, made.name, as_of=made.as_of, without=without, progress=told
            )
    except CaseworkError as error:
        report = _fault(error.zh, error.en)
    _end(made, report)
    work.session.flush()


def latest(work: Work, estate_id: int) -> RollImport | None:
    """Return the last list that was sent for an estate, with its report."""
    last = select(RollImport).where(RollImport.estate_id == estate_id).order_by(RollImport.id.desc()).limit(1)
    return work.session.scalars(last.options(undefer(RollImport.report))).first()


def interrupted(work: Work, made: RollImport) -> bool:
    """Say whether a list waits that nobody is taking in: its process has died, or its try failed.

    Nothing of it is loaded. It may be tried again by itself; sent again, it takes the place of what was interrupted.
    """
    held = and_(jobs.Job.state == "running", jobs.Job.lease_until > func.clock_timestamp())
    untried = and_(jobs.Job.state == "ready", jobs.Job.attempt == 0)
    alive = select(jobs.Job.id).where(jobs.Job.key == _key(made), or_(held, untried))
    return made.state == "waiting" and work.session.scalar(alive) is None


def _key(made: RollImport) -> str:
    return f"{TAKE_IN}:{made.id}"


def _end(made: RollImport, report: Report) -> None:
    made.roll_id, made.report = report.roll_id, report.as_json()
    made.state = "refused" if report.roll_id is None else "loaded"
    made.percent, made.sealed = 100, None


def _fault(zh: str, en: str) -> Report:
    return Report(rows=[Finding(0, "", "no_list", zh, en)], wrongs=1)


def _about(estate_id: int, digest: bytes) -> str:
    return f"roll of {estate_id}: {digest.hex()}"


HANDLERS = {TAKE_IN: take_in}
