"""What papers say, as texts: days and figures, and of a vote its roll, agenda, figures and result."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from casework.errors import Texts
from casework.persistence import Work
from casework.votes.ballots import agenda
from casework.votes.models import Ballot, Roll, Vote
from casework.votes.queries import turnout

BLANK = "　　　　"
"""What stands where the case does not know yet: a line to be filled in by hand."""
_MODES = {"import": "官方平台", "paper": "书面", "signed": "书面与网上", "secret": "网上不记名"}
_SAID = {"for": "同意", "against": "反对", "abstain": "弃权", "invalid": "无效"}
_OF_A_VOTE = (
    "title",
    "mode",
    "opens",
    "closes",
    "counted",
    "ballots",
    "delivered",
    "participation",
    "turnout",
    "box",
)


def of_roll(work: Work, vote: Vote | None) -> dict[str, str]:
    """Return the roll that a vote is held on; blanks before there is a vote."""
    if vote is None:
        return dict.fromkeys(("as_of", "heads", "area", "digest"), BLANK)
    roll = work.session.get_one(Roll, vote.roll_id)
    return {
        "as_of": as_day(roll.as_of),
        "heads": str(roll.heads),
        "area": figure(roll.area),
        "digest": roll.digest.hex() if roll.digest else BLANK,
    }


def of_vote(work: Work, vote: Vote | None) -> dict[str, Any]:
    """Return a vote as papers tell of it; blanks before there is one."""
    if vote is None:
        return {**dict.fromkeys(_OF_A_VOTE, BLANK), "agenda": [], "results": []}
    counted = select(func.count(), func.count(Ballot.delivered_at)).where(Ballot.vote_id == vote.id)
    ballots, delivered = work.session.execute(counted).one()
    items = agenda(work, vote)
    sofar, asked = turnout(work, vote.id), vote.rules["participation"]
    return {
        "title": vote.title,
        "mode": _MODES[vote.mode],
        "opens": moment(work, vote.opens_at),
        "closes": moment(work, vote.closes_at),
        "counted": moment(work, vote.counted_at),
        "ballots": str(ballots),
        "delivered": str(delivered),
        "participation": _needs(asked),
        "turnout": f"{sofar['heads']} 人、{figure(sofar['area'])} 平方米",
        "box": vote.box.hex() if vote.box else BLANK,
        "agenda": [_item(one, vote.rules) for one in items],
        "results": _results(vote, items),
    }


def as_day(day: date) -> str:
    """Return a day as papers write it: 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def local_day(work: Work, at: datetime) -> str:
    """Return the local day of a moment as papers write it."""
    return as_day(at.astimezone(work.house.zone).date())


def figure(amount: Decimal) -> str:
    """Return an area in m² or an amount in yuan as papers write it: 48 532.17."""
    return f"{amount:,.2f}".replace(",", " ")


def moment(work: Work, at: datetime | None) -> str:
    """Return a moment as papers write it, 2026年3月1日09:30; a blank for none."""
    if at is None:
        return BLANK
    return f"{local_day(work, at)}{at.astimezone(work.house.zone):%H:%M}"


def _item(item: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "no": str(item["no"]),
        "title": str(item.get("title") or ""),
        "text": str(item.get("text") or ""),
        "seats": str(item.get("seats") or ""),
        "needs": _needs(rules.get(str(item.get("class")))),
        "candidates": [
            {"place": str(place), "name": _chinese(one["name"]), "about": _chinese(one.get("about") or "")}
            for place, one in enumerate(item.get("candidates", ()), 1)
        ],
    }


def _chinese(text: Texts | str) -> str:
    return text if isinstance(text, str) else text[0]


def _results(vote: Vote, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    called = {row["key"]: _chinese(row["name"]) for item in items for row in item.get("candidates", ())}
    made = []
    for item in (vote.result or {}).get("items", ()):
        said = [(_SAID[word], item[word]) for word in _SAID if item["kind"] != "election" or word == "invalid"]
        chosen = [(called.get(one["key"], one["key"]), one) for one in item.get("candidates", ())]
        rows = [{"name": name, **_weight(found)} for name, found in (*chosen, *said)]
        made.append(
            {
                "no": str(item["no"]),
                "title": str(item["title"]),
                "rows": rows,
                "conclusion": "通过" if item["passed"] else "未通过",
            }
        )
    return made


def _weight(found: Mapping[str, Any]) -> dict[str, str]:
    """Return what is published of a weight; a number that would tell of a few owners is withheld."""
    if found["heads"] is None:
        return {"heads": "不足五人，不公布", "area": "不公布"}
    return {"heads": str(found["heads"]), "area": figure(Decimal(found["area"]))}


def _needs(asked: Mapping[str, Any] | None) -> str:
    return f"面积{_limit(asked['area'])}、人数{_limit(asked['heads'])}" if asked else BLANK


def _limit(asked: Mapping[str, Any]) -> str:
    ratio = Fraction(str(asked["ratio"]))
    words = "超过" if asked.get("more") else "不少于"
    return f"{words}{ratio.denominator}分之{ratio.numerator}"
