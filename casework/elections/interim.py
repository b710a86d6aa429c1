"""Bodies that act where there is no committee: how they must be made up, and what they may do until one is filed."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from casework.cases import clocks
from casework.cases.step import Step
from casework.directory import queries as directory
from casework.directory.assignment import TIER_AREAS
from casework.directory.days import today as local_today
from casework.directory.roles import COMMITTEE_ROLES, COMPANY_ROLES
from casework.elections import standing
from casework.elections.models import CommunityBody
from casework.elections.queries import mandates
from casework.elections.seating import years_on
from casework.elections.values import people_of, person_of
from casework.errors import Refused
from casework.persistence import Work
from casework.policies.entries import Entry

_FILED = "committee_filed"
_SHARE = "election.epc.party_ratio"
_OFFICIAL = ("street", "community")


def check_pmc(step: Step, members: Sequence[Mapping[str, Any]], chair: Any = None) -> Mapping[str, Any]:
    """Tell whether a property-management committee is made up as the rules of its place ask.

    Returns {met, count, owners, zh, en}: all that is wrong, at once, in both languages.
    """
    rules = clocks.counting(step.work, step.case).pinned
    count, owners = len(members), sum(row.get("side") == "owner" for row in members)
    most = int(str(rules.value("election.pmc.max_members")))
    faults = _size_faults(count, int(str(rules.value("election.pmc.min_members"))))
    if most and count > most:
        faults.append((f"共 {count} 人，最多 {most} 人", f"{count} members, at most {most}"))
    asked = Fraction(str(rules.value("election.pmc.owner_ratio")))
    if not count or Fraction(owners, count) < asked:
        faults.append((f"业主 {owners}/{count}，不得低于 {asked}", f"{owners} owners of {count}, not below {asked}"))
    lead = next((row for row in members if chair is not None and person_of(row) == person_of(chair)), None)
    if lead is None or lead.get("side") not in _OFFICIAL:
        faults.append(("主任由街道或者社区人员担任", "The chair comes from the street or the community"))
    return _checked(step, members, faults, {"owners": Decimal(owners)}, {"owners": owners})


def check_epc(
    step: Step, members: Sequence[Mapping[str, Any]], relatives: Sequence[Mapping[str, Any]] | None = None
) -> Mapping[str, Any]:
    """Tell whether an environment-and-property committee is made up as asked: size, party share, nobody excluded.

    Where province and city ask for different shares both are shown, and the stricter counts. Returns
    {met, count, party, ratios: [{level, source, asked, met}], zh, en}.
    """
    rules = clocks.counting(step.work, step.case).pinned
    count, party = len(members), sum(row.get("party") is True for row in members)
    faults = _size_faults(count, int(str(rules.value("election.epc.min_members"))))
    found = rules.rule(_SHARE)
    ratios = [_ratio(level, entry, party, count) for level, entry in ((found.level, found.entry), *found.others)]
    ratios = [ratio for ratio in ratios if ratio["source"] != "decide"]
    strictest = max((Fraction(ratio["asked"]) for ratio in ratios), default=Fraction(0))
    if not count or Fraction(party, count) < strictest:
        faults.append(
            (f"党员 {party}/{count}，不得低于 {strictest}", f"{party} party members of {count}, not below {strictest}")
        )
    if rules.value("election.epc.relatives_excluded") is True:
        faults += _exclusions(step.work, members, relatives or ())
    return _checked(
        step,
        members,
        faults,
        {"party": Decimal(party), "ratios": ratios},
        {"party": party, "ratios": {ratio["level"]: ratio["met"] for ratio in ratios}},
    )


def appoint_epc(step: Step, members: Sequence[Mapping[str, Any]], term_years: Any) -> None:
    """Put an environment-and-property committee in office in the community; one that sat there before ends."""
    community = directory.ancestor(step.work, step.case.area_id, "community")
    if community is None:
        raise Refused("环物委设在社区，请在社区办理。", "This committee belongs to a community: start it there.")
    day = standing.today(step)
    earlier = body_of(step.work, community.id)
    if earlier is not None:
        earlier.ended_on = day
        step.work.session.flush()
    body = CommunityBody(
        community_id=community.id,
        case_id=step.case.id,
        members=_rows(members),
        appointed_on=day,
        term_ends=years_on(day, int(term_years)),
    )
    step.work.session.add(body)
    step.work.session.flush()
    step.note(f"环物委 {len(members)} 人任职。", f"{len(members)} appointed.", what="appointed", body=body.id)


def start_mandate(
    step: Step, body: str, scope: Sequence[str], members: Sequence[Mapping[str, Any]] | None = None
) -> Mapping[str, Any]:
    """Let `body`, pmc or epc, act for the estate until a committee is filed; never in place of the owners' vote.

    The environment-and-property committee is that of the community. Returns {acting: {body, members}}. Raises Refused
    where another body acts already, or the community has no such committee.
    """
    estate_id = step.case.estate_id or step.case.area_id
    if any(one.body in ("pmc", "epc") for one in mandates(step.work, estate_id)):
        raise Refused("小区已有临时机构代行，请先终止。", "A body acts for this estate already: end its mandate first.")
    rows = _rows(members or ()) if body == "pmc" else _community_rows(step)
    mandate = standing.start_mandate(step, body, list(scope), _FILED, rows)
    step.note(
        f"临时机构开始代行，{len(rows)} 人。",
        f"Mandate begun, {len(rows)} members.",
        what="mandated",
        mandate=mandate.id,
    )
    return {"acting": {"body": body, "members": [Decimal(person) for person in people_of(rows)]}}


def end_mandate(step: Step, because: str) -> None:
    """End what an interim body may do for the estate."""
    for body in ("pmc", "epc"):
        standing.end_mandates(step, body, because)
    step.work.session.flush()
    step.note("临时机构停止代行。", "The interim body acts no more.", what="mandate_ended", because=because)


def body_of(work: Work, community_id: int) -> CommunityBody | None:
    """Return the environment-and-property committee in office in a community; None where there is none."""
    query = select(CommunityBody).filter_by(community_id=community_id, ended_on=None)
    return work.session.scalars(query).first()


def _size_faults(count: int, least: int) -> list[tuple[str, str]]:
    faults = []
    if count < least:
        faults.append((f"共 {count} 人，至少 {least} 人", f"{count} members, at least {least}"))
    if count % 2 == 0:
        faults.append((f"共 {count} 人，须为单数", f"{count} members, must be odd"))
    return faults


def _ratio(level: str, entry: Entry, party: int, count: int) -> dict[str, Any]:
    asked = Fraction(str(entry.value))
    return {
        "level": level,
        "source": entry.source,
        "asked": str(asked),
        "met": bool(count) and Fraction(party, count) >= asked,
    }


def _exclusions(
    work: Work, members: Sequence[Mapping[str, Any]], relatives: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Return a fault for each member who holds a barred post, or whose declared relative does."""
    own = [person for person in people_of(members) if _barred(work, person)]
    theirs = [row for row in relatives if row.get("relative") is not None and _barred(work, person_of(row["relative"]))]
    faults = []
    if own:
        faults.append(
            (
                f"{len(own)} 人在业委会或者物业企业任职",
                f"{len(own)} serve in an estate committee or a property company",
            )
        )
    if theirs:
        faults.append(
            (
                f"{len(theirs)} 人的亲属在业委会或者物业企业任职",
                f"{len(theirs)} have a relative in an estate committee or a property company",
            )
        )
    return faults


def _barred(work: Work, person_id: int) -> bool:
    today = local_today(work)
    held = (post for post in directory.posts_of(work, person_id) if today in post.during)
    return any(post.role in COMMITTEE_ROLES | COMPANY_ROLES for post in held)


def _checked(
    step: Step,
    members: Sequence[Mapping[str, Any]],
    faults: list[tuple[str, str]],
    more: Mapping[str, Any],
    refs: Mapping[str, Any],
) -> Mapping[str, Any]:
    people = people_of(members)
    if len(people) != len(members):
        faults.append(("有人重复", "Somebody is named twice"))
    met = not faults
    zh, en = "；".join(zh for zh, _ in faults), "; ".join(en for _, en in faults)
    step.note(
        "人员构成符合规定。" if met else f"人员构成不符合规定：{zh}。",
        "Made up as the rules ask." if met else f"Not made up as the rules ask: {en}.",
        what="composition",
        met=met,
        count=len(members),
        **refs,
    )
    return {"composition": {"met": met, "count": Decimal(len(members)), **more, "zh": zh, "en": en}}


def _community_rows(step: Step) -> list[dict[str, Any]]:
    community = directory.ancestor(step.work, step.case.area_id, TIER_AREAS[1])
    body = body_of(step.work, community.id) if community is not None else None
    if body is None:
        raise Refused("社区还没有环物委，请先组建。", "The community has no such committee yet: form it first.")
    return list(body.members)


def _rows(members: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"person": person_of(row), "side": row.get("side"), "party": row.get("party") is True, "post": row.get("post")}
        for row in members
    ]


OPERATIONS = {
    "elections.check_pmc": check_pmc,
    "elections.check_epc": check_epc,
    "elections.appoint_epc": appoint_epc,
    "elections.start_mandate": start_mandate,
    "elections.end_mandate": end_mandate,
}
