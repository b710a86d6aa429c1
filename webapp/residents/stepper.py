"""Where a case stands in a resident's words: five steps, one of them now."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases.models import Case
from casework.cases.views import Texts

STEPS: Sequence[Texts] = (
    ("收到", "Received"),
    ("派单", "Routed"),
    ("办理", "Handled"),
    ("回访", "Callback"),
    ("办结", "Closed"),
)
TIER_NAMES: dict[int, tuple[str, str]] = {
    1: ("社区督办", "the community"),
    2: ("街道督办", "the street"),
    3: ("县级督办", "the county"),
    4: ("市级督办", "the city"),
}
_ROUTING = frozenset(("intake", "triage", "confirm_triage", "dispatch", "arbitrate", "redispatch_user"))
_ASKING = frozenset(("callback", "attempt", "t_next", "m_rated", "gw_wait"))


@dataclass(frozen=True, slots=True)
class Standing:
    """The step of now, and the word for it."""

    step: int
    label: Texts

    def says(self, case: Case) -> tuple[Texts, list[tuple[str, Texts]]]:
        """Return what the page says about it, and what is worth a notice."""
        notices: list[tuple[str, Texts]] = []
        if case.tier and case.status == "open":
            zh, en = TIER_NAMES[case.tier]
            told = (f"已自动上报，{zh}中，不用您再打电话。", f"Escalated by itself to: {en}. You need not call again.")
            notices.append(("warn", told))
        if case.status == "closed":
            return _ENDED.get(case.outcome or "", ("已经办结。", "It is closed.")), notices
        return _SAYS[self.step], notices


_SAYS: Sequence[Texts] = (
    ("已经收到，正在登记。", "It has arrived and is being registered."),
    ("正在确认由谁来办。", "It is being decided who handles it."),
    (
        "责任单位正在办理。到期没有实际处理，会自动上报。",
        "The responsible unit is on it. If nothing is done in time it escalates.",
    ),
    ("已经办完，请告诉我们您是否满意。", "It has been done; please tell us whether you are satisfied."),
    ("已经办结。", "It is closed."),
)
_ENDED: dict[str, Texts] = {
    "merged": ("与同一件事合并办理。", "It is handled together with the same matter."),
    "refused": ("不予受理，理由已书面告知。", "It was not accepted; you were told why in writing."),
    "explained": ("已依法释明并办结。", "It was closed with an explanation."),
    "stopped": ("已终止办理。", "It was stopped."),
}


def standing(case: Case) -> Standing:
    """Return where the case stands, by its tokens."""
    if case.status == "closed":
        return Standing(4, ("已办结", "Closed"))
    here = {token["element"] for token in case.tokens}
    if here & _ASKING:
        return Standing(3, ("回访中", "Callback"))
    if here & _ROUTING:
        return Standing(1, ("派单中", "Being routed"))
    return Standing(2, ("督办中", "Supervised") if case.tier else ("办理中", "In hand"))


def steps(now: Standing) -> list[tuple[Texts, str]]:
    """Return the five steps with their states; the one of now under its own word."""
    made: list[tuple[Texts, str]] = []
    for index, label in enumerate(STEPS):
        state = "done" if index < now.step or now.step == len(STEPS) - 1 else "now" if index == now.step else "next"
        made.append((now.label if state == "now" else label, state))
    return made
