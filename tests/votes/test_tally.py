"""The double threshold, on the estate of the reference: 240 flats, 204 heads, 25,200 m²."""

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.votes.tally import Cast, Choice, Counted, Double, Item, Limit, Rules, TieRule, Weight, tally

TWO_THIRDS, HALF, THREE_QUARTERS = Fraction(2, 3), Fraction(1, 2), Fraction(3, 4)


def both(ratio: Fraction, *, more: bool = False) -> Double:
    return Double(Limit(ratio, more), Limit(ratio, more))


def rules(tie: TieRule = "ask") -> Rules:
    return Rules(both(TWO_THIRDS), both(HALF, more=True), both(THREE_QUARTERS), tie)


WHOLE = Weight(Decimal("25200.00"), 204)
DEVELOPER, SHOP = Decimal("3230.00"), Decimal("1500.00")
FLAT = Decimal("100.00")


def heads(*lots: tuple[int, Decimal, Choice], no: int = 1) -> list[Cast]:
    """Return ballots: so many heads, each with so much area, saying so."""
    numbers = count(1)
    return [Cast(next(numbers), area, {no: said}) for number, area, said in lots for _ in range(number)]


def counted(casts: list[Cast], item: Item = Item(1), tie: TieRule = "ask", **silent: object) -> Counted:  # noqa: B008
    [found] = tally(WHOLE, casts, [item], rules(tie), **silent)  # type: ignore[arg-type]
    return found


def test_many_small_owners_are_not_enough_area() -> None:
    found = counted(heads((136, FLAT, "for")))
    assert found.participants == Weight(Decimal("13600.00"), 136)
    assert not found.valid
    assert not found.passed


def test_the_exact_two_thirds_are_enough() -> None:
    exact = heads((134, FLAT, "for"), (1, DEVELOPER, "for"), (1, Decimal("170.00"), "for"))
    assert counted(exact).participants == Weight(Decimal("16800.00"), 136)
    assert counted(exact).valid
    assert not counted(exact[1:]).valid, "one head less is not"
    assert not counted([*exact[:-1], Cast(999, Decimal("169.99"), {1: "for"})]).valid, "nor a hundredth of a metre less"


@pytest.mark.parametrize(
    ("singles", "developer", "elected"), [(70, False, False), (66, True, False), (68, True, True)], ids=["A", "B", "C"]
)
def test_a_candidate_needs_more_than_half_of_the_participants_in_area_and_in_heads(
    singles: int, developer: bool, elected: bool
) -> None:
    item = Item(1, "election", seats=1, candidates=("she",))
    she, nobody = frozenset({"she"}), frozenset[str]()
    casts = heads((singles, FLAT, she), (136 - singles, FLAT, nobody), (1, DEVELOPER, she if developer else nobody))
    found = counted(casts, item)
    assert found.participants == Weight(Decimal("16830.00"), 137)
    assert found.elected == (("she",) if elected else ())


def test_half_is_not_more_than_half_and_three_quarters_are_three_quarters() -> None:
    half = heads((70, FLAT, "for"), (70, FLAT, "against"), (2, DEVELOPER, "abstain"))
    assert not counted(half).passed
    special = Item(1, special=True)
    at_limit = heads(
        (102, FLAT, "for"), (1, Decimal("2422.50"), "for"), (33, FLAT, "against"), (1, Decimal("907.50"), "against")
    )
    assert counted(at_limit, special).participants == Weight(Decimal("16830.00"), 137)
    assert counted(at_limit, special).passed
    less = [Cast(1, FLAT, {1: "against"}), *at_limit[1:]]
    assert not counted(less, special).passed


def test_a_returned_ballot_participates_whatever_it_says() -> None:
    found = counted(
        heads((60, FLAT, "for"), (40, FLAT, "abstain"), (36, FLAT, frozenset({"x"})), (1, DEVELOPER, "for"))
    )
    assert found.valid
    assert (found.abstained.heads, found.invalid.heads) == (40, 36)
    assert not found.passed, "sixty-one of 137 approve"


def test_silent_owners_take_part_only_under_the_clause_and_go_with_what_is_ahead() -> None:
    returned = heads((90, FLAT, "for"), (30, FLAT, "against"))
    silent = Weight(Decimal("4000.00"), 40)
    assert not counted(returned).valid
    with_them = counted(returned, silent=silent, silent_items={1})
    assert with_them.participants == Weight(Decimal("16000.00"), 160)
    assert not with_them.valid, "there is still not enough area"
    with_shop = counted(returned, silent=silent + Weight(SHOP, 1), silent_items={1})
    assert with_shop.participants == Weight(Decimal("17500.00"), 161)
    assert (with_shop.valid, with_shop.passed) == (True, True)
    assert with_shop.approved == Weight(Decimal("14500.00"), 131)
    assert not counted(returned, silent=silent + Weight(SHOP, 1), silent_items={2}).valid, "this item is locked"


def test_where_neither_word_is_ahead_in_both_halves_the_silent_go_with_none() -> None:
    casts = heads((80, FLAT, "for"), (10, Decimal("900.00"), "against"))
    found = counted(casts, silent=Weight(Decimal("6000.00"), 60), silent_items={1})
    assert (found.approved.heads, found.against.heads, found.participants.heads) == (80, 10, 150)


def test_more_pass_than_there_are_seats() -> None:
    item = Item(1, "election", seats=2, candidates=("a", "b", "c"))
    casts = heads(
        (50, FLAT, frozenset("ab")),
        (50, FLAT, frozenset("ac")),
        (1, DEVELOPER, frozenset("bc")),
        (40, FLAT, frozenset("bc")),
    )
    found = counted(casts, item)
    assert {one: weight.heads for one, weight in found.candidates.items()} == {"a": 100, "b": 91, "c": 91}
    assert found.elected == ("a",)
    assert set(found.tied) == {"b", "c"}


def test_a_tie_is_broken_by_area_only_where_the_rules_say_so() -> None:
    item = Item(1, "election", seats=1, candidates=("a", "b"))
    split = heads((40, FLAT, frozenset("a")), (40, Decimal("120.00"), frozenset("b")))
    small = Weight(Decimal(8800), 80)
    half = Rules(both(HALF), both(Fraction(1, 3), more=True), both(THREE_QUARTERS))
    [asked] = tally(small, split, [item], half)
    assert (asked.elected, set(asked.tied)) == ((), {"a", "b"})
    [broken] = tally(small, split, [item], Rules(half.participation, half.ordinary, half.special, "heads_then_area"))
    assert (broken.elected, broken.tied) == (("b",), ())


def test_a_ballot_for_more_candidates_than_seats_is_invalid_there() -> None:
    item = Item(1, "election", seats=1, candidates=("a", "b"))
    assert counted(heads((1, FLAT, frozenset("ab"))), item).invalid.heads == 1


def test_a_head_is_never_counted_twice() -> None:
    with pytest.raises(ValueError, match="once"):
        counted([Cast(7, FLAT, {1: "for"}), Cast(7, FLAT, {1: "for"})])


def _ballots() -> Iterator[object]:
    word = st.sampled_from(["for", "against", "abstain"])
    area = st.decimals("0.01", "9999.99", places=2)
    yield st.lists(st.tuples(area, word), min_size=1, max_size=40)


@given(*_ballots(), st.randoms(use_true_random=False))  # type: ignore[arg-type]
def test_the_order_of_ballots_and_the_split_of_the_count_never_matter(
    ballots: list[tuple[Decimal, Choice]], chance: random.Random
) -> None:
    casts = [Cast(head, area, {1: said}) for head, (area, said) in enumerate(ballots)]
    whole = sum((Weight(one.area, 1) for one in casts), Weight())
    mixed = chance.sample(casts, len(casts))
    assert tally(whole, casts, [Item(1)], rules()) == tally(whole, mixed, [Item(1)], rules())
    [found] = tally(whole, casts, [Item(1)], rules())
    assert found.approved + found.against + found.abstained + found.invalid == found.participants == whole


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from([TWO_THIRDS, HALF, THREE_QUARTERS]))
def test_limits_are_exact_at_the_boundary(part: int, whole: int, ratio: Fraction) -> None:
    assert Limit(ratio).met(part, whole) == (part * ratio.denominator >= whole * ratio.numerator)
    assert Limit(ratio, more=True).met(part, whole) == (part * ratio.denominator > whole * ratio.numerator)
