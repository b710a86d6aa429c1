"""The demonstration's unmanaged estates: one at every stage of a takeover, whenever it is loaded."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from banjie.demonstration.planning import PAST, Book, plan
from banjie.demonstration.province import Province
from banjie.demonstration.takeovers import DESERTED, FLAGGED, HIRING, INSPECTED, SERVED, tell_takeovers
from casework import bootstrap
from casework.cases.models import Case, WorkItem
from casework.clock import MovableClock
from casework.config import Settings
from casework.persistence import Work
from casework.takeovers import stages, units
from casework.takeovers.entry_models import Inspection, ServiceContract
from casework.takeovers.invariants import broken
from casework.takeovers.money_models import RevenuePosting
from casework.takeovers.works_models import RenovationItem
from tests.banjie.provinces import PRESENT, ZONE, play


def test_old_estates_stand_all_along_the_way_to_a_company(own_province: Settings) -> None:
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        province = Province.read(work)
    at = {name: province.estates[name].id for name in (FLAGGED, DESERTED, HIRING, INSPECTED, SERVED)}
    acts = [act for act in plan(province, PRESENT, ZONE) if act.tale.startswith("takeover-")]
    for city in province.cities:
        assert play(own_province, [act for act in acts if act.city == city], city=city).refused == []
    with casework.work() as work:
        assert list(broken(work)) == []
        flag = units.flagged(work, at[FLAGGED])
        assert flag is not None
        assert PRESENT - timedelta(days=15) < flag.flagged_at < PRESENT - timedelta(days=13)
        assert at[FLAGGED] in stages.longest_to_survey(work)
        helper = units.responsible(work, at[DESERTED])
        assert helper is not None
        assert helper.kind == "emergency"
        assert helper.until is not None
        assert helper.until > PRESENT + timedelta(days=180)
        assert tasks_at(work, at[DESERTED]) == {"survey", "call_vote"}
        assert stages.estates_hiring(work) == [at[HIRING]]
        inspected = work.session.scalars(select(Inspection).where(Inspection.estate_id == at[INSPECTED])).one()
        assert inspected.agreed_on is not None
        assert any(item.state == "defect" and item.photos for item in inspected.items)
        assert stages.estates_served(work) == [at[SERVED]]
        contract = work.session.scalars(select(ServiceContract)).one()
        assert {line["kind"] for line in contract.lines} == {"service", "fee", "revenue", "subsidy"}
        assert contract.left_out == ["楼道广告"]
        assert contract.shortfall > 0
        works = work.session.scalars(select(RenovationItem).order_by(RenovationItem.number)).all()
        assert [(one.state, len(one.photos)) for one in works] == [
            ("accepted", 2),
            ("accepted", 2),
            ("open", 0),
            ("open", 0),
        ]
        posting = work.session.scalars(select(RevenuePosting)).one()
        assert (posting.estate_id, posting.balance) == (at[SERVED], Decimal("1919.50"))
        answering = units.responsible(work, at[SERVED])
        assert answering is not None
        assert (answering.kind, answering.unit_id) == ("serving", province.state_owned["liaocheng"])
    casework.database.close()


def tasks_at(work: Work, estate_id: int) -> set[str]:
    """Return what is to be done at an estate."""
    items = select(WorkItem.element).join(Case, Case.id == WorkItem.case_id)
    return set(work.session.scalars(items.where(Case.estate_id == estate_id, WorkItem.state == "open")))


def test_whenever_it_is_loaded_a_vote_is_open_and_a_quarter_is_posted(own_province: Settings) -> None:
    casework = bootstrap.build(own_province, clock=MovableClock(PRESENT))
    with casework.work() as work:
        province = Province.read(work)
    casework.database.close()
    names = {f"takeover-{estate.id}": name for name, estate in province.estates.items()}
    for weeks in range(0, 52, 3):
        present = PRESENT - timedelta(weeks=weeks)
        acts = tell_takeovers(Book(province, present, ZONE))
        done = {(names[act.tale], act.details.get("task", act.verb)): act.at for act in acts if act.at <= present}
        assert acts[0].at > present - PAST
        assert timedelta(days=4) <= present - done[HIRING, "deliver"] <= timedelta(days=14)
        assert (HIRING, "enter") not in done
        assert (SERVED, "post_revenue") in done
        assert (INSPECTED, "check") in done
        assert (INSPECTED, "file_contract") not in done
        assert (FLAGGED, "flag") in done
