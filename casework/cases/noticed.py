"""Notices in words: what a person was told, in both languages, and where it leads as far as they may still look."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from casework import notifications
from casework.cases.models import Case, Instruction, WorkItem
from casework.cases.queries import may_see
from casework.cases.timeline import INSTRUCTIONS
from casework.cases.views import NoticeView, Texts
from casework.definitions import library
from casework.directory.models import Area, Organisation
from casework.directory.viewing import Viewer
from casework.notifications import Notice
from casework.persistence import Work

_BLANK = re.compile(r"\{(\w+)\}")
_SENTENCE = re.compile(r"[^。！？.;；]+(?:[.](?!\s|$)[^。！？.;；]*)*(?:[。！？;；]|[.](?=\s|$))?\s*")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def page(
    work: Work, seen_by: Viewer, *, before: int | None = None, size: int = 30
) -> tuple[list[NoticeView], int | None]:
    """Return one page of a person's notices, newest first, and the id to go on before; None at the end."""
    received = notifications.inbox(work, seen_by, before=before, limit=size + 1)
    shown = received[:size]
    cases = {one.id: one for one in _cases(work, seen_by, [one.notice.case_id for one in shown])}
    said = _instructions(work, [one.notice for one in shown if one.notice.case_id in cases])
    items = _items(work, seen_by, [one.notice.params.get("item") for one in shown])
    rows = []
    for one in shown:
        notice = one.notice
        case = cases.get(notice.case_id or 0)
        title, text = words(work, notice, case, said.get(notice.params.get("instruction", 0), ""))
        item = notice.params.get("item")
        rows.append(
            NoticeView(
                notice.id,
                notice.created_at,
                title,
                text,
                one.read_at is not None,
                case.id if case else None,
                case.no if case else None,
                item if item in items else None,
                notice.params.get("vote"),
                notice.code,
            )
        )
    return rows, shown[-1].notice.id if len(received) > size else None


def words(work: Work, notice: Notice, case: Case | None, said: str = "") -> tuple[Texts, Texts]:
    """Return title and text of a notice; without `case`, which its reader may not see, from its parameters alone.

    A sentence with a blank that nothing fills is left out. `said` are a supervisor's own words.
    """
    if notice.code in INSTRUCTIONS:
        return _instruction(notice, case, said)
    templates = _templates(work, notice)
    filled = []
    for language, template in zip(("zh", "en"), templates, strict=True):
        known = _known(work, notice, case, language)
        filled.append((_filled(template.get("title", ""), known), _filled(template.get("text", ""), known)))
    (title_zh, text_zh), (title_en, text_en) = filled
    title: Texts = (title_zh or "通知", title_en or "Notice")
    about: Texts = (case.title_zh, case.title_en or case.title_zh) if case is not None else ""
    return title, (text_zh, text_en) if text_zh and text_en else about


def _instruction(notice: Notice, case: Case | None, said: str) -> tuple[Texts, Texts]:
    zh, en = {
        "reminded": ("催办：请尽快办理案件{no}", "Reminder: deal with case {no}"),
        "handed_over": ("案件{no}的待办已转交", "A task of case {no} was handed on"),
        "freed": ("案件{no}的待办已释放", "A task of case {no} was taken back"),
        "noted": ("案件{no}有新的批示", "A new instruction on case {no}"),
    }[notice.code]
    no = case.no if case is not None else ""
    return (zh.format(no=no), en.format(no=no).strip()), said


def _templates(work: Work, notice: Notice) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the designer's texts of a notice, Chinese and English; from the release that the case is pinned to."""
    release_id = work.session.scalar(select(Case.release_id).where(Case.id == notice.case_id))
    if release_id is None:
        return {}, {}
    release = library.opened(work.session, release_id)
    folder = next((name for name, about in release.about.items() if notice.code in about.get("notices", {})), None)
    if folder is None:
        return {}, {}
    chinese = release.about[folder]["notices"][notice.code]
    return chinese, release.texts.get(folder, {}).get("notices", {}).get(notice.code, chinese)


def _known(work: Work, notice: Notice, case: Case | None, language: str) -> dict[str, str]:
    half = 0 if language == "zh" else 1
    told: dict[str, Any] = dict(notice.params)
    if case is not None:
        estate = work.session.get(Area, case.estate_id or case.area_id)
        unit = work.session.get(Organisation, case.unit_id) if case.unit_id is not None else None
        told.setdefault("case_no", case.no)
        for name, found in (("estate", estate), ("unit", unit)):
            if found is not None:
                told.setdefault(name, (found.name, found.name_en or found.name)[half])
    return {name: _plain(value, language, work.house.zone) for name, value in told.items() if value is not None}


def _plain(value: Any, language: str, zone: ZoneInfo) -> str:
    """Write a value as people read it; a moment in the jurisdiction's zone, midnight as the end of its day."""
    text = str(value)
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return (
            f"{day.year}年{day.month}月{day.day}日"
            if language == "zh"
            else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        )
    if not _INSTANT.match(text):
        return text
    at = datetime.fromisoformat(text).astimezone(zone)
    clock = f"{at:%H:%M}"
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        at, clock = at - timedelta(days=1), "24:00"
    return f"{at.month}月{at.day}日 {clock}" if language == "zh" else f"{at.day} {_MONTHS[at.month - 1]} {clock}"


def _filled(template: str, known: Mapping[str, str]) -> str:
    kept = [
        _BLANK.sub(lambda found: known[found[1]], sentence)
        for sentence in _SENTENCE.findall(template)
        if all(name in known for name in _BLANK.findall(sentence))
    ]
    return "".join(kept).strip()


def _cases(work: Work, seen_by: Viewer, ids: Sequence[int | None]) -> Sequence[Case]:
    wanted = {one for one in ids if one is not None}
    return work.session.scalars(select(Case).where(Case.id.in_(wanted), may_see(work, seen_by))).all() if wanted else ()


def _instructions(work: Work, notices: Sequence[Notice]) -> dict[int, str]:
    wanted = {notice.params["instruction"] for notice in notices if "instruction" in notice.params}
    return {one.id: one.text for one in work.session.scalars(select(Instruction).where(Instruction.id.in_(wanted)))}


def _items(work: Work, seen_by: Viewer, ids: Sequence[int | None]) -> set[int]:
    """Return which of the tasks are open and meant for the viewer."""
    wanted = {one for one in ids if one is not None}
    query = select(WorkItem.id).where(
        WorkItem.id.in_(wanted), WorkItem.state == "open", WorkItem.groups.overlap(list(seen_by.groups))
    )
    return set(work.session.scalars(query)) if wanted else set()
