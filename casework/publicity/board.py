"""The notice board of an estate: what hangs, from when to when, and what proves it. Open to everybody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from casework import attachments
from casework.cases.models import Case, CaseClock, Subscription
from casework.directory.mentions import with_names
from casework.directory.models import Area
from casework.directory.viewing import SYSTEM_VIEWER
from casework.elections.candidacies import Standing, standing
from casework.errors import NotFound
from casework.persistence import Work
from casework.policies import pinned
from casework.publicity.models import Damage, Objection, Posting
from casework.publicity.operations import CLOCK

PAGE = 50
_NUMBERS = re.compile(r"(?<![\dA-Za-z])(?:\d{17}[\dXx]|1\d{10})(?![\dA-Za-z])")


@dataclass(frozen=True, slots=True)
class Proof:
    """One place where it hung, with the photos that show it: when each was handed in, and the hash it is kept under."""

    where: str
    photos: Sequence[tuple[datetime, str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that hung along."""

    id: int
    name: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Objected:
    """The objections to a notice: how many were filed and answered."""

    filed: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """One posting as the board shows it. `state`: hangs, over, or replaced by a later round.

    `damage`: reported, while somebody looks whether it was torn down; repaired, once it hangs again.
    """

    id: int
    case_id: int
    estate_id: int | None
    title: str
    text: str
    round: int
    posted_at: datetime
    ends_at: datetime
    online: bool
    state: str
    takes_objections: bool
    why: tuple[str, str]
    article: tuple[str, str]
    damage: str = ""
    people: Sequence[Standing] = ()
    proof: Sequence[Proof] = ()
    papers: Sequence[Paper] = ()
    objected: Objected = Objected()


@dataclass(frozen=True, slots=True)
class Board:
    """The board of one estate; `after` is where the next page goes on, None at the end."""

    estate_id: int
    name: tuple[str, str]
    hanging: int
    notices: Sequence[Notice]
    after: int | None

    @property
    def now(self) -> Sequence[Notice]:
        """Return what hangs, of this page."""
        return [one for one in self.notices if one.state == "hangs"]

    @property
    def before(self) -> Sequence[Notice]:
        """Return what hung before, of this page."""
        return [one for one in self.notices if one.state != "hangs"]


def board(work: Work, estate_id: int, *, after: int = 0) -> Board:
    """Return what was posted online in an estate: what hangs first, then the newest; `after` skips so many.

    Raises NotFound for what is no estate.
    """
    estate = work.session.get(Area, estate_id)
    if estate is None or estate.kind != "estate":
        raise NotFound("没有这个小区。", "There is no such estate.")
    hung = _posted().where(Posting.estate_id == estate_id, Posting.online)
    hangs = _hangs(work)
    ordered = hung.order_by(hangs.desc(), Posting.posted_at.desc(), Posting.id.desc())
    rows = work.session.execute(ordered.offset(after).limit(PAGE + 1)).all()
    counted = select(func.count()).select_from(hung.where(hangs).subquery())
    return Board(
        estate_id,
        estate.names,
        work.session.scalar(counted) or 0,
        _notices(work, rows[:PAGE]),
        after + PAGE if len(rows) > PAGE else None,
    )


def notice(work: Work, posting_id: int) -> Notice:
    """Return one posting of a board. Raises NotFound for what was never posted online."""
    rows = work.session.execute(_posted().where(Posting.id == posting_id, Posting.online)).all()
    if not rows:
        raise NotFound("没有这份公示。", "There is no such notice.")
    return _notices(work, rows)[0]


def postings_of(work: Work, case_id: int) -> Sequence[Notice]:
    """Return everything that a case posted, newest first, also what hung on site only."""
    return _notices(work, work.session.execute(_posted().where(Case.id == case_id).order_by(Posting.id.desc())).all())


def open_paper(work: Work, posting_id: int, file_id: int) -> attachments.OpenFile:
    """Open a paper that hangs with a posting of a board, for everybody. Raises NotFound for any other file."""
    posting = work.session.get(Posting, posting_id)
    if posting is None or not posting.online or file_id not in posting.files:
        raise NotFound("没有找到文件", "The file was not found")
    return attachments.open_file(work, file_id, SYSTEM_VIEWER)


def without_numbers(text: str) -> str:
    """Return a text that is posted without the numbers of phones and identity cards: 138****5678."""
    return _NUMBERS.sub(lambda found: f"{found.group()[:3]}****{found.group()[-4:]}", text)


def _ends() -> ColumnElement[datetime]:
    """Return when a posting ends: as its clock stands, which was moved on when the notice was torn down."""
    stands = func.least(CaseClock.due_at, CaseClock.stopped_at)
    clock = select(func.max(stands)).where(
        CaseClock.case_id == Posting.case_id, CaseClock.name == CLOCK, CaseClock.from_at == Posting.posted_at
    )
    return func.coalesce(clock.scalar_subquery(), Posting.ends_at)


def _replaced() -> ColumnElement[bool]:
    later = aliased(Posting)
    return (
        select(later.id)
        .where(later.case_id == Posting.case_id, later.run == Posting.run, later.round > Posting.round)
        .exists()
    )


def _hangs(work: Work) -> ColumnElement[bool]:
    return and_(_ends() > work.now, ~_replaced())


def _posted() -> Select[Posting, str, datetime, bool, bool]:
    heard = select(Subscription.name).where(
        Subscription.case_id == Posting.case_id, Subscription.name == "objection_filed"
    )
    return select(Posting, Case.policies, _ends(), _replaced(), heard.exists()).join(Case, Case.id == Posting.case_id)


def _notices(work: Work, rows: Sequence[Any]) -> list[Notice]:
    named = {file for posting, *_ in rows for file in _files_of(posting)}
    files = {one.id: one for one in attachments.by_ids(work, named)}
    objected = _objected(work, [posting.id for posting, *_ in rows])
    return [_notice(work, files, objected.get(row[0].id, Objected()), *row) for row in rows]


def _objected(work: Work, postings: Sequence[int]) -> Mapping[int, Objected]:
    counted = select(Objection.posting_id, func.count(), func.count(Objection.answered_at))
    counted = counted.where(Objection.posting_id.in_(postings)).group_by(Objection.posting_id)
    return {posting: Objected(filed, answered) for posting, filed, answered in work.session.execute(counted)}


def _files_of(posting: Posting) -> list[int]:
    return [*posting.files, *(photo for place in posting.proof for photo in place["photos"])]


def _notice(
    work: Work,
    files: Mapping[int, attachments.Attachment],
    objected: Objected,
    posting: Posting,
    policies: str,
    ends: datetime,
    replaced: bool,
    heard: bool,
) -> Notice:
    rules = pinned(work.session, policies)
    state = "replaced" if replaced else "hangs" if ends > work.now else "over"
    photos = [[files[one] for one in place["photos"] if one in files] for place in posting.proof]
    return Notice(
        id=posting.id,
        case_id=posting.case_id,
        estate_id=posting.estate_id,
        title=without_numbers(posting.title),
        text=with_names(work, without_numbers(posting.text)),
        damage=_damage(work, posting.id),
        people=standing(work, posting.case_id, posting.people),
        round=posting.round,
        posted_at=posting.posted_at,
        ends_at=ends,
        online=posting.online,
        state=state,
        takes_objections=heard and state == "hangs",
        why=(rules.why(posting.length_key, "zh"), rules.why(posting.length_key, "en")),
        article=(rules.source(posting.length_key, "zh"), rules.source(posting.length_key, "en")),
        proof=[
            Proof(place["where"], [(photo.uploaded_at, photo.digest) for photo in found])
            for place, found in zip(posting.proof, photos, strict=True)
        ],
        papers=[_paper(files[one]) for one in posting.files if one in files],
        objected=objected,
    )


def _damage(work: Work, posting_id: int) -> str:
    query = select(Damage).where(Damage.posting_id == posting_id, Damage.confirmed.is_not(False))
    found = work.session.scalars(query.order_by(Damage.id.desc()).limit(1)).first()
    return "" if found is None else "reported" if found.confirmed is None else "repaired"


def _paper(file: attachments.Attachment) -> Paper:
    return Paper(file.id, file.name, file.digest, file.size)
