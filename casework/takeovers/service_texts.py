"""What papers of a takeover say of who answers, of inspections, revenue and hand-overs, as texts."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.directory.models import Organisation
from casework.handovers.models import Handover
from casework.persistence import Work
from casework.takeovers import paper_words as words
from casework.takeovers.entry_models import GROUPS, Inspection, InspectionItem
from casework.takeovers.models import UnitPeriod
from casework.takeovers.money_models import RevenueEntry, RevenuePosting
from casework.votes.texts import BLANK, as_day, figure, local_day, moment


def of_unit(work: Work, period: UnitPeriod | None) -> dict[str, str]:
    """Return who answers for an estate, since when and until when at most; blanks for nobody."""
    if period is None:
        return dict.fromkeys(("name", "kind", "since", "until", "phone"), BLANK)
    unit = work.session.get_one(Organisation, period.unit_id)
    return {
        "name": unit.name,
        "kind": words.KINDS[period.kind],
        "since": moment(work, period.during.lower),
        "until": words.last(work, period.until),
        "phone": unit.duty_phone or BLANK,
    }


def of_inspection(work: Work, found: Inspection | None) -> dict[str, Any]:
    """Return an inspection by its groups; those in which nothing was looked at are left out."""
    if found is None:
        days = dict.fromkeys(("before", "after", "begun", "agreed", "posted", "until"), BLANK)
        return {**days, "groups": [], **dict.fromkeys(("items", "defects", "missing", "stopped"), "0")}
    items = found.items
    rows = {key: [_inspected(work, one) for one in items if one.group == key] for key in GROUPS}
    return {
        "before": words.NONE if found.from_unit_id is None else words.name(work, found.from_unit_id),
        "after": words.name(work, found.to_unit_id),
        "begun": local_day(work, found.begun_at),
        "agreed": words.day(found.agreed_on),
        "posted": BLANK if found.posted_at is None else local_day(work, found.posted_at),
        "until": words.last(work, found.posted_until),
        "groups": [{"name": GROUPS[key][0], "rows": of_group} for key, of_group in rows.items() if of_group],
        "items": str(len(items)),
        "defects": str(sum(one.state == "defect" for one in items)),
        "missing": str(sum(one.state in ("missing", "rebuild") for one in items)),
        "stopped": str(sum(one.isolated_at is not None for one in items)),
    }


def of_revenue(work: Work, found: RevenuePosting | None, entries: Sequence[RevenueEntry]) -> dict[str, Any]:
    """Return a quarter of the owners' own account, line by line."""
    if found is None:
        return {
            **dict.fromkeys(("unit", "first", "last", "before", "income", "cost", "balance", "until"), BLANK),
            "entries": [],
        }
    return {
        "unit": words.name(work, found.unit_id),
        "until": words.last(work, found.until),
        "first": words.day(found.from_on),
        "last": words.day(found.to_on),
        "before": figure(found.balance - found.income + found.cost),
        "income": figure(found.income),
        "cost": figure(found.cost),
        "balance": figure(found.balance),
        "entries": [
            {
                "day": words.day(one.on),
                "item": one.item,
                "income": figure(one.amount) if one.kind == "income" else "",
                "cost": figure(one.amount) if one.kind == "cost" else "",
            }
            for one in entries
        ],
    }


def of_handover(
    work: Work, found: Handover | None, earlier: Handover | None, called: Mapping[str, str]
) -> dict[str, Any]:
    """Return what was handed over, and how it differs from the list before it, with the reason given.

    `called` is what the form calls each item.
    """
    if found is None:
        days = dict.fromkeys(("opened", "due", "ended", "earlier"), BLANK)
        return {**days, "items": [], "differences": []}
    return {
        "opened": local_day(work, found.opened_at),
        "due": words.last(work, found.due_at),
        "ended": BLANK if found.ended_at is None else local_day(work, found.ended_at),
        "earlier": words.NONE if earlier is None or earlier.ended_at is None else local_day(work, earlier.ended_at),
        "items": [
            {
                "no": str(n),
                "item": called.get(str(row["item"]), str(row["item"])),
                "state": _state(row.get("state")),
                "note": str(row.get("note") or ""),
            }
            for n, row in enumerate(found.items, 1)
        ],
        "differences": [
            {
                "item": called.get(str(row["item"]), str(row["item"])),
                "before": _state(row.get("before")),
                "now": _state(row.get("now")),
                "note": str(row.get("note") or "没有说明"),
            }
            for row in found.differences
        ],
    }


def _inspected(work: Work, one: InspectionItem) -> dict[str, str]:
    return {
        "no": str(one.number),
        "item": one.item,
        "state": words.STATES[one.state],
        "grade": one.grade or "",
        "duty": {**words.PAYERS, **words.DUTIES}.get(one.duty or "", ""),
        "keeper": one.keeper,
        "due": "" if one.due is None else as_day(one.due),
        "stopped": "" if one.isolated_at is None else f"{local_day(work, one.isolated_at)}停用",
        "settled": "" if one.settled_at is None else local_day(work, one.settled_at),
    }


def _state(state: Any) -> str:
    return words.STATES.get(str(state), "没有列入")
