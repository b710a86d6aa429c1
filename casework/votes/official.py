"""What another system has counted, where the law has owners vote only there: compared, checked and taken over."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from casework import audit
from casework.errors import Invalid, Refused, Texts
from casework.persistence import Work
from casework.votes.counting import Ground
from casework.votes.models import Vote
from casework.votes.results import item_result, weight
from casework.votes.standing import locked
from casework.votes.tally import Counted, Item, Weight, judged

_SAID: Mapping[str, Texts] = {
    "for": ("同意", "for"),
    "against": ("反对", "against"),
    "abstain": ("弃权", "abstentions"),
    "invalid": ("无效", "invalid"),
}
_PLATFORMS: Mapping[str, Texts] = {
    "city_housing": ("市住房主管部门的业主表决系统", "the voting system of the city's housing department")
}
_PROOF: Texts = ("请附官方结果文件", "Add the official result")
_HUNDREDTH = Decimal("0.01")


def platform(system: str) -> Texts:
    """Return what pages call the system that policy `vote.online_system` names; one that is not known, as it stands."""
    return _PLATFORMS.get(system, (system, system))


def differences(
    items: Sequence[Mapping[str, Any]], first: Mapping[str, Any], second: Mapping[str, Any]
) -> Sequence[Texts]:
    """Return where two tellers' figures of one result differ, item by item; what either wrote stays unsaid.

    Both as `take_over` takes them, written alike: heads whole, areas as text with two places.
    """
    found = list(_unlike(("参与数", "participants"), first, second, "participants"))
    for item in items:
        one, other = _of_item(first, item["no"]), _of_item(second, item["no"])
        zh, en = f"第 {item['no']} 项“{item['title']}”", f"item {item['no']} “{item['title']}”"
        for word, said in _SAID.items():
            found += _unlike((f"{zh}的{said[0]}数", f"{en}, {said[1]}"), one, other, word)
        ours, theirs = one.get("candidates", {}), other.get("candidates", {})
        for place, candidate in enumerate(item.get("candidates") or (), 1):
            about = f"{zh}第 {place} 名候选人的得票", f"{en}, candidate {place}"
            found += _unlike(about, ours, theirs, candidate["key"])
    return found


def enough_by(work: Work, vote_id: int, counted: Mapping[str, Any]) -> bool:
    """Say whether enough took part by the figures of another system, and take nothing over yet.

    Raises Refused and Invalid as `take_over` does, but asks for no proof.
    """
    ground = Ground(work, _official(work, vote_id))
    participants, _lots = _read(ground, counted, {})
    return ground.rules.participation.met(participants, ground.whole)


def take_over(work: Work, vote_id: int, counted: Mapping[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
    """Store the result of another system: its weights, checked and judged by the rules of the vote; return it.

    `counted` has `participants` and by item number in `items` what each word weighs, and each of the `candidates`; a
    weight is {heads, area}. Taken over again the stored result stays, unless an upheld objection had it entered anew.
    Raises Refused for a vote of our own, Invalid without proof, or where the numbers of an item do not add up.
    """
    vote = _official(work, vote_id)
    if vote.state == "counted" and vote.result is not None:
        return vote.result
    locked(work, vote_id, "prepared", "closed")
    ground = Ground(work, vote)
    participants, lots = _read(ground, counted, {} if proof else {"proof": [_PROOF]})
    ground.participants, ground.silent_items = participants, []
    ground.enough = ground.rules.participation.met(participants, ground.whole)
    titles = {one["no"]: one for one in vote.items}
    told = [item_result(lot, titles[lot.item.no], ground.rules, ground.whole) for lot in lots]
    result = ground.result(told, told)
    vote.state, vote.counted_at, vote.result = "counted", work.now, result
    audit.record(work, ("vote", vote.id), "result_taken_over", proof=proof, participants=weight(participants))
    work.session.flush()
    return result


def _official(work: Work, vote_id: int) -> Vote:
    vote = locked(work, vote_id)
    if vote.mode != "import":
        raise Refused(
            "这次表决在本系统投票，不能录入外部结果。", "This vote is taken here; no other result is taken over."
        )
    return vote


def _read(
    ground: Ground, counted: Mapping[str, Any], lacking: Mapping[str, Sequence[Texts]]
) -> tuple[Weight, Sequence[Counted]]:
    """Return who took part and every item, judged; raise Invalid with what does not add up and what is `lacking`."""
    wrong = dict(lacking)
    participants = _weight(counted.get("participants"))
    if participants is None or not _within(participants, ground.whole):
        wrong["participants"] = [
            ("参与的面积或人数缺失，或超过名册", "The participants lack, or are more than the roll has")
        ]
    lots = []
    for item in ground.items:
        lot = _lot(item, _of_item(counted, item.no), participants or Weight())
        if lot is None:
            wrong[str(item.no)] = [("各项之和与参与数不符，或有缺项", "The parts do not add up to the participants")]
        else:
            lots.append(judged(lot, ground.whole, ground.rules))
    if wrong or participants is None:
        raise Invalid("外部结果不能录入。", "The result can't be taken over.", wrong)
    return participants, lots


def _of_item(counted: Mapping[str, Any], no: int) -> Mapping[str, Any]:
    given = counted.get("items", {})
    return given.get(no) or given.get(str(no)) or {}


def _unlike(about: Texts, one: Mapping[str, Any], other: Mapping[str, Any], key: str) -> Iterator[Texts]:
    """Say in which half of a weight two readings differ: heads, area."""
    ours, theirs = one.get(key) or {}, other.get(key) or {}
    for half, zh, en in (("heads", "人数", "heads"), ("area", "面积", "area")):
        if ours.get(half) != theirs.get(half):
            yield f"{about[0]}：两人录入的{zh}不同", f"{about[1]}: the two entries differ in {en}"


def _lot(item: Item, given: Mapping[str, Any], participants: Weight) -> Counted | None:
    said = [_weight(given.get(word, {"heads": 0, "area": "0"})) for word in _SAID]
    named = given.get("candidates", {})
    candidates = {key: _weight(named.get(key)) for key in item.candidates}
    weights = [one for one in said if one is not None]
    approving = {key: one for key, one in candidates.items() if one is not None}
    if len(weights) < len(_SAID) or len(approving) < len(candidates) or sum(weights, Weight()) != participants:
        return None
    if not all(_within(one, weights[0]) for one in approving.values()):
        return None
    approved, against, abstained, invalid = weights
    return Counted(
        item,
        participants,
        approved=approved,
        against=against,
        abstained=abstained,
        invalid=invalid,
        candidates=approving,
    )


def _weight(given: Any) -> Weight | None:
    """Return a weight that is written exactly; None for anything else, a float among it."""
    if not isinstance(given, Mapping) or isinstance(given.get("area"), float):
        return None
    try:
        area = Decimal(str(given.get("area")))
    except InvalidOperation:
        return None
    heads = given.get("heads")
    if not isinstance(heads, int) or heads < 0 or not area.is_finite() or area < 0 or area != area.quantize(_HUNDREDTH):
        return None
    return Weight(area, heads)


def _within(part: Weight, whole: Weight) -> bool:
    return part.heads <= whole.heads and part.area <= whole.area
