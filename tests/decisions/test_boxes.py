"""Boxed expressions, types, services and imports: what a decision file may say beside tables."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from casework import decisions
from casework.feel import WorkExceeded, write
from tests.decisions.drawing import DMN, decision, file, literal, scope, table

TYPES = (
    '<itemDefinition name="numbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    '<itemDefinition name="person"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="grade"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues>'
    "</itemDefinition>"
    '<itemDefinition name="few" isCollection="true"><typeRef>number</typeRef>'
    "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="maker"><functionItem outputTypeRef="numbers"/></itemDefinition>'
)


def typed(at: str, kind: str, logic: str, needs: str = "") -> str:
    """Return a decision whose value has a type."""
    return f'<decision id="{at}" name="{at}"><variable name="{at}" typeRef="{kind}"/>{needs}{logic}</decision>'


def made(*parts: str, **data: Any) -> Any:
    """Return what the decision `d` of a file gives."""
    return decisions.load({"a.dmn": file(TYPES, *parts)})["d"].evaluate(scope(**data))


def part(kind: str, source: str) -> str:
    return f"<{kind}>{literal(source)}</{kind}>"


def test_a_boxed_choice() -> None:
    """Only true chooses the first."""
    box = f"<conditional>{part('if', 'x > 1')}{part('then', '1')}{part('else', '2')}</conditional>"
    assert [made(decision("d", box), x=x) for x in (2, 1, None)] == [1, 2, 2]


def test_a_boxed_filter() -> None:
    """The test sees the item and its entries; a number takes the entry at that place."""
    box = "<filter>{}{}</filter>"
    several = box.format(part("in", "[{a: 1}, {a: 2}]"), part("match", "a > 1"))
    assert made(decision("d", several)) == [{"a": 2}]
    named = box.format(part("in", "[{item: 1}, {item: 2}]"), part("match", "item > 1"))
    assert made(decision("d", named)) == [{"item": 2}]
    assert made(decision("d", box.format(part("in", "x"), part("match", "item > 1"))), x=[1, 2, 3]) == [2, 3]
    assert made(decision("d", box.format(part("in", "x"), part("match", "-1"))), x=[1, 2, 3]) == 3


@pytest.mark.parametrize(
    ("box", "undecided"),
    [
        (f"<conditional>{part('if', 'x')}{part('then', '1')}{part('else', '2')}</conditional>", 2),
        (f"<filter>{part('in', '[true, x]')}{part('match', 'item')}</filter>", [True]),
        (f'<some iteratorVariable="i">{part("in", "[x, true]")}{part("satisfies", "i")}</some>', True),
        (f'<every iteratorVariable="i">{part("in", "[x, false]")}{part("satisfies", "i")}</every>', False),
    ],
)
def test_what_a_box_asks_is_a_boolean(box: str, undecided: Any) -> None:
    """Else the box is null; null itself leaves it open."""
    assert made(decision("d", box), x="yes") is None
    assert made(decision("d", box), x=None) == undecided


def test_boxed_loops() -> None:
    """`for` over a list or a range, with what it gave so far; `some` and `every` are decided as early as can be."""
    box = '<{0} iteratorVariable="i">{1}{2}</{0}>'
    loop = box.format("for", part("in", "[1..3]"), part("return", "i + count(partial)"))
    assert made(decision("d", loop)) == [1, 3, 5]
    without_steps = box.format("for", part("in", '["a".."c"]'), part("return", "i"))
    assert made(decision("d", without_steps)) is None
    for kind, expected in (("some", True), ("every", False)):
        test = box.format(kind, part("in", "[1, 2]"), part("satisfies", "i > 1"))
        assert made(decision("d", test)) is expected
    endless = box.format("for", part("in", "[1..1000000000]"), part("return", "i"))
    with pytest.raises(WorkExceeded):
        made(decision("d", endless))


def test_boxes_hold_boxes() -> None:
    """A list of contexts, a relation of lists."""
    context = f'<context><contextEntry><variable name="a"/>{literal("x")}</contextEntry></context>'
    assert made(decision("d", f"<list>{context}{literal('2')}</list>"), x=1) == [{"a": 1}, 2]
    relation = f'<relation><column name="k"/><row><list>{literal("1")}</list></row></relation>'
    assert made(decision("d", relation)) == [{"k": [1]}]


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [
        ("number", '"a"', None),
        ("number", "[5]", 5),
        ("number", '["a"]', None),
        ("numbers", "5", [5]),
        ("numbers", '[1, "a"]', None),
        ("numbers", "null", None),
        ("person", '{name: "n", age: 1, more: 2}', {"name": "n", "age": 1, "more": 2}),
        ("person", '{name: "n"}', None),
        ("person", '{name: "n", age: null}', {"name": "n", "age": None}),
        ("grade", '"A"', "A"),
        ("grade", '"C"', None),
        ("few", "[1, 2]", [1, 2]),
        ("few", "[1, 2, 3]", None),
        ("Any", "[1]", [1]),
    ],
)
def test_a_value_is_made_to_fit_its_type(kind: str, source: str, expected: Any) -> None:
    """A single value and a list of it stand for each other; what does not fit is null, with a reason."""
    here = scope()
    found = decisions.load({"a.dmn": file(TYPES, typed("d", kind, literal(source)))})["d"].evaluate(here)
    assert found == expected
    assert bool(here.reasons) is (expected is None and source != "null")


def test_a_date_becomes_its_midnight_where_an_instant_is_asked_for() -> None:
    """In UTC, as the standard says."""
    found = made(typed("d", "date and time", literal("date(2000, 1, 2)")))
    assert found.isoformat() == "2000-01-02T00:00:00+00:00"
    far = made(typed("d", "date and time", literal('date("-0044-03-15")')))
    assert write(scope(), far) == "-0044-03-15T00:00:00Z"


def test_inputs_are_made_to_fit_too() -> None:
    """Data of another type is null; what is not allowed as well."""
    needs = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
    given = '<inputData id="i" name="i"><variable name="i" typeRef="grade"/></inputData>'
    one = decisions.load({"a.dmn": file(TYPES, given, typed("d", "Any", literal("i = null"), needs))})["d"]
    assert [one.evaluate(scope(i=value)) for value in ("A", "C", 5)] == [False, True, True]


def test_kinds_can_be_asked_for() -> None:
    """Also those the file defines; what is allowed does not count there."""
    assert made(decision("d", literal('{name: "n", age: 1} instance of person'))) is True
    assert made(decision("d", literal('"C" instance of grade'))) is True
    assert made(decision("d", literal("[1] instance of numbers"))) is True


def test_knowledge_gives_what_its_type_says() -> None:
    """Its parameters and its result are made to fit, and it may call itself."""
    knowledge = (
        '<businessKnowledgeModel id="bkm" name="f"><variable name="f" typeRef="maker"/><encapsulatedLogic>'
        f'<formalParameter name="n" typeRef="number"/>{literal("if n > 2 then f(n - 1)[1] else n")}'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    assert made(knowledge, decision("d", literal("f(5)"), needs=("bkm",))) == [Decimal(2)]
    assert made(knowledge, decision("d", literal('f("a")'), needs=("bkm",))) is None


def test_a_function_sees_the_names_of_where_it_was_made() -> None:
    """Before those of where it is called."""
    times = (
        '<businessKnowledgeModel id="bkm" name="times"><encapsulatedLogic><formalParameter name="a"/>'
        f"{literal('function(b) a * b')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    entry = f'<contextEntry><variable name="a"/>{literal("10")}</contextEntry>'
    box = f"<context>{entry}<contextEntry>{literal('times(100)(2)')}</contextEntry></context>"
    assert made(times, decision("d", box, needs=("bkm",))) == 200
    assert made(times, decision("d", literal("times(3)(5)"), needs=("bkm",))) == 15


def test_a_parameter_is_known_where_it_is_declared_only() -> None:
    """One that is called like a path stands for itself inside the function, and for the path where it is called."""
    rows = [(['"a"'], ["owner.name + string(count of keys)"]), (["-"], ['"?"'])]
    knowledge = (
        '<businessKnowledgeModel id="bkm" name="f"><variable name="f"/><encapsulatedLogic>'
        '<formalParameter name="owner.name"/><formalParameter name="count of keys"/>'
        f"{table('FIRST', rows, inputs=['owner.name'])}</encapsulatedLogic></businessKnowledgeModel>"
    )
    bindings = "".join(
        f'<binding><parameter name="{name}"/>{literal(source)}</binding>'
        for name, source in (("owner.name", "owner.name"), ("count of keys", "2"))
    )
    boxed = f"<invocation>{literal('f')}{bindings}</invocation>"
    assert made(knowledge, decision("d", boxed, needs=("bkm",)), owner={"name": "a"}) == "a2"
    called = literal("f(owner.name: owner.name, count of keys: 3)")
    assert made(knowledge, decision("d", called, needs=("bkm",)), owner={"name": "a"}) == "a3"


def test_a_function_is_made_to_fit_its_type() -> None:
    """What it takes and what it gives."""
    types = (
        '<itemDefinition name="grader"><functionItem outputTypeRef="grade"><parameters name="a"/></functionItem>'
        "</itemDefinition>"
    )
    needs = '<informationRequirement><requiredDecision href="#f"/></informationRequirement>'
    for logic in (
        literal("function(a: string) a"),
        f'<functionDefinition><formalParameter name="a"/>{literal("a")}</functionDefinition>',
    ):
        parts = types, typed("f", "grader", logic)
        assert made(*parts, typed("d", "Any", literal('f("A")'), needs)) == "A"
        assert made(*parts, typed("d", "Any", literal('f("C")'), needs)) is None
    assert (
        made(types, typed("f", "grader", literal("function() 1")), typed("d", "Any", literal("f = null"), needs))
        is True
    )


SERVICE = (
    '<decisionService id="s" name="s"><outputDecision href="#out"/>{}<encapsulatedDecision href="#mid"/>'
    '<inputDecision href="#base"/><inputData href="#i"/></decisionService>'
    '<inputData id="i" name="i"><variable name="i" typeRef="number"/></inputData>'
)
INSIDE = (
    decision("base", literal('"never made"')),
    decision("mid", literal("base + 1"), needs=("base",)),
    decision("out", literal("mid + i"), needs=("mid",)).replace(
        "<informationRequirement>",
        '<informationRequirement><requiredInput href="#i"/></informationRequirement><informationRequirement>',
        1,
    ),
)


def test_a_service_is_called_like_a_function() -> None:
    """Input data come first, then input decisions, which are given and not made; names may be used as well."""
    parts = (SERVICE.format(""), *INSIDE)
    assert made(*parts, decision("d", literal("s(1, 10)"), needs=("bkm",)).replace("#bkm", "#s")) == 12
    assert made(*parts, decision("d", literal("s(base: 10, i: 1)"), needs=("bkm",)).replace("#bkm", "#s")) == 12
    assert made(*parts, decision("d", literal("s(1)"), needs=("bkm",)).replace("#bkm", "#s")) is None
    assert made(*parts, decision("d", literal('s("a", 10)'), needs=("bkm",)).replace("#bkm", "#s")) is None


def test_a_service_is_decided_by_its_id() -> None:
    """With its inputs from the data; several outputs give a context."""
    found = decisions.load({"a.dmn": file(SERVICE.format(""), *INSIDE)})["s"]
    assert found.evaluate(scope(i=1, base=10)) == 12
    two = decisions.load({"a.dmn": file(SERVICE.format('<outputDecision href="#mid"/>'), *INSIDE)})["s"]
    assert two.evaluate(scope(i=1, base=10)) == {"out": 12, "mid": 11}


def test_a_service_decides_only_when_it_is_called() -> None:
    """The rows that decided are those of its calls."""
    rows = table("FIRST", [(["1"], ['"one"']), (["-"], ['"other"'])], inputs=("i",))
    service = SERVICE.format("").replace("#out", "#t")
    deciding = decision("t", rows, needs=("i",)).replace("requiredDecision", "requiredInput")
    parts = (service, *INSIDE, deciding, decision("d", literal("s(1, 2)"), needs=("bkm",)))
    found = decisions.load({"a.dmn": file(*parts).replace(b"#bkm", b"#s")})["d"].decide(scope(i=5))
    assert found.value == "one"
    assert [hit.row for hit in found.hits] == [1]


def test_a_service_does_not_need_the_logic_of_what_it_is_given() -> None:
    """A decision that people make outside has none: who uses it otherwise is not sound."""
    without = decision("base", "")
    found = decisions.read_files({"a.dmn": file(SERVICE.format(""), without, *INSIDE[1:])}).decisions
    assert set(found) == {"s"}
    assert found["s"].names == {"base", "i"}
    assert found["s"].evaluate(scope(i=1, base=10)) == 12


def imported(prefix: str) -> Mapping[str, bytes]:
    inner = file(
        '<itemDefinition name="texts" isCollection="true"><typeRef>string</typeRef></itemDefinition>',
        decision("one", literal('"inner"')),
        '<inputData id="i" name="who"/>',
    ).replace(b'id="d" name="d"', b'id="d" name="d" namespace="urn:inner"')
    there = f"{prefix}." if prefix else ""
    needs = '<informationRequirement><requiredDecision href="urn:inner#one"/></informationRequirement>'
    asks = '<informationRequirement><requiredInput href="urn:inner#i"/></informationRequirement>'
    outer = file(
        f'<import name="{prefix}" namespace="urn:inner" importType="{DMN}"/>',
        decision("one", literal('"outer"')),
        typed("d", f"{there}texts", literal(f"{there}one + {there}who"), needs + asks),
    ).replace(b'id="d" name="d"', b'id="d" name="d" namespace="urn:outer"', 1)
    return {"inner.dmn": inner, "outer.dmn": outer}


@pytest.mark.parametrize("prefix", ["inner", ""])
def test_a_file_uses_what_it_imports(prefix: str) -> None:
    """Decisions, inputs and types, under the name of the import or without one; ids may be used in both files."""
    found = decisions.load(imported(prefix))
    assert found["d"].evaluate(scope(who="!")) == ["inner!"]
    assert {"urn:inner#one", "urn:outer#one"} <= set(found)
    if prefix:
        assert found["d"].evaluate(scope(inner={"who": "?"})) == ["inner?"]


def test_sound_decisions_of_a_faulty_file_can_be_read() -> None:
    """For a tool that goes on; what requires a faulty one is not sound."""
    found = decisions.read_files(
        {
            "a.dmn": file(
                decision("a", literal("1 +")), decision("b", literal("a"), needs=("a",)), decision("c", literal("1"))
            )
        }
    )
    assert set(found.decisions) == {"c"}
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("logic", "rule"),
    [
        ('<literalExpression typeRef="nothing"><text>1</text></literalExpression>', "type_unknown"),
        ('<literalExpression expressionLanguage="urn:java"><text>1</text></literalExpression>', "language_unknown"),
        (literal("function(a) external {java: {class: 1}}"), "expression_unreadable"),
        ("<conditional/>", "logic_missing"),
    ],
)
def test_what_is_not_understood_is_refused(logic: str, rule: str) -> None:
    """With its place, never answered."""
    with pytest.raises(decisions.DecisionRefused) as refusal:
        decisions.load({"a.dmn": file(decision("d", logic))})
    assert rule in {problem.rule for problem in refusal.value.problems}
