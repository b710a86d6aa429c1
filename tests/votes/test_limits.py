"""The rules of a vote come from the policies of its place, and are stored as they held."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from casework.policies import Pinned, Policies, resolve_all
from casework.votes.limits import checked, limits_of, rules_of
from casework.votes.tally import Double, Limit, Rules
from tests.policies.conftest import SHIPPED

CLAUSE = "议事规则第十二条"


def pinned(place: str) -> Pinned:
    return resolve_all(Policies.load(SHIPPED), [place], date(2026, 9, 18))


def test_the_limits_are_those_of_the_civil_code_and_survive_storing() -> None:
    stored = json.loads(json.dumps(checked(limits_of(pinned("jining")))))
    half, two_thirds, three_quarters = Limit(Fraction(1, 2), more=True), Limit(Fraction(2, 3)), Limit(Fraction(3, 4))
    participation, ordinary, special = (Double(one, one) for one in (two_thirds, half, three_quarters))
    assert rules_of(stored) == Rules(participation, ordinary, special, "ask")
    assert stored["proxy"] == {"max_principals": 3}


def test_the_rules_of_procedure_may_set_ties_and_mandates() -> None:
    rules = limits_of(pinned("jining"), tie="heads_then_area", proxy_max=1)
    assert (rules["tie"], rules["proxy"]["max_principals"]) == ("heads_then_area", 1)


@pytest.mark.parametrize(
    ("place", "clause", "mode"),
    [("jining", CLAUSE, "off"), ("liaocheng", None, "off"), ("liaocheng", CLAUSE, "by_rules")],
)
def test_silence_counts_only_where_the_city_allows_it_and_a_clause_says_so(
    place: str, clause: str | None, mode: str
) -> None:
    silent = limits_of(pinned(place), clause=clause)["silent"]
    assert (silent["mode"], silent["special"], silent["elections"]) == (mode, False, False)


def test_elections_are_unlocked_by_their_policy_alone() -> None:
    rules = pinned("liaocheng")
    lock = rules.rule("vote.silent.locked_for_elections")
    opened = {**rules.rules, "vote.silent.locked_for_elections": replace(lock, entry=replace(lock.entry, value=False))}
    assert limits_of(replace(rules, rules=opened), clause=CLAUSE)["silent"]["elections"] is True
