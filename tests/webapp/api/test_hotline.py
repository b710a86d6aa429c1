"""The hotline sends orders singly and by file, fetches its answers, tells of legal tracks; its area is its world."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text

from casework.cases.models import Case, CaseClock
from casework.complaints.handlers import answer_hotline
from casework.complaints.hotline import FEED
from casework.complaints.models import HotlineAnswer, Intake
from casework.complaints.orders import MOST_BYTES, MOST_ROWS
from casework.directory.models import Person
from casework.jobs import Job
from casework.persistence import SYSTEM, Work
from tests.webapp.api.county import Caller, County

HEADING = ["工单编号", "受理时间", "诉求内容", "小区", "地址", "类别", "诉求人", "联系电话", "保密"]


@pytest.fixture
def hotline(county: County) -> Caller:
    """The program of the city's hotline."""
    return county.system("city")


@pytest.fixture
def other(county: County) -> Caller:
    """The program of another city's hotline."""
    return county.system("外市")


def order(number: str, **more: Any) -> dict[str, Any]:
    body = {
        "hotline_no": number,
        "received_at": "2026-09-18T15:00:00+08:00",
        "text": f"{number}：楼道照明损坏，夜间漆黑。",
        "place": "水景花苑",
        "category": "power_light",
        "cause": "common_lights",
        "caller": "孔令辉",
        "phone": "13677770001",
    }
    return {**body, **more}


def sheet(*rows: list[str], heading: list[str] | None = None) -> bytes:
    kept = io.StringIO()
    csv.writer(kept).writerows([heading or HEADING, *rows])
    return kept.getvalue().encode("utf-8")


def row(number: str, **more: str) -> list[str]:
    cells = {
        "工单编号": number,
        "受理时间": "2026-09-18 15:00",
        "诉求内容": f"{number}：电梯夜间停运，老人无法上楼。",
        "小区": "水景花苑",
        "地址": "",
        "类别": "供电照明",
        "诉求人": "孔令辉",
        "联系电话": "13677770001",
        "保密": "否",
    }
    return [{**cells, **more}[name] for name in HEADING]


def intakes(county: County) -> int:
    with county.casework.work() as work:
        return work.session.scalar(select(func.count()).select_from(Intake)) or 0


def test_an_order_becomes_a_case_with_the_hotlines_clock_from_its_receipt(county: County, hotline: Caller) -> None:
    place = county.new_estate()
    made = hotline.post("/hotline/orders", order("JN001", place=place))
    assert made.status_code == 201, made.text
    receipt = made.json or {}
    assert set(receipt) == {"hotline_no", "code", "case_no"}
    again = hotline.post("/hotline/orders", order("JN001", place=place, text="同一工单再次推送，内容略有不同。"))
    assert (again.status_code, again.json) == (200, receipt)
    with county.casework.work() as work:
        case = work.session.scalars(select(Case).where(Case.no == receipt["case_no"])).one()
        clock = work.session.scalars(select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.name == "reply"))
        assert case.hotline is True
        # five working days from Friday 18 September: Sunday the 20th is worked, the 25th is a holiday
        assert clock.one().due_at == datetime(2026, 9, 24, 16, 0, tzinfo=UTC)
        intake = work.session.scalars(select(Intake).where(Intake.hotline_no == "JN001")).one()
        assert (intake.channel, intake.line) == ("hotline", "online")
        assert intake.received_at == datetime(2026, 9, 18, 7, 0, tzinfo=UTC)


def test_the_caller_lies_sealed_and_nowhere_else(county: County, hotline: Caller) -> None:
    phone, name = "13699887766", "欧阳静姝"
    hotline.post("/hotline/orders", order("JN002", phone=phone, caller=name, confidential=True))
    county.settle()
    with county.casework.work() as work:
        names = text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for table in work.session.scalars(names).all():
            rows = work.session.scalars(text(f'SELECT row_to_json(t)::text FROM "{table}" t')).all()  # noqa: S608
            assert not any(phone in one or name in one for one in rows), table
        intake = work.session.scalars(select(Intake).where(Intake.hotline_no == "JN002")).one()
        person = work.session.get_one(Person, intake.person_id)
        assert person.kind == "resident"
        states = work.session.scalars(select(Case.state)).all()
        assert not any(phone.encode() in state or name.encode() in state for state in states)


def test_the_place_is_told_by_name_by_number_or_by_the_address(county: County, hotline: Caller) -> None:
    ways: list[dict[str, Any]] = [
        {"place": "水景花苑"},
        {"place": str(county.area("estate"))},
        {"place": "play-estate"},
        {"place": "", "address": "泉城县水景花苑2号楼门口"},
    ]
    for number, way in enumerate(ways):
        made = hotline.post("/hotline/orders", order(f"JN-PLACE-{number}", **way))
        assert made.status_code == 201, made.text
    with county.casework.work() as work:
        found = work.session.scalars(select(Intake.estate_id).where(Intake.hotline_no.like("JN-PLACE-%"))).all()
    assert set(found) == {county.area("estate")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"place": "外市家园"}, "place"),
        ({"place": "没有的小区"}, "place"),
        ({"place": "", "address": ""}, "place"),
        ({"place": "", "address": "某路1号"}, "place"),
        ({"hotline_no": "有空 格"}, "hotline_no"),
        ({"text": "短"}, "text"),
        ({"phone": "123"}, "phone"),
        ({"category": "no such"}, "category"),
        ({"danger": "no such"}, "danger"),
        ({"received_at": "2026-09-18 15:00"}, "received_at"),
        ({"received_at": "2026-09-19T15:00:00+08:00"}, "received_at"),
        ({"estate": 1}, "estate"),
    ],
)
def test_an_order_with_a_fault_is_refused_by_field(
    county: County, hotline: Caller, change: dict[str, Any], field: str
) -> None:
    before = intakes(county)
    came = hotline.post("/hotline/orders", order("JN-BAD", **change))
    assert came.status_code == 422
    assert field in (came.json or {})["fields"]
    assert intakes(county) == before


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_file_in_either_coding_is_taken_in_once(county: County, hotline: Caller, coding: str) -> None:
    name = f"F-{coding}"
    sent = sheet(row(f"{name}-1"), row(f"{name}-2", 联系电话="0537-2345678", 保密="是")).decode().encode(coding)
    before = intakes(county)
    made = hotline.send("/hotline/orders/files", sent, "orders.csv")
    assert made.status_code == 201, made.text
    told = made.json or {}
    assert (told["taken"], told["known"]) == (2, 0)
    assert [one["hotline_no"] for one in told["orders"]] == [f"{name}-1", f"{name}-2"]
    again = hotline.send("/hotline/orders/files", sent, "the-same-under-another-name.csv")
    assert again.json == told
    assert intakes(county) == before + 2


def test_a_file_may_hold_orders_that_were_sent_before(county: County, hotline: Caller) -> None:
    hotline.post("/hotline/orders", order("JN003"))
    told = hotline.send("/hotline/orders/files", sheet(row("JN003"), row("JN004"))).json or {}
    assert (told["taken"], told["known"]) == (1, 1)


def test_one_wrong_row_and_nothing_of_the_file_is_taken_in(county: County, hotline: Caller) -> None:
    before = intakes(county)
    came = hotline.send(
        "/hotline/orders/files",
        sheet(
            row("G-1"),
            row("G-2", 联系电话="12"),
            row("G-1"),
            row("G-4", 小区="没有的小区", 受理时间="昨天"),
            row("G-5", 诉求内容=""),
            row("G-6", 保密="也许"),
        ),
    )
    assert came.status_code == 422
    told = came.json or {}
    assert set(told["fields"]) == {
        "3.phone",
        "4.hotline_no",
        "5.place",
        "5.received_at",
        "6.text",
        "7.confidential",
    }
    assert all(one["zh"] != one["en"] for texts in told["fields"].values() for one in texts)
    assert intakes(county) == before


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (b"", "file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file"),
        (b"PK\x03\x04\x00\x00", "file"),
        (sheet(), "file"),
        (sheet(["x"], heading=["颜色"]), "1.1"),
        (sheet(["x", "y"], heading=["工单编号", "工单号"]), "1.2"),
        (sheet(["x"], heading=["工单编号"]), "1.text"),
        ('工单编号,受理时间,诉求内容\n"开着的引号'.encode(), "file"),
        (b"x" * (MOST_BYTES + 1), "file"),
        (sheet(*(row(f"M-{n}") for n in range(MOST_ROWS + 1))), "file"),
    ],
    ids=["empty", "picture", "zip", "no rows", "unknown", "twice", "missing", "open quote", "too large", "too many"],
)
def test_a_file_that_is_no_list_of_orders_is_refused(county: County, hotline: Caller, sent: bytes, field: str) -> None:
    before = intakes(county)
    came = hotline.send("/hotline/orders/files", sent)
    assert came.status_code == 422, came.text
    assert field in (came.json or {})["fields"]
    assert intakes(county) == before


def test_a_file_must_be_sent_as_a_file(hotline: Caller) -> None:
    assert hotline.post("/hotline/orders/files", {"file": "x"}).status_code == 415
    empty = hotline.client.post(
        "/api/v1/hotline/orders/files",
        data={},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {hotline.token}"},
    )
    assert empty.status_code == 422


def test_the_answers_come_in_order_and_are_confirmed_once(county: County, hotline: Caller, other: Caller) -> None:
    made = hotline.post("/hotline/orders", order("JN010", place=county.new_estate())).json
    code = (made or {})["code"]
    start = (hotline.get("/hotline/answers").json or {})["after"]
    county.handled(code)
    told = hotline.get(f"/hotline/answers?after={start}").json or {}
    [reply] = told["items"]
    assert (reply["hotline_no"], reply["kind"], reply["conclusion"]) == ("JN010", "reply", "resolved")
    assert reply["unit"]["zh"] == "九安物业"
    assert "灯具" in reply["text"]
    assert reply["confirmed_at"] is None
    assert told["after"] == reply["id"]
    assert (hotline.get(f"/hotline/answers?after={reply['id']}").json or {}) == {"items": [], "after": reply["id"]}
    assert (other.get("/hotline/answers").json or {})["items"] == []
    assert other.post("/hotline/answers/confirmation", {"ids": [reply["id"]]}).status_code == 404
    assert (hotline.post("/hotline/answers/confirmation", {"ids": [reply["id"]]}).json or {}) == {"confirmed": 1}
    assert (hotline.post("/hotline/answers/confirmation", {"ids": [reply["id"]]}).json or {}) == {"confirmed": 0}
    assert hotline.post("/hotline/answers/confirmation", {"ids": [987654]}).status_code == 404
    assert hotline.post("/hotline/answers/confirmation", {"ids": []}).status_code == 422
    task = county.task(code, "attempt")
    answers = {"reached": True, "satisfied": True, "score": 5, "handled_as_told": True}
    body = {"version": task.version, "answers": answers}
    assert county.caller("回访员小林").post(f"/tasks/{task.id}/completion", body).status_code == 200
    county.settle()
    [callback] = (hotline.get(f"/hotline/answers?after={reply['id']}").json or {})["items"]
    assert (callback["kind"], callback["callback"]) == ("callback", "satisfied")
    state = hotline.get("/hotline/orders/JN010").json or {}
    assert (state["status"], state["outcome"], state["callback"]) == ("closed", "satisfied", "satisfied")
    with county.casework.work() as work:
        kept = work.session.get_one(HotlineAnswer, reply["id"])
        assert kept.confirmed_at is not None


def test_answers_are_numbered_in_the_order_in_which_they_are_committed(county: County, hotline: Caller) -> None:
    hotline.post("/hotline/orders", order("JN011", place=county.new_estate()))
    database = county.casework.database
    with database.transaction() as writing, database.transaction() as other_writer:
        work = Work(writing, county.clock.now(), SYSTEM, county.casework.house)
        intake = writing.scalars(select(Intake.id).where(Intake.hotline_no == "JN011")).one()
        answer_hotline(work, Job(payload={"intake": intake, "redo": 0}))
        free = select(func.pg_try_advisory_xact_lock(FEED))
        assert other_writer.scalar(free) is False  # nobody gets a number until this one is there to be read
        writing.rollback()
        assert other_writer.scalar(free) is True


def test_a_matter_on_a_legal_track_waits_for_its_review_with_its_clocks_standing(
    county: County, hotline: Caller, other: Caller
) -> None:
    code = (hotline.post("/hotline/orders", order("JN020", place=county.new_estate())).json or {})["code"]
    path = "/hotline/orders/JN020"
    assert hotline.post(f"{path}/legal-track", {"kind": "gossip"}).status_code == 422
    assert other.post(f"{path}/legal-track", {"kind": "court"}).status_code == 404
    told = hotline.post(f"{path}/legal-track", {"kind": "court", "no": "(2026)鲁0811民初1号", "court": "区法院"})
    assert told.status_code == 200, told.text
    assert county.task(code, "stop_case").state == "open"
    assert (hotline.get(path).json or {})["due"] is None


def test_an_order_may_be_taken_back(county: County, hotline: Caller, other: Caller) -> None:
    code = (hotline.post("/hotline/orders", order("JN021", place=county.new_estate())).json or {})["code"]
    assert other.post("/hotline/orders/JN021/withdrawal", {"reason": "误派"}).status_code == 404
    assert hotline.post("/hotline/orders/JN021/withdrawal", {"reason": "诉求人撤回"}).status_code == 200
    assert county.task(code, "stop_case").state == "open"


def test_another_citys_hotline_neither_sees_nor_uses_the_orders_of_this_one(hotline: Caller, other: Caller) -> None:
    receipt = hotline.post("/hotline/orders", order("JN030")).json or {}
    assert other.get("/hotline/orders/JN030").status_code == 404
    taken = other.post("/hotline/orders", order("JN030", place="外市家园"))
    assert taken.status_code == 422
    assert "hotline_no" in (taken.json or {})["fields"]
    assert receipt["code"] not in taken.text
    assert receipt["case_no"] not in taken.text


def test_only_a_hotlines_token_opens_its_door(county: County, anybody: Caller) -> None:
    for caller, status in ((anybody, 401), (county.caller("热线小谢"), 403), (county.system("city", ("report",)), 403)):
        assert caller.post("/hotline/orders", order("JN040")).status_code == status
        assert caller.get("/hotline/answers").status_code == status
        assert caller.get("/hotline/orders/JN001").status_code == status
