"""Supervisors step in by the API as on the page, and everybody reads their notices."""

import pytest

from tests.webapp.api.county import Caller, County

WORDS = {"words": "业主已第三次来电，请今天上门。"}
KEY = "0123456789abcdef-stepping-in"


@pytest.fixture
def code(county: County, anybody: Caller) -> str:
    """The code of a report that waits for the company."""
    return str(county.report(anybody)["code"])


def test_what_is_offered_can_be_done(county: County, code: str) -> None:
    street, no, task = county.caller("街道小孙"), county.case_of(code).no, county.task(code, "handle")
    offers = (street.get(f"/cases/{no}").json or {})["offers"]
    assert {(one["action"], one["task"]) for one in offers} == {
        ("remind", task.id),
        ("hand_on", task.id),
        ("note", None),
    }
    people = {one["id"] for offer in offers for one in offer["people"]}
    assert county.person("客服小周") in people
    for path, body in (
        (f"/tasks/{task.id}/remind", WORDS),
        (f"/tasks/{task.id}/hand-on", {**WORDS, "person": county.person("客服小周")}),
        (f"/tasks/{task.id}/free", WORDS),
        (f"/cases/{no}/notes", WORDS),
    ):
        came = street.post(path, body)
        assert (came.status_code, (came.json or {}).get("case")) == (200, no), path
    told = [one["what"]["zh"] for one in (street.get(f"/cases/{no}").json or {})["timeline"]]
    for verb in ("催办", "转交", "释放", "批示"):
        assert any(text.startswith(verb) for text in told), verb


def test_the_same_key_has_one_effect_and_the_day_one_reminder(county: County, code: str) -> None:
    street, task = county.caller("街道小孙"), county.task(code, "handle")
    first = street.post(f"/tasks/{task.id}/remind", WORDS, Idempotency_Key=KEY + code)
    again = street.post(f"/tasks/{task.id}/remind", WORDS, Idempotency_Key=KEY + code)
    assert (first.status_code, again.status_code, first.json) == (200, 200, again.json)
    refused = street.post(f"/tasks/{task.id}/remind", WORDS)
    assert (refused.status_code, (refused.json or {})["code"]) == (422, "refused")


@pytest.mark.parametrize(
    ("person", "status"), [("客服小周", 403), ("派单员小马", 403), ("邻县小沈", 404), ("赵业主", 404)]
)
def test_others_may_not_or_see_nothing(county: County, code: str, person: str, status: int) -> None:
    caller, no, task = county.caller(person), county.case_of(code).no, county.task(code, "handle")
    for path in (f"/tasks/{task.id}/remind", f"/tasks/{task.id}/free", f"/cases/{no}/notes"):
        assert caller.post(path, WORDS).status_code == status, path
    assert caller.post(f"/cases/{no}/incidents/1/retry").status_code == 404


def test_words_must_fit(county: County, code: str) -> None:
    street, no = county.caller("街道小孙"), county.case_of(code).no
    for words in ("", "x" * 501, "打13812345678找他"):
        came = street.post(f"/cases/{no}/notes", {"words": words})
        assert (came.status_code, list((came.json or {})["fields"])) == (422, ["words"]), words


def test_notices_are_listed_and_read(county: County, code: str) -> None:
    company, no = county.caller("客服小周"), county.case_of(code).no
    told = company.get("/notices").json or {}
    newest = told["items"][0]
    assert newest["title"]["zh"] == f"新派案件{no}"
    assert (newest["case_no"], newest["read"]) == (no, False)
    assert company.post("/notices/read", {"ids": [newest["id"]]}).status_code == 200
    after = company.get("/notices").json or {}
    assert after["items"][0]["read"] is True
    assert after["unread"] == told["unread"] - 1
    assert company.post("/notices/read", {}).status_code == 200
    assert (company.get("/notices").json or {})["unread"] == 0
    assert company.get("/notices?before=0").status_code == 422


def test_a_resident_finds_the_report_and_never_the_case(county: County) -> None:
    resident = county.caller("李业主")
    code = county.report(resident)["code"]
    items = (resident.get("/notices").json or {})["items"]
    assert items
    assert code in [one["report"] for one in items]
    assert {one["case_no"] for one in items} == {None}
