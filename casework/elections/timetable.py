"""The deadlines of an election in their order: whom each binds, what happens when it is missed, and those to come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.cases import clocks
from casework.cases.models import Case
from casework.cases.timeline import clock_titles
from casework.cases.views import Texts
from casework.definitions import library
from casework.elections.models import Election
from casework.persistence import Work


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of an election. `rule` is what the place says of one that has not begun, from the day `since`."""

    name: str
    title: Texts
    binds: Texts
    missed: Texts
    since: Texts
    rule: Texts | None = None


_LATE: Texts = ("记为逾期，上级可以督办", "It counts as late; the level above may step in")
_KNOWN: Mapping[str, tuple[str, Texts, Texts, Texts]] = {
    "group": ("election.prep_group.form_days", ("街道", "Street"), _LATE, ("从启动起", "From the start")),
    "announce": (
        "election.prep_group.announce_days",
        ("筹备组组长", "Lead of the group"),
        _LATE,
        ("从筹备组成立起", "From the founding of the group"),
    ),
    "documents": (
        "election.first.documents_days",
        ("建设单位", "Developer"),
        (
            "通知街道和县住建，由街道责令移交，并向登记机构索取",
            "Street and county are told; the street orders it and asks the registry",
        ),
        ("从筹备组成立起", "From the founding of the group"),
    ),
    "assembly": (
        "election.first.assembly_days",
        ("组织者", "Organiser"),
        (
            "街道负责人决定延长、责令召开、重新组建或继续",
            "The street's lead decides: more time, an order, a new group, or go on",
        ),
        ("从筹备组成立起", "From the founding of the group"),
    ),
    "order": (
        "election.overdue.order_days",
        ("组织者", "Organiser"),
        ("街道可以重新组建", "The street may have a new group formed"),
        ("从责令起", "From the order"),
    ),
    "first_meeting": (
        "election.committee.first_meeting_days",
        ("当选委员", "Those elected"),
        _LATE,
        ("从选举结果确定起", "From the day the result stands"),
    ),
    "filing": (
        "election.filing.days",
        ("业主委员会主任", "Chair"),
        ("通知社区和街道督促", "Community and street are told to urge it"),
        ("从计票起", "From the count"),
    ),
    "certificate": (
        "election.filing.certificate_limit",
        ("备案机关", "Authority"),
        _LATE,
        ("从收到材料起", "From the day the papers are in"),
    ),
}


def deadlines(work: Work, case: Case, election: Election | None) -> Sequence[Deadline]:
    """Return every deadline that this election has had or will have, in their order.

    One that has not begun yet carries its rule; those of a case that is closed, or that its kind never has, are left
    out.
    """
    begun = {clock.name for clock in clocks.every(work, case)}
    titles = clock_titles(library.opened(work.session, case.release_id))
    coming = set(_to_come(election, begun)) if case.status == "open" else set()
    rules = clocks.counting(work, case).pinned
    made = []
    for name, (key, binds, missed, since) in _KNOWN.items():
        if name in begun or name in coming:
            rule = None if name in begun else (rules.brief(key, "zh"), rules.brief(key, "en"))
            made.append(Deadline(name, titles.get(name, name), binds, missed, since, rule))
    return made


def _to_come(election: Election | None, begun: Iterable[str]) -> Iterable[str]:
    """Yield the deadlines that are still to begin; how long an assembly may take depends on who organises it."""
    if election is None:
        return
    yield from ("first_meeting", "filing", "certificate")
    first = election.variant == "first" and election.attempt == 0
    if election.organiser == "group" and "announce" not in begun:
        yield "announce"
        if first:
            yield from ("documents", "assembly")
