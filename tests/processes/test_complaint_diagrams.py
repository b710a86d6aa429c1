"""What the diagrams, tables, forms and texts of complaint handling promise a designer."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from casework import engine, feel

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "processes" / "complaint_handling"
FORMS = ROOT / "forms" / "complaint_handling"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
OURS = "{urn:banjie:bpmn:1}"
DIAGRAMS = ("complaint_handling", "complaint_in_hand", "complaint_work", "complaint_urgent", "complaint_callback")
NODES = re.compile(r"(Task|Event|Gateway|callActivity)$")
HOUSE_FUNCTIONS = {"policy", "deadline", "clock", "working_days_before", "attempts", "attempt_days"}

Box = tuple[float, float, float, float]


class Diagram:
    """One diagram and its drawing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = etree.parse(FOLDER / f"{name}.bpmn").getroot()
        inside = list(self.root.find(BPMN + "process"))
        self.nodes = {one.get("id"): one for one in inside if NODES.search(one.tag)}
        self.flows = [one for one in inside if one.tag == BPMN + "sequenceFlow"]
        self.lanes = {one.get("id"): one for one in self.root.iter(BPMN + "lane")}
        self.shapes = {one.get("bpmnElement"): one for one in self.root.iter(DI + "BPMNShape")}
        self.edges = {one.get("bpmnElement"): one for one in self.root.iter(DI + "BPMNEdge")}

    def box(self, element: str) -> Box:
        return box_of(self.shapes[element].find(DC + "Bounds"))

    def labels(self) -> dict[str, Box]:
        drawn = {**self.shapes, **self.edges}
        bounds = {name: one.find(f"{DI}BPMNLabel/{DC}Bounds") for name, one in drawn.items()}
        return {name: box_of(one) for name, one in bounds.items() if one is not None}

    def segments(self) -> Iterator[tuple[Any, Box]]:
        for flow in self.flows:
            points = [(float(p.get("x")), float(p.get("y"))) for p in self.edges[flow.get("id")].findall("{*}waypoint")]
            for (ax, ay), (bx, by) in pairwise(points):
                yield flow, (min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every expression with the element it belongs to."""
        for one in self.root.iter("*"):
            owner = one.get("id") or one.getparent().get("id") or one.getparent().getparent().get("id")
            if one.tag in {BPMN + "conditionExpression", BPMN + "timeDate", BPMN + "timeDuration"}:
                yield owner, one.text
            elif one.tag.startswith(OURS):
                yield owner, one.get("value")
            for name, value in one.attrib.items():
                if name.startswith(OURS) and value.startswith("="):
                    yield owner, value[1:]
                elif name == OURS + "collection":
                    yield owner, value


def box_of(bounds: Any) -> Box:
    x, y, width, height = (float(bounds.get(side)) for side in ("x", "y", "width", "height"))
    return x, y, width, height


def meet(a: Box, b: Box, gap: float = 0) -> bool:
    return (
        a[0] < b[0] + b[2] + gap and b[0] < a[0] + a[2] + gap and a[1] < b[1] + b[3] + gap and b[1] < a[1] + a[3] + gap
    )


def components(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in form["components"]:
        yield one
        if "components" in one:
            yield from components(one)


def forms() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FORMS.glob("*.json"))}


def policies() -> set[str]:
    found: set[str] = set()

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict) and "value" not in value:
            for name, inner in value.items():
                walk(f"{prefix}.{name}" if prefix else name, inner)
        else:
            found.add(prefix)

    for path in (ROOT / "processes" / "policies").glob("*.toml"):
        walk("", tomllib.loads(path.read_text("utf-8")))
    return found


@pytest.fixture(params=DIAGRAMS)
def diagram(request: pytest.FixtureRequest) -> Diagram:
    return Diagram(request.param)


@pytest.fixture(scope="module")
def english() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "texts.en.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def about() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "process.toml").read_text("utf-8"))


def test_the_check_finds_nothing() -> None:
    folders = (FOLDER, *(ROOT / "processes" / "shared").iterdir())
    files = {path.name: path.read_bytes() for folder in folders for path in folder.glob("*.*mn")}
    assert [
        str(problem) for problem in engine.check(files) if problem.file in {f"{name}.bpmn" for name in DIAGRAMS}
    ] == []


def test_file_and_process_have_one_name(diagram: Diagram) -> None:
    assert [one.get("id") for one in diagram.root.iter(BPMN + "process")] == [diagram.name]


def test_every_user_task_has_its_form_a_role_and_a_place(diagram: Diagram) -> None:
    for name, node in diagram.nodes.items():
        if node.tag == BPMN + "userTask":
            assert node.get(OURS + "form") == f"complaint_handling/{name}"
            assert (FORMS / f"{name}.json").is_file(), name
            assert node.get(OURS + "role"), name
            assert node.get(OURS + "scope"), name


def test_every_form_but_the_first_belongs_to_a_task(about: dict[str, Any]) -> None:
    tasks = {name for one in DIAGRAMS for name, node in Diagram(one).nodes.items() if node.tag == BPMN + "userTask"}
    assert set(forms()) == tasks | {"report"}
    assert about["start_form"] == "complaint_handling/report"


def test_roles_named_in_the_process_are_those_the_tasks_name(about: dict[str, Any]) -> None:
    named = {
        role
        for one in DIAGRAMS
        for node in Diagram(one).nodes.values()
        for role in (node.get(OURS + "role") or "").split()
    }
    assert named | {"owner", "occupant"} == set(about["roles"])


def test_every_step_lies_on_a_way_from_a_start_to_an_end(diagram: Diagram) -> None:
    onward: dict[str, set[str]] = {name: set() for name in diagram.nodes}
    for flow in diagram.flows:
        onward[flow.get("sourceRef")].add(flow.get("targetRef"))
    for name, node in diagram.nodes.items():
        if node.get("attachedToRef"):
            onward[node.get("attachedToRef")].add(name)
    starts = {name for name, node in diagram.nodes.items() if node.tag == BPMN + "startEvent"}
    ends = {name for name, node in diagram.nodes.items() if node.tag == BPMN + "endEvent"}
    reached = spread(starts, onward)
    back: dict[str, set[str]] = {name: {one for one in onward if name in onward[one]} for name in onward}
    assert reached == set(diagram.nodes)
    assert spread(ends, back) == set(diagram.nodes)
    assert all(onward[name] for name in onward if name not in ends)


def spread(seeds: set[str], onward: dict[str, set[str]]) -> set[str]:
    seen, waiting = set(seeds), list(seeds)
    while waiting:
        for name in onward[waiting.pop()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen


def test_a_choice_has_one_default_and_a_condition_on_every_other_way(diagram: Diagram) -> None:
    for name, node in diagram.nodes.items():
        if node.tag != BPMN + "exclusiveGateway":
            continue
        leaving = [flow for flow in diagram.flows if flow.get("sourceRef") == name]
        bare = [flow.get("id") for flow in leaving if flow.find(BPMN + "conditionExpression") is None]
        assert bare == [node.get("default")], name
        assert all(flow.get("name") for flow in leaving), name


def test_everything_that_is_drawn_has_a_chinese_label(diagram: Diagram) -> None:
    for name, one in {**diagram.nodes, **diagram.lanes}.items():
        assert re.search("[\u4e00-\u9fff]", one.get("name") or ""), name


def test_every_label_has_its_english(diagram: Diagram, english: dict[str, Any]) -> None:
    labelled = {
        one.get("id") for one in diagram.root.find(BPMN + "process").iter("*") if one.get("name") and one.get("id")
    }
    labelled |= {one.get("id") for one in diagram.root.iter(BPMN + "participant")}
    known = english["elements"][diagram.name]
    assert set(known) == labelled
    assert all(text.isascii() and text.strip() for text in known.values())


def test_everything_is_drawn_once(diagram: Diagram) -> None:
    pools = {one.get("id") for one in diagram.root.iter(BPMN + "participant")}
    assert set(diagram.shapes) == set(diagram.nodes) | set(diagram.lanes) | pools
    assert set(diagram.edges) == {flow.get("id") for flow in diagram.flows}


def test_no_shape_lies_on_another_and_boundary_events_sit_on_their_hosts(diagram: Diagram) -> None:
    for one, other in combinations(diagram.nodes, 2):
        hosts = {diagram.nodes[one].get("attachedToRef"), diagram.nodes[other].get("attachedToRef")}
        if not hosts & {one, other}:
            assert not meet(diagram.box(one), diagram.box(other)), (one, other)
    for name, node in diagram.nodes.items():
        host = node.get("attachedToRef")
        if host is not None:
            x, y, width, height = diagram.box(name)
            left, top, wide, high = diagram.box(host)
            assert left <= x + width / 2 <= left + wide
            assert y + height / 2 in (top, top + high), name


def test_steps_stand_in_their_lanes(diagram: Diagram) -> None:
    placed: list[str] = []
    for lane, one in diagram.lanes.items():
        x, y, width, height = diagram.box(lane)
        for ref in one.findall(BPMN + "flowNodeRef"):
            placed.append(ref.text)
            a, b, w, h = diagram.box(ref.text)
            assert x < a, ref.text
            assert y < b, ref.text
            assert a + w < x + width, ref.text
            assert b + h < y + height, ref.text
    assert sorted(placed) == sorted(diagram.nodes)


def test_flows_run_straight_and_through_no_shape(diagram: Diagram) -> None:
    for flow, segment in diagram.segments():
        assert 0 in segment[2:], flow.get("id")
        for name, node in diagram.nodes.items():
            ends = {flow.get("sourceRef"), flow.get("targetRef")}
            if name in ends or diagram.nodes[flow.get("sourceRef")].get("attachedToRef") == name:
                continue
            assert not meet(segment, diagram.box(name), 4), (flow.get("id"), name, node.tag)


def test_labels_cover_neither_shapes_nor_each_other_nor_lines(diagram: Diagram) -> None:
    labels = diagram.labels()
    for name, label in labels.items():
        for node in diagram.nodes:
            left, top, wide, high = diagram.box(node)
            corner = 12 if diagram.nodes[node].tag.endswith("Gateway") else 1  # a rhombus leaves its corners free
            assert not meet(label, (left + corner, top + corner, wide - 2 * corner, high - 2 * corner)), (name, node)
        for flow, segment in diagram.segments():
            assert not meet(segment, label, -1), (name, flow.get("id"))
    for one, other in combinations(labels, 2):
        assert not meet(labels[one], labels[other]), (one, other)


def test_every_expression_is_feel_and_asks_only_for_rules_that_exist(diagram: Diagram) -> None:
    known = policies()
    for owner, source in diagram.texts():
        for call in feel.compile(source).calls:
            if call.name in {"policy", "deadline"}:
                assert call.args[0] in known, (owner, call.args[0])


def test_clocks_that_are_asked_for_are_declared(about: dict[str, Any]) -> None:
    asked = {
        call.args[0]
        for one in DIAGRAMS
        for _, source in Diagram(one).texts()
        for call in feel.compile(source).calls
        if call.name == "clock"
    }
    assert asked <= set(about["clocks"])


def test_every_task_form_ends_with_a_remark_and_attachments() -> None:
    for name, form in forms().items():
        if name != "report":
            assert [one["key"] for one in form["components"][-2:]] == ["remark", "attach"], name


def test_every_text_of_a_form_has_its_english() -> None:
    for name, form in forms().items():
        assert form["title_en"], name
        for one in components(form):
            for text in ("label", "description", "text"):
                assert not one.get(text) or one.get(f"{text}_en"), (name, one["id"])
            assert all(option["label_en"] for option in one.get("values", ())), (name, one["id"])


def test_form_ids_and_keys_are_unique_and_their_conditions_are_feel() -> None:
    for name, form in forms().items():
        found = list(components(form))
        assert len({one["id"] for one in found}) == len(found), name
        for one in found:
            properties = one.get("properties", {})
            sources = [
                one.get("conditional", {}).get("hide"),
                properties.get("required_if"),
                properties.get("valid_if"),
            ]
            sources += [option.get("show_if") for option in one.get("values", ())]
            for source in filter(None, sources):
                assert source.startswith("="), (name, one["id"])
                feel.compile(source[1:])


def test_a_field_that_is_hidden_is_not_required_outright() -> None:
    for name, form in forms().items():
        for one in components(form):
            if "conditional" in one:
                assert not one.get("validate", {}).get("required"), (name, one["id"])


def rows(decision: str) -> list[list[str]]:
    root = etree.parse(FOLDER / "triage.dmn").getroot()
    found = next(one for one in root.iter(DMN + "decision") if one.get("id") == decision)
    return [
        [entry.findtext(DMN + "text") for entry in rule if entry.tag in {DMN + "inputEntry", DMN + "outputEntry"}]
        for rule in found.iter(DMN + "rule")
    ]


def options(form: str, key: str) -> list[dict[str, Any]]:
    return next(one for one in components(forms()[form]) if one.get("key") == key)["values"]


def test_the_causes_a_resident_can_choose_are_the_rows_of_the_table() -> None:
    by_row = {row[1].strip('"'): row[0].strip('"-') for row in rows("responsible") if row[1] != "-"}
    offered = {option["value"]: option.get("group", "") for option in options("report", "cause")}
    whole = {row[0].strip('"') for row in rows("responsible") if row[1] == "-"}
    assert {cause: group for cause, group in offered.items() if group not in whole} == by_row
    assert {group for group in offered.values() if group} == {
        option["value"] for option in options("report", "category")
    }
    assert rows("responsible")[0][1] == '"bribery"', "the sealed row comes first"


def test_the_dangers_a_resident_can_choose_are_the_rows_of_the_urgent_table() -> None:
    chosen = [option["value"] for option in options("report", "danger")]
    assert chosen == ["none", *(row[0].strip('"') for row in rows("urgent"))]


def test_the_tables_name_only_rules_that_exist() -> None:
    text = (FOLDER / "triage.dmn").read_text("utf-8")
    keys = re.findall(
        r'(?<!urn:)"((?:complaint|hotline|company|department|heating|petition|urgent|routing)\.[a-z0-9_.]+)"', text
    )
    assert set(keys) <= policies()
    assert len(set(keys)) > 15


def test_every_output_of_the_tables_is_feel() -> None:
    for decision in ("urgent", "responsible"):
        for row in rows(decision):
            for cell in row:
                if cell != "-":
                    feel.compile(cell)


def test_evidence_and_first_measures_have_their_english(english: dict[str, Any]) -> None:
    assert set(english["evidence"]) == {option["value"] for option in options("report", "cause")}
    assert set(english["measure"]) == {row[0].strip('"') for row in rows("urgent")}


def test_notices_say_the_same_in_both_languages(about: dict[str, Any], english: dict[str, Any]) -> None:
    assert set(about["notices"]) == set(english["notices"])
    for name, notice in about["notices"].items():
        blanks = re.findall(r"{(\w+)}", notice["title"] + notice["text"])
        other = english["notices"][name]
        assert set(blanks) == set(re.findall(r"{(\w+)}", other["title"] + other["text"])), name


def test_codes_outcomes_clocks_and_columns_have_their_english(about: dict[str, Any], english: dict[str, Any]) -> None:
    assert set(about["outcomes"]) == set(english["outcomes"])
    assert set(about["clocks"]) == set(english["clocks"])
    assert {column["name"] for column in about["columns"]} == set(english["columns"])
    for name, codes in about["codes"].items():
        assert set(codes) <= set(english["codes"][name]), name


def test_notices_that_are_sent_exist(about: dict[str, Any]) -> None:
    for one in DIAGRAMS:
        for name, node in Diagram(one).nodes.items():
            notice = node.get(OURS + "notice")
            assert notice is None or notice in about["notices"], name
