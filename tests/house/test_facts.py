"""What facts tell is declared beside them, so that diagrams and forms can be checked before a case asks."""

import ast
import inspect
from types import ModuleType

import pytest

from casework.bootstrap import _FACTS, catalogue
from casework.cases import facts as case_facts


def told(part: ModuleType) -> set[str]:
    """Return the names in whatever mapping a module's facts return."""
    [function] = ast.parse(inspect.getsource(part.facts)).body
    returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
    mappings = [one.body if isinstance(one, ast.IfExp) else one for one in returns]
    return {
        key.value for one in mappings if isinstance(one, ast.Dict) for key in one.keys if isinstance(key, ast.Constant)
    }


@pytest.mark.parametrize("part", [part for _, part in _FACTS], ids=lambda part: part.__name__)
def test_what_a_module_tells_is_what_it_declares(part: ModuleType) -> None:
    functions = getattr(part, "FUNCTIONS", frozenset())
    assert told(part) == part.NAMES | functions
    assert not part.NAMES & functions


def test_the_catalogue_offers_all_of_it() -> None:
    known = catalogue()
    assert known.names is not None
    assert known.functions is not None
    assert case_facts.NAMES | {"intakes", "sitting", "objections"} <= set(known.names)
    assert {"policy", "clock", "attempts", "i_have_read"} <= set(known.functions)
