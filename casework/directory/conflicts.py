"""Who may not act, and why: nobody supervises, verifies or scores their own employer or their own work."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from casework.directory.viewing import Viewer


@dataclass(frozen=True)
class Standing:
    """What the rules ask about one person; an employer is "o<organisation>", or "a<area>" for an office without one.

    `for_person` is whom they would act for as a deputy, and `for_employers` that person's employers.
    """

    person_id: int
    employers: frozenset[str] = frozenset()
    for_person: int | None = None
    for_employers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CaseStanding:
    """What the rules ask about a case.

    `handlers` and `handling_units` did the work · `accused_units` (companies and committees) and `accused` are
    complained about · `requester` asked for what is to be decided · `last_verifier` passed the work before ·
    `reviewers` looked into the qualification of somebody ·
    `candidates` stand for election in it · `serving_units` is the unit responsible now ·
    `tier` is the supervising tier · `path` the area's path, for who may know the complainant.
    """

    handlers: frozenset[int] = frozenset()
    handling_units: frozenset[str] = frozenset()
    accused_units: frozenset[str] = frozenset()
    accused: frozenset[int] = frozenset()
    complainants: frozenset[int] = frozenset()
    requester: int | None = None
    last_verifier: int | None = None
    reviewers: frozenset[int] = frozenset()
    candidates: frozenset[int] = frozenset()
    serving_units: frozenset[str] = frozenset()
    confidential: bool = False
    tier: int = 1
    path: str = ""


@dataclass(frozen=True)
class Recusal:
    """Somebody is out of a task, by one rule, for a reason that the page tells."""

    person_id: int
    rule: str
    zh: str
    en: str


Rule = Callable[[Standing, CaseStanding], Recusal | None]


def k1(person: Standing, case: CaseStanding) -> Recusal | None:
    """K1: who verifies, supervises, calls back, scores or reviews is neither the handler nor of their employer."""
    if case.handlers & _acting(person):
        return Recusal(person.person_id, "K1", "本人办理过此案,须回避", "Handled this case")
    if case.handling_units & (person.employers | person.for_employers):
        return Recusal(
            person.person_id, "K1", "与办理人同属一个单位,须回避", "Works for the unit that handled this case"
        )
    return None


def k2(person: Standing, case: CaseStanding) -> Recusal | None:
    """K2: who holds a post in what is complained about, or is complained about, is out, also when cross-appointed."""
    if case.accused & _acting(person):
        return Recusal(person.person_id, "K2", "系被投诉人,须回避", "Is complained about in this case")
    if case.accused_units & (person.employers | person.for_employers):
        return Recusal(person.person_id, "K2", "在被投诉的单位任职,须回避", "Holds a post in the body complained about")
    return None


def k4(person: Standing, case: CaseStanding) -> Recusal | None:
    """K4: who asked for something does not approve it."""
    if case.requester is not None and case.requester in _acting(person):
        return Recusal(person.person_id, "K4", "申请人不能审批自己的申请", "Asked for what is to be approved")
    return None


def k5(person: Standing, case: CaseStanding) -> Recusal | None:
    """K5: who stands for election neither counts the votes nor leads the group."""
    if case.candidates & _acting(person):
        return Recusal(person.person_id, "K5", "系本次选举的候选人,须回避", "Stands for election in this case")
    return None


def not_last_verifier(person: Standing, case: CaseStanding) -> Recusal | None:
    """Who passed the work last does not decide about the complaint against it."""
    if case.last_verifier is not None and case.last_verifier in _acting(person):
        return Recusal(person.person_id, "not_last_verifier", "上次审核由本人作出,须回避", "Verified this case last")
    return None


def not_reviewer(person: Standing, case: CaseStanding) -> Recusal | None:
    """Who reviewed somebody's qualification does not rule on the challenge to it."""
    if case.reviewers & _acting(person):
        return Recusal(person.person_id, "not_reviewer", "参加过资格审查,须回避", "Took part in the review")
    return None


def not_serving(person: Standing, case: CaseStanding) -> Recusal | None:
    """Who works for the unit that serves now does not rate its service; who served before may."""
    if case.serving_units & (person.employers | person.for_employers):
        return Recusal(person.person_id, "not_serving", "在现责任单位任职,须回避", "Works for the unit that serves")
    return None


def accused_only(person: Standing, case: CaseStanding) -> Recusal | None:
    """Whoever is personally complained about handles nothing of the case, also inside their own unit (part of K2)."""
    return k2(person, CaseStanding(accused=case.accused))


RULES: Mapping[str, Rule] = {
    "K1": k1,
    "K2": k2,
    "K4": k4,
    "not_last_verifier": not_last_verifier,
    "K5": k5,
    "not_reviewer": not_reviewer,
    "not_serving": not_serving,
}
EMPLOYERS_ASKED = frozenset({"K1", "K2", "not_serving"})
# K3 is about reading: a task may name it, but it takes nobody out of it here.
NAMES = frozenset({*RULES, "K3"})


def recusal(rules: Collection[str], person: Standing, case: CaseStanding, *, own_unit: bool = False) -> Recusal | None:
    """Return the first reason why this person may not act, or None.

    With `own_unit` the task is the accused unit's own to do, so K2 takes out the accused person alone.
    """
    found = accused_only(person, case)
    for name in () if found else rules:
        rule = accused_only if own_unit and name == "K2" else RULES.get(name)
        found = rule(person, case) if rule else None
        if found:
            break
    return found


@dataclass(frozen=True)
class Verdict:
    """Whether something may be seen, and if not, why."""

    allowed: bool
    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def may_see_identity(viewer: Viewer, case: CaseStanding) -> Verdict:
    """K3: say whether this viewer may know who complained.

    The complainant may. The accused side never may, in any office it also holds. On a confidential case nobody below
    the supervising tier may; else whoever holds an office over the area, or belongs to a unit that handles it.
    """
    if viewer.everything or (viewer.person_id is not None and viewer.person_id in case.complainants):
        return Verdict(True)
    if viewer.person_id in case.accused or _employers(viewer) & case.accused_units:
        return Verdict(False, "被投诉方不能查看诉求人身份", "The side complained about never sees the complainant")
    if case.confidential:
        if viewer.tier_over(case.path) >= max(case.tier, 1):
            return Verdict(True)
        return Verdict(
            False, "诉求人要求保密,仅督办层级以上可见", "Confidential: only the supervising tier and above may see"
        )
    if viewer.reads(case.path) or _employers(viewer) & case.handling_units:
        return Verdict(True)
    return Verdict(False, "无权查看诉求人身份", "Not among those who may see the complainant")


def _employers(viewer: Viewer) -> frozenset[str]:
    return frozenset(f"o{organisation}" for organisation in viewer.organisations)


def _acting(person: Standing) -> frozenset[int]:
    return frozenset({person.person_id} if person.for_person is None else {person.person_id, person.for_person})
