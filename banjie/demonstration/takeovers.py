"""Unmanaged old estates on their way: flagged, deserted, voting, inspected, and served by a state-owned company."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from banjie.demonstration.acts import Act
from banjie.demonstration.province import Estate
from banjie.demonstration.settling import FOLDER, area_of
from casework.calendar.days import WorkCalendar
from casework.calendar.tables import builtin, calendar_of

if TYPE_CHECKING:
    from banjie.demonstration.planning import Book

FLAGGED, DESERTED, HIRING, INSPECTED, SERVED = "棉纺厂家属院", "春晓苑", "石雕厂宿舍", "陶瓷机械厂宿舍", "双海小区"
_PHOTO = {"photos": 1}
_OPENS = time(9)


@dataclass
class _Diary:
    """Writes down what happens at one estate from a morning on; `marks` are the moments that a tale is told for."""

    book: "Book"
    estate: Estate
    tale: str
    at: datetime
    data: Mapping[str, Any]
    acts: list[Act] = field(default_factory=list)
    marks: dict[str, datetime] = field(default_factory=dict)

    def note(self, verb: str, **details: Any) -> None:
        self.acts.append(Act(self.at, self.estate.city, self.tale, len(self.acts), verb, details))
        self.at += timedelta(minutes=10)

    def task(self, task: str, answers: Mapping[str, Any] | None = None, **more: Any) -> None:
        self.note("complete", task=task, answers=answers or {}, **more)

    def days(self, number: int) -> None:
        """Go on in the morning so many days later."""
        self._go_on(number, rolled=False)

    def hung(self, number: int) -> None:
        """Go on in the morning after a posting of so many days, which ends on a working day."""
        self._go_on(number, rolled=True)

    def _go_on(self, number: int, *, rolled: bool) -> None:
        day = self.at.astimezone(self.book.zone).date() + timedelta(days=number)
        if rolled:
            day = _calendar().roll(day)[0] + timedelta(days=1)
        self.at = datetime.combine(day, _OPENS, self.book.zone).astimezone(self.at.tzinfo)

    def post(self, **more: Any) -> None:
        places = [{"where": where, "photo": _PHOTO} for where in ("大门公示栏", "1号楼")]
        self.task("post", {"posted_at": {"ago": 0}, "places": places, "online": True}, **more)

    def posted(self, number: int) -> None:
        """Hang something up for so many days and conclude that it hung."""
        self.post()
        self.hung(number)
        self.task("conclude", {"result": "confirmed"})

    def mark(self, name: str) -> None:
        self.marks[name] = self.at


@cache
def _calendar() -> WorkCalendar:
    return calendar_of(*builtin(), 1)


def tell_takeovers(book: "Book") -> Sequence[Act]:
    """Return the acts of all tales of takeovers; no other tale happens at their estates."""
    book.apart |= {FLAGGED, DESERTED, HIRING, INSPECTED, SERVED}
    data = tomllib.loads((FOLDER / "takeovers.toml").read_text("utf-8"))
    acts = [
        *_told(book, data, FLAGGED, _to_survey, "flagged", 14),
        *_told(book, data, HIRING, _to_vote, "voting", 4),
        *_told(book, data, INSPECTED, _to_entry, "checked", 9),
        *_told(book, data, SERVED, _to_service, "reported", 12),
        *_deserted(book, data),
    ]
    return sorted(acts, key=lambda act: (act.at, act.tale, act.number))


def _told(
    book: "Book", data: Mapping[str, Any], name: str, tell: Callable[[_Diary], None], mark: str, ago: int
) -> Sequence[Act]:
    """Tell a tale begun such that its `mark` lies `ago` days back, or as many more as no posting could end on."""
    estate = book.province.estates[name]
    today = book.present.astimezone(book.zone).date()
    begun, late = ago, timedelta(1)
    while late > timedelta(0):
        morning = datetime.combine(today - timedelta(days=begun), _OPENS, book.zone).astimezone(book.present.tzinfo)
        diary = _Diary(book, estate, f"takeover-{estate.id}", morning, data)
        tell(diary)
        late = diary.marks[mark] - (book.present - timedelta(days=ago))
        begun += max(1, late.days // 2)
    return diary.acts


def _to_survey(diary: _Diary) -> None:
    estate, data = diary.estate, diary.data
    diary.mark("flagged")
    given = {"contract": "none", "body": "none", "complaints_12m": 9, **data["estates"][estate.name]}
    diary.note("flag", data={**given, **_size(estate)}, photos=["photos"])


def _size(estate: Estate) -> Mapping[str, Any]:
    area = sum(map(area_of, range(len(estate.homes))), Decimal(0))
    return {"households": len(estate.homes), "built_area": str(area)}


def _to_vote(diary: _Diary) -> None:
    data, estate = diary.data, diary.estate
    _to_survey(diary)
    diary.days(6)
    diary.task("survey", data["survey"])
    diary.days(2)
    diary.note("roll", estate=estate.id)
    diary.days(2)
    diary.task("draft_plan", data["plan"])
    diary.days(3)
    diary.task("match_firm", {"soe": diary.book.province.state_owned[estate.city], **data["match"]})
    diary.days(1)
    diary.posted(15)
    diary.posted(15)
    diary.mark("voting")
    diary.task("deliver")
    diary.days(2)
    voters = [home.owner_id for home in estate.homes]
    yes, no = voters[: len(voters) * 6 // 10], voters[len(voters) * 6 // 10 : len(voters) * 8 // 10]
    early = yes[::3]
    diary.note("ballots", estate=estate.id, people=early, choices="for")
    diary.days(6)
    diary.note("ballots", estate=estate.id, people=[one for one in yes if one not in early], choices="for")
    # The advertisements on the stairs are not wanted by enough of them.
    diary.note("ballots", estate=estate.id, people=no, choices={"1": "for", "2": "against", "3": "for", "4": "against"})


def _to_entry(diary: _Diary) -> None:
    _to_vote(diary)
    diary.hung(7)
    for teller in diary.book.province.holders[f"teller@a{diary.estate.id}"]:
        diary.task("enter", {"received": 0}, by=teller)
    tellers = [{"person": f"计票人{number}", "signer": "teller", "mark": "本人签名"} for number in (1, 2)]
    observer = {"person": "社区监票人", "signer": "observer", "mark": "本人签名"}
    diary.task("sign_record", {"record": _PHOTO, "sign": [*tellers, observer]})
    diary.posted(7)
    diary.days(2)
    diary.task("plan")
    diary.days(1)
    diary.mark("checked")
    for task in ("collect", "check"):
        diary.task(task)
    diary.days(1)
    for _ in range(2):
        diary.task("settle", {"agreed": True})
    signed_by = ["new", "community", "street"]
    diary.task("sign", {"signing": "signed", "agreement": _PHOTO, "agreed_on": {"ahead": 0}, "signed_by": signed_by})
    diary.post()
    diary.days(2)
    diary.task("file", {"filed_on": {"ahead": 0}, "receipt": _PHOTO})
    diary.hung(13)
    diary.task("conclude", {"result": "confirmed"})


def _to_service(diary: _Diary) -> None:
    _to_entry(diary)
    diary.days(1)
    diary.posted(7)
    sides = [("owners", "业主代表"), ("firm", "企业负责人")]
    signatures = [{"side": side, "person": person, "mark": "本人签名"} for side, person in sides]
    diary.task("sign", {"contract_files": _PHOTO, "signed_on": {"ahead": 0}, "signatures": signatures})
    diary.days(3)
    diary.task("file_contract", {"number": f"备〔{diary.at:%Y}〕017", "filed_on": {"ahead": 0}, "receipt": _PHOTO})
    lead = diary.book.province.holders[f"project_manager@o{diary.book.province.state_owned[diary.estate.city]}"][0]
    diary.days(1)
    diary.task("report_in", {"lead": lead, "reported_on": {"ahead": 0}})
    diary.days(40)
    diary.task("renovate", {"state": "accepted"}, photos={"photo": 2, "acceptance": 1}, scene="gate")
    diary.days(14)
    diary.task("renovate", {"state": "accepted"}, photos={"photo": 2, "acceptance": 1}, scene="lamp")
    diary.days(38)
    diary.mark("reported")
    diary.task("post_revenue", photos={"photo": 1}, scene="board")


def _deserted(book: "Book", data: Mapping[str, Any]) -> Sequence[Act]:
    """Tell of the company that left this morning: the street has found who helps out, the vote is to be called."""
    estate = book.province.estates[DESERTED]
    diary = _Diary(book, estate, f"takeover-{estate.id}", book.present - timedelta(hours=4), data)
    ends = book.present.astimezone(book.zone).date() + timedelta(days=400)
    away = {"left_at": (book.present - timedelta(hours=6)).isoformat(), "contract_ends": ends.isoformat()}
    given = {"origin": "firm_left", "contract": "live", "body": "none", **_size(estate)}
    diary.note("flag", data=given, photos=["photos", "withdrawal_proof"], **away)
    diary.note("follow", process="emergency_service", **{"as": "emergency"})
    diary.task("appoint", data["emergency"], of="emergency")
    diary.post(of="emergency")
    return diary.acts
