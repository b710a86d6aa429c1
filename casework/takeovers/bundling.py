"""Bundles of old estates: who is in by its own owners' vote, which company serves, and that none is left out."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.cases import clocks, messages
from casework.cases.notices import tell
from casework.cases.operations import close
from casework.cases.services import link
from casework.cases.step import Step
from casework.directory import serving
from casework.elections.queries import in_office
from casework.engine import Message
from casework.errors import Conflict, NotFound, Refused
from casework.persistence import Work
from casework.takeovers import bundles, units
from casework.takeovers.answering import SERVICE, service_at
from casework.takeovers.bundles import LEAST, OWN
from casework.takeovers.models import FlaggedEstate
from casework.takeovers.planning_models import Bundle, BundleMember
from casework.votes.models import Roll, Vote

_TAKEOVER, _OPERATION = "estate_takeover", "takeover_operation"
_WHY = "bundle"
_HIRE, _FEE = 1, 2
"""The agenda of a mandate: nobody is served for a fee that the owners have not agreed to."""
_ROUNDS = 2
_UNSAID = frozenset({"summary", "summary_en"})
_METHODS = {"tender": ("招标", "by tender"), "negotiated": ("协议", "by agreement")}


def form_bundle(step: Step, estates: Sequence[Any]) -> Mapping[str, Any]:
    """Bundle flagged old estates of the street of the case (聊城条例 57); each is asked by a vote of its own.

    `estates` are ids, or rows {estate}. The takeover that found an estate fit for a bundle is linked. Returns {pending:
    [{estate, name, body}], members: []}. Raises Refused for fewer than takeover.bundle.min_estates, for an estate of
    another street, unflagged, not old, or without a roll of owners; Conflict for one that is in another open bundle or
    taken over by a case of its own.
    """
    work, case = step.work, step.case
    wanted = [int(row["estate"] if isinstance(row, Mapping) else row) for row in estates]
    least = _least(step)
    if len(set(wanted)) < least:
        raise Refused(f"打包至少 {least} 个不同的小区。", f"A bundle has at least {least} different estates.")
    flags = bundles.fit(work, case.area_id, wanted)
    bundle = Bundle(case_id=case.id, street_id=case.area_id, made_at=work.now)
    bundle.members = [BundleMember(estate_id=one.estate_id) for one in flags]
    work.session.add(bundle)
    work.session.flush()
    for one in flags:
        link(work, case.id, one.case_id, _WHY)
    names = bundles.names_of(work, [one.estate_id for one in flags])
    step.note(
        f"打包 {len(flags)} 个小区，各自表决。",
        f"{len(flags)} estates are bundled; each votes for itself.",
        what="bundled",
        bundle=bundle.id,
        estates=[one.estate_id for one in flags],
    )
    pending = [
        {"estate": Decimal(one.estate_id), "name": names[one.estate_id], "body": _body(work, one)} for one in flags
    ]
    return {"estates": None, "pending": pending, "members": []}


def settle_bundle(step: Step, mandates: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Fix who is in by what each estate's owners decided: `mandates` are rows {member: {estate, …}, vote}.

    Yes to the mandate and to the fee is in. No stays with the company that serves, else gets a takeover of its own.
    Where too few took part the estate is asked once more; the second time basic service is opened, or the one there
    goes on. One estate never decides for another. With nobody left to ask and fewer in than
    takeover.bundle.min_estates, each of those goes its own way too and the bundle ends. Returns {pending, members:
    [{estate, name, body, vote}], mandates: null}.
    """
    bundle = _bundle(step)
    rows = {row.estate_id: row for row in bundle.members}
    pending, members = [], list(step.data.get("members") or ())
    for told in mandates:
        member, vote = told["member"], told["vote"]
        row = rows[int(member["estate"])]
        if row.outcome != "pending":
            continue
        row.vote_id = int(vote["id"])
        if vote.get("void") and bundle.round < _ROUNDS:
            pending.append(member)
        elif vote.get("void"):
            _out(step, row, "basic")
        elif _passed(vote):
            row.outcome, row.decided_at = "yes", step.work.now
            members.append({**member, "vote": {key: value for key, value in vote.items() if key not in _UNSAID}})
        else:
            _out(step, row, "no")
    agreed = [row for row in bundle.members if row.outcome == "yes"]
    if pending:
        bundle.round += 1
    elif len(agreed) < _least(step):
        for row in agreed:
            _out(step, row, "single")
        _end(step, bundle, "single")
    _tell_settled(step, bundle, len(agreed), len(pending))
    return {"pending": pending, "members": members, "mandates": None}


def award_bundle(step: Step, firm: int, method: str) -> None:
    """Record the one company that serves the whole bundle, and how it was chosen: tender or negotiated.

    Raises Refused for any other way, and for a body that is no company.
    """
    bundle = _bundle(step)
    if method not in _METHODS:
        raise Refused(f"没有“{method}”这种选聘方式。", f"There is no such way of hiring: “{method}”.")
    if not serving.is_company(step.work, int(firm)):
        raise Refused("中选的须是物业服务企业。", "Whoever is chosen has to be a company.")
    bundle.unit_id = int(firm)
    name, (zh, en) = units.name_of(step.work, int(firm)), _METHODS[method]
    step.note(f"{zh}选聘{name}。", f"{name} is hired {en}.", what="awarded", unit=int(firm), method=method)


def decline(step: Step, reason: str) -> None:
    """Have every entry of the bundle that has not happened yet stop, for the company has declined; what it serves
    already stays its own.
    """
    bundle = _bundle(step)
    now = bundles.answering(step.work, [row.estate_id for row in bundle.members])
    waiting = [
        case_id
        for estate_id, case_id in bundles.entries_of(step.work, step.case.id).items()
        if now.get(estate_id) != bundle.unit_id
    ]
    messages.post_to(step.work, step.case, Message("entry_stopped", {"reason": "declined"}), waiting)
    step.note(
        f"企业退出，中止 {len(waiting)} 个小区的进驻：{reason}",
        f"The company declined; entry stops at {len(waiting)} estates: {reason}",
        what="declined",
    )


def check_totals(step: Step, entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Close the books of a bundle: members and other units are all estates, none twice, none left out.

    `entries` are rows {member, entry: {result}, contract}. Where the company entered its service begins in a case of
    the estate; where it was stopped the estate gets a takeover of its own. Returns {totals: {all, entered, stopped, no,
    basic}, entries: null}. Raises Conflict with the estates that are undecided, that nobody answers for, or for which
    another unit answers than has entered.
    """
    work, bundle = step.work, _bundle(step)
    rows = {row.estate_id: row for row in bundle.members}
    for told in entries:
        row = rows[int(told["member"]["estate"])]
        if row.outcome != "yes":
            continue
        if (told.get("entry") or {}).get("result") == "entered":
            _close(step, row, "entered")
            _start(step, _OPERATION, row.estate_id, _service(step, bundle, row, told))
        else:
            _out(step, row, "stopped")
    _must_add_up(work, bundle)
    outcomes = [row.outcome for row in bundle.members]
    totals = {word: Decimal(outcomes.count(word)) for word in ("entered", "stopped", "no", "basic")}
    _end(step, bundle, "bundled")
    others = len(outcomes) - int(totals["entered"])
    step.note(
        f"打包 {len(outcomes)} 个小区：进驻 {totals['entered']} 个，其他责任单位 {others} 个。",
        f"{len(outcomes)} estates: {totals['entered']} entered, {others} with other units.",
        what="totals",
        **{word: int(number) for word, number in totals.items()},
    )
    counted = {word: str(number) for word, number in totals.items()}
    tell(step, "bundle_ended", "street_officer county_officer", all=len(outcomes), others=others, **counted)
    return {"totals": {"all": Decimal(len(outcomes)), **totals}, "entries": None}


def _out(step: Step, row: BundleMember, outcome: str) -> None:
    """Take an estate out of the bundle and see that somebody takes care of it."""
    _close(step, row, outcome)
    if outcome == "basic":
        running = service_at(step.work, row.estate_id)
        if running is None:
            _start(step, SERVICE, row.estate_id, {"mode": "basic", "reason": "not_hired"})
        else:
            link(step.work, step.case.id, running, SERVICE)
        return
    present = units.responsible(step.work, row.estate_id)
    if outcome != "no" or present is None or present.kind != "serving":
        flag = units.flagged(step.work, row.estate_id)
        _start(step, _TAKEOVER, row.estate_id, {"origin": OWN if flag is None else flag.origin})


def _close(step: Step, row: BundleMember, outcome: str) -> None:
    row.outcome, row.decided_at, row.open = outcome, step.work.now, False


def _start(step: Step, process: str, estate_id: int, data: Mapping[str, Any]) -> None:
    wanted = {"process": process, "from": step.case.id, "area": estate_id, "why": _WHY, "data": dict(data)}
    step.later("cases.start", wanted, key=f"start:{process}:{estate_id}")


def _service(step: Step, bundle: Bundle, row: BundleMember, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the service of an estate begins with: its own works, contract and roll."""
    data = step.data
    vote = step.work.session.get_one(Vote, row.vote_id or 0)
    roll = step.work.session.get_one(Roll, vote.roll_id)
    works = [one for one in data.get("renovation") or () if int(one.get("estate") or 0) == row.estate_id]
    return {
        "plan": {"renovation": works, "trial": False},
        "contract": told.get("contract"),
        "vote": told["member"].get("vote"),
        "soe": Decimal(bundle.unit_id or 0),
        "built_area": roll.area,
        "households": Decimal(roll.parts),
        "inspection": told.get("inspection"),
    }


def _must_add_up(work: Work, bundle: Bundle) -> None:
    work.session.flush()
    undecided = [row.estate_id for row in bundle.members if row.open]
    answering = bundles.answering(work, [row.estate_id for row in bundle.members])
    wrong = [
        row.estate_id
        for row in bundle.members
        if row.estate_id not in answering or (row.outcome == "entered" and answering[row.estate_id] != bundle.unit_id)
    ]
    found = bundles.names_of(work, [*undecided, *wrong])
    if found:
        named = "、".join(found.values())
        raise Conflict(
            f"总数不符：{named}去向未定，或责任单位不对。",
            f"The totals don't add up: {named} undecided, or with the wrong unit.",
        )


def _end(step: Step, bundle: Bundle, outcome: str) -> None:
    bundle.ended_at = step.work.now
    step.work.session.flush()
    close(step, outcome)


def _tell_settled(step: Step, bundle: Bundle, inside: int, again: int) -> None:
    number = len(bundle.members)
    others = number - inside - again
    step.note(
        f"{number} 个小区：同意 {inside} 个，再表决 {again} 个，另行处理 {others} 个。",
        f"{number} estates: {inside} agreed, {again} vote again, {others} go their own way.",
        what="members_settled",
        inside=inside,
        again=again,
    )
    told = {"all": number, "inside": inside, "again": again, "others": others}
    tell(step, "bundle_settled", "street_officer county_officer", **told)


def _passed(vote: Mapping[str, Any]) -> bool:
    items: Iterable[Mapping[str, Any]] = vote.get("results") or ()
    return {_HIRE, _FEE} <= {int(item["no"]) for item in items if item.get("passed") is True}


def _body(work: Work, flag: FlaggedEstate) -> str:
    """Return who stands for the owners: the committee in office, else what the newest survey found."""
    return "committee" if in_office(work, flag.estate_id) is not None else bundles.surveyed_body(work, flag.estate_id)


def _least(step: Step) -> int:
    return int(str(clocks.counting(step.work, step.case).pinned.value(LEAST)))


def _bundle(step: Step) -> Bundle:
    found = step.work.session.scalars(select(Bundle).filter_by(case_id=step.case.id).with_for_update()).one_or_none()
    if found is None:
        raise NotFound("还没有拟定打包范围。", "No bundle has been formed yet.")
    return found


OPERATIONS = {
    "takeovers.form_bundle": form_bundle,
    "takeovers.settle_bundle": settle_bundle,
    "takeovers.award_bundle": award_bundle,
    "takeovers.decline": decline,
    "takeovers.check_totals": check_totals,
}
