"""What a resident's pages show. The domain fills these; the pages decide nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.cases.views import Addition, FileView, Law, Texts, TimelineEntry
from casework.complaints.views import Question


@dataclass(frozen=True, slots=True)
class Category:
    """One tile of the report page."""

    value: str
    label: Texts
    causes: Sequence[tuple[str, Texts]] = ()


@dataclass(frozen=True, slots=True)
class Danger:
    """One urgent class: whom to call first, if anyone, and how soon somebody must be there."""

    value: str
    label: Texts
    call: str = ""
    arrive: Texts | None = None


@dataclass(frozen=True, slots=True)
class Estate:
    """An estate a report can be about; `home` is the place of the resident's own flat."""

    id: int
    name: str
    home: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What happens after the report, as far as it is known before."""

    entries: Sequence[TimelineEntry] = ()
    law: Law | None = None


@dataclass(frozen=True, slots=True)
class TrackView:
    """A resident's own case in plain words."""

    no: str
    title: Texts
    state: Texts
    says: Texts
    steps: Sequence[tuple[Texts, str]] = ()
    promised: datetime | None = None
    promise_title: Texts = ("最晚什么时候答复", "You will have an answer by")
    mark: str = ""
    law: Law | None = None
    notices: Sequence[tuple[str, Texts]] = ()
    who: Sequence[tuple[Texts, Texts]] = ()
    phone: str = ""
    timeline: Sequence[TimelineEntry] = ()
    files: Sequence[FileView] = ()
    questions: Sequence[Question] = ()
    may_rate: bool = False
    may_reopen: bool = False
    may_withdraw: bool = False
    may_add: bool = False
    additions: Sequence[Addition] = ()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of "my reports"."""

    no: str
    title: Texts
    place: str
    state: Texts
    promised: datetime | None
    mark: str = ""
    asks: bool = False
