"""What owners and tellers do with ballots in a scenario, each through the same services that the doors call."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from casework.assemblies import services as assemblies
from casework.assemblies.queries import latest
from casework.bootstrap import Casework
from casework.errors import NotFound, Refused
from casework.persistence import Actor, Work
from casework.plays.answers import Names
from casework.plays.naming import called
from casework.plays.rolls import head_of, roll
from casework.plays.script import moment
from casework.plays.tasks import actor_of, case_of, complete
from casework.plays.town import Town
from casework.votes import services as votes
from casework.votes.models import Ballot, Proxy, Vote

PROOF = {"files": [1]}
"""A reference to a writing: what it says is not what a scenario tries."""


def vote(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Owners vote online, one or a numbered range of them; a ballot that does not count is `void`, no refusal."""
    choices = {int(no): choice for no, choice in details["choices"].items()}
    with casework.work() as work:
        before = town.before_owners(vote_of(work, names, details).estate_id)
    for name in (f"{before}{one}" for one in called(details["by"])):
        with casework.work(Actor("person", town.person(name))) as work:
            held = vote_of(work, names, details)
            principal = details.get("for", name)
            head = head_of(work, town, held.roll_id, principal, alone=not details.get("shared", False))
            proxy = _proxy(work, held, head.id) if "for" in details else None
            receipt = votes.cast(work, held.id, head.id, choices, key=details.get("key"), proxy_id=proxy)
            if receipt.valid == details.get("void", False):
                raise Refused(f"{name} 的选票：{receipt.void_because}", f"ballot of {name}: {receipt.void_because}")


def deliver(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Whoever delivers the ballots records it: to all, or to the owners named."""
    with casework.work() as work:
        held = vote_of(work, names, details)
        numbers = _all_numbers(work, held) if "to" not in details else _numbers(work, town, held, details["to"])
        at = moment(details["at"], casework.house.zone) if "at" in details else work.now
    rows = [
        {"first_no": first, "last_no": last, "how": details.get("how", "hand"), "at": at, "photo": {"photos": 1}}
        for first, last in _runs(numbers)
    ]
    complete(casework, town, names, {**details, "task": "deliver", "with": {"deliveries": rows}})


def enter_ballots(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A teller enters the paper ballots: what each owner's says, by name or range, or by the number of the ballot."""
    lines = []
    unsigned = set(called(details.get("unsigned", [])))
    received = {str(one): at for one, at in details.get("received_at", {}).items()}
    with casework.work() as work:
        held = vote_of(work, names, details)
        for pattern, choices in details.get("ballots", {}).items():
            for name in called(str(pattern)):
                number = name if name.isdigit() else _numbers(work, town, held, name)[0]
                end = f" @{received[name]}" if name in received else ""
                lines.append(f"{number} {choices}{' 未签' if name in unsigned else ''}{end}")
    answers = {"received": details.get("received", len(lines)), "lines": "\n".join(lines)}
    complete(casework, town, names, {**details, "task": "enter", "with": answers})


def hand_out(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """The organiser of a secret vote has its key made; every trustee keeps the share."""
    with casework.work(actor_of(town, details)) as work:
        held = vote_of(work, names, details)
        given = assemblies.hand_out_shares(work, held.id)
        names.setdefault("shares", {})[held.round] = given


def open_box(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Trustees (`shares`) open a secret box together; `round` is the vote whose shares they bring."""
    with casework.work(actor_of(town, details)) as work:
        held = vote_of(work, names, details)
        kept = names["shares"][details.get("round", held.round)]
        assemblies.open_box(work, held.id, [kept[town.person(name)] for name in details["shares"]])


def proxy(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A written mandate is recorded: who gives it (`of`), who holds it (`to`), for which items, until when."""
    with casework.work(actor_of(town, details)) as work:
        held = vote_of(work, names, details)
        for name in called(details["of"]):
            votes.give_proxy(
                work,
                held.id,
                head_of(work, town, held.roll_id, name).id,
                town.person(details["to"]),
                principal_id=town.person(name),
                matters=details.get("matters", [item["no"] for item in held.items]),
                until=_day(details["until"]),
                proof=PROOF,
            )


def transfer(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A flat changes hands during a vote, on proof of the registry; `stays` where the former owner had voted."""
    with casework.work(actor_of(town, details)) as work:
        held = vote_of(work, names, details)
        head = head_of(work, town, held.roll_id, details["from"])
        part = work.session.scalars(
            select(Ballot.part_id).where(Ballot.vote_id == held.id, Ballot.head_id == head.id).order_by(Ballot.no)
        ).first()
        if part is None:
            raise NotFound(f"“{details['from']}”没有选票", f"“{details['from']}” holds no ballot")
        moved = votes.transfer_part(work, held.id, part, town.person(details["to"]), PROOF)
        if moved == details.get("stays", False):
            raise Refused("选票应随房屋转移" if not moved else "选票不应转移", "the ballot went the other way")


def coowner(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A co-owner objects to the ballot that another cast, or, with `agreed`, their joint choice is recorded."""
    with casework.work(actor_of(town, details)) as work:
        held = vote_of(work, names, details)
        head = head_of(work, town, held.roll_id, details.get("of", details["by"]), alone=False)
        if "agreed" not in details:
            votes.object_to(work, held.id, head.id, details["reason"])
            return
        agreed = [town.person(name) for name in details["agreed"]]
        choices = {int(no): choice for no, choice in details["choices"].items()} if "choices" in details else None
        votes.settle_objection(work, held.id, head.id, agreed_by=agreed, proof=PROOF, choices=choices)


def add_item(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody adds an item to the agenda of a vote."""
    with casework.work(actor_of(town, details)) as work:
        assemblies.add_item(work, case_of(work, names, details).id, details["item"])


def vote_of(work: Work, names: Names, details: Mapping[str, Any]) -> Vote:
    """Return the newest vote of the case that a step means."""
    found = latest(work, case_of(work, names, details).id)
    if found is None:
        raise NotFound("这个案件没有表决", "This case has no vote")
    return found


def _proxy(work: Work, held: Vote, head_id: int) -> int | None:
    query = select(Proxy.id).where(Proxy.vote_id == held.id, Proxy.head_id == head_id, Proxy.withdrawn_at.is_(None))
    return work.session.scalar(query)


def _numbers(work: Work, town: Town, held: Vote, owners: str | Sequence[str]) -> list[int]:
    numbers: list[int] = []
    for name in called(owners):
        head = head_of(work, town, held.roll_id, name)
        query = select(Ballot.no).where(Ballot.vote_id == held.id, Ballot.head_id == head.id).order_by(Ballot.no)
        numbers += work.session.scalars(query).all()
    return numbers


def _all_numbers(work: Work, held: Vote) -> list[int]:
    return list(work.session.scalars(select(Ballot.no).where(Ballot.vote_id == held.id)))


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return consecutive numbers as first and last of each run."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


VERBS: Mapping[str, Callable[[Casework, Town, Names, Mapping[str, Any]], None]] = {
    "roll": roll,
    "vote": vote,
    "deliver": deliver,
    "enter_ballots": enter_ballots,
    "hand_out": hand_out,
    "open_box": open_box,
    "proxy": proxy,
    "transfer": transfer,
    "coowner": coowner,
    "add_item": add_item,
}
