"""A resident reports by the API, follows, answers, rates, withdraws and reopens; nobody else can."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import attachments
from casework.cases.models import CaseLink, CaseParty
from casework.complaints.models import Complaint, Intake
from casework.complaints.reopening import reopen
from casework.errors import Refused
from casework.persistence import SYSTEM, Work
from tests.webapp.api.county import Caller, County
from webapp import limits


def intake_of(county: County, code: str) -> Intake:
    with county.casework.work() as work:
        return work.session.scalars(select(Intake).where(Intake.code == code)).one()


def test_a_report_gets_a_receipt_that_opens_it_and_nothing_else_does(county: County, anybody: Caller) -> None:
    made = county.report(anybody)
    assert set(made) == {"code", "pin", "case_no"}
    came = anybody.get(f"/reports/{made['code']}", X_Report_Pin=made["pin"])
    assert came.status_code == 200, came.text
    told = came.json or {}
    assert told["code"] == made["code"]
    assert told["promised"] is not None
    assert told["who"][0]["name"]["zh"] == "九安物业"
    assert told["law"]["article"]["zh"]
    assert told["timeline"]
    wrong = f"{(int(made['pin']) + 1) % 1_000_000:06d}"
    assert anybody.get(f"/reports/{made['code']}", X_Report_Pin=wrong).status_code == 404
    assert anybody.get(f"/reports/{made['code']}").status_code == 401
    assert county.caller("王业主").get(f"/reports/{made['code']}").status_code == 404
    assert anybody.get("/reports/ABSENT2345", X_Report_Pin=made["pin"]).status_code == 404


def test_with_a_token_the_report_is_the_persons_own_and_needs_no_pin(county: County) -> None:
    owner, other = county.caller("李业主"), county.caller("王业主")
    made = county.report(owner)
    assert owner.get(f"/reports/{made['code']}").status_code == 200
    assert made["code"] in [row["code"] for row in (owner.get("/reports").json or {})["items"]]
    assert made["code"] not in [row["code"] for row in (other.get("/reports").json or {})["items"]]
    assert intake_of(county, made["code"]).person_id == county.person("李业主")


def test_the_phone_of_a_report_finds_the_same_person_and_lies_only_sealed(county: County, anybody: Caller) -> None:
    first = county.report(anybody, phone="13512340001")
    again = county.report(anybody, phone="135 1234 0001".replace(" ", ""))
    people = {intake_of(county, made["code"]).person_id for made in (first, again)}
    assert len(people) == 1
    assert people != {None}


def test_an_anonymous_report_keeps_nobody(county: County) -> None:
    owner = county.caller("李业主")
    made = county.report(owner, anonymous=True, phone=None)
    intake = intake_of(county, made["code"])
    assert (intake.person_id, intake.registered_by is None) == (None, False)
    with county.casework.work() as work:
        assert not work.session.scalars(select(CaseParty).where(CaseParty.case_id == intake.case_id)).all()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"text": "短"}, "text"),
        ({"text": None}, "text"),
        ({"estate": 987654321}, "estate"),
        ({"estate": "12"}, "estate"),
        ({"category": "no such"}, "category"),
        ({"danger": "no such"}, "danger"),
        ({"phone": "12"}, "phone"),
        ({"phone": None}, "phone"),
        ({"occurred_at": "2026-09-18 10:00"}, "occurred_at"),
        ({"occurred_at": "2030-01-01T00:00:00+08:00"}, "occurred_at"),
        ({"details": {"person": 1}}, "person"),
        ({"details": {"about": 1}}, "about"),
        ({"details": {"on_behalf_of": 1}}, "on_behalf_of"),
        ({"media": ["no-such-token"]}, None),
        ({"media": [7]}, "media.0"),
        ({"channel": "hotline"}, "channel"),
    ],
)
def test_what_does_not_fit_is_told_by_field_in_both_languages(
    county: County, anybody: Caller, change: dict[str, Any], field: str | None
) -> None:
    came = anybody.post("/reports", county.report_body(**change))
    told = came.json or {}
    assert came.status_code == (422 if field else 404), came.text
    assert told["code"] == ("invalid" if field else "not_found")
    assert told["message"]["zh"] != told["message"]["en"]
    if field:
        assert field in told["fields"], told
        assert all(text["zh"] and text["en"] and text["zh"] != text["en"] for text in told["fields"][field])


def test_further_answers_of_the_form_reach_the_triage(county: County, anybody: Caller) -> None:
    made = county.report(anybody, category="lift", cause="lift_fault", details={"only_lift": True})
    assert intake_of(county, made["code"]).details == {"only_lift": True}
    assert county.case_of(made["code"]).urgency == "urgent"


def test_a_picture_comes_with_the_report_without_its_notes_and_is_forgotten_by_nobody_else(
    county: County, anybody: Caller
) -> None:
    token = anybody.upload()
    made = county.report(anybody, media=[token])
    intake = intake_of(county, made["code"])
    with county.casework.work() as work:
        [kept] = attachments.files_for(work, [("intake", intake.id)])
    assert kept.media_type == "image/jpeg"
    assert kept.name != "photo.jpg"
    taken = anybody.post("/reports", county.report_body(media=[token]))
    assert taken.status_code == 404


def test_somebody_elses_upload_can_not_be_taken_even_with_its_token(county: County) -> None:
    token = county.caller("王业主").upload()
    assert county.caller("李业主").post("/reports", county.report_body(media=[token])).status_code == 404


@pytest.mark.parametrize("sent", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", b"GIF89a;<script>", b"%PDF-1.4 x"])
def test_what_is_no_picture_is_refused(anybody: Caller, sent: bytes) -> None:
    came = anybody.send("/files", sent, "photo.jpg")
    assert came.status_code == 422
    assert (came.json or {})["message"]["zh"]


def test_the_result_is_rated_once_it_waits_for_a_rating(county: County, anybody: Caller) -> None:
    made = county.report(anybody)
    pin = {"X_Report_Pin": made["pin"]}
    early = anybody.post(f"/reports/{made['code']}/rating", {"score": 5}, **pin)
    assert (early.status_code, (early.json or {})["code"]) == (422, "refused")
    county.handled(made["code"])
    assert (anybody.get(f"/reports/{made['code']}", **pin).json or {})["may_rate"] is True
    assert anybody.post(f"/reports/{made['code']}/rating", {"score": 6}, **pin).status_code == 422
    assert county.caller("王业主").post(f"/reports/{made['code']}/rating", {"score": 5}).status_code == 404
    came = anybody.post(f"/reports/{made['code']}/rating", {"score": 5, "text": "很快"}, **pin)
    assert came.status_code == 200, came.text
    county.settle()
    assert county.case_of(made["code"]).status == "closed"
    assert intake_of(county, made["code"]).score == 5


def test_two_of_five_opens_a_second_round(county: County, anybody: Caller) -> None:
    made = county.report(anybody)
    county.handled(made["code"])
    anybody.post(f"/reports/{made['code']}/rating", {"score": 2}, X_Report_Pin=made["pin"])
    county.settle()
    assert county.task(made["code"], "handle").state == "open"
    with county.casework.work() as work:
        assert work.session.get_one(Complaint, intake_of(county, made["code"]).case_id).redo == 1


def test_a_withdrawn_report_waits_for_its_review(county: County, anybody: Caller) -> None:
    made = county.report(anybody)
    pin = {"X_Report_Pin": made["pin"]}
    assert anybody.post(f"/reports/{made['code']}/withdrawal", {"reason": ""}, **pin).status_code == 422
    assert anybody.post(f"/reports/{made['code']}/withdrawal", {"reason": "已自行解决"}, **pin).status_code == 200
    assert county.task(made["code"], "stop_case").state == "open"


def test_nobody_answers_a_question_that_was_not_put_to_them(county: County, anybody: Caller) -> None:
    made = county.report(anybody)
    task = county.task(made["code"], "handle")
    body = {"version": task.version, "answers": {"result": "done"}}
    came = anybody.post(f"/reports/{made['code']}/answers/{task.id}", body, X_Report_Pin=made["pin"])
    assert came.status_code == 404
    assert county.task(made["code"], "handle").version == task.version


def closed_report(county: County, by: Caller) -> dict[str, Any]:
    made = county.report(by)
    county.handled(made["code"])
    by.post(f"/reports/{made['code']}/rating", {"score": 4}, X_Report_Pin=made["pin"])
    county.settle()
    return made


def test_a_closed_matter_is_opened_again_as_a_new_case_linked_to_the_old(county: County, anybody: Caller) -> None:
    running = county.report(anybody)
    body = {"text": "灯又不亮了，请再来看看。"}
    early = anybody.post(f"/reports/{running['code']}/reopening", body, X_Report_Pin=running["pin"])
    assert (early.status_code, (early.json or {})["code"]) == (422, "refused")
    made = closed_report(county, anybody)
    pin = {"X_Report_Pin": made["pin"]}
    assert (anybody.get(f"/reports/{made['code']}", **pin).json or {})["may_reopen"] is True
    again = anybody.post(f"/reports/{made['code']}/reopening", body, **pin)
    assert again.status_code == 201, again.text
    receipt = again.json or {}
    assert receipt["case_no"] != made["case_no"]
    old, new = county.case_of(made["code"]), county.case_of(receipt["code"])
    with county.casework.work() as work:
        assert work.session.get(CaseLink, (new.id, old.id, "reopened")) is not None
        assert work.session.get_one(Complaint, old.id).reopened is True
    assert intake_of(county, receipt["code"]).person_id == intake_of(county, made["code"]).person_id
    assert anybody.get(f"/reports/{receipt['code']}", X_Report_Pin=receipt["pin"]).status_code == 200
    twice = anybody.post(f"/reports/{made['code']}/reopening", body, **pin)
    assert (twice.status_code, (twice.json or {})["code"]) == (409, "conflict")


def test_after_thirty_days_it_is_too_late_to_open_it_again(county: County, anybody: Caller) -> None:
    made = closed_report(county, anybody)
    intake, case = intake_of(county, made["code"]), county.case_of(made["code"])
    assert case.closed_at is not None
    # 30 days from 18 September end on 18 October, a Sunday: the last day is Monday the 19th.
    last = county.casework.house.zone
    limit = case.closed_at.astimezone(last).replace(month=10, day=20, hour=0, minute=0, second=0, microsecond=0)
    for moment, allowed in ((limit, False), (limit - timedelta(seconds=1), True)):
        with county.casework.database.transaction() as session:
            work = Work(session, moment, SYSTEM, county.casework.house)
            if allowed:
                assert reopen(work, intake.id, "灯又不亮了，请再来看看。").case_no
            else:
                with pytest.raises(Refused, match="30"):
                    reopen(work, intake.id, "灯又不亮了，请再来看看。")
            session.rollback()


def test_a_browser_that_is_signed_in_opens_nothing_by_its_cookie(county: County) -> None:
    from casework.directory import signing_in

    with county.casework.work() as work:
        session = signing_in.open_session(work, county.person("客服小周")).token
    caller = county.caller()
    caller.client.set_cookie("banjie_session", session)
    assert caller.get("/tasks").status_code == 401
    assert caller.get("/reports").status_code == 401
    made = county.report(caller)
    assert intake_of(county, made["code"]).registered_by is None


def test_an_address_reports_so_often_and_no_more(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REPORTS", limits.Limit(2, timedelta(hours=1)))
    caller = Caller(county.app.test_client(), county.caller("张业主").token)
    found = [caller.post("/reports", county.report_body()).status_code for _ in range(3)]
    assert found == [201, 201, 429]


def test_the_body_must_be_json_of_a_bearable_size(county: County, anybody: Caller) -> None:
    post = anybody.client.post
    assert post("/api/v1/reports", data="a=1").status_code == 415
    broken = post("/api/v1/reports", data="{", content_type="application/json")
    assert (broken.status_code, (broken.json or {})["code"]) == (400, "bad_request")
    large = anybody.post("/reports", county.report_body(text="长" * 200_000))
    assert (large.status_code, (large.json or {})["code"]) == (413, "too_large")
    assert anybody.client.put("/api/v1/reports").status_code == 405
    absent = anybody.get("/no-such-thing")
    assert (absent.status_code, (absent.json or {})["code"]) == (404, "not_found")
    assert set((absent.json or {})["message"]) == {"zh", "en"}


def test_words_and_photos_are_added_to_a_running_case_and_no_more_once_it_is_closed(
    county: County, anybody: Caller
) -> None:
    made = county.report(anybody)
    path, pin = f"/reports/{made['code']}", {"X_Report_Pin": made["pin"]}
    assert anybody.post(f"{path}/additions", {"text": "又灭了一盏。"}).status_code == 401
    assert anybody.post(f"{path}/additions", {}, **pin).status_code == 422
    key = {"Idempotency_Key": "add-once-0123456789"}
    body = {"text": "又灭了一盏。", "media": [anybody.upload()]}
    for _again in range(2):
        assert anybody.post(f"{path}/additions", body, **pin, **key).status_code == 200
    told = anybody.get(path, **pin).json or {}
    assert ([one["text"] for one in told["additions"]], told["may_add"]) == (["又灭了一盏。"], True)
    with county.casework.work() as work:
        assert len(attachments.files_for(work, [("intake", intake_of(county, made["code"]).id)])) == 1
    done = closed_report(county, anybody)
    path, pin = f"/reports/{done['code']}", {"X_Report_Pin": done["pin"]}
    came = anybody.post(f"{path}/additions", {"text": "又灭了一盏。"}, **pin)
    assert (came.status_code, (came.json or {})["code"]) == (422, "refused")
    assert (anybody.get(path, **pin).json or {})["may_add"] is False
