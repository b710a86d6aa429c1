"""Taken-over estates in the county of the pages: one served by 九安物业, who came after 泉城物业."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import insert

from casework import attachments
from casework.directory import services as directory
from casework.directory.models import Area
from casework.persistence import Work
from tests.takeovers import estates
from tests.webapp.city import SINCE, City
from tests.webapp.conftest import photo

ESTATE, OTHER, HOME = "水景花苑", "运河花园", "3-2-502"
MANAGER, RIVAL, OWNER = "孙维", "马宁", "李静怡"
BEGAN, CHANGED, ENDS = date(2024, 6, 1), date(2025, 9, 1), date(2028, 8, 31)


@dataclass
class Taken:
    """What a test points at."""

    estate_id: int
    case_id: int
    before_id: int
    firm: int
    rival: int
    years: list[int] = field(default_factory=list)
    work_id: int = 0
    photo_id: int = 0


def take_over(city: City, *, open_rating: bool = True, allowed: Sequence[str] = ("停车",)) -> Taken:
    """Have 泉城物业 serve the estate until 2025, then 九安物业, with a contract, works, money and an inspection."""
    firm, rival = city.units["九安物业"], city.units["泉城物业"]
    with city.casework.work() as work:
        before, case = (estates.case_of(work, city.areas[ESTATE]) for _ in range(2))
        made = Taken(city.areas[ESTATE], case, before, firm, rival)
        appoint(work, city)
        street = city.units["济阳街道办"]
        periods = [
            (street, "interim", date(2024, 3, 1), BEGAN),
            (rival, "serving", BEGAN, CHANGED),
            (firm, "serving", CHANGED, None),
        ]
        estates.serve(work, case, periods)
        _before(work, made)
        _now(work, made, allowed)
        if open_rating:
            groups = [f"community_officer@a{city.areas['草桥社区']}"]
            with_year = work.session.get_one(estates.FeeYear, made.years[-1])
            estates.ask_residents(work, with_year, groups=groups)
    return made


def appoint(work: Work, city: City) -> None:
    """Have 孙维 and 马宁 look after the estates of their companies."""
    for name, firm in ((MANAGER, "九安物业"), (RIVAL, "泉城物业")):
        directory.appoint(work, city.people[name], "soe_manager", organisation_id=city.units[firm], since=SINCE)


def _before(work: Work, made: Taken) -> None:
    estates.sign(work, made.before_id, made.rival, BEGAN, date(2027, 5, 31), allowed=("停车", "广告"))
    estates.plan(work, made.before_id, "gate", "4", "4", state="accepted", opened_at=estates.at(BEGAN))
    year = estates.year(work, made.before_id, made.rival, 1, BEGAN)
    estates.rated(work, year, "55.00", fails=1)
    estates.post(work, made.before_id, made.rival, BEGAN, "1200.00", "200.50", "999.50")


def _now(work: Work, made: Taken, allowed: Sequence[str]) -> None:
    estates.sign(work, made.case_id, made.firm, CHANGED, ENDS, allowed=allowed, filed=False)
    made.photo_id = attachments.keep(work, photo()[0], "门禁.jpg", subject=("case", made.case_id)).id
    begun = {"opened_at": estates.at(CHANGED)}
    gate = estates.plan(work, made.case_id, "gate", "19", "15", photos=[made.photo_id], **begun)
    heating = {"payer": "utility", "estimate": "120000.00", "seasonal": True}
    estates.plan(work, made.case_id, "heating", "16", **heating, **begun)
    estates.plan(work, made.case_id, "road", "1040.5", "600", state="carried_over", **begun)
    made.work_id = gate.id
    group = [f"soe_manager@o{made.firm}"]
    late, soon = work.now - timedelta(days=2), work.now + timedelta(days=40)
    estates.task(work, made.case_id, "revenue_posting", "post_revenue", group, due=late)
    data = {"one": {"id": gate.id}}
    estates.task(work, made.case_id, "takeover_operation", "renovate", group, data, due=soon)
    year = estates.year(work, made.case_id, made.firm, 2, CHANGED)
    made.years = [year.id]
    estates.post(work, made.case_id, made.firm, CHANGED, "3000.00", "500.25", "3499.25")
    estates.post(work, made.case_id, made.firm, date(2025, 12, 1), "2500.00", "4000.00", "1999.25")
    lift = {"group": "equipment", "item": "2号电梯", "state": "defect", "grade": "A", "duty": "new_firm"}
    items = [
        {"group": "documents", "item": "竣工图", "state": "missing", "duty": "old_unit", "due": date(2026, 8, 1)},
        {**lift, "due": date(2026, 10, 1), "isolated_at": estates.at(CHANGED)},
        {"group": "rooms", "item": "物业用房", "state": "sound"},
    ]
    signed = {"from_unit_id": made.rival, "agreed_on": date(2025, 8, 20), "agreement": [1]}
    estates.inspect(work, made.case_id, made.firm, items, **signed)


def many(work: Work, city: City, number: int) -> None:
    """Have 九安物业 serve so many more estates."""
    community = work.session.get_one(Area, city.areas["草桥社区"])
    case = estates.case_of(work, city.areas[ESTATE])
    rows = [
        {
            "kind": "estate",
            "name": f"小区{place}",
            "sort_key": f"x{place}",
            "parent_id": community.id,
            "path": f"{community.path}9{place:06d}.",
        }
        for place in range(number)
    ]
    ids = work.session.scalars(insert(Area).returning(Area.id), rows).all()
    during = estates.Range(estates.at(CHANGED), None, bounds="[)")
    values = {"unit_id": city.units["九安物业"], "kind": "serving", "during": during, "case_id": case}
    work.session.execute(insert(estates.UnitPeriod), [{"estate_id": one, **values} for one in ids])
