"""The conflict rules, each told with its reason in both languages."""

from casework.directory.conflicts import (
    CaseStanding,
    Standing,
    accused_only,
    k1,
    k2,
    k4,
    k5,
    may_see_identity,
    not_last_verifier,
    not_reviewer,
    recusal,
)
from casework.directory.viewing import NOBODY, SYSTEM_VIEWER, Post, Viewer

CASE = CaseStanding(
    handlers=frozenset({1}),
    handling_units=frozenset({"o7"}),
    accused_units=frozenset({"o7", "o8"}),
    accused=frozenset({2}),
    complainants=frozenset({3}),
    requester=4,
    last_verifier=5,
    reviewers=frozenset({6}),
    tier=2,
    path="1.2.3.4.5.6.",
)


def person(number: int, *employers: str, acting_for: Standing | None = None) -> Standing:
    if acting_for is None:
        return Standing(number, frozenset(employers))
    return Standing(number, frozenset(employers), acting_for.person_id, acting_for.employers)


def test_k1_takes_out_the_handler_and_their_colleagues() -> None:
    assert k1(person(1), CASE).rule == "K1"
    assert k1(person(9, "o7", "a4"), CASE).rule == "K1"
    assert k1(person(9, "o9", "a7"), CASE) is None


def test_k2_takes_out_the_accused_and_whoever_holds_a_post_there_also_when_cross_appointed() -> None:
    assert k2(person(2), CASE).rule == "K2"
    assert k2(person(9, "a4", "o8"), CASE).rule == "K2"
    assert k2(person(9, "a4"), CASE) is None


def test_k5_takes_out_who_stands_for_election_and_who_acts_for_them() -> None:
    case = CaseStanding(candidates=frozenset({7}))
    assert k5(person(7), case).rule == "K5"
    assert k5(Standing(8, for_person=7), case).rule == "K5"
    assert k5(person(8), case) is None


def test_k4_and_the_last_verifier() -> None:
    assert k4(person(4), CASE).rule == "K4"
    assert k4(person(5), CASE) is None
    assert not_last_verifier(person(5), CASE).rule == "not_last_verifier"
    assert k4(person(4), CaseStanding()) is None


def test_whoever_reviewed_does_not_rule_on_the_challenge() -> None:
    assert not_reviewer(person(6), CASE).rule == "not_reviewer"
    assert not_reviewer(person(5), CASE) is None


def test_a_deputy_is_out_where_the_one_they_stand_in_for_is() -> None:
    for rule, other in ((k1, person(1)), (k1, person(8, "o7")), (k2, person(2)), (k4, person(4))):
        assert rule(person(9, acting_for=other), CASE).person_id == 9


def test_every_reason_is_told_in_both_languages() -> None:
    found = [k1(person(1), CASE), k1(person(9, "o7"), CASE), k2(person(2), CASE), k2(person(9, "o8"), CASE)]
    found += [k4(person(4), CASE), not_last_verifier(person(5), CASE), not_reviewer(person(6), CASE)]
    assert all(one.zh and one.en and one.zh != one.en for one in found)


def test_a_task_takes_out_by_its_own_rules_only() -> None:
    colleague = person(9, "o7")
    assert recusal([], colleague, CASE) is None
    assert recusal(["K4"], colleague, CASE) is None
    assert recusal(["K4", "K1", "K2"], colleague, CASE).rule == "K1"
    assert recusal(["K3", "K5", "unheard_of"], colleague, CASE) is None


def test_the_accused_unit_does_its_own_task_but_never_the_accused_person() -> None:
    assert recusal(["K2"], person(9, "o7"), CASE, own_unit=True) is None
    assert recusal(["K2"], person(2, "o7"), CASE, own_unit=True).rule == "K2"
    assert recusal([], person(2), CASE).rule == "K2"
    assert accused_only(person(9, "o8"), CASE) is None


def eyes(number: int, *posts: Post) -> Viewer:
    return Viewer(number, "staff", posts)


STREET = Post("street_officer", None, 4, "1.2.3.4.")
COMMUNITY = Post("community_officer", None, 5, "1.2.3.4.5.")
COMPANY = Post("project_manager", 7, None, "1.2.3.", "company")
CONFIDENTIAL = CaseStanding(**{**CASE.__dict__, "confidential": True})


def test_k3_the_accused_side_never_learns_who_complained_in_any_office() -> None:
    for case in (CASE, CONFIDENTIAL):
        for who in (eyes(9, COMPANY), eyes(9, COMPANY, STREET), eyes(2, STREET)):
            verdict = may_see_identity(who, case)
            assert not verdict
            assert verdict.zh
            assert verdict.en


def test_k3_on_a_confidential_case_nobody_below_the_supervising_tier_does() -> None:
    assert may_see_identity(eyes(9, COMMUNITY), CASE)
    assert not may_see_identity(eyes(9, COMMUNITY), CONFIDENTIAL)
    assert may_see_identity(eyes(9, STREET), CONFIDENTIAL)
    raised = CaseStanding(**{**CONFIDENTIAL.__dict__, "tier": 3})
    assert not may_see_identity(eyes(9, STREET), raised)
    assert may_see_identity(eyes(9, Post("county_lead", None, 3, "1.2.3.")), raised)


def test_k3_lets_the_complainant_and_the_offices_over_the_place_see_and_nobody_else() -> None:
    assert may_see_identity(eyes(3), CONFIDENTIAL)
    assert may_see_identity(SYSTEM_VIEWER, CONFIDENTIAL)
    assert not may_see_identity(NOBODY, CASE)
    assert not may_see_identity(eyes(9), CASE)
    assert not may_see_identity(eyes(9, Post("street_officer", None, 14, "1.2.3.14.")), CASE)
    bureau = CaseStanding(**{**CASE.__dict__, "handling_units": frozenset({"o20"})})
    assert may_see_identity(eyes(9, Post("bureau_officer", 20, None, "1.2.3.", "bureau")), bureau)
