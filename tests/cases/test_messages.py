"""Messages and signals between cases: taken by who is meant, kept while nobody waits, told when nobody comes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from casework import jobs
from casework.cases import services as cases
from casework.cases.invariants import broken
from casework.cases.messages import KEPT
from casework.cases.models import Case, CaseLink, History, Posted
from casework.definitions.services import publish
from tests.engine import drawing as draw
from tests.factories import Stage

OFFICER = {"b_role": "community_officer", "b_scope": "estate.community"}
NAMES = draw.named("answered", signals="all_clear")


def asks(*parts: str) -> bytes:
    """Waits for the answer to its own question, known by its number."""
    return draw.diagram(
        draw.start(),
        draw.catch("wait", draw.message("answered"), draw.extras("match", question="number")),
        draw.user("read", **OFFICER),
        draw.end(),
        *parts,
        draw.flows("start wait read end"),
        process="asks",
        around=NAMES,
    )


ANSWERS = draw.diagram(
    draw.start(),
    draw.throw("tell", draw.message("answered"), draw.extras("match", question="about")),
    draw.end(),
    draw.flows("start tell end"),
    process="answers",
    around=NAMES,
)
CLEARS = draw.diagram(
    draw.start(), draw.end("end", draw.signal("all_clear")), draw.flows("start end"), process="clears", around=NAMES
)
LISTENS = draw.diagram(
    draw.start(),
    draw.catch("wait", draw.signal("all_clear")),
    draw.user("go_on", **OFFICER),
    draw.end(),
    draw.flows("start wait go_on end"),
    process="listens",
    around=NAMES,
)
BEGUN = draw.diagram(
    draw.start("asked", draw.message("answered")),
    draw.user("look", **OFFICER),
    draw.end(),
    draw.flows("asked look end"),
    process="begun",
    around=NAMES,
)


def begin(stage: Stage, process: str, **data: object) -> int:
    with stage.work() as work:
        return cases.start_case(work, process, data, area_id=stage.town.areas["estate"]).id


@pytest.fixture
def drawn(stage: Stage) -> Stage:
    for process, diagram in {"asks": asks(), "answers": ANSWERS, "clears": CLEARS, "listens": LISTENS}.items():
        _publish(stage, process, diagram)
    return stage


def _publish(stage: Stage, process: str, diagram: bytes) -> None:
    with stage.work() as work:
        publish(work, process, {f"{process}/{process}.bpmn": diagram} | draw.blank_forms(diagram))


def _way(stage: Stage) -> Posted:
    return stage.rows(Posted)[-1]


def test_an_answer_reaches_the_one_case_whose_key_agrees(drawn: Stage) -> None:
    first, second = (begin(drawn, "asks", number=Decimal(number)) for number in (1, 2))
    begin(drawn, "answers", about=Decimal(2))
    drawn.settle()
    assert drawn.tasks(first) == []
    assert drawn.tasks(second) == ["read"]
    assert (_way(drawn).outcome, _way(drawn).receiver_id) == ("delivered", second)


def test_of_two_that_wait_for_the_same_exactly_one_gets_it(drawn: Stage) -> None:
    both = [begin(drawn, "asks", number=Decimal(7)) for _ in range(2)]
    begin(drawn, "answers", about=Decimal(7))
    drawn.settle()
    assert [drawn.tasks(one) for one in both] == [["read"], []]
    begin(drawn, "answers", about=Decimal(7))
    drawn.settle()
    assert [drawn.tasks(one) for one in both] == [["read"], ["read"]]


def test_a_message_nobody_waits_for_yet_is_kept_until_somebody_does(drawn: Stage) -> None:
    begin(drawn, "answers", about=Decimal(3))
    drawn.settle()
    assert _way(drawn).outcome is None
    drawn.move(drawn.casework.clock.now() + timedelta(days=3))
    asking = begin(drawn, "asks", number=Decimal(3))
    drawn.settle()
    assert drawn.tasks(asking) == ["read"], "who begins to wait wakes what is on its way"
    with drawn.work() as work:
        assert broken(work) == []


def test_a_message_nobody_ever_takes_expires_and_its_sender_is_told(drawn: Stage) -> None:
    sender = begin(drawn, "answers", about=Decimal(4))
    drawn.move(drawn.casework.clock.now() + KEPT + timedelta(hours=1))
    assert _way(drawn).outcome == "expired"
    assert [line.what for line in drawn.rows(History, case_id=sender)][-1] == "expired"
    late = begin(drawn, "asks", number=Decimal(4))
    drawn.settle()
    assert drawn.tasks(late) == []


def test_a_message_may_start_a_case_at_the_place_of_its_sender(drawn: Stage) -> None:
    _publish(drawn, "begun", BEGUN)
    sender = begin(drawn, "answers", about=Decimal(5))
    drawn.settle()
    started = drawn.rows(Case, process="begun")[0]
    assert drawn.tasks(started.id) == ["look"]
    assert started.area_id == drawn.case(sender).area_id
    assert [link.other_id for link in drawn.rows(CaseLink, case_id=sender)] == [started.id]


def test_a_receiver_without_a_key_hears_only_cases_it_is_linked_to(drawn: Stage) -> None:
    deaf = asks().replace(b'<banjie:match name="question" value="number"/>', b"")
    _publish(drawn, "asks", deaf)
    stranger, friend = begin(drawn, "asks", number=Decimal(0)), begin(drawn, "asks", number=Decimal(0))
    sender = begin(drawn, "answers", about=Decimal(6))
    with drawn.work() as work:
        cases.link(work, sender, friend, "together")
    drawn.move(drawn.casework.clock.now() + timedelta(minutes=5))
    assert drawn.tasks(stranger) == []
    assert drawn.tasks(friend) == ["read"]


def test_a_signal_reaches_every_case_that_waits_at_that_moment(drawn: Stage) -> None:
    waiting = [begin(drawn, "listens") for _ in range(3)]
    begin(drawn, "clears")
    drawn.settle()
    assert [drawn.tasks(one) for one in waiting] == [["go_on"]] * 3
    late = begin(drawn, "listens")
    drawn.settle()
    assert drawn.tasks(late) == [], "a signal is not kept"


def test_a_message_is_delivered_once_however_often_its_job_runs(drawn: Stage) -> None:
    both = [begin(drawn, "asks", number=Decimal(8)) for _ in range(2)]
    begin(drawn, "answers", about=Decimal(8))
    drawn.settle()
    with drawn.work() as work:
        said = {"posted": _way(drawn).id}
        jobs.put(
            work, jobs.row_of(work, "cases.message", key=f"message:{said['posted']}", due_at=work.now, payload=said)
        )
    drawn.settle()
    assert [drawn.tasks(one) for one in both] == [["read"], []]
