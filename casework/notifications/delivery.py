"""Notices by other ways than the inbox (SMS, mini-program…): jobs that hand a text to a port."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select

from casework import jobs
from casework.directory.assignment import Target, candidates
from casework.directory.models import Account
from casework.directory.people import phone_for_notices
from casework.directory.queries import members_of
from casework.notifications.models import Notice, NoticeDelivery
from casework.notifications.services import DELIVER
from casework.persistence import Work


@dataclass(frozen=True)
class Message:
    """What a channel is to bring to somebody; `key` is the same at every try, so that the receiver can tell."""

    phone: str = field(repr=False)
    text: str = field(repr=False)
    key: str


class Channel(Protocol):
    """A way out. It raises when it can't deliver now; the job is then tried again."""

    name: str

    def deliver(self, message: Message) -> str:
        """Bring the message and return the other side's reference."""


Render = Callable[[Work, Notice, str], str | None]
"""Makes the text of a notice in a language; None where this notice does not leave the house."""


def handlers(channels: Sequence[Channel], render: Render) -> Mapping[str, Callable[[Work, jobs.Job], None]]:
    """Return the job handlers that bring notices out by these channels; none without channels."""
    by_name = {channel.name: channel for channel in channels}

    def deliver(work: Work, job: jobs.Job) -> None:
        """Spread a notice over its people and channels, one job each; bring out what names both."""
        notice = work.session.get(Notice, int(job.payload["notice"]))
        if notice is None:
            return
        if "person" in job.payload:
            bring(work, notice, int(job.payload["person"]), by_name.get(job.payload["channel"]), render)
            return
        for person_id in people_of(work, notice):
            for name in by_name:
                payload = {"notice": notice.id, "person": person_id, "channel": name}
                key = f"notice:{notice.id}:{person_id}:{name}"
                jobs.schedule(work, DELIVER, payload=payload, case_id=notice.case_id, key=key)

    return {DELIVER: deliver} if by_name else {}


def bring(work: Work, notice: Notice, person_id: int, channel: Channel | None, render: Render) -> None:
    """Bring one notice to one person by one channel, unless that was done before."""
    if channel is None:
        return
    done = select(NoticeDelivery.id).filter_by(notice_id=notice.id, person_id=person_id, channel=channel.name)
    if work.session.scalar(done) is not None:
        return
    language = work.session.scalar(select(Account.language).where(Account.person_id == person_id)) or "zh"
    text, reference = render(work, notice, language), ""
    state = "not_for_channel"
    if text is not None:
        phone = phone_for_notices(work, person_id)
        state = "sent" if phone else "no_address"
        if phone:
            reference = channel.deliver(Message(phone, text, f"notice-{notice.id}-{person_id}"))
    work.session.add(
        NoticeDelivery(
            notice_id=notice.id,
            person_id=person_id,
            channel=channel.name,
            state=state,
            reference=reference,
            at=work.now,
        )
    )
    work.session.flush()


def people_of(work: Work, notice: Notice) -> list[int]:
    """Return the people a notice is for today: by name, in an organisation, or in a group."""
    found: dict[int, None] = {}
    for key in notice.recipients:
        role, at, place = key.partition("@")
        if at and place[1:].isdigit():
            target = Target.area(int(place[1:])) if place[0] == "a" else Target.organisation(int(place[1:]))
            found.update(dict.fromkeys(candidates(work, [role], target)))
        elif key[:1] == "p" and key[1:].isdigit():
            found[int(key[1:])] = None
        elif key[:1] == "o" and key[1:].isdigit():
            members = members_of(work, organisation_id=int(key[1:]))
            found.update(dict.fromkeys(post.person_id for post in members))
    return list(found)
