"""Complaints walked through the engine: what opens, what is asked of the house, and how the case ends."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework import engine

ROOT = Path(__file__).parents[2] / "processes"
RECEIVED = datetime(2026, 9, 18, 8, 30, tzinfo=UTC)
DEFINITION = engine.load(
    {
        path.name: path.read_bytes()
        for folder in (ROOT / "complaint_handling", *(ROOT / "shared").iterdir())
        for path in folder.glob("*.bpmn")
    }
)
RULES = {
    "complaint.redo.max": Decimal(1),
    "complaint.callback.attempts": Decimal(3),
    "supervision.yellow_before_working_days": Decimal(1),
    "urgent.notify_tiers": [Decimal(2), Decimal(3)],
    "urgent.repeat_minutes": Decimal(15),
}
NORMAL = {"unit": "CO", "co_units": [], "urgency": "normal", "clocks": [], "fund": False, "notify": []}


class Complaint:
    """A complaint with a house around it that answers as the real one would, in memory."""

    def __init__(self, triage: Mapping[str, Any] = NORMAL, **facts: Any) -> None:
        self.now = RECEIVED
        self.triage = triage
        self.facts: dict[str, Any] = {
            "case": {"no": "TS1", "unit": Decimal(7), "tier": Decimal(1), "hotline": False, "estate": Decimal(3)},
            "intakes": [{"id": Decimal(1), "callback": "waiting", "hotline": False}],
            "handling": [],
            "handbacks": Decimal(0),
            "designated": False,
            "extended": False,
            "redo": Decimal(0),
            "breaches": [],
            "unit_kind": "company",
            **facts,
        }
        self.clocks: dict[str, dict[str, Any]] = {}
        self.missed: list[datetime] = []
        self.done: list[tuple[str, Mapping[str, Any]]] = []
        self.tasks: dict[str, engine.HumanTask] = {}
        self.timers: dict[str, engine.Timer] = {}
        self.state = b""
        self.ended: str | None = None
        report = {"category": "cleaning", "cause": "daily_cleaning", "danger": "none"}
        self._take(engine.start(DEFINITION, "complaint_handling", report, now=self.now, facts=self._asked()))

    @property
    def open(self) -> list[str]:
        return sorted(task.element for task in self.tasks.values())

    def names(self) -> list[str]:
        return [name for name, _ in self.done]

    def asked_for(self, name: str) -> Mapping[str, Any]:
        return next(arguments for done, arguments in reversed(self.done) if done == name)

    def due(self, element: str) -> datetime | None:
        timers = [timer for timer in self.timers.values() if timer.element == element]
        [timer] = engine.retime(DEFINITION, timers, facts=self._asked(), now=self.now)
        return timer.due

    def task(self, element: str) -> engine.HumanTask:
        return next(task for task in self.tasks.values() if task.element == element)

    def complete(self, element: str, **answers: Any) -> None:
        task = self.task(element)
        del self.tasks[task.id]
        self._take(engine.complete(DEFINITION, self.state, task.id, answers, now=self.now, facts=self._asked()))

    def fire(self, element: str) -> None:
        timer = next(timer for timer in self.timers.values() if timer.element == element)
        del self.timers[timer.id]
        self._take(engine.fire(DEFINITION, self.state, timer.id, now=self.now, facts=self._asked()))

    def tell(self, name: str, payload: Mapping[str, Any] | None = None, **correlation: Any) -> bool:
        message = engine.Message(name, payload or {}, correlation)
        outcome = engine.deliver(DEFINITION, self.state, message, now=self.now, facts=self._asked())
        self._take(outcome)
        return outcome.delivered

    def verified(self) -> None:
        self.complete("handle", result="done", text="已经处理，拍了照片", files=[1])
        self.complete("verify", evidence_ok=True, conclusion="resolved", **{"pass": "pass"})

    def _asked(self) -> engine.Facts:
        functions = {
            "policy": RULES.get,
            "deadline": lambda _, start: start + timedelta(hours=24),
            "clock": self.clocks.get,
            "working_days_before": lambda moment, days: None if moment is None else moment - timedelta(days=int(days)),
            "attempts": lambda _: list(self.missed),
            "attempt_days": lambda _: Decimal(len({moment.date() for moment in self.missed})),
        }
        return engine.Facts(self.facts, functions, ZoneInfo("Asia/Shanghai"))

    def _take(self, outcome: engine.Outcome) -> None:
        assert outcome.incident is None, str(outcome.incident)
        self.state, self.ended = outcome.state, outcome.ended
        for gone in outcome.closed:
            self.tasks.pop(gone, None)
        for gone in outcome.timers_cleared:
            self.timers.pop(gone, None)
        self.tasks.update({task.id: task for task in outcome.opened})
        self.timers.update({timer.id: timer for timer in outcome.timers_set})
        for operation in outcome.operations:
            self.done.append((operation.name, operation.arguments))
            answer = self._perform(operation.name, operation.arguments) or {}
            after = engine.complete(DEFINITION, self.state, operation.id, answer, now=self.now, facts=self._asked())
            self._take(after)

    def _perform(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        answer = {
            "decisions.decide": lambda: self.triage if given["decision"] == "triage" else {},
            "intakes.find_same": lambda: {"same": None, "explained": None},
            "complaints.dispatch": self._dispatched,
            "clocks.start": lambda: self._start(given["name"], timedelta(hours=24)),
            "clocks.stop": lambda: self.clocks[given["name"]].update(due=None),
            "complaints.alert": lambda: self._start("urgent_arrive", timedelta(minutes=30)),
            "supervision.open": lambda: self._supervised(given),
            "complaints.note_attempt": lambda: self.missed.append(self.now),
            "complaints.add_callback": lambda: self._called_back(given["record"]["satisfied"]),
            "complaints.redo": self._again,
        }.get(name)
        return answer() if answer else None

    def _dispatched(self) -> None:
        self._start("reply", timedelta(days=5))
        self._start("company_unhandled", timedelta(hours=72))
        self._start("hand_back", timedelta(days=2))

    def _supervised(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        self._start("supervision", timedelta(hours=48))
        return {"id": 1, "tier": given["tier"], "kind": given["kind"], "due": None, "joined": False}

    def _called_back(self, satisfied: bool | None) -> None:
        self.callback = "unreached" if satisfied is None else "satisfied" if satisfied else "dissatisfied"

    def _again(self) -> None:
        self.facts["redo"] += 1
        self.callback = "waiting"

    def _start(self, name: str, length: timedelta) -> None:
        self.clocks[name] = {"name": name, "started": self.now, "due": self.now + length, "paused": False}

    @property
    def callback(self) -> str:
        return self.facts["intakes"][0]["callback"]

    @callback.setter
    def callback(self, value: str) -> None:
        self.facts["intakes"] = [{**self.facts["intakes"][0], "callback": value}]


def test_a_complaint_that_is_handled_verified_and_rated_closes_satisfied() -> None:
    case = Complaint()
    assert case.open == ["handle"]
    assert case.task("handle").scope == "case.unit"
    case.verified()
    assert case.callback == "waiting"
    case.complete("attempt", reached=True, satisfied=True, score=5, handled_as_told=True)
    assert case.ended == "completed"
    assert case.asked_for("cases.close") == {"outcome": "satisfied", "basis": "resolved"}
    assert "complaints.archive" in case.names()


def test_a_report_that_no_row_fits_waits_for_the_dispatcher_and_is_then_asked_again() -> None:
    case = Complaint({**NORMAL, "unit": None})
    assert case.open == ["confirm_triage"]
    case.triage = NORMAL
    case.complete("confirm_triage", category="cleaning", cause="daily_cleaning", danger="none", unit=None)
    assert case.open == ["handle"]


def test_what_the_company_leaves_undone_is_supervised_beside_its_work() -> None:
    case = Complaint()
    assert case.due("b_unhandled") == RECEIVED + timedelta(hours=72)
    case.fire("b_unhandled")
    assert case.open == ["follow_up", "handle"]
    assert case.asked_for("supervision.open") == {"tier": 1, "kind": "limit", "reason": "unhandled"}
    assert case.tell("handled", reason="unhandled")
    assert case.open == ["handle"]


def test_an_urgent_matter_is_supervised_from_the_street_on() -> None:
    case = Complaint({**NORMAL, "urgency": "urgent"})
    case.fire("b_unhandled")
    assert case.asked_for("supervision.open")["tier"] == 2


def test_yellow_then_red_card_and_the_red_one_opens_supervision_for_being_overdue() -> None:
    case = Complaint()
    case.fire("b_yellow")
    assert case.asked_for("supervision.card") == {"kind": "yellow"}
    case.now = RECEIVED + timedelta(days=5)
    case.fire("b_overdue")
    assert case.asked_for("supervision.card") == {"kind": "red"}
    assert case.asked_for("supervision.open")["reason"] == "overdue"


def test_supervision_that_is_open_when_the_case_closes_is_lifted() -> None:
    case = Complaint()
    case.fire("b_unhandled")
    case.verified()
    case.complete("attempt", reached=True, satisfied=True, handled_as_told=True)
    assert case.open == ["follow_up"]
    assert case.tell("case_closed")
    assert case.ended == "completed"


def test_a_record_goes_on_with_the_work_and_re_arms_nothing() -> None:
    case = Complaint()
    before = set(case.timers)
    case.complete("handle", result="record", text="已到现场查看情况", files=[1])
    assert case.asked_for("complaints.record")["substantive"] is True
    assert case.open == ["handle"]
    assert before == set(case.timers)


def test_a_record_without_evidence_is_not_substantive() -> None:
    case = Complaint()
    case.complete("handle", result="record", text="已电话联系诉求人", files=[])
    assert case.asked_for("complaints.record")["substantive"] is False


def test_a_first_hand_back_is_judged_and_moves_to_the_unit_named() -> None:
    case = Complaint()
    case.complete("handle", result="hand_back", text="不在我们服务范围内", reason="not_our_estate", files=[1])
    assert case.open == ["redispatch_user"]
    case.complete("redispatch_user", accept=True, unit=Decimal(9), reason="确属另一小区")
    assert case.asked_for("complaints.transfer") == {"unit": 9}
    assert case.open == ["handle"]


@pytest.mark.parametrize(
    "facts",
    [
        {"designated": True},
        {"handling": [{"by": Decimal(4), "unit": Decimal(7), "at": RECEIVED, "substantive": False}]},
    ],
)
def test_no_hand_back_once_designated_or_begun(facts: dict[str, Any]) -> None:
    case = Complaint(**facts)
    case.complete("handle", result="hand_back", text="不在我们服务范围内", reason="not_our_estate", files=[1])
    assert case.open == ["handle"]
    assert "complaints.transfer" not in case.names()


def test_no_hand_back_after_its_time_and_none_missing_when_its_clock_stands() -> None:
    late = Complaint()
    late.now = RECEIVED + timedelta(days=2)
    late.complete("handle", result="hand_back", text="不在我们服务范围内", reason="other", files=[1])
    assert late.open == ["handle"]
    standing = Complaint()
    standing.clocks["hand_back"]["due"] = None
    standing.complete("handle", result="hand_back", text="不在我们服务范围内", reason="other", files=[1])
    assert standing.open == ["redispatch_user"]


def test_a_second_hand_back_is_ruled_upon_and_the_ruling_is_final() -> None:
    case = Complaint(handbacks=Decimal(1))
    case.complete("handle", result="hand_back", text="也不是我们的职责", reason="not_our_duty", files=[1])
    assert case.open == ["arbitrate"]
    assert case.task("arbitrate").scope == "estate.county"
    case.complete("arbitrate", unit=Decimal(8), basis="职责清单", final=True)
    assert case.asked_for("complaints.designate") == {"unit": 8}
    assert case.open == ["handle"]


def test_an_extension_holds_the_red_card_until_it_is_decided() -> None:
    case = Complaint()
    case.now = RECEIVED + timedelta(days=5) - timedelta(minutes=1)
    case.complete("handle", result="extend", text="配件要从外地调", until=None)
    assert case.open == ["decide_extension"]
    assert case.due("b_overdue") == case.now + timedelta(hours=24)
    case.complete("decide_extension", approve=False, reason="理由不足")
    assert case.due("b_overdue") == RECEIVED + timedelta(days=5)
    assert case.asked_for("notifications.send")["notice"] == "extension_refused"
    assert case.open == ["handle"]


def test_an_approved_extension_moves_the_reply_clock() -> None:
    case = Complaint()
    case.complete("handle", result="extend", text="配件要从外地调", until=None)
    case.complete("decide_extension", approve=True, days=Decimal(10), reason="情况复杂")
    given = case.asked_for("clocks.extend")
    assert (given["name"], given["length"], given["unit"]) == ("reply", 10, "working_days")


@pytest.mark.parametrize(("late", "extended"), [(True, False), (False, True)])
def test_an_extension_asked_too_late_or_twice_is_refused_at_once(late: bool, extended: bool) -> None:
    case = Complaint(extended=extended)
    if late:
        case.now = RECEIVED + timedelta(days=5)
    case.complete("handle", result="extend", text="配件要从外地调", until=None)
    assert case.open == ["handle"]
    assert "clocks.extend" not in case.names()


def test_an_emergency_repair_only_where_the_fund_may_pay() -> None:
    without = Complaint()
    without.complete("handle", result="emergency_repair", text="屋面大面积渗漏", files=[])
    assert without.open == ["handle"]
    assert "cases.start_linked" not in without.names()
    paid = Complaint({**NORMAL, "fund": True})
    paid.complete("handle", result="emergency_repair", text="屋面大面积渗漏", files=[])
    assert paid.asked_for("cases.start_linked")["process"] == "emergency_repair"


def test_rectification_is_ordered_by_authorities_not_by_companies() -> None:
    company = Complaint()
    company.complete("handle", result="order_rectify", text="责令限期整改", files=[])
    assert "cases.start_linked" not in company.names()
    bureau = Complaint(unit_kind="bureau")
    bureau.complete("handle", result="order_rectify", text="责令限期整改", files=[])
    assert bureau.asked_for("cases.start_linked")["process"] == "rectification_notice"


def test_what_is_beyond_the_unit_goes_to_the_joint_conference() -> None:
    case = Complaint()
    case.complete("handle", result="beyond_us", text="需多部门会商", files=[])
    assert case.open == ["submit"]
    assert case.task("submit").scope == "case.unit"


def test_the_verifier_sends_back_what_is_not_proved() -> None:
    case = Complaint()
    case.complete("handle", result="done", text="已经处理，拍了照片", files=[1])
    assert case.task("verify").scope == "estate.community"
    case.complete("verify", evidence_ok=False, reason="缺少照片", **{"pass": "return"})
    assert case.open == ["handle"]


@pytest.mark.parametrize(
    ("kind", "tier", "urgency", "scope"),
    [
        ("company", 1, "urgent", "estate.street"),
        ("bureau", 1, "normal", "estate.county"),
        ("company", 4, "urgent", "city"),
    ],
)
def test_the_verifier_is_never_below_the_handler_or_the_supervising_tier(
    kind: str, tier: int, urgency: str, scope: str
) -> None:
    case = Complaint({**NORMAL, "urgency": urgency}, unit_kind=kind)
    case.facts["case"] = {**case.facts["case"], "tier": Decimal(tier)}
    if urgency == "urgent":
        case.complete("arrive", arrived_at=RECEIVED, photo=[1])
        case.complete("make_safe", safe_at=RECEIVED, measure="已控制", injured=0, accident=False, photo=[1])
    case.complete("handle", result="done", text="已经处理，拍了照片", files=[1])
    assert case.task("verify").scope == scope


def test_dissatisfied_once_is_handled_again_twice_is_for_the_tier_to_decide() -> None:
    case = Complaint()
    case.verified()
    case.complete("attempt", reached=True, satisfied=False, handled_as_told=False)
    assert case.open == ["handle"]
    assert "complaints.redo" in case.names()
    case.verified()
    assert case.task("attempt").scope == "estate.street"
    case.complete("attempt", reached=True, satisfied=False, handled_as_told=True)
    assert case.open == ["tier_decision"]
    case.complete("tier_decision", decision="explain_close", facts="查明属实", basis="条例", reply="说明如下")
    assert case.ended == "completed"
    assert case.asked_for("cases.close")["outcome"] == "explained"


def test_not_reached_is_tried_on_another_day_until_it_is_enough() -> None:
    case = Complaint()
    case.verified()
    for attempt in range(3):
        case.complete("attempt", reached=False)
        if attempt < 2:
            assert case.open == []
            due = case.due("t_next")
            assert due is not None
            assert due >= case.now + timedelta(hours=24)
            case.now = due
            case.fire("t_next")
    assert case.callback == "unreached"
    assert case.asked_for("cases.close")["outcome"] == "unreached"


def test_three_attempts_on_one_day_are_not_enough() -> None:
    case = Complaint()
    case.verified()
    case.missed = [case.now, case.now]
    case.complete("attempt", reached=False)
    assert [timer.element for timer in case.timers.values() if timer.element == "t_next"] == ["t_next"]


def test_a_rating_in_the_app_answers_the_callback_of_its_own_report_only() -> None:
    case = Complaint()
    case.verified()
    rating = {"rating": {"satisfied": True, "score": 4, "text": "", "reached": True}}
    assert not case.tell("resident_rated", rating, intake=Decimal(2))
    assert case.tell("resident_rated", rating, intake=Decimal(1))
    assert case.asked_for("complaints.add_callback")["record"]["score"] == 4
    assert case.ended == "completed"


def test_a_late_arrival_leaves_its_mark_and_the_work_goes_on() -> None:
    case = Complaint({**NORMAL, "urgency": "critical", "notify": [Decimal(2)]})
    assert case.asked_for("complaints.alert") == {"tiers": [2]}
    assert case.open == ["arrive"]
    case.fire("b_arrive")
    assert case.asked_for("complaints.breach") == {"clock": "urgent_arrive"}
    case.fire("t_again")
    assert case.names().count("complaints.alert") == 3, "at the report, at the breach, and once more"
    case.complete("arrive", arrived_at=RECEIVED, photo=[1])
    assert case.asked_for("complaints.arrived") == {"at": RECEIVED}
    assert case.tell("arrived")
    assert not any(timer.element == "t_again" for timer in case.timers.values())
    case.complete("make_safe", safe_at=RECEIVED, measure="已断电", injured=1, accident=False, photo=[1])
    assert case.open == ["report_accident"]


def test_a_withdrawn_report_stops_the_case_only_after_review() -> None:
    case = Complaint()
    assert case.tell("withdrawn", {"withdrawal": {"intake": 1, "reason": "已自行解决"}})
    assert "clocks.pause" in case.names()
    assert case.open == ["handle", "stop_case"]
    case.complete("stop_case", decision="stop", explanation="诉求人撤回")
    assert case.ended == "terminated"
    assert case.asked_for("cases.close")["outcome"] == "withdrawn"
    assert case.open == []


def test_after_the_review_the_case_may_go_on_with_its_clocks() -> None:
    case = Complaint()
    assert case.tell("legal_track_started", {"kind": "court", "no": "1", "court": "区法院"})
    case.complete("stop_case", decision="go_on", explanation="起诉已撤回")
    assert "clocks.resume" in case.names()
    assert case.open == ["handle"]
