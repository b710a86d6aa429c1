"""What every diagram under processes/shared promises: whole, labelled in both languages, and drawn to be read."""

import json
import tomllib
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
BANJIE = "{urn:banjie:bpmn:1}"
SHARED = (
    "ballot_issue",
    "bundle_entry",
    "bundle_mandate",
    "document_handover",
    "emergency_repair",
    "emergency_service",
    "epc_formation",
    "intake_and_merge",
    "interim_body",
    "joint_conference",
    "owner_vote",
    "publicity_and_objections",
    "qualification_review",
    "reception_day",
    "rectification_notice",
    "revenue_posting",
    "supervision_escalation",
    "takeover_entry",
    "takeover_operation",
    "takeover_year",
    "trustee_meeting",
)
NODES = (
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "userTask",
    "serviceTask", "sendTask", "businessRuleTask", "scriptTask", "callActivity", "subProcess", "exclusiveGateway",
    "parallelGateway", "eventBasedGateway",
)  # fmt: skip

Box = tuple[float, float, float, float]


class Diagram:
    """One process folder as a test looks at it."""

    def __init__(self, process: str, folder: Path | None = None) -> None:
        self.id = process
        self.home = folder.parents[1] if folder else ROOT
        self.folder = folder or ROOT / "processes" / "shared" / process
        self.root = etree.parse(self.folder / f"{process}.bpmn").getroot()
        self.nodes = {node.get("id"): node for tag in NODES for node in self.root.iter(BPMN + tag)}
        self.flows = {flow.get("id"): flow for flow in self.root.iter(BPMN + "sequenceFlow")}
        self.lanes = {lane.get("id"): lane for lane in self.root.iter(BPMN + "lane")}
        self.shapes = {shape.get("bpmnElement"): shape for shape in self.root.iter(DI + "BPMNShape")}
        self.edges = {edge.get("bpmnElement"): edge for edge in self.root.iter(DI + "BPMNEdge")}
        self.english = tomllib.loads((self.folder / "texts.en.toml").read_text("utf-8"))
        self.process = tomllib.loads((self.folder / "process.toml").read_text("utf-8"))

    def box(self, element: str) -> Box:
        bounds = self.shapes[element].find(BOUNDS)
        return tuple(float(bounds.get(side)) for side in ("x", "y", "width", "height"))

    def encloses(self, outer: str, inner: str) -> bool:
        return any(ancestor is self.nodes[outer] for ancestor in self.nodes[inner].iterancestors())

    def forms(self) -> dict[str, dict]:
        folder = self.home / "forms" / self.id
        return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def fields(components: list[dict]) -> list[dict]:
    return [each for one in components for each in (one, *fields(one.get("components", [])))]


@pytest.fixture(params=SHARED)
def diagram(request: pytest.FixtureRequest) -> Diagram:
    return Diagram(request.param)


def test_folder_file_and_process_have_one_name(diagram: Diagram) -> None:
    assert [process.get("id") for process in diagram.root.iter(BPMN + "process")] == [diagram.id]


def test_is_small_enough_to_read(diagram: Diagram) -> None:
    assert len(diagram.nodes) <= 25


def test_every_user_task_has_a_form_and_a_role_and_every_form_its_task(diagram: Diagram) -> None:
    tasks = {name: node for name, node in diagram.nodes.items() if node.tag == BPMN + "userTask"}
    assert set(diagram.forms()) == set(tasks)
    for name, task in tasks.items():
        assert task.get(BANJIE + "form") == f"{diagram.id}/{name}"
        assert task.get(BANJIE + "role"), name
        assert task.get(BANJIE + "scope"), name


def test_every_form_has_a_remark_attachments_and_english(diagram: Diagram) -> None:
    for name, form in diagram.forms().items():
        assert [one["key"] for one in form["components"][-2:]] == ["remark", "attach"], name
        for field in fields(form["components"]):
            assert field["properties"]["label_en"], (name, field["id"])
            assert all(option["label_en"] for option in field.get("values", [])), (name, field["id"])


def test_the_form_fields_of_one_form_have_different_keys(diagram: Diagram) -> None:
    for name, form in diagram.forms().items():
        keys = [one.get("key") or one.get("path") for one in form["components"] if one["type"] != "text"]
        assert len(keys) == len(set(keys)), name


def test_every_flow_joins_two_nodes_and_every_node_is_on_a_way(diagram: Diagram) -> None:
    ends = {end for flow in diagram.flows.values() for end in (flow.get("sourceRef"), flow.get("targetRef"))}
    assert ends <= set(diagram.nodes)
    for name, node in diagram.nodes.items():
        if node.tag == BPMN + "subProcess":
            continue
        assert name in ends, f"{name} is joined to nothing"
        entering = [one.text for one in node.iter(BPMN + "incoming")]
        leaving = [one.text for one in node.iter(BPMN + "outgoing")]
        assert entering == [key for key, flow in diagram.flows.items() if flow.get("targetRef") == name]
        assert leaving == [key for key, flow in diagram.flows.items() if flow.get("sourceRef") == name]


def test_a_choice_has_conditions_and_one_default(diagram: Diagram) -> None:
    for name, node in diagram.nodes.items():
        if node.tag != BPMN + "exclusiveGateway":
            continue
        leaving = [flow for flow in diagram.flows.values() if flow.get("sourceRef") == name]
        if len(leaving) == 1:
            continue  # a place where ways meet
        bare = [flow.get("id") for flow in leaving if flow.find(BPMN + "conditionExpression") is None]
        assert bare == [node.get("default")], name
        assert all(flow.get("name") for flow in leaving), name


def test_everything_is_labelled_in_chinese_and_english(diagram: Diagram) -> None:
    for name, node in {**diagram.nodes, **diagram.lanes}.items():
        assert node.get("name"), name
        assert diagram.english["elements"].get(name), name
    named = {key for key, flow in diagram.flows.items() if flow.get("name")}
    assert named <= set(diagram.english["elements"])
    known = {f"pool_{diagram.id}", *diagram.nodes, *diagram.lanes, *named}
    assert set(diagram.english["elements"]) == known, "English for something that is not drawn"


def test_every_code_on_a_form_has_english(diagram: Diagram) -> None:
    codes = diagram.english.get("codes", {})
    for name, form in diagram.forms().items():
        for field in fields(form["components"]):
            for option in field.get("values", []):
                if isinstance(option["value"], str):
                    assert codes[field["key"]][option["value"]], (name, field["key"], option["value"])


def test_every_code_and_outcome_has_english(diagram: Diagram) -> None:
    english = diagram.english.get("codes", {})
    for group, codes in diagram.process.get("codes", {}).items():
        assert set(codes) <= set(english[group]), group
    assert set(diagram.process.get("outcomes", {})) == set(diagram.english.get("outcomes", {}))


def test_every_notice_is_written_in_both_languages(diagram: Diagram) -> None:
    chinese, english = diagram.process.get("notices", {}), diagram.english.get("notices", {})
    assert set(chinese) == set(english)
    for key, notice in chinese.items():
        assert notice["title"], key
        assert english[key]["text"], key
    sent = {node.get(BANJIE + "notice") for node in diagram.nodes.values() if node.tag == BPMN + "sendTask"}
    assert sent <= set(chinese)


def test_every_node_and_flow_is_drawn(diagram: Diagram) -> None:
    assert {*diagram.nodes, *diagram.lanes, f"pool_{diagram.id}"} == set(diagram.shapes)
    assert set(diagram.flows) == set(diagram.edges)


def test_no_two_shapes_overlap(diagram: Diagram) -> None:
    for one, other in combinations(diagram.nodes, 2):
        if diagram.encloses(one, other) or diagram.encloses(other, one):
            continue
        if one == diagram.nodes[other].get("attachedToRef") or other == diagram.nodes[one].get("attachedToRef"):
            continue
        assert not overlap(diagram.box(one), diagram.box(other)), (one, other)


def test_boundary_events_sit_on_the_edge_of_their_host(diagram: Diagram) -> None:
    for name, node in diagram.nodes.items():
        host = node.get("attachedToRef")
        if host is None:
            continue
        x, y, width, height = diagram.box(name)
        left, top, wide, high = diagram.box(host)
        middle_x, middle_y = x + width / 2, y + height / 2
        across = left <= middle_x <= left + wide and min(abs(middle_y - top), abs(middle_y - top - high)) <= 1
        beside = top <= middle_y <= top + high and min(abs(middle_x - left), abs(middle_x - left - wide)) <= 1
        assert across or beside, name


def test_flows_run_straight_and_around_the_shapes(diagram: Diagram) -> None:
    for name, edge in diagram.edges.items():
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge.iter(WAYPOINT)]
        flow = diagram.flows[name]
        near = {flow.get("sourceRef"), flow.get("targetRef")}
        near |= {diagram.nodes[one].get("attachedToRef") for one in near}
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, name
            line = (min(x1, x2), min(y1, y2), abs(x2 - x1) + 0.1, abs(y2 - y1) + 0.1)
            for other in diagram.nodes:
                if other in near or diagram.encloses(other, flow.get("sourceRef")):
                    continue
                assert not overlap(line, diagram.box(other)), (name, other)


def test_every_node_is_drawn_in_the_lane_it_belongs_to(diagram: Diagram) -> None:
    for lane, element in diagram.lanes.items():
        _, top, _, high = diagram.box(lane)
        for member in element.iter(BPMN + "flowNodeRef"):
            name = diagram.nodes[member.text].get("attachedToRef") or member.text
            _, y, _, height = diagram.box(name)
            assert top <= y, member.text
            assert y + height <= top + high, member.text
    members = [member.text for lane in diagram.lanes.values() for member in lane.iter(BPMN + "flowNodeRef")]
    process = diagram.root.find(BPMN + "process")
    assert sorted(members) == sorted(name for name, node in diagram.nodes.items() if node.getparent() is process)
