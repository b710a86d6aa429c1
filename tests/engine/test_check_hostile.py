"""Whatever bytes come in, the check answers with findings: it never raises, never hangs, opens nothing."""

import gzip
from pathlib import Path

import pytest

from casework.engine.check import check
from tests.engine.bounds import timed
from tests.engine.diagrams import HEAD, START, diagram, flow, path, straight, task

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
EXTERNAL = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
DOCTYPE = "<!DOCTYPE definitions>"
WORDS = HEAD.replace("<bpmn", "<bpmn", 1)
CLOSE = "</bpmn:definitions>"
TYPED = f"{DOCTYPE}{WORDS}{CLOSE}"
MEGA = 1024 * 1024


ESCAPE = "().__class__.__base__.__subclasses__()"
PROGRAMS = {"Python script", "JavaScript script"}
INSTANCES = "bpmn:multiInstanceLoopCharacteristics"
CODE = {
    "Python script": task("a", f"<bpmn:script>{ESCAPE}</bpmn:script>", "scriptTask", scriptFormat="python"),
    "JavaScript script": task("a", "<bpmn:script>this</bpmn:script>", "scriptTask", scriptFormat="javascript"),
    "script that says FEEL": task(
        "a", f"<bpmn:script>{{x: {ESCAPE}}}</bpmn:script>", "scriptTask", scriptFormat="feel"
    ),
    "condition": task("a") + flow("a", "end", "__import__('os').system('id')", "other"),
    "timer": task(
        "a",
        "<bpmn:timerEventDefinition><bpmn:timeDuration>timedelta(days=[x for x in (1,)][0])</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition>",
        "intermediateCatchEvent",
    ),
    "collection": task("a", f'<{INSTANCES} banjie:collection="[].__class__(9**9"/>'),
    "cardinality": task("a", f"<{INSTANCES}><bpmn:loopCardinality>exec('1'</bpmn:loopCardinality></{INSTANCES}>"),
    "parameter": task(
        "a",
        "<bpmn:extensionElements><banjie:parameter name='x' value='open(&quot;/x&quot;'/></bpmn:extensionElements>",
        "serviceTask",
        banjie__operation="a.b",
    ),
    "due date": task("a", kind="userTask", banjie__due="= lambda: 1"),
    "scope": task("a", kind="userTask", banjie__scope="= eval('1'"),
}


def code(where: str) -> bytes:
    return straight(CODE[where], "a")


LONG_TIMER = f"<bpmn:timerEventDefinition><bpmn:timeDate>a{' + b' * 2400}</bpmn:timeDate></bpmn:timerEventDefinition>"
NOT_XML = {
    "a declaration behind an empty line": (b'\n<?xml version="1.0"?><a/>', "XML declaration"),
    "an ampersand on its own": (b"<a>x & y</a>", "&amp;"),
    "an entity without its end": (b"<a>&lt x</a>", "';'"),
    "a character that is none": (b"<a>&#xZZ;</a>", "&#"),
    "an attribute without its end": (b'<a b="x', "quotes"),
    "a comment without its end": (b"<a><!-- x </a>", "-->"),
    "two hyphens in a comment": (b"<a><!-- x -- y --></a>", "'--'"),
    "an instruction without its end": (b"<a><?x </a>", "?>"),
    "a text section without its end": (b"<a><![CDATA[ x</a>", "]]>"),
    "the end of a text section alone": (b"<a>]]></a>", "]]>"),
    "a declaration without its version": (b'<?xml encoding="UTF-8"?><a/>', "version"),
    "a namespace that is none": (b'<a xmlns:x=""/>', "namespace"),
    "two colons in a name": (b'<a:b:c xmlns:a="u"/>', "colon"),
}


@pytest.mark.parametrize("name", NOT_XML)
def test_what_is_no_xml_is_told_in_plain_words(name: str) -> None:
    data, reason = NOT_XML[name]
    [told] = check({"case.bpmn": data})
    assert told.rule == "not_xml"
    assert reason in told.message["en"]
    assert told.line is not None


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_xml"),
    "white space": (b" \n\t ", "not_xml"),
    "zero bytes": (b"\0" * 1000, "not_xml"),
    "an open bracket": (b"<", "not_xml"),
    "half a file": (straight("")[:200], "not_xml"),
    "text": ("投诉办理".encode(), "not_xml"),
    "json": (b'{"process": 1}', "not_xml"),
    "a web page": (b"<html><body><p>x</body></html>", "not_xml"),
    "a compressed file": (gzip.compress(straight("")), "not_xml"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_xml"),
    "an archive": (b"PK\x03\x04" + b"\0" * 200, "not_xml"),
    "a byte that is no UTF-8": (straight(task("a", name="?"), "a").replace(b"?", b"\xff"), "not_xml"),
    "a control character": (straight(task("a", name="&#1;"), "a"), "not_xml"),
    "an encoding nobody knows": (b"<?xml version='1.0' encoding='klingon'?><a/>", "not_xml"),
    "an encoding that hides brackets": (b"<?xml version='1.0' encoding='utf-7'?>+ADw-a/+AD4-", "not_bpmn"),
    "an undefined entity": (straight(task("a", name="&nbsp;"), "a"), "not_xml"),
    "an undeclared prefix": (b"<x:definitions/>", "not_xml"),
    "one attribute twice": (b"<a b='1' b='2'/>", "not_xml"),
    "two roots": (b"<a/><b/>", "not_xml"),
    "crossed tags": (b"<a><b></a></b>", "not_xml"),
    "a comment without an end": (b"<!-- " + b"x" * MEGA, "not_xml"),
    "many instructions": (b"<?a ?>" * 200_000, "not_xml"),
    "a document type": (TYPED.encode(), "document_type"),
    "a document type after a comment": (f"<!-- x --><?y z?> {TYPED}".encode(), "document_type"),
    "a document type in small letters": (b"<!doctype html><html/>", "document_type"),
    "a document type in UTF-16": (f'<?xml version="1.0" encoding="UTF-16"?>{TYPED}'.encode("utf-16"), "document_type"),
    "a document type in UTF-16, big end first": (f"\ufeff{TYPED}".encode("utf-16-be"), "document_type"),
    "a document type in UTF-32": (f"\ufeff{TYPED}".encode("utf-32-le"), "document_type"),
    "an external entity": (f"{EXTERNAL}{WORDS}<bpmn:process id='p' name='&x;'/>{CLOSE}".encode(), "document_type"),
    "an external document type": (
        TYPED.replace(">", ' SYSTEM "http://127.0.0.1:9/x.dtd">', 1).encode(),
        "document_type",
    ),
    "a parameter entity": (b'<!DOCTYPE d [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]><d/>', "document_type"),
    "a billion laughs": (f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><d>&l9;</d>'.encode(), "document_type"),
    "quadratic blow-up": (
        f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]><d>{"&a;" * 50_000}</d>'.encode(),
        "document_type",
    ),
    "three megabytes": (b"<a>" + b" " * (3 * MEGA) + b"</a>", "too_large"),
    "fifty megabytes": (b"x" * (50 * MEGA), "too_large"),
    "200,000 characters of conditions": (
        diagram("".join(flow("start", "end", f"a{n}" + " and b" * 1600, f"f{n}") for n in range(21))),
        "too_large",
    ),
    "200,000 characters of times": (
        diagram("".join(task(f"t{n}", LONG_TIMER, "intermediateCatchEvent") for n in range(21))),
        "too_large",
    ),
    "a thousand deep": (b"<a>" * 1000 + b"</a>" * 1000, "too_deep"),
    "200,000 deep": (b"<a>" * 200_000 + b"</a>" * 200_000, "too_deep"),
    "200 subprocesses in one another": (
        diagram("".join(f'<bpmn:subProcess id="s{n}">' for n in range(200)) + "</bpmn:subProcess>" * 200),
        "too_deep",
    ),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "not_bpmn"),
    "BPMN without its namespace": (b"<definitions><process id='p'/></definitions>", "not_bpmn"),
    "BPMN 1": (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/1.0"/>', "not_bpmn"),
    "a process without its frame": (
        b'<process xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="p"/>',
        "not_bpmn",
    ),
    "an empty frame": (f"{WORDS}{CLOSE}".encode(), "no_process"),
    "a frame with text": (f"{WORDS}hello{CLOSE}".encode(), "no_process"),
    "an included file": (
        f'{WORDS}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/x" parse="text"/>{CLOSE}'.encode(),
        "no_process",
    ),
    "a frame inside a frame": (diagram(HEAD.replace(' id="d"', "") + "</bpmn:definitions>"), "no_process"),
    "an id of a megabyte": (straight(task("a" * MEGA)), "bad_id"),
    "a hundred thousand attributes": (
        straight("<bpmn:task id='a' " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>", "a"),
        "too_large",
    ),
    "a name of a megabyte": (straight(task("a", name="长" * (MEGA // 3), kind="magic"), "a"), "unknown_element"),
    "an expression of a megabyte": (
        straight(task("a", kind="userTask", banjie__due="= " + "(" * MEGA), "a"),
        "bad_expression",
    ),
    "brackets in brackets": (
        straight(task("a", kind="userTask", banjie__due="= " + "[" * 4000), "a"),
        "bad_expression",
    ),
    "a number of ten thousand digits": (
        straight(task("a", f"<bpmn:standardLoopCharacteristics loopMaximum='-{'9' * 10_000}'/>"), "a"),
        "bad_loop",
    ),
    "digits of another script": (
        straight(task("a", "<bpmn:standardLoopCharacteristics loopMaximum='²'/>"), "a"),
        "bad_loop",
    ),
    "an unknown namespace in the flow": (straight('<evil:task xmlns:evil="urn:evil" id="a"/>'), "unknown_element"),
    "our namespace with another number": (
        straight('<x:task xmlns:x="urn:banjie:bpmn:2" id="a"/>'),
        "unknown_element",
    ),
    "a flow to itself": (straight(flow("start", "start")), "flow_into_start"),
    "a subprocess that leads into itself": (
        diagram(START + task("s", '<bpmn:startEvent id="x"/>' + flow("x", "s"), "subProcess") + path("start", "s")),
        "crossing_flow",
    ),
    "a default that names a process": (straight(task("g", kind="exclusiveGateway", default="p"), "g"), "bad_default"),
    "one id for every gateway and many flows at it": (
        diagram("".join(task("g", kind="eventBasedGateway") for _ in range(1000)) + flow("g", "g") * 2000),
        "too_many_findings",
    ),
    "an event definition that refers to itself": (
        straight(task("t", "<bpmn:eventDefinitionRef>t</bpmn:eventDefinitionRef>", "intermediateCatchEvent"), "t"),
        "unknown_reference",
    ),
    "a boundary event on itself": (
        straight(task("b", "<bpmn:cancelEventDefinition/>", "boundaryEvent", attachedToRef="b")),
        "boundary_not_attached",
    ),
    "a process that calls itself for a message": (
        straight(task("a", kind="callActivity", calledElement=" "), "a"),
        "missing_reference",
    ),
    **{
        f"code in a {where}": (code(where), "script_language" if where in PROGRAMS else "bad_expression")
        for where in CODE
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_second(name: str) -> None:
    data, rule = HOSTILE[name]
    told = timed({"case.bpmn": data})
    assert rule in [one.rule for one in told]
    assert any(one.severity == "error" for one in told)
    assert all(len(text) < 1000 for one in told for text in one.message.values())


def test_no_file_of_the_machine_shows_in_a_finding() -> None:
    told = check({name: data for name, (data, _) in HOSTILE.items()})
    secret = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0]
    assert all(secret not in str(one) for one in told)
