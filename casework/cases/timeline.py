"""The timeline of a case: what happened in the words of the trade, and where it stands now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework.cases.models import Case, History, Instruction
from casework.cases.queries import history_of
from casework.cases.views import Texts, TimelineEntry
from casework.definitions import library
from casework.directory.mentions import with_names
from casework.directory.people import shown
from casework.persistence import Work

CLOCK_TITLES: Mapping[str, Texts] = {
    "reply": ("答复时限", "Reply"),
    "company_unhandled": ("企业处理时限", "Company must act"),
    "hand_back": ("退回时限", "Hand-back"),
    "urgent_arrive": ("到场时限", "Arrival"),
    "urgent_control": ("控制险情时限", "Under control"),
    "accident_report": ("事故报告时限", "Accident report"),
    "supervision": ("督办期限", "Supervision"),
    "posting": ("公示期", "Posting"),
    "window": ("投票期", "Voting period"),
}
INSTRUCTIONS: Mapping[str, tuple[str, str]] = {
    "reminded": ("催办", "Reminder for"),
    "handed_over": ("转交", "Handed on"),
    "freed": ("释放", "Taken back"),
    "noted": ("批示", "Instruction"),
}
_STANDS_OUT = frozenset({"supervised", "raised", "breached", "carded", "conflict"})
_SHOWN_KINDS = frozenset({"userTask", "operation", "clock", "intake", "boundaryEvent", "notice"})
_VERBS: Mapping[str, tuple[str, str]] = {
    "submitted": ("已提交", "submitted"),
    "claimed": ("已领取", "claimed"),
    "released": ("已放回", "put back"),
    "handed_on": ("已转交", "handed on"),
    "caught": ("已触发", "triggered"),
    "cancelled": ("已撤销", "withdrawn"),
}


def clock_titles(release: library.OpenRelease) -> Mapping[str, Texts]:
    """Return what the clocks of a release are called: as its processes say, else by their usual names."""
    told = {
        name: (str(title), str(release.texts.get(folder, {}).get("clocks", {}).get(name) or title))
        for folder, about in release.about.items()
        for name, title in about.get("clocks", {}).items()
    }
    return {**told, **CLOCK_TITLES}


def timeline(
    work: Work,
    case: Case,
    release: library.OpenRelease,
    *,
    until: datetime | None = None,
    residents: bool = False,
    inside: bool = True,
) -> list[TimelineEntry]:
    """Return what happened in a case, newest first, and where it stands now; only up to `until` when given.

    Staff act by name; residents are named, masked, only where `residents` says that the reader may know of them.
    What supervisors said is for those `inside`: who reads the case by office or for its unit.
    """
    lines = [line for line in history_of(work, case.id) if until is None or line.at <= until]
    said = _instructions(work, case) if inside else {}
    named_in = {person for line in lines for person in (line.person_id, line.refs.get("to")) if person is not None}
    people = shown(work, named_in, full=True)
    named = {person: one for person, one in people.items() if residents or one.kind == "staff"}
    made = [entry for line in lines if (entry := _entry(line, release, named, said)) is not None]
    if case.status == "open" and until is None:
        standing_at = {(token["process"], token["element"]) for token in case.tokens}
        names = {(release.name(p, e, "zh"), release.name(p, e, "en")) for p, e in standing_at}
        now = sorted(names)
        made.append(TimelineEntry("now", ("、".join(zh for zh, _ in now), ", ".join(en for _, en in now))))
    return [replace(one, what=_naming(work, one.what)) for one in made[::-1]]


def _naming(work: Work, what: Texts) -> Texts:
    zh, en = (what, what) if isinstance(what, str) else what
    return with_names(work, zh), with_names(work, en, "en")


def _instructions(work: Work, case: Case) -> Mapping[int, str]:
    said = work.session.scalars(select(Instruction).where(Instruction.case_id == case.id))
    return {one.id: one.text for one in said}


def _entry(
    line: History, release: library.OpenRelease, people: Mapping[int, Any], said: Mapping[int, str]
) -> TimelineEntry | None:
    words = said.get(line.refs.get("instruction", 0))
    if line.kind == "instruction" and words is None:
        return None
    known = line.kind in _SHOWN_KINDS or line.what == "conflict" or words is not None
    if not known or (line.kind == "userTask" and line.what == "completed"):
        return None
    who = people.get(line.person_id or 0)
    if line.text_zh:
        what: Texts = (line.text_zh, line.text_en or line.text_zh)
    elif words is not None:
        what = _instruction_text(line, release, people.get(line.refs.get("to", 0)), words)
    elif line.what == "conflict":
        what = _conflict_text(line, release)
    elif line.kind == "clock":
        what = _clock_text(line, release)
    else:
        name = release.name(line.process, line.element, "zh"), release.name(line.process, line.element, "en")
        verb = _VERBS.get(line.what, ("", ""))
        what = (f"{name[0]} {verb[0]}".strip(), f"{name[1]} {verb[1]}".strip())
    kind = "up" if line.what in _STANDS_OUT else "ok" if line.person_id is not None else "auto"
    return TimelineEntry(kind, what, line.at, None if who is None else (who.text("zh"), who.text("en")))


def _instruction_text(line: History, release: library.OpenRelease, to: Any, words: str) -> Texts:
    zh, en = INSTRUCTIONS[line.what]
    if line.element is not None:
        zh += f"「{release.name(line.process, line.element, 'zh')}」"
        en += f" “{release.name(line.process, line.element, 'en')}”"
    if to is not None:
        zh, en = f"{zh}给{to.text('zh')}", f"{en} to {to.text('en')}"
    return f"{zh}：{words}", f"{en}: {words}"


def _conflict_text(line: History, release: library.OpenRelease) -> Texts:
    """Return which tasks side by side wrote a name differently, and whose value holds."""
    zh, en = release.called(line.process, line.element)
    others = [release.called(line.process, element) for element in line.refs["against"]]
    others_zh = "".join(f"「{one}」" for one, _ in others) or "其他分支"
    others_en = ", ".join(f"“{one}”" for _, one in others) or "another branch"
    names = line.refs["names"]
    if line.kind.endswith("Gateway"):  # where branches are merged by a rule
        return (
            f"{others_zh}填写的内容未能在「{zh}」全部合并：{'、'.join(names)}。以「{zh}」得出的为准。",
            f"What {others_en} wrote could not all be merged at “{en}”: {', '.join(names)}. What came out there holds.",
        )
    return (
        f"「{zh}」与{others_zh}填写的内容不一致：{'、'.join(names)}。以后填写的「{zh}」为准。",
        f"“{en}” and {others_en} wrote different values: {', '.join(names)}. “{en}” came later and holds.",
    )


def _clock_text(line: History, release: library.OpenRelease) -> Texts:
    name = line.refs.get("clock", "")
    title = clock_titles(release).get(name, name)
    zh, en = title if isinstance(title, tuple) else (title, title)
    said = {
        "clock_started": ("开始计时", "started"),
        "clock_stopped": ("停止计时", "stopped"),
        "clock_paused": ("暂停计时", "paused"),
        "clock_resumed": ("恢复计时", "resumed"),
        "clock_extended": ("已延期", "extended"),
        "clock_recounted": ("按新日历重算", "recounted with the new calendar"),
        "clock_moved": ("提前", "moved forward"),
        "clock_breached": ("已超期", "missed"),
    }.get(line.what, ("", ""))
    return (f"{zh}{said[0]}", f"{en} {said[1]}")
