"""The same request twenty times at once has one effect and gets twenty equal answers."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from casework.cases.models import Case, History
from casework.complaints.models import Intake
from tests.webapp.api.county import Caller, County, photo

TIMES = 20


def at_once(county: County, token: str | None, send: Callable[[Caller], TestResponse]) -> list[TestResponse]:
    """Send the same request from twenty programs at the same moment."""
    start = Barrier(TIMES)

    def one(_: int) -> TestResponse:
        caller = Caller(county.app.test_client(), token)
        start.wait(timeout=30)
        return send(caller)

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(one, range(TIMES)))


def same(came: list[TestResponse], status: int) -> dict[str, Any]:
    assert {one.status_code for one in came} == {status}, {one.text for one in came}
    assert len({one.text for one in came}) == 1
    return dict(came[0].json or {})


def cases(county: County) -> int:
    with county.casework.work() as work:
        return work.session.scalar(select(func.count()).select_from(Case)) or 0


@pytest.mark.parametrize("name", [None, "李业主"])
def test_a_report_sent_twenty_times_at_once_is_one_case(county: County, name: str | None) -> None:
    before, body, key = cases(county), county.report_body(), str(uuid4())
    token = county.caller(name).token
    told = same(at_once(county, token, lambda caller: caller.post("/reports", body, Idempotency_Key=key)), 201)
    assert cases(county) == before + 1
    assert Caller(county.app.test_client()).get(f"/reports/{told['code']}", X_Report_Pin=told["pin"]).status_code == 200


def test_the_same_key_with_another_body_or_address_is_refused(county: County) -> None:
    caller, body, key = county.caller("李业主"), county.report_body(), str(uuid4())
    assert caller.post("/reports", body, Idempotency_Key=key).status_code == 201
    before = cases(county)
    other = caller.post("/reports", {**body, "text": body["text"] + "请尽快"}, Idempotency_Key=key)
    assert (other.status_code, (other.json or {})["code"]) == (422, "invalid")
    elsewhere = caller.send("/files", photo(), Idempotency_Key=key)
    assert elsewhere.status_code == 422
    assert cases(county) == before


def test_the_same_key_of_somebody_else_is_another_key(county: County) -> None:
    body, key = county.report_body(), str(uuid4())
    codes = {
        (county.caller(name).post("/reports", body, Idempotency_Key=key).json or {})["code"]
        for name in ("李业主", "王业主")
    }
    assert len(codes) == 2


def test_a_key_that_somebody_could_guess_is_refused(county: County) -> None:
    for key in ("short", "x" * 129, "with a space in it"):
        came = county.caller("李业主").post("/reports", county.report_body(), Idempotency_Key=key)
        assert came.status_code == 422
        assert "Idempotency-Key" in (came.json or {})["fields"]


def test_what_was_refused_may_be_sent_again_under_the_same_key(county: County) -> None:
    caller, key = county.caller("李业主"), str(uuid4())
    body = county.report_body()
    assert caller.post("/reports", {**body, "estate": 987654}, Idempotency_Key=key).status_code == 422
    assert caller.post("/reports", body, Idempotency_Key=key).status_code == 201


def test_twenty_claims_and_twenty_completions_are_one_each(county: County) -> None:
    code = county.report(county.caller())["code"]
    task, token, key = county.task(code, "handle"), county.caller("客服小周").token, str(uuid4())
    path = f"/tasks/{task.id}"
    told = same(at_once(county, token, lambda caller: caller.post(f"{path}/claim", Idempotency_Key=key)), 200)
    assert told["version"] == task.version + 1
    body = {
        "version": told["version"],
        "answers": {"result": "done", "text": "已更换灯具，现场照片见附件。"},
        "files": {"files": [county.caller("客服小周").upload()]},
    }
    key = str(uuid4())
    same(at_once(county, token, lambda caller: caller.post(f"{path}/completion", body, Idempotency_Key=key)), 200)
    with county.casework.work() as work:
        done = select(func.count()).select_from(History).where(History.case_id == task.case_id)
        assert work.session.scalar(done.where(History.element == "handle", History.what == "submitted")) == 1
    assert county.task(code, "verify").state == "open"


def test_without_a_key_one_of_twenty_wins_and_the_others_are_told(county: County) -> None:
    code = county.report(county.caller())["code"]
    task, path = county.task(code, "handle"), ""
    path = f"/tasks/{task.id}/completion"
    token = county.caller("客服小周").token
    body = {"version": task.version, "answers": {"result": "beyond_us", "text": "超出物业职责，请联席会议研究。"}}
    came = at_once(county, token, lambda caller: caller.post(path, body))
    assert sorted(one.status_code for one in came) == [200] + [409] * (TIMES - 1)
    assert all((one.json or {})["newest"]["state"] == "done" for one in came if one.status_code == 409)


def test_twenty_uploads_are_one_file(county: County) -> None:
    key, token, content = str(uuid4()), county.caller("李业主").token, photo()
    came = at_once(county, token, lambda caller: caller.send("/files", content, Idempotency_Key=key))
    assert same(came, 201)["token"]


def test_a_hotline_order_sent_twenty_times_at_once_is_one_case_with_one_receipt(county: County) -> None:
    before, token = cases(county), county.system("city").token
    order = {
        "hotline_no": "JN20260918777",
        "received_at": "2026-09-18T15:00:00+08:00",
        "text": "小区二号楼下水道堵塞多日，无人处理。",
        "place": "水景花苑",
        "caller": "钱某某",
        "phone": "13655550001",
    }
    came = at_once(county, token, lambda caller: caller.post("/hotline/orders", order))
    assert sorted(one.status_code for one in came) == [200] * (TIMES - 1) + [201]
    assert len({one.text for one in came}) == 1
    assert cases(county) == before + 1
    with county.casework.work() as work:
        assert work.session.scalar(select(func.count()).where(Intake.hotline_no == "JN20260918777")) == 1


def test_two_orders_of_one_phone_at_once_are_of_one_person(county: County) -> None:
    token, start = county.system("city").token, Barrier(8)

    def send(number: int) -> int:
        start.wait(timeout=30)
        order = {
            "hotline_no": f"JN-TWO-{number}",
            "received_at": "2026-09-18T15:00:00+08:00",
            "text": f"第{number}件事：门禁坏了，一直没有人修。",
            "place": "水景花苑",
            "phone": "13655550002",
        }
        return Caller(county.app.test_client(), token).post("/hotline/orders", order).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {201}
    with county.casework.work() as work:
        orders = select(Intake.person_id).where(Intake.hotline_no.like("JN-TWO-%"))
        assert len(set(work.session.scalars(orders))) == 1


def test_a_stored_answer_tells_no_pin_to_who_reads_the_database(county: County) -> None:
    key = str(uuid4())
    told = county.caller().post("/reports", county.report_body(), Idempotency_Key=key).json or {}
    with county.casework.work() as work:
        rows = work.session.execute(text("SELECT key, answer::text FROM command")).all()
        kept = [json.loads(answer) for _, answer in rows if told["code"] in answer]
    assert len(kept) == 1
    assert told["pin"] not in str(kept[0])
    assert not any(key in stored for stored, _ in rows)
