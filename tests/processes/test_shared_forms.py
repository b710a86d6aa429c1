"""What the forms of the shared diagrams take and refuse, and that the check of the engine finds nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework import engine, feel, forms
from casework.directory.assignment import SCOPES
from casework.directory.roles import ROLES
from casework.errors import Invalid
from tests.processes.stepping import PROCESSES

NOW = datetime(2026, 9, 18, 8, tzinfo=UTC)
FORMS = Path(__file__).parents[2] / "forms"
FILES = {7: {"name": "a.jpg", "media_type": "image/jpeg", "size": 1000}}
ONE = [7]


def form(name: str) -> forms.Form:
    return forms.load((FORMS / f"{name}.json").read_bytes())


def answers(name: str, data: Mapping[str, Any], **known: Any) -> Mapping[str, Any]:
    functions = {"policy": lambda _: Decimal(2), "deadline": lambda _, start: start + timedelta(days=15)}
    scope = feel.Scope(known, functions, NOW, ZoneInfo("Asia/Shanghai"))
    return form(name).validate(data, scope, FILES)


def refused(name: str, data: Mapping[str, Any], **known: Any) -> set[str]:
    with pytest.raises(Invalid) as wrong:
        answers(name, data, **known)
    return set(wrong.value.fields)


def test_the_check_finds_nothing() -> None:
    shared = [*PROCESSES.glob("shared/*/*.bpmn"), *PROCESSES.glob("shared/*/*.dmn")]
    names = {f"{path.parent.name}/{path.stem}" for path in FORMS.glob("*/*.json")}
    catalogue = engine.Catalogue(roles=set(ROLES), scopes=SCOPES, forms=names)
    assert engine.check({path.name: path.read_bytes() for path in shared}, catalogue=catalogue) == ()


@pytest.mark.parametrize("folder", sorted(path.name for path in PROCESSES.glob("shared/*")))
def test_every_form_can_be_read(folder: str) -> None:
    for path in (FORMS / folder).glob("*.json"):
        assert form(f"{folder}/{path.stem}").fields


def test_the_earlier_case_is_named_unless_the_matter_is_different() -> None:
    assert refused("intake_and_merge/ask_same", {"same": "related"}) == {"case"}
    assert answers("intake_and_merge/ask_same", {"same": "different"})["same"] == "different"


def test_a_refusal_gives_its_reason_its_reply_and_another_way() -> None:
    assert refused("intake_and_merge/reply_not_accepted", {"decision": "refuse"}) == {"reason", "reply", "route"}
    assert answers("intake_and_merge/reply_not_accepted", {"decision": "accept"})["decision"] == "accept"


def test_an_accepted_matter_gets_a_day_within_the_limit_and_the_city_refers_nothing_up() -> None:
    known = {"level": Decimal(2)}
    good = {"accept": "accept", "reason": "属实", "meeting_on": "2026-10-03"}
    assert answers("joint_conference/accept", good, **known)["meeting_on"] == date(2026, 10, 3)
    assert refused("joint_conference/accept", {**good, "meeting_on": "2026-10-04"}, **known) == {"meeting_on"}
    assert refused("joint_conference/accept", {**good, "meeting_on": ""}, **known) == {"meeting_on"}
    higher = {"accept": "higher_level", "reason": "跨县"}
    assert refused("joint_conference/accept", higher, level=Decimal(4)) == {"accept"}


def test_a_decision_has_resolutions_and_the_city_must_decide() -> None:
    held = {"date": "2026-09-18", "present": [{"unit": 11, "came": True}], "minutes": ONE}
    assert refused("joint_conference/hold", {**held, "resolved": True}, level=Decimal(2)) == {"resolutions"}
    assert answers("joint_conference/hold", {**held, "resolved": False}, level=Decimal(2))["resolved"] is False
    assert refused("joint_conference/hold", {**held, "resolved": False}, level=Decimal(4)) == {"resolved"}


def test_a_posting_needs_its_number_of_places_and_lies_in_the_past() -> None:
    place = {"where": "南门", "photo": ONE}
    good = {"posted_at": "2026-09-18T15:00:00+08:00", "places": [place, place], "online": True}
    assert len(answers("publicity_and_objections/post", good)["places"]) == 2
    assert refused("publicity_and_objections/post", {**good, "places": [place]}) == {"places"}
    assert refused("publicity_and_objections/post", {**good, "posted_at": "2026-09-18T16:01:00+08:00"}) == {"posted_at"}


def test_a_posting_is_not_concluded_while_an_objection_is_open() -> None:
    conclude = {"result": "confirmed"}
    assert refused("publicity_and_objections/conclude", conclude, objections=[{"open": True}]) == {"result"}
    assert answers("publicity_and_objections/conclude", conclude, objections=[{"open": False}])["result"]


def test_what_is_put_right_is_shown_by_a_photo() -> None:
    assert refused("rectification_notice/rectify", {"findings": [{"done": True}]}) == {"findings.0.photo_after"}
    assert answers("rectification_notice/rectify", {"findings": [{"done": False, "text": "待材料"}]})["findings"]


def test_an_issue_solved_on_the_spot_is_signed() -> None:
    issue = {"person": 5, "category": "cleaning", "text": "楼道没扫", "solved_now": True}
    held = {"issues": [issue], "photo": ONE}
    assert refused("reception_day/hold", held, kind="reception") == {"issues.0.sign"}
