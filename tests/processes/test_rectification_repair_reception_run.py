"""The ways through a rectification notice, an emergency repair and a reception day."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from casework import engine
from tests.processes.stepping import START, Run, definition

NEXT_DAY = datetime(2026, 9, 19, 16, tzinfo=UTC)  # 00:00 on 20 September in Shanghai


@pytest.fixture(scope="module")
def loaded() -> engine.Definition:
    return definition()


FINDINGS = [{"clause": "3.1", "place": "楼道"}, {"clause": "3.2", "place": "车棚"}]


def issued(loaded: engine.Definition) -> Run:
    answers = {"supervision.open": {"tier": Decimal(2), "kind": "limit", "joined": False}}
    run = Run(loaded, "rectification_notice", {"to": Decimal(21)}, answers)
    assert run.task("issue").scope == "estate.street"
    run.done("issue", findings=FINDINGS, limit=date(2026, 9, 19), to=Decimal(21))
    return run


def test_a_notice_is_delivered_and_the_company_rectifies(loaded: engine.Definition) -> None:
    run = issued(loaded)
    assert run.arguments("notifications.send") == [{"notice": "rectification_issued", "to": "organisation:21"}]
    task = run.task("rectify")
    assert (task.scope, task.due) == (Decimal(21), NEXT_DAY)
    run.done("rectify", findings=FINDINGS)
    run.done("recheck", **{"pass": "pass"})
    assert run.arguments("cases.close") == [{"outcome": "passed", "basis": "rectification"}]
    assert run.ended == "completed"


def test_a_notice_is_disputed_once(loaded: engine.Definition) -> None:
    run = issued(loaded)
    run.done("rectify", dispute="不是我们的责任")
    run.done("decide_dispute", decision="keep", limit=date(2026, 9, 28), reason="属实")
    run.done("rectify", dispute="仍不同意")
    assert run.open() == ["recheck"]


def test_a_withdrawn_notice_is_closed(loaded: engine.Definition) -> None:
    run = issued(loaded)
    run.done("rectify", dispute="不是我们的责任")
    run.done("decide_dispute", decision="withdraw", limit=date(2026, 9, 28), reason="成立")
    assert run.arguments("cases.close") == [{"outcome": "withdrawn", "basis": "rectification"}]
    assert run.ended == "completed"


def test_only_what_is_open_is_rectified_again_and_the_last_round_goes_to_the_county(loaded: engine.Definition) -> None:
    run = issued(loaded)
    run.done("rectify", findings=FINDINGS)
    left = [{**FINDINGS[0], "passed": True}, {**FINDINGS[1], "passed": False}]
    run.done("recheck", **{"pass": "part", "limit": date(2026, 9, 30), "findings": left})
    assert [one["place"] for one in run.task("rectify").data["findings"]] == ["车棚"]
    run.done("rectify")
    run.done("recheck", **{"pass": "fail", "limit": date(2026, 10, 9)})
    assert run.arguments("cases.close") == [{"outcome": "to_county", "basis": "rectification"}]
    assert run.arguments("notifications.send")[-1]["notice"] == "rectification_to_county"


def test_an_overdue_rectification_is_supervised_beside_it(loaded: engine.Definition) -> None:
    run = issued(loaded)
    run.fire("b_due")
    assert "rectifications.overdue" in [name for name, _ in run.asked]
    assert run.open() == ["follow_up", "rectify"]


def checked(loaded: engine.Definition, eligible: bool = True) -> Run:
    run = Run(loaded, "emergency_repair", {"text": "屋面漏水"})
    run.done("report_damage", kind="roof_wall", place="2号楼屋面", photo=["f1"])
    run.done("joint_check", kind="roof_wall", photo=["f2"], present=[], eligible=eligible, urgent=True)
    return run


def test_an_emergency_repair_is_posted_before_it_is_paid(loaded: engine.Definition) -> None:
    run = checked(loaded)
    run.done("repair", done=True, cost=Decimal("1200.50"), photo=["f3"])
    run.done("accept", accepted_on=date(2026, 9, 20), cost=Decimal("1200.50"), documents=["f4"], text="合格")
    assert run.open() == ["post"]
    run.done("post", posted_at=START, places=[], online=True)
    assert run.arguments("publicity.open")[0]["length_key"] == "fund.emergency.posting_days"
    run.fire("wait")
    run.done("conclude", result="confirmed")
    run.done("pay", amount=Decimal("1200.50"), paid_on=date(2026, 9, 28), voucher=["f5"])
    assert run.arguments("cases.close") == [{"outcome": "paid", "basis": "emergency_repair"}]
    assert run.ended == "completed"


def test_the_street_repairs_when_the_company_does_not(loaded: engine.Definition) -> None:
    run = checked(loaded)
    run.fire("b_slow")
    assert run.open() == ["street_acts"]
    run.done("street_acts", done=True, cost=Decimal(900), photo=["f3"])
    assert run.open() == ["accept"]


def test_what_the_fund_may_not_pay_ends_without_payment(loaded: engine.Definition) -> None:
    run = checked(loaded, eligible=False)
    assert run.arguments("cases.close") == [{"outcome": "not_from_fund", "basis": "emergency_repair"}]
    assert run.ended == "completed"


def sitting(loaded: engine.Definition, kind: str = "reception") -> Run:
    later = {"sitting_at": datetime(2026, 9, 25, 1, tzinfo=UTC)}
    answers = {"series.reschedule": later, "supervision.open": {"tier": Decimal(1), "kind": "limit", "joined": False}}
    return Run(loaded, "reception_day", {"kind": kind, "sitting_at": datetime(2026, 9, 20, 1, tzinfo=UTC)}, answers)


def concluded(run: Run) -> None:
    run.done("post", posted_at=START, places=[], online=True)
    run.fire("wait")
    run.done("conclude", result="confirmed")


def test_a_sitting_is_rescheduled_when_the_secretary_is_absent(loaded: engine.Definition) -> None:
    run = sitting(loaded)
    run.done("confirm", attending=False)
    assert run.arguments("series.reschedule") == [{}]
    assert run.task("confirm").due == datetime(2026, 9, 25, 1, tzinfo=UTC)
    run.done("confirm", attending=False, deputy=Decimal(4))
    assert run.open() == ["hold"]


def test_an_issue_solved_on_the_spot_opens_no_case(loaded: engine.Definition) -> None:
    run = sitting(loaded)
    run.done("confirm", attending=True)
    run.done("hold", issues=[{"text": "灯坏了", "solved_now": True, "sign": "签"}], photo=["f1"])
    assert not run.arguments("cases.start_linked")
    concluded(run)
    assert run.arguments("cases.close") == [{"outcome": "held", "basis": "reception"}]
    assert run.ended == "completed"


def test_every_other_issue_becomes_a_case(loaded: engine.Definition) -> None:
    run = sitting(loaded)
    run.done("confirm", attending=True)
    issues = [{"text": "灯坏了", "solved_now": True}, {"text": "电梯停了"}, {"text": "漏水", "solved_now": False}]
    run.done("hold", issues=issues, photo=["f1"])
    opened = [asked["data"] for asked in run.arguments("cases.start_linked")]
    assert [(data["text"], data["channel"]) for data in opened] == [
        ("电梯停了", "reception_day"),
        ("漏水", "reception_day"),
    ]


def test_a_promise_not_kept_is_supervised(loaded: engine.Definition) -> None:
    run = sitting(loaded, "home_visit")
    run.done("confirm", attending=True)
    visits = [{"household": Decimal(1), "promise": "修门"}, {"household": Decimal(2)}]
    run.done("hold", visits=visits, photo=["f1"])
    assert run.open() == ["returns"]
    run.fire("b_return")
    assert run.arguments("notifications.send") == [{"notice": "return_overdue", "to": "community_officer"}]
    run.done("returns", told=True, kept=False)
    assert run.arguments("supervision.open") == [{"tier": 1, "kind": "limit", "reason": "unkept"}]
    concluded(run)
    assert run.ended == "completed"
