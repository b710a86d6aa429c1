"""Owners rate a year of service, one rating per household; together they are the rating of the residents.

Once as many households as `evaluation.min_households_ratio` asks have rated, their mean is what the residents give:
the community, which hands it in, can't type another score, for the score is the owners' (高唐县做法). With fewer the
community asks more households on paper, and hands in the result of all of them with its evidence.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Final

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import insert

from casework.cases import clocks
from casework.cases.models import Case, WorkItem
from casework.directory.days import today
from casework.directory.models import Area, HouseholdBinding, Organisation
from casework.errors import Invalid, NotFound, Refused, Texts
from casework.persistence import Work
from casework.policies import Pinned
from casework.takeovers.money_models import FeeYear
from casework.takeovers.rating_models import MOST_WORDS, HouseholdRating

NAMES: Final = frozenset[str]()
FUNCTIONS: Final = frozenset({"household_ratings"})
SAMPLE = "evaluation.min_households_ratio"
_HUNDREDTH = Decimal("0.01")
_FULL = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """How many households rated a year, their mean in points (None without any), and whether they are enough.

    `minimum` is how many it takes; 1 where nobody knows how many households there are.
    """

    households: int
    score: Decimal | None
    minimum: int

    @property
    def enough(self) -> bool:
        """Say whether as many households rated as the rule asks."""
        return self.households >= self.minimum


@dataclass(frozen=True, slots=True)
class OpenYear:
    """A year that households can rate now: whose service it was, how many households there are, the rules it has."""

    id: int
    number: int
    unit: Texts
    households: int
    rules: Pinned


def rate(work: Work, year_id: int, household_id: int, score: Decimal, words: str = "") -> HouseholdRating:
    """Give a year 0 to 100 points for a household of the actor's own, instead of what it gave before.

    Raises NotFound for a flat that the actor does not own or a year of another estate, Refused while the evaluation of
    the year is not open, Invalid for a score or words that can't be.
    """
    year = work.session.get(FeeYear, year_id)
    if year is None or not _owns(work, year, household_id):
        raise NotFound("没有这一年度的评价，或这不是您的房屋。", "There is no such year, or the flat is not yours.")
    words = words.strip()
    faults = {
        "score": [("请选择 1 至 5 分", "Choose 1 to 5")] if not 0 <= score <= _FULL else [],
        "words": [(f"不超过 {MOST_WORDS} 字", f"At most {MOST_WORDS} characters")] if len(words) > MOST_WORDS else [],
    }
    if any(faults.values()):
        wrong = {name: texts for name, texts in faults.items() if texts}
        raise Invalid("评价填写有误。", "The rating is not right.", wrong)
    # The step that hands the residents' rating in locks the case: a rating is in before it, or comes too late.
    work.session.execute(select(Case.id).where(Case.id == year.case_id).with_for_update(read=True))
    if year.id not in open_years(work, [year.estate_id]):
        raise Refused(
            "这一年度的评价还没有开始，或已经结束。", "The evaluation of this year is not open yet, or is over."
        )
    values = {"score": score, "words": words, "by_id": work.actor.person_id, "at": work.now}
    made = insert(HouseholdRating).values(year_id=year_id, household_id=household_id, **values)
    kept = made.on_conflict_do_update(index_elements=["year_id", "household_id"], set_=values)
    found = work.session.scalars(kept.returning(HouseholdRating), execution_options={"populate_existing": True})
    return found.one()


def open_years(work: Work, estate_ids: Collection[int]) -> Mapping[int, OpenYear]:
    """Return the years of these estates that their households can rate now, by id: the residents are being asked."""
    told = WorkItem.subject["data"]["year"]
    query = (
        select(FeeYear, Organisation, Case, told["households"].astext)
        .join(Organisation, Organisation.id == FeeYear.unit_id)
        .join(Case, Case.id == FeeYear.case_id)
        .join(WorkItem, WorkItem.case_id == FeeYear.case_id)
        .where(
            FeeYear.estate_id.in_(estate_ids),
            FeeYear.to_on < today(work),
            WorkItem.process == "takeover_year",
            WorkItem.element == "evaluate",
            WorkItem.state == "open",
            WorkItem.subject["instance"]["rater"].astext == "residents",
            told["id"].astext == cast(FeeYear.id, Text),
        )
        .order_by(FeeYear.from_on)
    )
    return {
        year.id: OpenYear(year.id, year.number, unit.names, int(households or 0), clocks.counting(work, case).pinned)
        for year, unit, case, households in work.session.execute(query)
    }


def tally(work: Work, pinned: Pinned, year_id: int, households: int) -> Tally:
    """Put together what households gave a year; `households` is how many the estate has, 0 where nobody knows.

    The mean is exact, rounded once, half up, to a hundredth of a point: so a rating is kept.
    """
    given = HouseholdRating.year_id == year_id
    number, points = work.session.execute(
        select(func.count(), func.coalesce(func.sum(HouseholdRating.score), 0)).where(given)
    ).one()
    mean = (Decimal(points) / number).quantize(_HUNDREDTH, ROUND_HALF_UP) if number else None
    return Tally(number, mean, max(ceil(households * Fraction(str(pinned.value(SAMPLE)))), 1))


def facts(work: Work, case: Case) -> Mapping[str, Any]:
    """Return `household_ratings`, a function of a year {id, households}: {households, score, minimum, enough}."""
    return {"household_ratings": lambda year: None if year is None else _told(work, case, year)}


def _told(work: Work, case: Case, year: Mapping[str, Any]) -> Mapping[str, Any]:
    pinned = clocks.counting(work, case).pinned
    found = tally(work, pinned, int(year["id"]), int(year.get("households") or 0))
    return {
        "households": Decimal(found.households),
        "score": found.score,
        "minimum": Decimal(found.minimum),
        "enough": found.enough,
    }


def _owns(work: Work, year: FeeYear, household_id: int) -> bool:
    estate = work.session.get_one(Area, year.estate_id)
    bound = select(HouseholdBinding.id).join(Area, Area.id == HouseholdBinding.household_id)
    bound = bound.where(
        HouseholdBinding.person_id == work.actor.person_id,
        HouseholdBinding.household_id == household_id,
        HouseholdBinding.kind == "owner",
        HouseholdBinding.during.contains(today(work)),
        Area.path.like(f"{estate.path}%"),
    )
    return work.session.scalar(bound.limit(1)) is not None
