"""An estate whose owners vote today and form the group of their next election, and one whose committee is in office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from banjie.demonstration.acts import Act
from banjie.demonstration.province import Estate

if TYPE_CHECKING:
    from banjie.demonstration.planning import Book

VOTING, SITTING = "南风花园", "水景花苑"
TALE = "election"
_CANDIDATES = slice(7, 32, 5)
_PHOTO = {"photos": 1}
_AGENDA: Mapping[str, Any] = {
    "title": "2026年业主大会会议",
    "text": "请全体业主就下列事项投票，线上、纸质均可。",
    "forms": ["paper", "online"],
    "items": [
        {
            "no": 1,
            "title": "公共收益用于更换单元门禁",
            "text": "从小区公共收益中支出，逐单元更换，费用公示。",
            "kind": "decision",
            "class": "ordinary",
        },
        {
            "no": 2,
            "title": "在东门空地建电动自行车充电棚",
            "text": "改变东门空地的用途，建 60 个充电位。",
            "kind": "decision",
            "class": "special",
        },
    ],
}
_POSTS = ("chair", "vice", "member", "member", "member")


@dataclass
class _Diary:
    """Writes down one act after the other, of which a task belongs to the case opened last."""

    book: "Book"
    acts: list[Act] = field(default_factory=list)

    def note(self, days_ago: float, verb: str, **details: Any) -> None:
        at = self.book.present - timedelta(days=days_ago, minutes=-len(self.acts))
        self.acts.append(Act(at, "jining", TALE, len(self.acts), verb, details))

    def task(self, days_ago: float, task: str, **answers: Any) -> None:
        self.note(days_ago, "complete", task=task, answers=answers)

    def post(self, days_ago: float) -> None:
        places = [{"where": f"{number}号楼", "photo": _PHOTO} for number in (1, 2)]
        self.task(days_ago, "post", posted_at={"ago": 0}, places=places, online=True)


def tell_elections(book: "Book") -> Sequence[Act]:
    """Return the acts of the vote, the election and the committee; whoever sits on one is in no other tale."""
    diary = _Diary(book)
    for name in (SITTING, VOTING):
        book.taken |= set(_owners(book.province.estates[name]))
    sitting, voting = book.province.estates[SITTING], book.province.estates[VOTING]
    today = book.present.astimezone(book.zone).date()
    elected = today - timedelta(days=500)
    diary.note(120, "seat", **_term(sitting, elected.isoformat(), (elected + timedelta(days=5 * 365)).isoformat()))
    over = today - timedelta(days=20)
    elected_before = (over - timedelta(days=5 * 365)).isoformat()
    _vote(diary, voting)
    diary.note(5, "elect", **_term(voting, elected_before, over.isoformat()))
    _form_group(diary, voting, over.isoformat())
    return sorted(diary.acts, key=lambda act: (act.at, act.number))


def _form_group(diary: _Diary, estate: Estate, over: str) -> None:
    holders = diary.book.province.holders
    lead = holders[f"group_lead@a{estate.id}"][0]
    sides = {lead: "street", holders[f"community_officer@a{estate.community_id}"][0]: "community"}
    sides |= dict.fromkeys(_owners(estate), "owner")
    members = [{"person": person, "side": side} for person, side in sides.items()]
    diary.task(4, "check_facts", term_ends=over, finding="go")
    diary.task(3, "nominate", lead=lead, members=members)


def _vote(diary: _Diary, estate: Estate) -> None:
    diary.note(26, "roll", estate=estate.id)
    diary.note(25, "assemble", estate=estate.id, agenda=_AGENDA)
    diary.post(25)
    diary.task(7, "conclude", result="confirmed")
    for person in _owners(estate):
        diary.note(3, "cast", estate=estate.id, person=person)


def _owners(estate: Estate) -> Sequence[int]:
    return [home.owner_id for home in estate.homes[_CANDIDATES]]


def _term(estate: Estate, elected_on: str, term_ends: str) -> Mapping[str, Any]:
    members = [
        {"person": person, "post": post, "party": at < 3}
        for at, (person, post) in enumerate(zip(_owners(estate), _POSTS, strict=True))
    ]
    return {"estate": estate.id, "members": members, "elected_on": elected_on, "term_ends": term_ends}
