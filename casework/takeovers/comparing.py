"""What a company hands out against what was handed in to it: the differences that somebody has to explain."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from casework.handovers.models import Handover
from casework.persistence import Work
from casework.takeovers.entry_models import Inspection, InspectionItem

_GOOD = ("present", "sound")
_WORSE = {"present": 0, "sound": 0, "rebuild": 1, "C": 1, "B": 2, "missing": 2, "lost": 2, "A": 3}
_HANDED = {
    "drawings": ("documents", "竣工图纸"),
    "equipment": ("documents", "设施设备档案"),
    "repairs": ("documents", "维修记录"),
    "keys": ("documents", "钥匙清单"),
    "accounts": ("accounts", "账簿"),
    "prepaid": ("accounts", "预收费用"),
    "deposits": ("accounts", "押金、保证金"),
    "contracts": ("contracts", "合同"),
}
"""What a hand-over list calls the items of an inspection."""
Row = dict[str, Any]


def before(work: Work, estate_id: int, unit_id: int | None) -> Inspection | None:
    """Return the last agreed inspection by which a unit took over an estate; None where it never did."""
    if unit_id is None:
        return None
    query = select(Inspection).where(
        Inspection.estate_id == estate_id, Inspection.to_unit_id == unit_id, Inspection.agreed_on.is_not(None)
    )
    return work.session.scalars(query.order_by(Inspection.id.desc()).limit(1)).first()


def compare(then: Inspection, now: Inspection | Handover) -> list[Row]:
    """Return where what is handed out is unlike what was handed in, in the order of the earlier list.

    Rows are {group, item, item_en, was, now, difference, needed}: states as in the lists, a defect with its grade;
    `difference` is worse, better, gone (not on the later list) or added. `needed` says that it has to be explained:
    what is worse or gone, and what is added with a fault. What was put right meanwhile counts as good. A hand-over
    list is compared by the papers and accounts it names, for it tells of nothing else.
    """
    known = _keyed(then.items, _state_of)
    found = _keyed(now.items, _state_of) if isinstance(now, Inspection) else _handed(now)
    english = {_key(row): row.item_en for row in then.items}
    if isinstance(now, Inspection):
        english |= {_key(row): row.item_en for row in now.items}
        asked: Iterable[tuple[str, str, int]] = known
    else:
        asked = [key for key in known if key in found]
    rows = [_row(key, known[key], found.get(key)) for key in asked]
    rows += [_row(key, None, found[key]) for key in found if key not in known]
    return [{**row, "item_en": english.get((row["group"], row["item"]), "")} for row in rows if row["difference"]]


def explained(rows: Sequence[Row], given: Sequence[Mapping[str, Any]] | None) -> list[Row]:
    """Return the differences with the explanations given for them, by group and item, empty where none was."""
    texts = {(one.get("group"), one.get("item")): str(one.get("explanation") or "").strip() for one in given or ()}
    return [{**row, "explanation": texts.get((row["group"], row["item"]), "")} for row in rows]


def _row(key: tuple[str, str, int], then: str | None, now: str | None) -> Row:
    difference = _difference(then, now)
    needed = difference in ("worse", "gone") or (difference == "added" and now not in _GOOD)
    return {
        "group": key[0],
        "item": key[1],
        "was": then,
        "now": now,
        "difference": difference,
        "needed": needed,
    }


def _difference(then: str | None, now: str | None) -> str | None:
    if then is None:
        return "added"
    if now is None:
        return "gone"
    step = _WORSE.get(now, 0) - _WORSE.get(then, 0)
    return None if step == 0 else "worse" if step > 0 else "better"


def _key(row: InspectionItem) -> tuple[str, str]:
    return row.group, row.item


def _keyed(rows: Sequence[InspectionItem], state: Any) -> dict[tuple[str, str, int], str]:
    """Return the states by group and item; of several alike, each with its number."""
    found: dict[tuple[str, str, int], str] = {}
    for row in rows:
        alike = sum(1 for group, item, _ in found if (group, item) == _key(row))
        found[(*_key(row), alike)] = state(row)
    return found


def _state_of(row: InspectionItem) -> str:
    if row.settled_at is not None:
        return "present" if row.state in ("missing", "rebuild") else "sound"
    return row.grade if row.grade is not None else row.state


def _handed(handover: Handover) -> dict[tuple[str, str, int], str]:
    return {(*_HANDED[row["item"]], 0): str(row["state"]) for row in handover.items if row.get("item") in _HANDED}
