"""From one row of a list to an exclusive part with its owners; whatever a row says wrongly goes into the report."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from casework.errors import Texts
from casework.votes import identities, words
from casework.votes.cells import MOST_COLUMNS
from casework.votes.designations import Designation, designation, taken_apart
from casework.votes.findings import Report, Where
from casework.votes.headings import FIELDS, Headings
from casework.votes.identities import Owner, Side
from casework.votes.workbooks import Line

_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANK = ("",) * (MOST_COLUMNS + 1)
_LOST = re.compile(r"[\d.]+E\+?\d+")


@dataclass(frozen=True)
class Use:
    """Whether parking spaces, or storage rooms, count as exclusive parts, and which rule says so."""

    counted: bool
    source: Texts = ("", "")


Uses = Mapping[str, Use]
"""The decision for each use of `words.USES`; what is not in it counts as any flat does."""


@dataclass(slots=True)
class Part:
    """One exclusive part as the list has it; `developers` says that it counts with the developer."""

    row: int
    sheet: str
    place: Designation
    area: Decimal
    basis: str
    owners: tuple[Owner, ...]
    developers: bool
    delivered: bool
    moved_in: bool

    @property
    def where(self) -> Where:
        """The row it stands in."""
        return Where(self.row, self.sheet)


class Flats:
    """Reads row after row, sheet after sheet; `begin` tells of each sheet its headings, name and building."""

    def __init__(self, report: Report, sources: Sequence[str], uses: Uses) -> None:
        self.report, self.sources, self.uses = report, sources, uses
        self.rows: dict[Designation, Where | int] = {}
        self.building = self.sheet = self.owner_title = ""
        self.known = Headings({})
        self.place_column = self.owner_column = 0
        self.columns: Sequence[tuple[str, int]] = ()
        self.line = Line(0, ())
        self.cell: Mapping[str, str] = {}

    @property
    def without_building(self) -> bool:
        """Whether no column tells the building."""
        return not {"building", "address"} & self.known.at.keys()

    def begin(self, known: Headings, sheet: str, building: str, first: int) -> None:
        """Go on with a sheet whose rows stand below `known` in row `first`."""
        self.known, self.sheet, self.building = known, sheet, building
        self.place_column = known.at["room"] if "room" in known.at else known.at["address"]
        self.owner_column = known.at["owner"]
        self.owner_title = known.title("owner")
        self.columns = [(name, known.at.get(name, MOST_COLUMNS)) for name in FIELDS]
        for one, other in known.twice:
            self.report.wrong(Where(first, sheet), one, "heading_twice", first=one, second=other)

    def names_a_flat(self, line: Line) -> bool:
        """Say whether a row names both a place and an owner, and not one text over all of its cells."""
        cells = line.cells
        if max(self.place_column, self.owner_column) >= len(cells):
            return False
        place, owner = cells[self.place_column], cells[self.owner_column]
        return bool(place and owner) and place != owner

    def part(self, line: Line, above: Part | None) -> Part | None:
        """Return the part that a row holds; `above`, with one owner more, where the row belongs to the part above.

        None where the row is left out, or is wrong and therefore told.
        """
        cells = (*line.cells, *_BLANK[len(line.cells) :])
        self.line, self.cell = line, {name: cells[index] for name, index in self.columns}
        if not all(map(str.isprintable, line.cells)):
            self.cell = {name: _UNSEEN.sub("", cell) for name, cell in self.cell.items()}
        self.report.read += 1
        if line.hidden:
            self.report.note(self._where(), "", "row_hidden")
        use = self._use()
        if use and self._left_out(use):
            return None
        before = self.report.wrongs
        self._must_be_plain()
        place = self._place()
        area, basis = self._area()
        unsold, delivered, moved_in = self._state()
        side = words.side_in(self.cell["side"], self.cell["owner"])
        developers = unsold or not delivered or side == "developer"
        owners = self._owners(side, developers=developers)
        if above is not None:
            return self._joined(above, area, owners)
        if place is None or area is None or self.report.wrongs != before:
            return None
        if developers and side != "developer" and self.cell["owner"]:
            self.report.note(self._where(), self.known.title("owner"), "developer_named")
        if use:
            self._count(use, area)
        return Part(line.no, self.sheet, place, area, basis, owners, developers, delivered, moved_in)

    def _joined(self, above: Part, area: Decimal | None, owners: Sequence[Owner]) -> Part:
        """Add the co-owner that a further row of a merged flat names."""
        if area is not None and area != above.area:
            self._wrong("area", "area_differs")
        above.owners = tuple(dict.fromkeys([*above.owners, *owners]))
        return above

    def _use(self) -> str:
        cell = self.cell
        for said in (cell["use"], cell["room"] or cell["address"], cell["building"] or self.building):
            if said and (use := words.use_in(said)):
                return use
        return ""

    def _left_out(self, use: str) -> bool:
        decided = self.uses.get(use)
        if decided is None:
            return False
        (what, what_en), (source, source_en) = words.USES[use], decided.source
        rule = "counted_in" if decided.counted else "left_out"
        told = {"what": what, "what_en": what_en, "source": source, "source_en": source_en}
        self.report.note(self._where(), self.known.title("use"), rule, **told)
        if not decided.counted:
            self._count(use, words.square_metres(self._area_cell()[1])[0] or Decimal(0))
        return not decided.counted

    def _count(self, use: str, area: Decimal) -> None:
        decided = self.uses.get(use)
        if decided is not None:
            kept = self.report.uses.setdefault(
                use, {"counted": decided.counted, "source": list(decided.source), "parts": 0, "area": "0.00"}
            )
            kept["parts"] += 1
            kept["area"] = str(Decimal(kept["area"]) + area)

    def _must_be_plain(self) -> None:
        formulas = self.line.formulas
        if not formulas and _ERRORS.isdisjoint(self.line.cells):
            return
        for name, index in self.known.at.items():
            if index in formulas:
                self._wrong(name, "formula")
            elif self.cell[name] in _ERRORS:
                self._wrong(name, "cell_error")

    def _place(self) -> Designation | None:
        at, room = self.known.at, self.cell["room"]
        building = self.cell["building"] or ("" if "building" in at else self.building)
        if "room" in at and (room or "address" not in at):
            place = designation(building, self.cell["unit"], room)
        else:
            address = self.cell["address"]
            apart = taken_apart(address) if address else None
            if address and apart is None:
                self._wrong("address", "address_unclear")
                return None
            place = apart or designation(building, self.cell["unit"], "")
        if not place.room:
            self._wrong("room", "no_room")
            return None
        if identities.is_ditto(self.cell["building"]):
            self._wrong("building", "ditto")
            return None
        if not place.building and ("building" in at or "address" in at):
            self._wrong("building", "no_building")
            return None
        here = self._where() if self.sheet else self.line.no
        other = self.rows.setdefault(place, here)
        if other != here and self.place_column not in self.line.joined:
            self._wrong("room", "part_again", other=other if isinstance(other, Where) else Where(other))
        return place

    def _area_cell(self) -> tuple[str, str, str]:
        """Return which column gives the area, what it says, and where the area comes from, if the column tells."""
        for source in self.sources:
            if said := self.cell[f"area_{source}"]:
                return f"area_{source}", said, source
        name = "area" if "area" in self.known.at else f"area_{self.sources[0]}"
        return name, self.cell[name], ""

    def _area(self) -> tuple[Decimal | None, str]:
        name, said, basis = self._area_cell()
        told = self.cell["basis"]
        if not basis and told and not (basis := words.basis_in(told)):
            self._wrong("basis", "basis_unclear")
        area, rule = words.square_metres(said)
        if rule:
            self._wrong(name, rule)
        return area, basis or self.sources[0]

    def _state(self) -> tuple[bool, bool, bool]:
        """Return whether a part is unsold, handed over, and moved into."""
        unsold = self._yes("sold", otherwise=True) is False
        dated = "日期" in self.known.title("delivered")
        delivered = self._yes("delivered", otherwise=False if dated else None if not unsold else False)
        moved_in = self._yes("moved_in", otherwise=False)
        if "moved_in" not in self.known.at:
            moved_in = delivered
        return unsold, delivered and not unsold, moved_in and delivered

    def _yes(self, name: str, *, otherwise: bool | None) -> bool:
        """Return what a cell answers; `otherwise` where it is blank, and yes where there is no such column."""
        if name not in self.known.at:
            return True
        text = self.cell[name]
        answer = words.answer_in(text)
        if answer is None and (text or otherwise is None):
            self._wrong(name, "yes_no_unclear")
            return True
        return bool(otherwise) if answer is None else answer

    def _owners(self, side: Side | None, *, developers: bool) -> tuple[Owner, ...]:
        if developers and side != "developer":
            return ()
        cell = self.cell["owner"]
        names = identities.names_in(cell)
        rule = _wrong_names(cell, names, developers=developers)
        if names is None or rule:
            self._wrong("owner", rule or "owner_unclear")
            return ()
        if side is None and any(map(identities.may_be_developer, names)):
            self._wrong("side", "developer_unclear")
        phones = self._numbers("phone", len(names))
        numbers = self._numbers("id_number", len(names))
        return tuple(
            Owner(name, phone, number, side or ("unit" if identities.is_unit(name) else "person"))
            for name, phone, number in zip_longest(names, phones, numbers, fillvalue="")
        )

    def _numbers(self, name: str, owners: int) -> list[str]:
        cell = self.cell[name]
        if not cell:
            return []
        if "*" in cell or "＊" in cell:
            self._wrong(name, "masked")
            return []
        pieces = identities.pieces_in(cell)
        if name == "phone" and owners == 1 and len(pieces) > 1:
            self.report.note(self._where(), self.known.title(name), "phone_first")
            pieces = pieces[:1]
        if pieces and len(pieces) != owners:
            self._wrong(name, "phones_differ" if name == "phone" else "ids_differ")
            return []
        read = identities.phone_in if name == "phone" else identities.id_number_in
        found = [read(piece) for piece in pieces]
        lost = name == "id_number" and any(map(_LOST.fullmatch, pieces))
        if lost or None in found:
            self._wrong(name, "id_lost" if lost else "phone_wrong" if name == "phone" else "id_wrong")
            return []
        return [one for one in found if one]

    def _where(self) -> Where:
        return Where(self.line.no, self.sheet)

    def _wrong(self, name: str, rule: str, **details: object) -> None:
        self.report.wrong(self._where(), self.known.title(name), rule, **details)


def _wrong_names(cell: str, names: Sequence[str] | None, *, developers: bool) -> str:
    """Return the rule that the names of a cell break; empty for none."""
    if identities.is_ditto(cell):
        return "ditto"
    if names is None or (not names and not developers):
        return "owner_unclear" if names is None else "owner_missing"
    if "*" in cell or "＊" in cell:
        return "masked"
    return "owner_others" if any(map(identities.names_others, names)) else ""
