"""Reading decision files: what they require of each other, and what is refused."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import decisions
from tests.decisions.drawing import decision, file, literal, scope, table, text

NAMESPACES = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


def rules(files: Mapping[str, bytes]) -> list[str]:
    """Return the rules that the files break."""
    with pytest.raises(decisions.DecisionRefused) as refusal:
        decisions.load(files)
    for problem in refusal.value.problems:
        assert problem.message["zh"]
        assert problem.message["en"]
    return [problem.rule for problem in refusal.value.problems]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_of_dmn_is_read(namespace: str) -> None:
    """From 1.1 to 1.5."""
    made = decisions.load({"a.dmn": file(decision("d", literal("x + 1")), namespace=namespace)})
    assert made["d"].evaluate(scope(x=1)) == 2


def test_required_decisions_are_made_first() -> None:
    """Also across files, each once, and under the names of their variables, which may have several words."""
    files = {
        "a.dmn": file(decision("last", literal("Base Fee * 2 + 等级"), needs=("base", "level"))),
        "b.dmn": file(
            decision("level", literal("if Base Fee > 10 then 1 else 0"), needs=("base",), name="等级"),
            decision("base", literal("amount + 1"), variable="Base Fee"),
        ),
    }
    made = decisions.load(files)
    assert made["last"].evaluate(scope(amount=10)) == 23
    assert made["last"].requires == ("base", "level")
    assert made["last"].names == {"amount"}
    assert made["level"].name == "等级"


def test_knowledge_is_called_like_a_function() -> None:
    """By an expression and by a boxed invocation."""
    knowledge = (
        '<businessKnowledgeModel id="bkm" name="twice"><encapsulatedLogic><formalParameter name="n"/>'
        f"{literal('n * 2')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    boxed = f'<invocation>{literal("twice")}<binding><parameter name="n"/>{literal("x")}</binding></invocation>'
    made = decisions.load(
        {
            "a.dmn": file(
                knowledge, decision("d", literal("twice(x) + 1"), needs=("bkm",)), decision("e", boxed, needs=("bkm",))
            )
        }
    )
    assert made["d"].evaluate(scope(x=3)) == 7
    assert made["e"].evaluate(scope(x=3)) == 6
    assert made["d"].names == {"x"}


def test_boxed_contexts_lists_and_relations() -> None:
    """A context's later entries see the earlier ones; an entry without a name is its result."""
    entry = '<contextEntry><variable name="{}"/>{}</contextEntry>'
    context = f"<context>{entry.format('a', literal('x + 1'))}{entry.format('b', literal('a * 2'))}</context>"
    result = f"<context>{entry.format('a', literal('x + 1'))}<contextEntry>{literal('a * 3')}</contextEntry></context>"
    rows = f"<row>{literal('1')}{literal('x')}</row><row>{literal('2')}{literal('3')}</row>"
    relation = f'<relation><column name="k"/><column name="v"/>{rows}</relation>'
    made = decisions.load(
        {
            "a.dmn": file(
                decision("context", context),
                decision("result", result),
                decision("list", f"<list>{literal('1')}{literal('x')}</list>"),
                decision("relation", relation),
            )
        }
    )
    here = scope(x=5)
    assert made["context"].evaluate(here) == {"a": 6, "b": 12}
    assert made["result"].evaluate(here) == 18
    assert made["list"].evaluate(here) == [1, 5]
    assert made["relation"].evaluate(here) == [{"k": 1, "v": 5}, {"k": 2, "v": 3}]
    assert made["context"].names == {"x"}


def test_everything_wrong_is_told_at_once() -> None:
    """With the file, the element, the row of the table and both languages."""
    rows = [(["< "], ["1"]), (["1"], ["1", "2"]), (["2"], ["1 +"])]
    with pytest.raises(decisions.DecisionRefused) as refusal:
        decisions.load({"a.dmn": file(decision("d", table("FIRST", rows))), "b.dmn": b"<no"})
    found = [(problem.file, problem.rule, problem.row) for problem in refusal.value.problems]
    assert found == [
        ("a.dmn", "expression_unreadable", 1),
        ("a.dmn", "cells_missing", 2),
        ("a.dmn", "expression_unreadable", 3),
        ("b.dmn", "xml_unreadable", None),
    ]
    assert "第 3 行" in refusal.value.problems[2].message["zh"]


@pytest.mark.parametrize(
    ("logic", "rule"),
    [
        (table("OFTEN", []), "hit_policy_unknown"),
        (table("FIRST", [], more='aggregation="SUM"'), "aggregation_misplaced"),
        (table("PRIORITY", []), "priority_missing"),
        (table("FIRST", [], outputs=("a", "a")), "output_name_missing"),
        (table("FIRST", [], outputs=()), "output_name_missing"),
        (table("FIRST", [], inputs=("",)), "input_expression_missing"),
        (literal("x.__class__"), "expression_unreadable"),
        ("", "logic_missing"),
        ("<conditional/>", "logic_missing"),
        ("<some/>", "logic_missing"),
        ('<functionDefinition kind="Java"><literalExpression/></functionDefinition>', "function_not_feel"),
        ("<context><contextEntry>" * 25 + literal("1") + "</contextEntry></context>" * 25, "nested_too_deeply"),
    ],
)
def test_what_cannot_be_decided_is_refused(logic: str, rule: str) -> None:
    """Each with its rule."""
    assert rule in rules({"a.dmn": file(decision("d", logic))})


def test_a_call_that_does_not_fit_is_told_and_null() -> None:
    """The files are not loaded; what is read of them gives null for the call and decides the rest."""
    files = {"a.dmn": file(decision("d", literal('contains("a") = null')), decision("e", literal("d"), needs=("d",)))}
    assert rules(files) == ["call_unfit"]
    found = decisions.read_files(files)
    assert [problem.rule for problem in found.problems] == ["call_unfit"]
    assert found.decisions["e"].evaluate(scope()) is True


def test_requirements_must_exist_and_not_run_in_a_circle() -> None:
    """Both are told for the decision they stand in; an id may be used once in all files."""
    assert rules({"a.dmn": file(decision("d", literal("1"), needs=("nobody",)))}) == ["requirement_missing"]
    circle = file(decision("a", literal("b"), needs=("b",)), decision("b", literal("a"), needs=("a",)))
    assert rules({"a.dmn": circle}) == ["requirement_circle", "requirement_circle"]
    twice = {"a.dmn": file(decision("d", literal("1"))), "b.dmn": file(decision("d", literal("1")))}
    assert rules(twice) == ["id_not_unique"]


def test_hostile_files_are_refused() -> None:
    """A document type, entities, a file too large, another language: none gets further than the reader."""
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + file(decision("d", literal("&b;")))
    assert rules({"a.dmn": bomb.replace(b"&amp;b;", b"&b;")}) == ["doctype"]
    outside = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + file(decision("d", literal("1")))
    assert rules({"a.dmn": outside}) == ["doctype"]
    assert rules({"a.dmn": b"<definitions/>"}) == ["not_dmn"]
    assert rules({"a.dmn": file(text("x" * 2_000_001))}) == ["file_too_large"]
    assert rules({"a.dmn": b"\xff\xfe\x00"}) == ["xml_unreadable"]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Nothing else is raised."""
    with pytest.raises(decisions.DecisionRefused):
        decisions.load({"a.dmn": content})


def test_shipped_decisions_can_be_used(processes: Mapping[str, bytes]) -> None:
    """Every decision file of the processes loads, each alone."""
    assert processes
    for name, content in processes.items():
        assert decisions.load({name: content})
