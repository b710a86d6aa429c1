"""Owners rate the service, one rating per household; together they are the rating of the residents."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select

from casework.cases import clocks
from casework.cases.models import Case
from casework.directory.models import HouseholdBinding
from casework.errors import Invalid, NotFound, Refused
from casework.takeovers import rating
from casework.takeovers.money_models import Evaluation, FeeYear
from casework.takeovers.rating_models import HouseholdRating
from tests.factories import Stage

SERVICE: dict[str, Any] = {
    "plan": {"renovation": []},
    "contract": {"from": "2026-06-01", "to": "2029-05-31"},
    "built_area": 48532.17,
    "households": 10,
}
OWNERS = ("李业主", "王业主", "张业主")
ENDED = "2027-06-01 09:00:00"
PROOF = {"evidence": 1}


@pytest.fixture
def year(stage: Stage) -> int:
    """The first year of an estate of ten households; it ends on 31 May 2027."""
    stage.do("start", as_="service", process="takeover_operation", with_=SERVICE)
    return int(stage.rows(FeeYear)[0].id)


def rate(stage: Stage, year: int, who: str, score: int, words: str = "", flat: str = "") -> None:
    with stage.work(who) as work:
        rating.rate(work, year, stage.town.areas[f"{flat or who}家"], Decimal(score), words)


def rate_all(stage: Stage, year: int) -> None:
    for who, score in zip(OWNERS, (100, 80, 80), strict=True):
        rate(stage, year, who, score)


def others_rate(stage: Stage) -> None:
    """Have everybody rate but the residents."""
    fees = {"fees_due": 100000, "fees_paid": 90000}
    for who, more in (("县住建小何", fees), ("街道小孙", {}), ("社区小宋", {})):
        stage.do("complete", by=who, task="evaluate", case="service", with_={"score": 80, **more}, photos=PROOF)


def of_residents(stage: Stage) -> Evaluation:
    return stage.rows(Evaluation, rater="residents")[0]


def test_a_household_rates_once_and_changes_it_while_the_residents_are_asked(stage: Stage, year: int) -> None:
    stage.move(ENDED)
    rate(stage, year, "李业主", 40, " 楼道灯修得慢 ")
    rate(stage, year, "李业主", 80)
    rate(stage, year, "王业主", 60)
    found = [(one.by_id, one.score, one.words) for one in stage.rows(HouseholdRating)]
    assert found == [(stage.town.person("李业主"), 80, ""), (stage.town.person("王业主"), 60, "")]


def test_nobody_rates_before_the_year_is_over_or_after_its_rating_was_handed_in(stage: Stage, year: int) -> None:
    with pytest.raises(Refused, match="not open"):
        rate(stage, year, "李业主", 80)
    stage.move(ENDED)
    others_rate(stage)
    rate_all(stage, year)
    stage.do("complete", by="社区大刘", task="evaluate", case="service", with_={})
    with pytest.raises(Refused, match="over"):
        rate(stage, year, "李业主", 20)


def test_only_an_owner_rates_and_only_for_the_own_flat(stage: Stage, year: int) -> None:
    stage.move(ENDED)
    with pytest.raises(NotFound):
        rate(stage, year, "李业主", 80, flat="王业主")
    with stage.work() as work:
        mine = HouseholdBinding.person_id == stage.town.person("李业主")
        work.session.scalars(select(HouseholdBinding).where(mine)).one().kind = "occupant"
    with pytest.raises(NotFound):
        rate(stage, year, "李业主", 80)
    with pytest.raises(NotFound):
        rate(stage, 10**9, "王业主", 80)


def test_a_score_lies_between_nothing_and_a_hundred_and_words_are_few(stage: Stage, year: int) -> None:
    stage.move(ENDED)
    for score, words in ((101, ""), (-1, ""), (80, "慢" * 201)):
        with pytest.raises(Invalid) as wrong:
            rate(stage, year, "李业主", score, words)
        assert set(wrong.value.fields) == {"words" if words else "score"}


def test_enough_households_give_the_score_and_the_community_can_type_no_other(stage: Stage, year: int) -> None:
    stage.move(ENDED)
    others_rate(stage)
    rate_all(stage, year)
    typed = {"score": 10, "households": 9}
    stage.do("complete", by="社区大刘", task="evaluate", case="service", with_=typed)
    assert (of_residents(stage).score, of_residents(stage).households) == (Decimal("86.67"), 3)


def test_with_too_few_the_community_hands_in_the_result_of_all_it_asked(stage: Stage, year: int) -> None:
    stage.move(ENDED)
    others_rate(stage)
    rate(stage, year, "李业主", 100)
    rate(stage, year, "王业主", 80)
    asked = {"score": 75.5, "households": 4}
    with pytest.raises(Invalid) as wrong:
        stage.do("complete", by="社区大刘", task="evaluate", case="service", with_=asked)
    assert set(wrong.value.fields) == {"evidence"}
    stage.do("complete", by="社区大刘", task="evaluate", case="service", with_=asked, photos=PROOF)
    assert (of_residents(stage).score, of_residents(stage).households) == (Decimal("75.50"), 4)


@pytest.mark.parametrize(("households", "minimum"), [(0, 1), (10, 3), (11, 4), (334, 101)])
def test_the_sample_is_a_whole_number_of_households_never_rounded_down(
    stage: Stage, year: int, households: int, minimum: int
) -> None:
    with stage.work() as work:
        case = work.session.get_one(Case, work.session.get_one(FeeYear, year).case_id)
        found = rating.tally(work, clocks.counting(work, case).pinned, year, households)
    assert (found.minimum, found.households, found.score, found.enough) == (minimum, 0, None, False)


def test_a_year_that_was_broken_off_takes_its_ratings_along(stage: Stage, year: int) -> None:
    stage.move(ENDED)
    rate_all(stage, year)
    with stage.work() as work:
        work.session.execute(delete(FeeYear).where(FeeYear.id == year))
    assert stage.rows(HouseholdRating) == []
