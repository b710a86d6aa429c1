"""The inbox: the open work of a person and their groups, in due order, narrowed, and paged."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from casework.cases import inbox
from casework.cases import services as cases
from casework.cases.inbox import Filters
from casework.cases.models import WorkItem
from casework.cases.views import InboxPage
from casework.directory.viewing import viewer
from tests.factories import Stage

DAY = timedelta(days=1)


def page(stage: Stage, person: str = "客服小周", size: int = 50, **filters: object) -> InboxPage:
    with stage.work(person) as work:
        return inbox.page(work, viewer(work, stage.town.person(person)), Filters(**filters), size)


def many(stage: Stage, *dues: datetime | None, case_id: int | None = None, **changed: object) -> list[int]:
    """Put further tasks into the company's inbox, one for each due time; return their ids in that order."""
    item = stage.item(case_id or stage.report(), "handle")
    with stage.work() as work:
        row = work.session.execute(select(WorkItem.__table__).where(WorkItem.id == item.id)).one()._asdict()
        del row["id"]
        made = [
            row | {"task": f"copy {n} {changed}", "due_at": due, "due_clock": None} | changed
            for n, due in enumerate(dues)
        ]
        return [work.session.scalar(insert(WorkItem).values(one).returning(WorkItem.id)) or 0 for one in made]


def test_tasks_come_in_due_order_and_those_without_a_due_time_last(stage: Stage) -> None:
    now = stage.clock.now()
    late, none, soon, far = many(stage, now - DAY, None, now + DAY, now + 20 * DAY)
    ids = [row.id for row in page(stage).rows]
    assert [ids.index(one) for one in (late, soon, far, none)] == sorted(
        ids.index(one) for one in (late, soon, far, none)
    )
    assert ids[-1] == none


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_paging_shows_every_task_once_though_many_are_due_at_the_same_moment(stage: Stage, size: int) -> None:
    due = stage.clock.now() + DAY
    made = many(stage, due, due, due, None, None, due, due)
    seen: list[int] = []
    after = None
    for _ in range(20):
        found = page(stage, size=size, after=after)
        assert len(found.rows) <= size
        seen += [row.id for row in found.rows]
        after = found.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == len(made) + 1
    assert seen == [row.id for row in page(stage).rows]


def test_a_task_that_is_taken_leaves_the_others_inboxes(stage: Stage) -> None:
    stage.do("appoint", person="客服小范", role="company_service", at="company")
    item = stage.item(stage.report(), "handle")
    with stage.work("客服小周") as work:
        cases.claim_item(work, item.id)
    assert [row.id for row in page(stage).rows] == [item.id]
    assert page(stage).rows[0].mine
    assert page(stage, "客服小范").rows == []


def test_each_filter_leaves_what_it_says(stage: Stage) -> None:
    now = stage.clock.now()
    case_id = stage.report()
    (urgent,) = many(stage, now + 5 * DAY, case_id=case_id, element="look", urgency="urgent")
    over, soon, far = many(stage, now - DAY, now + DAY / 2, now + 10 * DAY, case_id=case_id)
    with stage.work("客服小周") as work:
        cases.claim_item(work, far)

    def ids(**filters: object) -> set[int]:
        return {row.id for row in page(stage, **filters).rows}

    every = ids()
    assert ids(mark="over") == {over}
    assert ids(mark="soon") == {soon}
    assert ids(list="mine") == {far}
    assert ids(list="groups") == every - {far}
    assert ids(urgency="urgent") == {urgent}
    assert ids(kind="complaint_work/handle") == every - {urgent}
    assert ids(kind="complaint_in_hand/verify") == set()
    assert ids(estate=stage.town.areas["estate"]) == every
    assert ids(estate=stage.town.areas["estate"] + 1) == set()
    assert soon in ids(day=date(2026, 6, 1))
    assert ids(day=date(2026, 6, 11)) == {far}
    assert ids(words=stage.case(case_id).no.lower()) == every
    assert ids(words="100%") == set()
    assert ids(words="没有这样的案件") == set()


def test_counts_say_how_many_each_filter_would_leave(stage: Stage) -> None:
    now = stage.clock.now()
    many(stage, now - DAY, now - DAY, now + DAY / 2, urgency="urgent")
    with stage.work("客服小周") as work:
        looker = viewer(work, stage.town.person("客服小周"))
        counts = inbox.counts(work, looker)
        for group, name in ((counts.marks, "mark"), (counts.urgencies, "urgency"), (counts.lists, "list")):
            for choice in group:
                found = inbox.page(work, looker, Filters(**{name: choice.value})).rows
                assert len(found) == choice.count, choice
    assert (counts.overdue, counts.lists[0].count) == (2, 4)


def test_counting_stops_at_the_cap_and_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    many(stage, *[stage.clock.now() + DAY] * 6)
    monkeypatch.setattr(inbox, "COUNTED", 5)
    with stage.work("客服小周") as work:
        counts = inbox.counts(work, viewer(work, stage.town.person("客服小周")))
    assert (counts.lists[0].count, counts.lists[0].capped) == (5, True)
    monkeypatch.setattr(inbox, "COUNTED", 100)
    with stage.work("客服小周") as work:
        counts = inbox.counts(work, viewer(work, stage.town.person("客服小周")))
    assert (counts.lists[0].count, counts.lists[0].capped) == (7, False)


def test_nobody_finds_in_the_inbox_what_is_not_theirs(stage: Stage) -> None:
    item = stage.item(stage.report(), "handle")
    for person in ("社区小宋", "乙方客服小唐", "李业主"):
        assert page(stage, person).rows == []
        with stage.work(person) as work:
            assert inbox.find(work, viewer(work, stage.town.person(person)), item.id) is None
