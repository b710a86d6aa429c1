"""What a form's references can be chosen from: what is near the case, and only cases in sight."""

import json

from casework import forms
from casework.cases.choosing import Choices, choices
from casework.cases.models import Case, CaseLink
from casework.directory.viewing import viewer
from casework.forms import Form
from tests.factories import Stage


def form(*wanted: tuple[str, str | None]) -> Form:
    """Return a form that asks for these kinds of reference, the last of them inside rows."""
    parts = []
    for number, (kind, level) in enumerate(wanted):
        own = {"kind": kind, **({"level": level} if level else {}), "label_en": kind}
        part = {"type": "select", "key": f"field{number}", "label": kind, "properties": own}
        parts.append({**part, "id": f"Field_{number}"})
    rows = {"type": "dynamiclist", "id": "Rows_1", "path": "rows", "label": "行", "components": [parts.pop()]}
    schema = {"type": "default", "id": "asked", "components": [*parts, {**rows, "properties": {"label_en": "rows"}}]}
    return forms.load(json.dumps(schema).encode())


def offered(stage: Stage, person: str, case_id: int, asked: Form) -> Choices:
    with stage.work(person) as work:
        looker = viewer(work, stage.town.person(person))
        return choices(work, looker, work.session.get_one(Case, case_id), asked)


def words(found: Choices, kind: str) -> list[str]:
    return [names[0] for _id, names in found[kind]]


def test_each_kind_of_reference_is_offered_from_near_the_case(stage: Stage) -> None:
    case_id = stage.report()
    asked = form(("org", None), ("person", None), ("area", "estate"), ("area", "building"))
    found = offered(stage, "社区小宋", case_id, asked)
    assert set(found) == {"org", "person", "area:estate", "area:building"}
    assert words(found, "org")[0] == "九安物业"
    assert "乙方物业" not in words(found, "org")
    assert "社区小宋" in words(found, "person")
    assert words(found, "area:estate") == ["水景花苑"]
    assert words(found, "area:building") == ["2号楼"]


def test_a_case_is_offered_only_to_who_may_see_it(stage: Stage) -> None:
    case_id = stage.report()
    other = stage.report("other", text="地下车库的灯也不亮，进出很不安全。", part="flat")
    linked = stage.report("linked", category="cleaning", cause="daily_cleaning", text="楼道卫生很久没有人打扫了。")
    with stage.work() as work:
        work.session.add(CaseLink(case_id=case_id, other_id=linked, why="related"))
    asked = form(("org", None), ("case", None))
    near = {stage.case(other).no, stage.case(linked).no}

    def nos(person: str) -> set[str]:
        return {text.split()[0] for text in words(offered(stage, person, case_id, asked), "case")}

    assert nos("社区小宋") == near
    assert nos("乙方客服小唐") == set()
    with stage.work() as work:
        for sealed in (other, linked):
            work.session.get_one(Case, sealed).sealed = True
    assert nos("社区小宋") == set()


def test_owners_are_offered_with_their_flat_where_a_form_asks_for_them_and_nowhere_else(stage: Stage) -> None:
    case_id = stage.report()
    found = offered(stage, "社区小宋", case_id, form(("person", "owner"), ("person", None)))
    owners = [one for one in found["person:owner"] if one not in found["person"]]
    assert [person for person, _names in owners] == [
        str(stage.town.person(name)) for name in ("李业主", "王业主", "张业主")
    ]
    assert owners[0][1][0].startswith("李")
    assert "2号楼1单元" in owners[0][1][0]
    assert "李业主" not in repr(found["person"])


def test_an_organisation_of_a_kind_is_any_of_the_county_whoever_serves_now(stage: Stage) -> None:
    found = offered(stage, "县住建小何", stage.report(), form(("org", "company"), ("org", None)))
    assert set(words(found, "org:company")) == {"九安物业", "乙方物业"}
    assert "乙方物业" not in words(found, "org")
