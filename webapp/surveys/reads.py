"""What the survey pages ask of the domain."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import g

from casework.cases import inbox, queries
from casework.cases.models import WorkItem
from casework.cases.views import CaseView, InboxPage, TaskView
from casework.errors import Conflict, NotFound
from casework.persistence import Work
from casework.takeovers.surveying import PROCESS, TASK
from webapp.cases import reads
from webapp.filters import Filters
from webapp.inbox.reads import asked


def page(work: Work, filters: Filters) -> InboxPage:
    """Return one page of the surveys that wait for the person who asks, in due order."""
    return inbox.page(work, g.visitor.viewer, replace(asked(filters), kind=f"{PROCESS}/{TASK}"))


def survey(work: Work, task_id: int) -> tuple[TaskView, CaseView]:
    """Return a survey task, done ones as well, and its case; NotFound for any other task and out of sight."""
    must_be_survey(work, task_id)
    return reads.task(work, task_id)


def form_of(work: Work, task_id: int) -> Mapping[str, Any]:
    """Return the form of a task that the person may see."""
    return reads.form_of(work, task_id)[0]


def must_be_survey(work: Work, task_id: int) -> WorkItem:
    """Return a survey task that is meant for the person; NotFound for any other."""
    item = queries.item_for(work, g.visitor.viewer, task_id)
    if (item.process, item.element) != (PROCESS, TASK):
        raise NotFound("没有这件摸底。", "There is no such survey.")
    return item


def must_be_open(work: Work, task_id: int) -> WorkItem:
    """Return a survey task that the person may still do; Conflict where somebody else did, or does it."""
    item = must_be_survey(work, task_id)
    if item.state == "done" and item.completed_by == g.visitor.person_id:
        raise Conflict("这件摸底您已经办完。", "You have finished this survey already.")
    if item.state == "done":
        raise Conflict("这件摸底已经由他人办完。", "Somebody else has finished this survey.")
    if item.state != "open":
        raise Conflict("案件已进入下一步，这件摸底已撤销。", "The case has moved on; this survey was withdrawn.")
    if item.holder_id not in (None, g.visitor.person_id):
        raise Conflict("这件摸底已由他人领取。", "Somebody else has claimed this survey.")
    return item
