"""What a case leaves behind: a history in order and whole, and no trace of who somebody is."""

from itertools import pairwise

import pytest
from sqlalchemy import text

from casework import audit
from casework.cases import services as cases
from casework.cases.models import Case, CaseLink, CaseParty, History
from casework.cases.reading import read_case
from casework.complaints.models import Intake
from casework.definitions.services import publish
from casework.directory import people
from casework.directory.people import Particulars
from casework.directory.viewing import viewer
from tests.engine import drawing as draw
from tests.factories import Stage

UNSEEN = (
    "history",
    "audit_entry",
    "job",
    "notice",
    "command",
    '"case"',
    "work_item",
    "case_clock",
    "case_unit",
    "incident",
    "subscription",
    "case_timer",
    "case_party",
    "handling_record",
    "callback_record",
)
"""Tables that hold references alone: whoever is erased is erased there too."""


def walked(stage: Stage) -> int:
    """Take a case through everything to its end: handed back, handled, a redo, and closed."""
    case_id = stage.report()
    stage.move("2026-06-04 10:00:00")
    stage.handled(case_id)
    stage.verified(case_id)
    stage.do("rate", by="李业主", score=1, text="灯还是不亮")
    stage.handled(case_id)
    stage.verified(case_id, by="街道小孙")
    stage.do("rate", by="李业主", score=5)
    assert stage.case(case_id).status == "closed"
    return case_id


def test_the_history_is_whole_in_order_and_says_who_did_what(stage: Stage) -> None:
    case_id = walked(stage)
    lines = stage.rows(History, case_id=case_id)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert all(one.at <= other.at for one, other in pairwise(lines))
    done = [(line.element, line.person_id) for line in lines if line.what == "submitted"]
    names = {number: name for name, number in stage.town.people.items()}
    assert [(element, names[person]) for element, person in done] == [
        ("handle", "客服小周"),
        ("verify", "社区小宋"),
        ("handle", "客服小周"),
        ("verify", "街道小孙"),
    ]
    events = [line.what for line in lines]
    for earlier, later in pairwise(["registered", "dispatched", "supervised", "redo", "closed"]):
        assert events.index(earlier) < events.index(later)
    with stage.work() as work:
        assert audit.verify_all(work.session) == []


def test_the_system_acts_in_its_own_name(stage: Stage) -> None:
    case_id = walked(stage)
    for line in stage.rows(History, case_id=case_id):
        if line.kind == "operation":
            assert (line.actor_kind, line.person_id) == ("system", None)


def test_nothing_but_the_sealed_row_knows_a_name_a_phone_or_an_identity_number(stage: Stage) -> None:
    with stage.work() as work:
        secret = Particulars(name="欧阳无痕", phone="13987654321", id_number="370811199001011234")
        stage.town.people["欧阳无痕"] = people.add_person(work, "resident", secret).id
    case_id = stage.report(by="欧阳无痕", text="楼道灯坏了，晚上一片漆黑，请尽快来修。")
    stage.move("2026-06-04 10:00:00")
    stage.handled(case_id)
    stage.verified(case_id)
    stage.do("rate", by="欧阳无痕", score=5)
    with stage.work() as work:
        for table in UNSEEN:
            rows = "\n".join(work.session.scalars(text(f"SELECT t::text FROM {table} t")))  # noqa: S608
            for known in ("欧阳无痕", "13987654321", "370811199001011234"):
                assert known not in rows, table
        state = work.session.scalars(text('SELECT state FROM "case"')).all()
        assert all("欧阳".encode() not in one and b"1398765" not in one for one in state)


def test_the_words_of_a_report_stay_out_of_what_outlives_it(stage: Stage) -> None:
    """Whoever writes a phone number into the text has it in the report's own row, and nowhere else."""
    case_id = stage.report(text="楼道灯坏了，请打我电话 13612345678 联系。")
    stage.handled(case_id)
    with stage.work() as work:
        for table in UNSEEN:
            rows = "\n".join(work.session.scalars(text(f"SELECT t::text FROM {table} t")))  # noqa: S608
            assert "13612345678" not in rows, table


def test_an_anonymous_report_leaves_no_person(stage: Stage) -> None:
    case_id = stage.report(anonymous=True)
    assert stage.rows(CaseParty, case_id=case_id) == []
    intake = stage.rows(Intake, case_id=case_id)[0]
    assert (intake.person_id, intake.registered_by, intake.callback) == (None, None, "none")
    assert {line.person_id for line in stage.rows(History, case_id=case_id)} == {None}


def test_links_go_both_ways_and_are_there_once(stage: Stage) -> None:
    one, other = stage.report("one"), stage.report("other", by="王业主", part="flat", location="王业主家")
    with stage.work() as work:
        for _ in range(2):
            cases.link(work, one, other, "related")
        cases.link(work, other, one, "related")
    found = [(link.case_id, link.other_id, link.why) for link in stage.rows(CaseLink)]
    assert found == [(one, other, "related"), (other, one, "related")]


def test_every_step_raises_the_version_of_its_case(stage: Stage) -> None:
    case_id = stage.report()
    seen = [stage.case(case_id).version]
    stage.handled(case_id)
    seen.append(stage.case(case_id).version)
    stage.verified(case_id)
    seen.append(stage.case(case_id).version)
    assert seen == sorted(set(seen))
    assert len({case.no for case in stage.rows(Case)}) == len(stage.rows(Case))


@pytest.mark.parametrize(
    ("rule", "element", "against", "told"),
    [
        (
            "",
            "two",
            ["one"],
            (
                "「企业核实」与「社区核实」填写的内容不一致：unit。以后填写的「企业核实」为准。",
                "“企业核实” and “社区核实” wrote different values: unit. “企业核实” came later and holds.",
            ),
        ),
        (
            "unit: sum",
            "join",
            ["one", "two"],
            (
                "「社区核实」「企业核实」填写的内容未能在「汇总」全部合并：unit。以「汇总」得出的为准。",
                "What “社区核实”, “企业核实” wrote could not all be merged at “汇总”: unit. What came out there holds.",
            ),
        ),
    ],
    ids=["at the write", "at a join whose rule does not fit"],
)
def test_what_parallel_branches_wrote_differently_is_told_with_both_sides(
    stage: Stage, rule: str, element: str, against: list[str], told: tuple[str, str]
) -> None:
    drawn = draw.diagram(
        draw.start(),
        draw.gateway("parallel", "fork"),
        draw.script("one", '{unit: "甲"}').replace('id="one"', 'id="one" name="社区核实"'),
        draw.script("two", '{unit: "乙"}').replace('id="two"', 'id="two" name="企业核实"'),
        draw.element("parallelGateway", "join", name="汇总", **({"b_merge": rule} if rule else {})),
        draw.end(),
        draw.flows("start fork one join end", "fork two join"),
        process="differs",
    )
    with stage.work() as work:
        publish(work, "differs", {"differs/differs.bpmn": drawn})
    with stage.work() as work:
        case_id = cases.start_case(work, "differs", {}, area_id=stage.town.areas["estate"]).id
    [line] = [one for one in stage.rows(History) if (one.case_id, one.what) == (case_id, "conflict")]
    assert (line.element, line.refs) == (element, {"names": ["unit"], "against": against})
    with stage.work("社区小宋") as work:
        timeline = read_case(work, viewer(work, stage.town.person("社区小宋")), stage.case(case_id).no).timeline
    assert [entry.what for entry in timeline if entry.kind == "up"] == [told]
