"""The double threshold: what owners decided, by exclusive area and by heads (Civil Code art. 278).

Pure and exact: areas are decimals, heads integers, ratios fractions; nothing is rounded, and the order of ballots
never matters.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

TieRule = Literal["ask", "heads_then_area", "new_ballot"]


@dataclass(frozen=True)
class Weight:
    """What a head, or many, weigh: exclusive area in m², and the number of heads."""

    area: Decimal = Decimal(0)
    heads: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.area + other.area, self.heads + other.heads)


@dataclass(frozen=True)
class Limit:
    """How much of a whole is needed: the ratio itself is enough, unless it has to be `more` (Civil Code art. 1259)."""

    ratio: Fraction
    more: bool = False

    def met(self, part: Decimal | int, whole: Decimal | int) -> bool:
        """Say whether `part` is enough of `whole`; of nothing, nothing is enough."""
        have, need = Fraction(part), Fraction(whole) * self.ratio
        return whole > 0 and (have > need if self.more else have >= need)


@dataclass(frozen=True)
class Double:
    """A limit in area and one in heads: both have to be met."""

    area: Limit
    heads: Limit

    def met(self, part: Weight, whole: Weight) -> bool:
        """Say whether `part` meets both limits of `whole`."""
        return self.area.met(part.area, whole.area) and self.heads.met(part.heads, whole.heads)


@dataclass(frozen=True)
class Rules:
    """The limits of one vote, from the policies pinned to its case, and what its own rules say of ties."""

    participation: Double
    ordinary: Double
    special: Double
    tie: TieRule = "ask"


@dataclass(frozen=True)
class Item:
    """One matter of the agenda. An election has seats and candidates; every candidate is approved or not."""

    no: int
    kind: Literal["decision", "election"] = "decision"
    special: bool = False
    seats: int = 0
    candidates: tuple[str, ...] = ()


Choice = Literal["for", "against", "abstain"] | frozenset[str]
"""What a ballot says to one item: a word, or the candidates it approves."""


@dataclass(frozen=True)
class Cast:
    """One valid ballot: whose (a head, counted once), what it weighs, and what it says to each item by its number.

    An item it says nothing to, or too much, counts as invalid there; the ballot still participates.
    """

    head: int
    area: Decimal
    choices: Mapping[int, Choice]


@dataclass(frozen=True)
class Counted:
    """What was said to one item: who took part in it and whether that was enough, and whether it passed.

    For an election by candidate: who passes both halves, most heads first; who of them has a seat; and who is tied for
    the last ones where the rules do not say who of them has it.
    """

    item: Item
    participants: Weight
    valid: bool = False
    approved: Weight = Weight()
    against: Weight = Weight()
    abstained: Weight = Weight()
    invalid: Weight = Weight()
    passed: bool = False
    candidates: Mapping[str, Weight] = field(default_factory=dict)
    passing: tuple[str, ...] = ()
    elected: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()


def tally(
    whole: Weight,
    casts: Iterable[Cast],
    items: Sequence[Item],
    rules: Rules,
    *,
    silent: Weight = Weight(),
    silent_items: Collection[int] = (),
) -> Sequence[Counted]:
    """Count valid ballots, one for each head, against all owners of the frozen roll.

    An item passes when enough take part in it and enough of those approve, each in area and in heads. `silent` are
    owners proven to have got a ballot and not to have returned it: under a clause of the owners' rules they take part
    in `silent_items`, and go with whichever word is ahead in area and in heads; with none where neither is. Always
    count without them as well and show both. Raises ValueError when a head comes twice.
    """
    counted = list(casts)
    if len({one.head for one in counted}) < len(counted):
        message = "a head is counted once"
        raise ValueError(message)
    none = Weight()
    return [_count(whole, counted, item, rules, silent if item.no in silent_items else none) for item in items]


def _count(whole: Weight, casts: Sequence[Cast], item: Item, rules: Rules, silent: Weight) -> Counted:
    said: dict[str, list[Cast]] = {"for": [], "against": [], "abstain": [], "invalid": []}
    for cast in casts:
        said[_word(item, cast.choices.get(item.no))].append(cast)
    weights = {word: _weight(lot) for word, lot in said.items()}
    ahead = None if item.kind == "election" else _ahead(weights["for"], weights["against"])
    if ahead:
        weights[ahead] += silent
    approving = {
        one: _weight([cast for cast in said["for"] if one in cast.choices.get(item.no, ())]) for one in item.candidates
    }
    found = Counted(
        item,
        _weight(casts) + silent,
        approved=weights["for"],
        against=weights["against"],
        abstained=weights["abstain"],
        invalid=weights["invalid"],
        candidates=approving,
    )
    return judged(found, whole, rules)


def judged(lot: Counted, whole: Weight, rules: Rules) -> Counted:
    """Say by what was counted of an item, here or elsewhere, whether enough took part and what was decided."""
    valid = rules.participation.met(lot.participants, whole)
    needed = rules.special if lot.item.special else rules.ordinary
    if lot.item.kind == "election":
        return _elect(replace(lot, valid=valid), needed, rules.tie)
    return replace(lot, valid=valid, passed=valid and needed.met(lot.approved, lot.participants))


def _elect(lot: Counted, needed: Double, tie: TieRule) -> Counted:
    """Find who passes both halves; with more than there are seats, the most heads have them (then by `tie`)."""
    item = lot.item
    by_area = tie == "heads_then_area"

    def rank(one: str) -> tuple[int, Decimal]:
        weight = lot.candidates[one]
        return weight.heads, weight.area if by_area else Decimal(0)

    met = (one for one in item.candidates if needed.met(lot.candidates[one], lot.participants))
    passing = sorted(met, key=rank)[::-1]
    if not lot.valid:
        passing = []
    elected, tied = passing[: item.seats], []
    if len(passing) > item.seats > 0 and rank(passing[item.seats - 1]) == rank(passing[item.seats]):
        edge = rank(passing[item.seats])
        tied = [one for one in passing if rank(one) == edge]
        elected = [one for one in elected if rank(one) != edge]
    return replace(
        lot,
        passed=len(elected) == item.seats,
        passing=tuple(passing),
        elected=tuple(elected),
        tied=tuple(tied),
    )


def _word(item: Item, choice: Choice | None) -> str:
    """Say under which word a choice counts; candidates that do not stand, or more than there are seats, are invalid."""
    if item.kind == "election":
        if not isinstance(choice, frozenset):
            return "abstain" if choice == "abstain" else "invalid"
        return "for" if choice <= set(item.candidates) and len(choice) <= item.seats else "invalid"
    return choice if choice in ("for", "against", "abstain") and isinstance(choice, str) else "invalid"


def _ahead(approved: Weight, against: Weight) -> str | None:
    if approved.area > against.area and approved.heads > against.heads:
        return "for"
    if against.area > approved.area and against.heads > approved.heads:
        return "against"
    return None


def _weight(casts: Iterable[Cast]) -> Weight:
    return sum((Weight(one.area, 1) for one in casts), Weight())
