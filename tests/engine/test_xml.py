"""Reading a file safely: what is good is read as it is, whatever its encoding; nothing outside the file is touched."""

import socket
from pathlib import Path

import pytest

from casework.engine.xml import (
    MAX_ATTRIBUTES,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    designer_id,
    ext,
    is_event_subprocess,
    is_true,
    line_of,
    local,
    q,
    read,
    reference,
    text_of,
)
from tests.engine.diagrams import by_id, straight, task


def refused(data: bytes) -> str:
    root, [problem] = read("case.bpmn", data)
    assert root is None
    assert (problem.file, problem.severity) == ("case.bpmn", "error")
    assert problem.message["zh"]
    assert problem.message["en"]
    return problem.rule


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?>{straight(task("a", name="办结"), "a").decode()}'
    root, problems = read("case.bpmn", text.encode(encoding))
    assert problems == []
    assert root is not None
    assert by_id(root, "a").get("name") == "办结"


def test_comments_and_instructions_are_left_out() -> None:
    root, _ = read("f", b"<a><!-- note -->x<!-- note --><?php 1 ?>y</a>")
    assert root is not None
    assert (text_of(root), len(root)) == ("xy", 0)


def test_a_line_is_the_line_of_the_file() -> None:
    root, _ = read("f", b"<a>\n\n<b/></a>")
    assert root is not None
    assert line_of(root[0]) == 3


def test_the_line_of_a_mistake_is_told() -> None:
    _, [problem] = read("f", b"<a>\n<b>\n</a>")
    assert (problem.rule, problem.line) == ("not_xml", 3)
    assert "开始标签和结束标签不一致" in problem.message["zh"]


def test_text_that_only_looks_like_a_document_type_is_no_harm() -> None:
    root, problems = read("f", b"<!-- <!DOCTYPE a> --><a b='x'><![CDATA[<!DOCTYPE a>]]></a>")
    assert problems == []
    assert text_of(root) == "<!DOCTYPE a>"


def test_an_entity_is_never_looked_up(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'.encode()
    assert refused(data) == "document_type"
    assert "geheim" not in str(read("f", data))


def test_no_connection_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    with_schema = (
        b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x http://127.0.0.1:9/x.xsd"/>'
    )
    assert read("f", with_schema)[1] == []
    assert refused(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>') == "document_type"


@pytest.mark.parametrize(
    ("most", "over", "rule"),
    [
        (b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH, b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "too_deep"),
        (
            b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>",
            b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>",
            "too_large",
        ),
        (
            b"<a>" + b" " * (MAX_BYTES - 7) + b"</a>",
            b"<a>" + b" " * (MAX_BYTES - 6) + b"</a>",
            "too_large",
        ),
        (
            b"<a " + b" ".join(b"x%d='1'" % n for n in range(MAX_ATTRIBUTES)) + b"/>",
            b"<a " + b" ".join(b"x%d='1'" % n for n in range(MAX_ATTRIBUTES + 1)) + b"/>",
            "too_large",
        ),
    ],
    ids=["depth", "elements", "bytes", "attributes"],
)
def test_a_file_is_read_up_to_its_bounds_and_not_beyond(most: bytes, over: bytes, rule: str) -> None:
    assert read("f", most)[1] == []
    assert refused(over) == rule


def test_only_words_of_bpmn_have_a_local_name() -> None:
    root, _ = read("f", straight('<x:task xmlns:x="urn:x" id="x"/>' + task("a")))
    assert root is not None
    assert (local(root), local(by_id(root, "a")), local(by_id(root, "x")), local(None)) == (
        "definitions",
        "task",
        "",
        "",
    )
    assert root[0].tag == q("process")


def test_xml_writes_true_in_two_ways() -> None:
    root, _ = read("f", straight(task("a", kind="subProcess", triggeredByEvent=" 1 ") + task("b", kind="subProcess")))
    assert root is not None
    assert is_event_subprocess(by_id(root, "a"))
    assert not is_event_subprocess(by_id(root, "b"))
    assert is_true(by_id(root, "b"), "cancelActivity", "true")


def test_a_reference_is_read_without_its_prefix() -> None:
    assert [reference(text) for text in ("m", " tns:m ", "", None)] == ["m", "m", "", ""]


def test_a_generated_element_belongs_to_what_the_designer_drew() -> None:
    root, _ = read("f", straight(task("a")))
    assert root is not None
    drawn = by_id(root, "a")
    assert designer_id(drawn) == "a"
    drawn.set(ext("of"), "b")
    assert designer_id(drawn) == "b"
