"""Notices reach whom they are for, once, and hold nobody's data."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from casework import notifications
from casework.directory.people import Particulars, add_person
from casework.directory.signing_in import open_account, set_preferences
from casework.directory.viewing import viewer
from casework.jobs import Job
from casework.notifications import DELIVER, Message, NoticeDelivery, NoticeReading
from casework.persistence import SYSTEM, House, Work
from tests.directory.town import HOUSE, Town


class Post:
    """A channel that remembers what it brought."""

    name = "sms"

    def __init__(self) -> None:
        self.brought: list[Message] = []

    def deliver(self, message: Message) -> str:
        self.brought.append(message)
        return f"ref-{len(self.brought)}"


def codes(town: Town, person_id: int, **how: object) -> list[str]:
    return [one.notice.code for one in notifications.inbox(town.work, viewer(town.work, person_id), **how)]


def test_a_notice_reaches_the_person_the_organisation_and_the_group_and_nobody_else(town: Town) -> None:
    clerk, guard = town.staff("street_officer@东街"), town.staff("company_service@安居物业")
    other = town.staff("street_officer@西街", "company_service@和美物业")
    area, company = town.areas["东街"].id, town.units["安居物业"].id
    notifications.send(town.work, "to_person", f"person:{clerk.id}", key="1")
    notifications.send(town.work, "to_unit", f"organisation:{company}", key="2")
    notifications.send(town.work, "to_group", [f"group:street_officer@a{area}", f"person:{guard.id}"], key="3")
    assert codes(town, clerk.id) == ["to_group", "to_person"]
    assert codes(town, guard.id) == ["to_group", "to_unit"]
    assert codes(town, other.id) == []


def test_the_same_key_tells_nobody_twice(town: Town) -> None:
    clerk = town.staff()
    sent = [notifications.send(town.work, "closed", f"person:{clerk.id}", 7, {"unit": 3}, key="7:end") for _ in "ab"]
    assert sent[0].id == sent[1].id
    assert codes(town, clerk.id) == ["closed"]
    assert [notice.params for notice in notifications.of_case(town.work, 7)] == [{"unit": 3}]


def test_reading_is_each_readers_own(town: Town) -> None:
    one, two = town.staff("street_officer@东街"), town.staff("street_officer@东街")
    group = f"group:street_officer@a{town.areas['东街'].id}"
    first, second = (notifications.send(town.work, "told", group, key=key) for key in "ab")
    notifications.mark_read(town.work, viewer(town.work, one.id), [first.id])
    assert notifications.unread_count(town.work, viewer(town.work, one.id)) == 1
    assert notifications.unread_count(town.work, viewer(town.work, two.id)) == 2
    unread = notifications.inbox(town.work, viewer(town.work, one.id), unread=True)
    assert [one.notice.id for one in unread] == [second.id]
    notifications.mark_read(town.work, viewer(town.work, one.id))
    notifications.mark_read(town.work, viewer(town.work, one.id))
    assert notifications.unread_count(town.work, viewer(town.work, one.id)) == 0


def test_nobody_marks_what_is_not_theirs(town: Town) -> None:
    mine, yours = town.staff(), town.staff()
    sent = notifications.send(town.work, "told", f"person:{mine.id}", key="a")
    notifications.mark_read(town.work, viewer(town.work, yours.id), [sent.id])
    assert town.work.session.scalars(select(NoticeReading)).all() == []
    assert notifications.unread_count(town.work, viewer(town.work, mine.id)) == 1


def test_the_list_goes_on_where_it_ended_and_takes_further_keys(town: Town) -> None:
    me = town.staff()
    for number in range(5):
        notifications.send(town.work, f"n{number}", f"person:{me.id}", key=str(number))
    notifications.send(town.work, "of_case", "case:3:complainant", 3, key="c")
    page = notifications.inbox(town.work, viewer(town.work, me.id), limit=2)
    assert codes(town, me.id, limit=2) == ["n4", "n3"]
    assert codes(town, me.id, limit=2, before=page[-1].notice.id) == ["n2", "n1"]
    assert codes(town, me.id, also=["case:3:complainant"], limit=1) == ["of_case"]


def test_a_notice_holds_references_and_no_personal_numbers(town: Town) -> None:
    with pytest.raises(ValueError, match="by id"):
        notifications.send(town.work, "told", "person:1", params={"phone": "13812345678"}, key="a")


def run(work: Work, handlers: dict[str, object]) -> Sequence[Job]:
    done: list[Job] = []
    while waiting := [
        job for job in work.session.scalars(select(Job).where(Job.kind == DELIVER).order_by(Job.id)) if job not in done
    ]:
        for job in waiting:
            handlers[job.kind](work, job)
            done.append(job)
    return done


def test_channels_bring_a_notice_to_each_person_once_in_their_language(town: Town) -> None:
    post = Post()
    handlers = notifications.handlers([post], lambda _work, notice, language: f"{notice.code}/{language}")
    work = Work(town.work.session, town.work.now, SYSTEM, House(secrets=HOUSE.secrets, handlers=handlers))
    chinese = add_person(work, "resident", Particulars("王小明", "13812345678"))
    english = add_person(work, "resident", Particulars("Ann Lee", "13912345678"))
    silent = add_person(work, "resident")
    open_account(work, english.id, "ann", "correct horse battery")
    set_preferences(work, english.id, language="en")
    notifications.send(work, "closed", [f"person:{one.id}" for one in (chinese, english, silent)], key="a")
    jobs = run(work, handlers)
    run(work, handlers)
    assert [(one.phone, one.text) for one in post.brought] == [
        ("13812345678", "closed/zh"),
        ("13912345678", "closed/en"),
    ]
    assert len({one.key for one in post.brought}) == 2
    states = work.session.execute(select(NoticeDelivery.person_id, NoticeDelivery.state)).all()
    assert dict(states) == {chinese.id: "sent", english.id: "sent", silent.id: "no_address"}
    assert "138" not in repr(post.brought)
    assert all("13812345678" not in str(job.payload) for job in jobs)


def test_a_group_is_whoever_is_in_it_when_the_notice_goes_out(town: Town) -> None:
    area, company = town.areas["东街"].id, town.units["安居物业"].id
    to = [f"group:street_officer@a{area}", f"organisation:{company}", "case:3:complainant"]
    sent = notifications.send(town.work, "told", to, key="a")
    clerk, guard = town.staff("street_officer@东街"), town.staff("company_service@安居物业")
    assert notifications.people_of(town.work, sent) == [clerk.id, guard.id]


def test_without_channels_nothing_is_scheduled(town: Town) -> None:
    assert notifications.handlers([], lambda *_given: "x") == {}
    notifications.send(town.work, "told", "person:1", key="a")
    assert town.work.session.scalars(select(Job).where(Job.kind == DELIVER)).all() == []
