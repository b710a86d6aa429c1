"""Publishing: one release for the same files, nothing for refused ones, and running cases keep what they have."""

import json
import re
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from casework.bootstrap import catalogue
from casework.cases import services as cases
from casework.cases.models import Case
from casework.config import ROOT
from casework.definitions import library
from casework.definitions.findings import form_findings
from casework.definitions.models import Release, ReleaseFiles
from casework.definitions.services import current, digest_of, publish
from casework.definitions.source import process_folders, read_release
from casework.engine import DefinitionRefused
from casework.errors import CaseworkError, NotFound
from tests.engine import drawing as draw
from tests.factories import Stage

OFFICER = {"b_role": "community_officer", "b_scope": "estate.community"}


def files(*tasks: str, process: str = "probe", **more: bytes) -> dict[str, bytes]:
    """Return the files of a small process with these tasks one after the other."""
    path = draw.flows(" ".join(["start", *tasks, "end"]))
    drawn = draw.diagram(
        draw.start(), *(draw.user(task, **OFFICER) for task in tasks), draw.end(), path, process=process
    )
    return {f"{process}/{process}.bpmn": drawn, **draw.blank_forms(drawn), **more}


def started(stage: Stage) -> int:
    with stage.work() as work:
        return cases.start_case(work, "probe", {}, area_id=stage.town.areas["estate"]).id


def test_the_same_files_again_are_the_same_release(stage: Stage) -> None:
    with stage.work() as work:
        first = publish(work, "probe", files("look"))
        again = publish(work, "probe", dict(reversed(files("look").items())))
        assert (again.id, again.version) == (first.id, 1)
        other = publish(work, "probe", files("look", "act"))
        assert (other.version, other.current, other.hash == first.hash) == (2, True, False)
        back = publish(work, "probe", files("look"))
        assert (back.version, back.hash) == (3, first.hash), "going back is a release of its own with the same files"
        kept = select(func.count()).select_from(ReleaseFiles).where(ReleaseFiles.hash == first.hash)
        assert work.session.scalar(kept) == 1
        assert len(work.session.scalars(select(Release).where(Release.process == "probe", Release.current)).all()) == 1


def test_the_hash_is_of_names_and_contents_alike() -> None:
    assert digest_of({"a": b"xy"}) != digest_of({"ax": b"y"})
    assert digest_of({"a": b"x", "b": b"y"}) == digest_of({"b": b"y", "a": b"x"})
    assert digest_of({"a": b"x"}) != digest_of({"b": b"x"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<bpmn:userTask", b"<bpmn:fancyTask"),
        (b'targetRef="look"', b'targetRef="nowhere"'),
        (b"<?xml", b'<!DOCTYPE d [<!ENTITY x "y">]><?xml'),
        (b"</bpmn:definitions>", b""),
    ],
)
def test_a_refused_diagram_publishes_nothing(stage: Stage, old: bytes, new: bytes) -> None:
    with stage.work() as work:
        kept = publish(work, "probe", files("look")).id
    broken = {
        name: raw.replace(old, new).replace(b"</bpmn:fancyTask", b"</bpmn:userTask")
        for name, raw in files("look").items()
    }
    with pytest.raises(DefinitionRefused) as refused, stage.work() as work:
        publish(work, "probe", broken)
    assert refused.value.problems
    with stage.work() as work:
        assert current(work, "probe").id == kept
        assert work.session.get(ReleaseFiles, digest_of(broken)) is None


def test_a_refused_table_or_form_publishes_nothing_either(stage: Stage) -> None:
    for name, raw in (("probe/rules.dmn", b"<definitions/>"), ("forms/probe/look.json", b"{")):
        with pytest.raises(CaseworkError), stage.work() as work:
            publish(work, "probe", {**files("look"), name: raw})
    with pytest.raises(NotFound), stage.work() as work:
        current(work, "probe")


def form(**properties: object) -> bytes:
    """Return a form with a choice that these properties make, beside a field named kind."""
    listed = [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]
    kind = {"type": "radio", "id": "kind", "key": "kind", "label": "类别", "values": listed}
    choice = {"type": "select", "id": "choice", "key": "choice", "label": "选项", "values": listed, **properties}
    return json.dumps({"components": [kind, choice]}).encode()


WRONG_FORMS = {
    "a choice without options": ({"values": []}, "options_missing"),
    "a type of field that is none": ({"type": "wizard"}, "type_unknown"),
    "feel that is none": ({"conditional": {"hide": "=kind = "}}, "expression_unreadable"),
    "options by a field that is not there": ({"properties": {"options_by": "kinds"}}, "unknown_field"),
    "options from a function that is not there": ({"valuesExpression": "=options_of(kind)"}, "unknown_function"),
    "a rule that is not there": ({"conditional": {"hide": '=policy("no.such") = 1'}}, "unknown_policy"),
}


@pytest.mark.parametrize("name", WRONG_FORMS)
def test_a_release_with_a_wrong_form_is_refused_with_the_field(stage: Stage, name: str) -> None:
    properties, rule = WRONG_FORMS[name]
    good = files("look") | {"forms/p/look.json": form(properties={"options_by": "kind"})}
    with stage.work() as work:
        publish(work, "probe", good)
    with pytest.raises(DefinitionRefused) as refused, stage.work() as work:
        publish(work, "probe", good | {"forms/p/look.json": form(**properties)})
    [found] = [problem for problem in refused.value.problems if problem.severity == "error"]
    assert (found.file, found.element, found.rule) == ("forms/p/look.json", "choice", rule)
    assert set(found.message) == {"zh", "en"}
    with stage.work() as work:
        assert current(work, "probe").version == 1


def test_what_is_wrong_with_diagram_and_form_is_told_at_once(stage: Stage) -> None:
    wrong = {name: raw.replace(b"community_officer", b"nobody") for name, raw in files("look").items()}
    with pytest.raises(DefinitionRefused) as refused, stage.work() as work:
        publish(work, "probe", wrong | {"forms/p/look.json": form(type="wizard")})
    assert {one.rule for one in refused.value.problems if one.severity == "error"} == {"unknown_role", "type_unknown"}


def test_a_name_that_only_an_operation_can_give_is_a_warning() -> None:
    release = files("look") | {"probe/process.toml": b'[in]\nhanded = "x"\n'}
    for asked, told in (("handed", []), ("kind", []), ("case", []), ("nobody_has_it", ["unknown_name"])):
        release["forms/p/look.json"] = form(conditional={"hide": f"={asked} = 1"})
        found = list(form_findings(library.forms_of(release), release, catalogue()))
        assert [one.rule for one in found] == told
        assert all(one.severity == "warning" for one in found)


def test_running_cases_keep_their_release(stage: Stage) -> None:
    with stage.work() as work:
        publish(work, "probe", files("look"))
    old = started(stage)
    with stage.work() as work:
        publish(work, "probe", files("examine", "decide"))
    new = started(stage)
    assert stage.tasks(old) == ["look"]
    assert stage.tasks(new) == ["examine"]
    with stage.work("社区小宋") as work:
        cases.complete_item(work, stage.item(old, "look").id, {})
    assert stage.case(old).status == "closed"
    versions = {case.id: case.release_id for case in stage.rows(Case)}
    assert versions[old] != versions[new]


def test_a_process_that_is_not_published_starts_nothing(stage: Stage) -> None:
    with pytest.raises(NotFound, match="尚未发布"):
        started(stage)


def test_packing_keeps_every_byte_and_the_same_files_give_the_same_bytes() -> None:
    given = {"b/b.bpmn": "办结".encode(), "a/a.toml": b"x = 1\n"}
    assert library.unpack(library.pack(given)) == given
    assert library.pack(given) == library.pack(dict(reversed(given.items())))


def test_a_release_says_its_names_in_both_languages(stage: Stage) -> None:
    texts = b'[titles]\nprobe = "Probe"\n[elements]\nlook = "Look at it"\n'
    english = {"probe/texts.en.toml": texts, "probe/process.toml": 'title = "试办"\n'.encode()}
    drawn = {name: raw.replace(b'name="look"', 'name="查看"'.encode()) for name, raw in files("look").items()}
    with stage.work() as work:
        release = library.opened(work.session, publish(work, "probe", {**drawn, **english}).id)
    assert release.name("probe", "look", "zh") == "查看"
    assert release.name("probe", "look", "en") == "Look at it"
    assert release.name("probe", "no_such_element", "en") == "no_such_element"


def test_what_a_release_calls_comes_along_with_its_forms_and_tables() -> None:
    found = read_release(ROOT / "processes", ROOT / "forms", "complaint_handling")
    assert {
        "complaint_handling/complaint_handling.bpmn",
        "complaint_handling/triage.dmn",
        "forms/complaint_handling/handle.json",
        "complaint_handling/texts.en.toml",
    } <= set(found)
    called = {name.split("/")[0] for name in found if name.endswith(".bpmn")}
    assert {"intake_and_merge", "supervision_escalation", "joint_conference"} <= called
    with pytest.raises(KeyError):
        read_release(ROOT / "processes", ROOT / "forms", "no_such_process")


def test_every_process_folder_is_published(stage: Stage) -> None:
    with stage.work() as work:
        published = set(work.session.scalars(select(Release.process).where(Release.current)))
    assert set(process_folders(ROOT / "processes")) == published


def test_a_folder_whose_diagram_calls_itself_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "loop"
    folder.mkdir()
    (folder / "process.toml").write_text('title = "x"\n')
    (folder / "loop.bpmn").write_bytes(b'<x calledElement="loop"/>')
    assert set(read_release(tmp_path, tmp_path / "forms", "loop")) == {"loop/process.toml", "loop/loop.bpmn"}


def test_two_releases_are_never_current_at_once(stage: Stage) -> None:
    with stage.work() as work:
        publish(work, "probe", files("look"))
        publish(work, "probe", files("act"))
    with pytest.raises(DBAPIError), stage.work() as work:
        work.session.execute(update(Release).where(Release.process == "probe").values(current=True))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("clocks.stop", "clocks.stopp", "unknown_operation"),
        ("community_officer", "community_oficer", "unknown_role"),
        ("estate.community", "estate.comunity", "unknown_scope"),
        ("merge.score_min", "merge.score_mim", "unknown_policy"),
        ("policy(", "polizy(", "unknown_function"),
        ("p/look", "p/lok", "unknown_form"),
    ],
)
def test_a_diagram_that_names_what_the_house_has_not_is_refused_with_its_place(
    stage: Stage, old: str, new: str, rule: str
) -> None:
    drawn = draw.diagram(
        draw.start(),
        draw.user("look", **OFFICER),
        draw.service("act", operation="clocks.stop"),
        draw.script("rule", '{least: policy("intake.merge.score_min")}'),
        draw.end(),
        draw.flows("start look act rule end"),
        process="probe",
    )
    with stage.work() as work:
        publish(work, "probe", {"probe/probe.bpmn": drawn} | draw.blank_forms(drawn))
    wrong = drawn.replace(old.encode(), new.encode())
    with pytest.raises(DefinitionRefused) as refused, stage.work() as work:
        publish(work, "probe", {"probe/probe.bpmn": wrong} | draw.blank_forms(drawn))
    [found] = [problem for problem in refused.value.problems if problem.severity == "error"]
    assert (found.rule, found.element) == (
        rule,
        {"unknown_operation": "act", "unknown_policy": "rule", "unknown_function": "rule"}.get(rule, "look"),
    )
    assert found.line
    with stage.work() as work:
        assert current(work, "probe").version == 1


@pytest.mark.parametrize("process", sorted(process_folders(ROOT / "processes")))
def test_whatever_a_diagram_draws_has_an_english_name(process: str) -> None:
    """The live map and the page of a case write these over the Chinese: pools, lanes, steps and flows alike."""
    release = library.build(process, process, read_release(ROOT / "processes", ROOT / "forms", process))
    bpmn = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    for name, raw in library.diagrams_of(release.files).items():
        own = name.rsplit("/", 1)[-1].removesuffix(".bpmn")
        root = etree.fromstring(raw)
        drawn = {one.get("bpmnElement") for one in root.iter("{*}BPMNShape", "{*}BPMNEdge")}
        labelled = {one.get("id") for one in root.iter(f"{bpmn}*") if one.get("name") and one.get("id") in drawn}
        known = {element for place, element in release.names if place == own}
        assert labelled <= known, name
        assert [one for one in labelled if re.search("[一-鿿]", release.name(own, one, "en"))] == [], name
