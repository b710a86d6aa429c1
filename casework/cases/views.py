"""What the reads of a case give to a door: plain values, no rows, nothing to decide any more.

A text for people is a pair (Chinese, English), or one string where it is somebody's own words or a proper name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Texts = tuple[str, str] | str


@dataclass(frozen=True, slots=True)
class Law:
    """Why a date or a number is what it is: the rule in a line, and the article behind it."""

    summary: Texts
    article: Texts


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock of a case. `mark`: "", soon, over, hold, prov or done; `days_off`: local days that do not count."""

    name: str
    title: Texts
    started: datetime
    due: datetime | None
    mark: str = ""
    law: Law | None = None
    yellow_from: datetime | None = None
    paused_since: datetime | None = None
    pause_reason: Texts | None = None
    stopped: datetime | None = None
    counts_from: datetime | None = None
    days_off: Sequence[date] = ()
    leading: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened, or will. `kind`: ok (a person), auto (the system), up (escalated), now, next."""

    kind: str
    what: Texts
    at: datetime | None = None
    detail: Texts | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """What a reporter added to the story later."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ActorView:
    """Somebody who can act, could, or may not. `stands`: holding, may, above or recused."""

    name: str
    role: Texts
    stands: str
    note: Texts | None = None


@dataclass(frozen=True, slots=True)
class FileView:
    """One attachment this person may open."""

    id: int
    name: str
    kind: str
    by: Texts
    at: datetime
    size: int = 0


@dataclass(frozen=True, slots=True)
class LinkView:
    """A case that belongs to this one."""

    no: str
    title: Texts
    relation: Texts
    state: Texts


@dataclass(frozen=True, slots=True)
class StepView:
    """One element of the diagram, for the list that says the same as the picture. `state`: done, now, next, waiting."""

    element: str
    name: Texts
    state: str
    note: Texts | None = None
    count: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class DiagramView:
    """One diagram of the case's pinned release: where the tokens stand, and what is behind them."""

    process: str
    name: Texts
    version: str
    release: int
    steps: Sequence[StepView] = ()
    active: Sequence[str] = ()
    done: Sequence[str] = ()
    flows: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One open piece of work, as a line of the list."""

    id: int
    version: int
    case_no: str
    task_title: Texts
    case_title: Texts
    place: Texts
    facts: Sequence[Texts] = ()
    process: Texts = ("", "")
    urgency: str = "normal"
    due: datetime | None = None
    mark: str = ""
    holder: str | None = None
    mine: bool = False
    may_claim: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter a person can press: its value in the address, its words and how many it would leave."""

    value: str
    label: Texts
    count: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of the strip: how much is due, and whether it is worked on."""

    day: date
    count: int
    working: bool = True
    note: Texts | None = None


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """The side column and the day strip."""

    lists: Sequence[Choice] = ()
    marks: Sequence[Choice] = ()
    kinds: Sequence[Choice] = ()
    urgencies: Sequence[Choice] = ()
    estates: Sequence[Choice] = ()
    groups: Sequence[Choice] = ()
    days: Sequence[DayCount] = ()
    due_today: int = 0
    overdue: int = 0
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of rows in due order; `after` continues it, None ends it."""

    rows: Sequence[InboxRow] = ()
    after: str | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list: escalated and overdue first."""

    no: str
    title: Texts
    place: Texts
    process: Texts
    state: Texts
    unit: Texts | None
    due: datetime | None
    mark: str = ""
    tier: Texts | None = None
    urgency: str = "normal"
    step: Texts | None = None


@dataclass(frozen=True, slots=True)
class TaskView:
    """One human task of the case, and what this person may do with it; `form` is the designer's schema.

    `law` is the rule that `due` comes from, where it comes from one.
    """

    id: int
    version: int
    title: Texts
    form: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    law: Law | None = None
    mark: str = ""
    holder: str | None = None
    state: str = "open"
    mine: bool = False
    may_claim: bool = False
    may_complete: bool = False
    may_release: bool = False
    notes: Sequence[Texts] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the reader may do as the supervisor: remind, hand_on, free (of one task) or note (of the case).

    `people` are those a task can be handed on to; `refused` says why not today.
    """

    action: str
    item: int | None = None
    step: Texts = ""
    people: Sequence[tuple[int, Texts]] = ()
    refused: Texts | None = None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Something the reader was told. Case and task are named only while the reader may open them."""

    id: int
    at: datetime
    title: Texts
    text: Texts
    read: bool
    case_id: int | None = None
    case_no: str | None = None
    item: int | None = None
    vote: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class IncidentView:
    """Where the case stands still, why, since when, and whether the reader may have it tried again."""

    id: int
    step: Texts
    why: Texts
    since: datetime
    may_retry: bool = False


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything of a case that this person may see."""

    id: int
    no: str
    title: Texts
    process: Texts
    place: Texts
    state: Texts
    urgency: str
    opened: datetime
    lines: int
    """How long its history is: a page that shows as much shows the newest."""
    closed: datetime | None = None
    unit: Texts | None = None
    unit_until: date | None = None
    supervisor: Texts | None = None
    reporter: str | None = None
    may_reveal: bool = False
    channels: Sequence[Texts] = ()
    facts: Sequence[tuple[Texts, Texts]] = ()
    story: str = ""
    additions: Sequence[Addition] = ()
    clocks: Sequence[ClockView] = ()
    timeline: Sequence[TimelineEntry] = ()
    actors: Sequence[ActorView] = ()
    files: Sequence[FileView] = ()
    links: Sequence[LinkView] = ()
    tasks: Sequence[TaskView] = ()
    diagrams: Sequence[DiagramView] = ()
    offers: Sequence[Offer] = ()
    incidents: Sequence[IncidentView] = ()
    papers: int = 0
    """How many papers from templates the person may have."""
