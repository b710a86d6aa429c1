"""Outside of sight there is nothing: 404 for every verb, and the accused company never learns who complained."""

import pytest

from tests.webapp.api.county import Caller, County

#: Who has nothing to do with a complaint of 水景花苑: the next county, another company, a resident of another case.
OUTSIDERS = ("邻县小沈", "邻县街道小韩", "乙方客服小唐", "王业主")
#: Who sees the case, by area, by contract, or as the one who reported.
INSIDERS = ("社区小宋", "街道小孙", "县住建小何", "市住建老梁", "客服小周", "李业主")
NAME, PHONE = "李业主", "13812340007"


@pytest.fixture
def code(county: County) -> str:
    """The code of a report by 李业主, who gave a phone."""
    return str(county.report(county.caller("李业主"), phone=PHONE, confidential=True)["code"])


@pytest.mark.parametrize("name", OUTSIDERS)
def test_an_outsider_finds_nothing_by_any_verb(county: County, code: str, name: str) -> None:
    caller = county.caller(name)
    task, case = county.task(code, "handle"), county.case_of(code)
    body = {"version": task.version, "answers": {"result": "done"}}
    assert caller.get(f"/cases/{case.no}").status_code == 404
    assert caller.get(f"/tasks/{task.id}").status_code == 404
    assert caller.post(f"/tasks/{task.id}/claim").status_code == 404
    assert caller.post(f"/tasks/{task.id}/release").status_code == 404
    assert caller.post(f"/tasks/{task.id}/completion", body).status_code == 404
    assert caller.get(f"/reports/{code}").status_code == 404
    assert caller.post(f"/reports/{code}/rating", {"score": 1}).status_code == 404
    assert caller.post(f"/reports/{code}/withdrawal", {"reason": "x"}).status_code == 404
    assert caller.post(f"/reports/{code}/reopening", {"text": "还是不亮，请来。"}).status_code == 404
    listed = caller.get("/cases?state=all").json or {}
    assert case.no not in [row["no"] for row in listed["items"]]
    assert task.id not in [row["id"] for row in (caller.get("/tasks").json or {})["items"]]
    assert county.task(code, "handle").holder_id is None


@pytest.mark.parametrize("name", OUTSIDERS)
def test_what_is_done_or_held_by_others_looks_as_absent_as_what_is_open(
    county: County, anybody: Caller, name: str
) -> None:
    made = county.report(anybody)
    task = county.task(made["code"], "handle")
    county.caller("客服小周").post(f"/tasks/{task.id}/claim")
    assert county.caller(name).post(f"/tasks/{task.id}/claim").status_code == 404
    county.caller("客服小周").post(f"/tasks/{task.id}/release")
    county.handled(made["code"])
    assert county.caller(name).post(f"/tasks/{task.id}/claim").status_code == 404


def test_counts_and_search_know_no_more_than_the_list(county: County, code: str) -> None:
    case = county.case_of(code)
    assert (county.caller("邻县小沈").get("/cases?state=all").json or {})["count"] == 0
    found = county.caller("邻县小沈").get(f"/cases?state=all&words={case.no}").json or {}
    assert (found["items"], found["count"]) == ([], 0)
    mine = county.caller("街道小孙").get(f"/cases?state=all&words={case.no}").json or {}
    assert ([row["no"] for row in mine["items"]], mine["count"]) == ([case.no], 1)


@pytest.mark.parametrize("name", INSIDERS)
def test_whoever_may_see_the_case_sees_it_whole(county: County, code: str, name: str) -> None:
    case = county.case_of(code)
    came = county.caller(name).get(f"/cases/{case.no}")
    told = came.json or {}
    assert came.status_code == 200
    assert told["unit"]["zh"] == "九安物业"
    assert {clock["name"] for clock in told["clocks"]} >= {"reply", "company_unhandled"}
    assert told["timeline"]


def test_the_accused_company_never_sees_who_complained(county: County, code: str) -> None:
    company, case = county.caller("客服小周"), county.case_of(code)
    task = county.task(code, "handle")
    seen = "".join(
        company.get(path).get_data(as_text=True)
        for path in (f"/cases/{case.no}", f"/tasks/{task.id}", "/tasks", "/cases?state=all")
    )
    assert "九安物业" in seen  # it is readable, and whole
    for trace in (NAME, "李**", "Li **", PHONE, PHONE[:3] + "****"):
        assert trace not in seen
    assert (company.get(f"/cases/{case.no}").json or {})["reporter"] is None


def test_who_reported_is_masked_even_for_who_may_know(county: County, code: str) -> None:
    case = county.case_of(code)
    told = county.caller("街道小孙").get(f"/cases/{case.no}").json or {}
    assert told["reporter"] in {None, "李**"}


def test_a_token_opens_no_more_than_its_scopes(county: County, code: str) -> None:
    reader = county.caller("客服小周", ("cases",))
    assert reader.get("/cases").status_code == 200
    for path in ("/tasks", f"/tasks/{county.task(code, 'handle').id}", "/reports", "/hotline/answers"):
        came = reader.get(path)
        assert (came.status_code, (came.json or {})["code"]) == (403, "scope_missing")
