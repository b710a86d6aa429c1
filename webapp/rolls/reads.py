"""What the pages of the roll read, and how a form becomes a correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from casework.directory.people import shown
from casework.directory.viewing import Viewer
from casework.errors import Invalid, Texts
from casework.persistence import Work
from casework.votes import comparing, corrections, importing, posting, rolls
from casework.votes.corrections import Change
from casework.votes.identities import Owner, Side, id_number_in, is_unit, names_in, phone_in, pieces_in
from casework.votes.models import Roll, RollImport

STATES = {"draft": ("草稿", "Draft"), "frozen": ("已固定", "Frozen")}
BASES = {"registry": ("不动产登记", "Registry"), "survey": ("实测", "Survey"), "contract": ("合同", "Contract")}
KINDS = {
    "person": ("个人", "Owner"),
    "joint": ("共有", "Co-owners"),
    "developer": ("建设单位", "Developer"),
    "unit": ("单位", "Unit"),
}
SIDES = {"person": ("个人", "A person"), "unit": ("单位", "A unit")}
SHOWN_FINDINGS = 100
SHOWN_NOTES = 200
SHOWN_CORRECTIONS = 50


@dataclass(frozen=True)
class Corrected:
    """One correction as the page tells it."""

    at: Any
    by: tuple[str, str]
    place: str
    reason: str


@dataclass(frozen=True)
class RollPage:
    """Everything the page of an estate's roll shows."""

    id: int
    estate: tuple[str, str]
    roll: Roll | None
    made_by: tuple[str, str]
    checked_by: tuple[str, str]
    may_look: bool
    last: RollImport | None
    interrupted: bool
    wrong: Sequence[rolls.Finding]
    notes: Sequence[rolls.Finding]
    all_wrong: int
    kinds: Sequence[tuple[int, Texts]]
    skipped: Sequence[str]
    number: int
    pages: int
    older: Roll | None
    corrected: Sequence[Corrected]


def roll_page(work: Work, seen_by: Viewer, estate_id: int, number: int = 1) -> RollPage:
    """Return the page of an estate's roll for somebody who keeps it, with a page of what was wrong; else NotFound."""
    estate = posting.kept_estate(work, seen_by, estate_id)
    roll, last = rolls.current(work, estate_id), importing.latest(work, estate_id)
    made = list(corrections.corrections_of(work, roll.id)) if roll is not None else []
    hands = {one.by for one in made} | ({roll.made_by, roll.checked_by} if roll is not None else set())
    names = shown(work, [one for one in hands if one is not None], full=True)

    def named(person_id: int | None) -> tuple[str, str]:
        found = names.get(person_id or 0)
        return (found.zh, found.en) if found else ("系统", "The system")

    kept = (last.report or {}) if last is not None else {}
    rows = [rolls.Finding(*one) for one in kept.get("rows", [])]
    pages = max(1, -(-len(rows) // SHOWN_FINDINGS))
    number = min(max(number, 1), pages)
    wrong = {one.rule for one in rows}
    kinds = [(many, rolls.in_general(rule)) for rule, many in kept.get("found", {}).items() if rule in wrong]
    told = made[:SHOWN_CORRECTIONS]
    places = posting.places_of(work, {one.part_id for one in told})
    return RollPage(
        id=estate.id,
        estate=estate.names,
        roll=roll,
        made_by=named(roll.made_by) if roll is not None else ("", ""),
        checked_by=named(roll.checked_by) if roll is not None and roll.checked_by is not None else ("", ""),
        may_look=roll is not None
        and roll.state == "draft"
        and roll.checked_by is None
        and seen_by.person_id not in {roll.made_by, *(one.by for one in made)},
        last=last,
        interrupted=last is not None and importing.interrupted(work, last),
        wrong=rows[(number - 1) * SHOWN_FINDINGS : number * SHOWN_FINDINGS],
        notes=[rolls.Finding(*one) for one in kept.get("notes", [])[:SHOWN_NOTES]],
        all_wrong=kept.get("wrongs", 0),
        kinds=sorted(kinds, reverse=True),
        skipped=kept.get("skipped", []),
        number=number,
        pages=pages,
        older=comparing.before(work, roll) if roll is not None else None,
        corrected=[
            Corrected(one.at, named(one.by), places[one.part_id], one.reason) for one in made[:SHOWN_CORRECTIONS]
        ],
    )


def findings(last: RollImport | None) -> list[rolls.Finding]:
    """Return everything that was found in the last list, in the order of its sheets and rows."""
    kept = (last.report or {}) if last is not None else {}
    told = [rolls.Finding(*one) for one in (*kept.get("rows", []), *kept.get("notes", []))]
    sheets = list(dict.fromkeys(one.sheet for one in told))
    return sorted(told, key=lambda one: (sheets.index(one.sheet), one.row))


def change_in(form: Mapping[str, str], part: posting.PostedPart) -> Change:
    """Return what a form asks to be changed of a part; what is left as it was is not asked for."""
    try:
        area = Decimal(form.get("area", "").strip() or part.area)
    except InvalidOperation as error:
        fault: Texts = ("面积不是数字", "The area is not a number")
        raise Invalid(*fault, {"area": [fault]}) from error
    delivered = form.get("delivered") == "yes" if "delivered" in form else part.delivered
    basis = form.get("basis", part.basis)
    return Change(
        area=area if area != part.area else None,
        basis=basis if basis != part.basis else None,
        delivered=delivered if delivered != part.delivered else None,
        owners=_owners(form) or None,
    )


def _owners(form: Mapping[str, str]) -> list[Owner]:
    names = names_in(form.get("owners", ""))
    if names is None:
        fault: Texts = ("多位业主请用顿号“、”分开", "Part several owners by “、”")
        raise Invalid(*fault, {"owners": [fault]})
    phones = _each(form, "phones", phone_in, len(names), ("电话与业主不对应或不正确", "The phones don't fit"))
    wrong: Texts = ("证件号与业主不对应或校验不通过", "The identity numbers don't fit the owners")
    numbers = _each(form, "numbers", id_number_in, len(names), wrong)
    side = form.get("side")
    return [
        Owner(name, phone, number, cast(Side, side) if side in SIDES else "unit" if is_unit(name) else "person")
        for name, phone, number in zip(names, phones, numbers, strict=True)
    ]


def _each(form: Mapping[str, str], name: str, read: Any, owners: int, fault: Texts) -> list[str]:
    pieces = pieces_in(form.get(name, ""))
    found = [read(piece) for piece in pieces]
    if pieces and (len(pieces) != owners or None in found):
        raise Invalid(*fault, {name: [fault]})
    return found or [""] * owners
