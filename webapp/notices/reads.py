"""What the list of notices asks of the domain."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, url_for

from casework import notifications
from casework.cases import noticed
from casework.cases.views import NoticeView
from casework.complaints.sights import own_codes
from casework.persistence import Work
from webapp.door import system_work

MOST_COUNTED = 99
_OWN = {"candidate_failed": "reviews.own", "review_ruled": "reviews.own", "objection_answered": "board.own_objections"}
"""Where somebody finds what a notice tells them of themselves, without seeing the case."""


@dataclass(frozen=True, slots=True)
class Row:
    """A notice, and the address of what it is about as far as the person may open it."""

    notice: NoticeView
    href: str | None


def page(work: Work, before: int | None) -> tuple[Sequence[Row], int | None]:
    """Return one page of the notices of the person who asks, and where the next begins."""
    notices, after = noticed.page(work, g.visitor.viewer, before=before)
    codes = own_codes(work, g.visitor.person_id, {one.case_id for one in notices if one.case_id is not None})
    return [Row(one, _address(one, codes)) for one in notices], after


def unread() -> int:
    """Count what the person who asks has not read, up to one more than is told."""
    with system_work() as opened:
        return notifications.unread_count(opened, g.visitor.viewer, most=MOST_COUNTED + 1)


def _address(notice: NoticeView, codes: dict[int, str]) -> str | None:
    if notice.code in _OWN:
        return url_for(_OWN[notice.code])
    if notice.case_id in codes:
        return url_for("residents.track", code=codes[notice.case_id])
    if notice.vote is not None and notice.item is None:
        return url_for("votes.show", vote_id=notice.vote)
    if not g.visitor.may.intersection(("work", "supervise")):
        return None
    if notice.item is not None and "work" in g.visitor.may:
        return url_for("cases.task", task_id=notice.item)
    return url_for("cases.show", case_no=notice.case_no) if notice.case_no else None
