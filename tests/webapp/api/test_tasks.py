"""The caseworker's verbs by the API are the pages' verbs: the same inbox, the same forms, the same refusals."""

import json
from functools import partial

import pytest

from casework.cases import inbox
from tests.webapp.api.county import Caller, County


@pytest.fixture
def code(county: County, anybody: Caller) -> str:
    """The code of a report that waits for the company."""
    return str(county.report(anybody)["code"])


def test_the_list_is_the_inbox_with_its_filters(county: County, code: str) -> None:
    company = county.caller("客服小周")
    task = county.task(code, "handle")
    rows = (company.get("/tasks").json or {})["items"]
    mine = next(row for row in rows if row["id"] == task.id)
    assert mine["task_title"]["zh"] == "办理"
    assert mine["task_title"]["en"] != "办理"
    assert mine["place"]["zh"] == "水景花苑"
    assert mine["may_claim"] is True
    for narrowed in ("list=mine", "urgency=critical", "mark=over", "kind=complaint_work/verify"):
        assert task.id not in [row["id"] for row in (company.get(f"/tasks?{narrowed}").json or {})["items"]]
    assert company.get("/tasks?colour=red").status_code == 422
    assert company.get("/tasks?after=nowhere").status_code == 422
    assert company.get("/tasks?after=2026-09-18~1").status_code == 422


def test_the_list_goes_on_where_it_stopped(county: County, anybody: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        county.report(anybody)
    monkeypatch.setattr(inbox, "page", partial(inbox.page, size=2))
    company = county.caller("客服小周")
    first = company.get("/tasks").json or {}
    assert len(first["items"]) == 2
    assert first["after"]
    rest = company.client.get(
        "/api/v1/tasks", query_string={"after": first["after"]}, headers={"Authorization": f"Bearer {company.token}"}
    ).json
    assert rest
    assert not {row["id"] for row in first["items"]} & {row["id"] for row in rest["items"]}


def test_a_task_shows_its_form_and_no_more_of_the_case_than_the_form_asks(county: County, code: str) -> None:
    task = county.task(code, "handle")
    told = county.caller("客服小周").get(f"/tasks/{task.id}").json or {}
    assert told["version"] == task.version
    assert told["may_complete"] is True
    keys = {one.get("key") for one in told["form"]["components"]}
    assert "result" in keys
    assert set(told["values"]) <= keys
    assert "intakes" not in json.dumps(told["values"])


def test_claim_and_release_stop_no_clock_and_are_seen_at_once(county: County, code: str) -> None:
    company = county.caller("客服小周")
    task = county.task(code, "handle")
    claimed = company.post(f"/tasks/{task.id}/claim").json or {}
    assert (claimed["mine"], claimed["version"]) == (True, task.version + 1)
    assert task.id in [row["id"] for row in (company.get("/tasks?list=mine").json or {})["items"]]
    released = company.post(f"/tasks/{task.id}/release").json or {}
    assert (released["mine"], released["version"]) == (False, task.version + 2)
    assert county.task(code, "handle").due_at == task.due_at


def test_who_comes_second_is_told_how_it_stands(county: County, code: str) -> None:
    task = county.task(code, "handle")
    county.caller("客服小周").post(f"/tasks/{task.id}/claim")
    late = county.caller("项目经理老秦")
    for path, body in (
        ("claim", {}),
        ("completion", {"version": task.version, "answers": {"result": "done", "text": "已经处理完毕。" * 3}}),
    ):
        came = late.post(f"/tasks/{task.id}/{path}", body)
        told = came.json or {}
        assert (came.status_code, told["code"]) == (409, "conflict")
        assert told["newest"]["holder"] == "客服小周"
        assert told["newest"]["version"] == task.version + 1
        assert told["newest"]["state"] == "open"
    assert late.post(f"/tasks/{task.id}/release").status_code == 403


def test_answers_that_do_not_fit_the_form_change_nothing(county: County, code: str) -> None:
    company = county.caller("客服小周")
    task = county.task(code, "handle")
    for answers, field in (
        ({"result": "done", "text": "已更换灯具，现场照片见附件。"}, "files"),
        ({"result": "done", "text": "短", "files": []}, "text"),
        ({"result": "no such", "text": "已更换灯具，现场照片见附件。"}, "result"),
        ({"result": "record", "text": "已更换灯具，现场照片见附件。", "unit": 7}, "unit"),
        ({"result": "record", "text": "已更换灯具，现场照片见附件。", "files": [1]}, "files"),
    ):
        came = company.post(f"/tasks/{task.id}/completion", {"version": task.version, "answers": answers})
        told = came.json or {}
        assert came.status_code == 422, told
        assert field in told["fields"], told
    assert county.task(code, "handle").version == task.version
    assert company.post(f"/tasks/{task.id}/completion", {"answers": {}}).status_code == 422
    assert company.post(f"/tasks/{task.id}/completion", {"version": 1, "answers": [], "x": 1}).status_code == 422


def test_a_task_is_done_with_its_files_and_the_next_one_opens(county: County, code: str) -> None:
    company = county.caller("客服小周")
    task = county.task(code, "handle")
    body = {
        "version": task.version,
        "answers": {"result": "done", "text": "已更换灯具，现场照片见附件。"},
        "files": {"files": [company.upload()]},
    }
    came = company.post(f"/tasks/{task.id}/completion", body)
    told = came.json or {}
    assert came.status_code == 200, told
    assert told["next"] == [county.task(code, "verify").id]
    again = company.post(f"/tasks/{task.id}/completion", body)
    assert again.status_code == 409
    assert (again.json or {})["newest"]["state"] == "done"


def test_staff_may_send_documents_as_evidence_and_residents_may_not(county: County) -> None:
    paper = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    assert county.caller("李业主").send("/files", paper, "a.pdf").status_code == 422
    came = county.caller("客服小周").send("/files", paper, "a.pdf")
    assert came.status_code in {201, 422}


def test_a_task_of_nobody_does_not_exist(county: County) -> None:
    company = county.caller("客服小周")
    assert company.get("/tasks/987654321").status_code == 404
    for verb in ("claim", "release"):
        assert company.post(f"/tasks/987654321/{verb}").status_code == 404
    assert company.post(f"/tasks/{2**63}/claim").status_code == 404
