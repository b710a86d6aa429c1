"""Taking in what the tellers have read of the paper ballots, each in their own name."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from casework.assemblies import papers
from casework.assemblies.queries import readings
from casework.cases.step import Step
from casework.cases.values import from_json
from casework.errors import Invalid
from casework.persistence import Actor
from casework.votes import services as votes
from casework.votes.models import PaperEntry, Vote


def take_in(step: Step, vote: Vote, row: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Keep one teller's reading; yield what of it can't be kept, and sheets that were counted but not read."""
    work, zone = step.work, step.work.house.zone
    entries = [_entry(one, vote) for one in row.get("ballots") or ()]
    entries += papers.lines_in(row.get("lines") or "", vote.items, zone)
    person = teller_of(step, row)
    try:
        votes.enter_paper(work.acting_as(Actor("person", person)), vote.id, entries)
    except Invalid as wrong:
        for line, texts in wrong.fields.items():
            yield {"ballot_no": None, "zh": f"第 {line} 行：{texts[0][0]}", "en": f"Line {line}: {texts[0][1]}"}
        return
    read = work.session.scalar(
        select(func.coalesce(func.sum(PaperEntry.papers), 0)).where(
            PaperEntry.vote_id == vote.id, PaperEntry.entered_by == person
        )
    )
    if read != int(row["received"]):
        yield {
            "ballot_no": None,
            "zh": f"一名计票人清点 {int(row['received'])} 张，录入 {read} 张",
            "en": f"A teller counted {int(row['received'])} sheets and entered {read}",
        }


def teller_of(step: Step, row: Mapping[str, Any]) -> int | None:
    """Return the teller who sent a reading."""
    tasks = readings(step.work, step.case.id)
    task = next((one for one in tasks if _reads(one.subject, row["reader"]["reading"])), None)
    return task.completed_by if task is not None and task.completed_by is not None else step.person_id


def _reads(subject: Mapping[str, Any], reading: Any) -> bool:
    instance = from_json(subject.get("instance")) or {}
    return bool(instance.get("reading") == reading)


def _entry(row: Mapping[str, Any], vote: Vote) -> dict[str, Any]:
    return {
        "ballot_no": int(row["ballot_no"]),
        "choices": papers.choices_in(row["choices"], vote.items),
        "signed": row.get("signed") is True,
        "received_at": row.get("received_at"),
    }
