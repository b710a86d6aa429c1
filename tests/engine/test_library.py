"""What we count on in the library that the engine is built on: an upgrade that breaks it must be seen here first."""

import ast
from importlib.metadata import version
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

from casework import engine
from casework.engine import elements
from casework.engine.nodes import Node
from casework.engine.running import Case
from casework.engine.tokens import CaseTask
from tests.engine.conftest import NOON, Player
from tests.engine.drawing import HEAD, diagram, flows, gateway, line, script, user

SOURCES = Path(engine.__file__).parent


def test_the_library_is_the_one_the_hooks_were_written_for() -> None:
    assert version("SpiffWorkflow") == "3.2.0"


@pytest.mark.parametrize("hook", ["_predict_hook", "_update_hook", "_on_ready_hook", "_run_hook", "_on_complete_hook"])
def test_every_hook_of_a_node_is_one_the_library_calls(hook: str) -> None:
    assert callable(getattr(TaskSpec, hook))
    assert hook in vars(Node)


@pytest.mark.parametrize("method", ["_add_child", "_set_state", "run", "cancel"])
def test_every_overridden_method_of_a_task_exists_in_the_library(method: str) -> None:
    assert callable(getattr(Task, method))
    assert method in vars(CaseTask)


def test_cases_and_elements_are_the_library_s_own_kinds() -> None:
    assert issubclass(Case, BpmnWorkflow)
    for parser, spec in elements.DiagramParser.OVERRIDE_PARSER_CLASSES.values():
        assert issubclass(spec, BpmnTaskSpec)
        assert issubclass(spec, Node)
        assert issubclass(parser, elements.ElementParser)


def test_no_python_of_a_diagram_is_ever_run(play: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        message = "the library's script engine was asked to run something"
        raise AssertionError(message)

    for name in ("__init__", "evaluate", "execute", "call_service"):
        monkeypatch.setattr(PythonScriptEngine, name, refuse)
    drawn = diagram(script("s", "{n: 1 + 1}"), gateway("exclusive", "x", default="x_end"), user("a"), line("s", "x"),
        flows("x a end", when={"x a": "n = 2"}))  # fmt: skip
    assert play(drawn).start().done("a").ended == "completed"


def test_the_engine_s_own_code_evaluates_and_imports_nothing_by_name() -> None:
    forbidden = {"eval", "exec", "compile", "__import__"}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, f"{path.name}:{node.lineno}"


def test_no_module_of_the_library_is_patched() -> None:
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                owner = getattr(getattr(target, "value", None), "id", "")
                assert owner not in {"Task", "TaskSpec", "BpmnWorkflow", "TaskParser", "BpmnParser"}, path.name


def test_where_things_are_drawn_changes_nothing() -> None:
    shape = (
        '<bpmndi:BPMNShape id="a_di" bpmnElement="a"><dc:Bounds x="here" y="" width="1" height="1"/></bpmndi:BPMNShape>'
    )
    plane = f'<bpmndi:BPMNPlane id="pl" bpmnElement="p">{shape}</bpmndi:BPMNPlane>'
    names = (
        ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">'
    )
    text = diagram(user("a"), line("a")).decode().replace(HEAD, HEAD[:-1] + names).replace("</bpmn:definitions>", "")
    definition = engine.load(
        {"p.bpmn": f'{text}<bpmndi:BPMNDiagram id="di">{plane}</bpmndi:BPMNDiagram></bpmn:definitions>'.encode()}
    )
    assert engine.start(definition, "p", {}, now=NOON).opened[0].element == "a"
