"""Reading BPMN and DMN files that anyone may have sent, and the few words for walking their trees.

Whatever the bytes are, `read` answers with a tree or with a finding: it resolves no entity, opens no file and no
connection, and gives up on anything large, deep or with a document type before a parser has worked on it.
"""

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Final, cast

from lxml import etree

from casework.engine.problems import Problem

Node = etree._Element

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BANJIE: Final = "urn:banjie:bpmn:1"
ANY_BPMN: Final = f"{{{BPMN}}}*"  # for Node.iter: passes over the drawing, which is most of a file
MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 100
MAX_ELEMENTS: Final = 50_000
MAX_BPMN_ELEMENTS: Final = 12_500  # without the drawing: some 2,000 steps with their flows
MAX_ATTRIBUTES: Final = 100  # of one element

TASKS = frozenset(
    {"task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask"}
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
SCOPES = SUBPROCESSES | {"process"}
LOOPS = frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"})

_PROLOG = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_REASONS = {  # libxml2's number of an error: what it means to someone who does not know libxml2
    4: ("文件是空的，或者不是 XML", "it is empty, or no XML at all"),
    5: ("根元素之后还有内容", "something stands behind the end of the outermost element"),
    6: ("“&#”后面不是字符编号", "'&#' is followed by no number of a character"),
    7: ("“&#”后面不是字符编号", "'&#' is followed by no number of a character"),
    9: ("含有 XML 不允许的字符", "it holds a character that XML does not allow"),
    23: ("实体名后面缺少“;”，单独的“&”要写成 &amp;", "an entity lacks its ';' ('&' alone is written &amp;)"),
    26: ("引用了没有定义的实体", "it uses an entity that is not defined"),
    31: ("文字编码不认识", "its encoding is unknown"),
    32: ("文字编码不认识", "its encoding is unknown"),
    38: ("属性值里有“<”，要写成 &lt;", "an attribute holds '<', which is written &lt;"),
    39: ("属性值没有用引号括起来", "the value of an attribute is not in quotes"),
    40: ("属性值的引号没有结束", "the value of an attribute lacks its closing quotes"),
    41: ("属性缺少值", "an attribute has no value"),
    42: ("同一元素上有重复的属性", "one element has the same attribute twice"),
    45: ("注释没有用“-->”结束", "a comment is not closed with '-->'"),
    47: ("处理指令没有用“?>”结束", "a processing instruction is not closed with '?>'"),
    62: ("文字里不能有“]]>”", "']]>' stands where no text section ends"),
    63: ("CDATA 没有用“]]>”结束", "a CDATA section is not closed with ']]>'"),
    64: ("XML 声明前面有内容", "something stands before its XML declaration"),
    65: ("属性之间缺少空格", "there is no space between two attributes"),
    68: ("“<”或“&”后面没有名称（单独的“&”要写成 &amp;）", "no name follows '<' or '&' ('&' alone is written &amp;)"),
    73: ("有标签没有用“>”结束", "a tag is not closed with '>'"),
    76: ("开始标签和结束标签不一致", "an end tag does not match its start tag"),
    77: ("有标签没有结束", "a tag has no end tag"),
    80: ("注释里有“--”", "a comment holds '--'"),
    81: ("文字编码与声明不符", "its text is not in the encoding it declares"),
    96: ("XML 声明没有写明版本 1.0", "its XML declaration does not give the version 1.0"),
    200: ("命名空间声明不正确", "it declares a namespace wrongly"),
    201: ("用了没有声明的命名空间前缀", "it uses a namespace prefix that is not declared"),
    202: ("名称里的冒号不对", "a name has a colon where it can't have one"),
}


def q(tag: str) -> str:
    """Return the full name of a BPMN tag."""
    return f"{{{BPMN}}}{tag}"


def ext(name: str) -> str:
    """Return the full name of a tag or attribute of our own namespace."""
    return f"{{{BANJIE}}}{name}"


def local(node: Node | None) -> str:
    """Return a BPMN element's tag without its namespace, "" for anything that is not BPMN."""
    return "" if node is None else _local(node.tag)


@lru_cache(maxsize=2000)
def _local(tag: object) -> str:
    return tag[len(BPMN) + 2 :] if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else ""


def text_of(node: Node | None) -> str:
    """Return the text of an element without the white space around it, "" when there is none."""
    return "" if node is None else "".join(map(str, node.itertext())).strip()


def find(node: Node, tag: str) -> Node | None:
    """Return the first BPMN child with this tag."""
    return node.find(q(tag))


def nodes(scope: Node) -> list[Node]:
    """Return the flow nodes that lie directly in a process or subprocess."""
    return [child for child in scope if local(child) in FLOW_NODES]


def flows(scope: Node) -> list[Node]:
    """Return the sequence flows that lie directly in a process or subprocess."""
    return [child for child in scope if local(child) == "sequenceFlow"]


def scopes(root: Node) -> list[Node]:
    """Return every process and subprocess, the outer ones first."""
    return [node for node in root.iter() if local(node) in SCOPES]


def triggers(event: Node) -> list[Node]:
    """Return the event definitions written inside an event (those it only refers to are not among them)."""
    return [child for child in event if local(child).endswith("EventDefinition")]


def kind_of(definition: Node) -> str:
    """Return "timer" for a timerEventDefinition, and so on."""
    return local(definition).removesuffix("EventDefinition")


def trigger(event: Node, kind: str) -> Node | None:
    """Return the event's definition of this kind ("timer", "message"…), if it has one."""
    return find(event, f"{kind}EventDefinition")


def named_by_link(link: Node) -> Iterator[tuple[str, str]]:
    """Yield the id of a link's definition with that of each other end it names."""
    for child in link:
        if local(child) in {"source", "target"}:
            yield link.get("id", ""), reference(text_of(child))


def is_same_link(link: Node, other: Node, named: Set[tuple[str, str]]) -> bool:
    """Tell whether two definitions are ends of one link: by the name they share, or because each names the other."""
    ends = (link.get("id", ""), other.get("id", ""))
    return link.get("name", "").strip() == other.get("name", "").strip() or {ends, ends[::-1]} <= named


def is_true(node: Node, attribute: str, default: str = "false") -> bool:
    """Tell whether an XML boolean is true; XML also writes 1 for true."""
    return node.get(attribute, default).strip() in {"true", "1"}


def is_event_subprocess(node: Node | None) -> bool:
    """Tell whether the node is a subprocess that an event starts."""
    return node is not None and local(node) == "subProcess" and is_true(node, "triggeredByEvent")


def is_outside_flow(node: Node) -> bool:
    """Tell whether no sequence flow may lead to the node: event subprocesses and compensation handlers."""
    return is_event_subprocess(node) or is_true(node, "isForCompensation")


def reference(text: str | None) -> str:
    """Return the id that a reference names, without a namespace prefix."""
    return (text or "").strip().rpartition(":")[2]


def designer_id(node: Node) -> str | None:
    """Return the id of what the designer drew: of a generated element the one it was made from."""
    return node.get(ext("of")) or node.get("id")


def line_of(node: Node) -> int | None:
    """Return the line of the file on which an element begins."""
    return cast("int | None", node.sourceline)


def ancestors(node: Node) -> Iterator[Node]:
    """Yield what encloses the node, the innermost first."""
    parent = node.getparent()
    while parent is not None:
        yield parent
        parent = parent.getparent()


def read(file: str, data: bytes) -> tuple[Node | None, list[Problem]]:
    """Return the root of an XML file, or None and why it can't be read; never raises, whatever the bytes are."""
    if len(data) > MAX_BYTES:
        return None, [_refused(file, "too_large", None, *_TOO_LARGE)]
    if _has_document_type(data):
        return None, [_refused(file, "document_type", None, *_DOCUMENT_TYPE)]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        return None, [_not_xml(file, error)]
    except (ValueError, LookupError):  # an encoding nobody knows, and the like
        return None, [
            _refused(
                file,
                "not_xml",
                None,
                "文件不是可以读取的 XML：文字编码不认识。请存成 UTF-8 后再提交。",
                "The file is not readable XML: its encoding is unknown. Save it as UTF-8 and try again.",
            )
        ]
    if root.getroottree().docinfo.internalDTD is not None:
        return None, [_refused(file, "document_type", None, *_DOCUMENT_TYPE)]
    fault = _shape(root)
    if fault is not None:
        rule, node, texts = fault
        return None, [_refused(file, rule, line_of(node), *texts)]
    return root, []


_TOO_LARGE = (
    f"文件超过 {MAX_BYTES // 1024 // 1024} MB。请拆成几个流程，用调用活动连接。",
    f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it into processes joined by call activities.",
)
_TOO_MANY = (
    f"文件太大：超过 {MAX_BPMN_ELEMENTS} 个 BPMN 元素，或连同图形超过 {MAX_ELEMENTS} 个元素。"
    "请拆成几个流程，用调用活动连接。",
    f"The file has more than {MAX_BPMN_ELEMENTS} elements of BPMN, or {MAX_ELEMENTS} with those of the drawing. "
    "Split it into processes joined by call activities.",
)
_TOO_WIDE = (
    f"有元素带了 {MAX_ATTRIBUTES} 个以上的属性，这不是流程图。请用建模工具重新导出。",
    f"An element has more than {MAX_ATTRIBUTES} attributes, which no diagram has. Export it again from the modeler.",
)
_DOCUMENT_TYPE = (
    "文件含有文档类型声明（DOCTYPE）。流程文件不需要它，它会被用来攻击系统：请删去后再提交。",
    "The file has a document type (DOCTYPE). No diagram needs one and it is a way to attack: remove it.",
)
_TOO_DEEP = (
    f"元素嵌套超过 {MAX_DEPTH} 层。请把内层子流程改为单独的流程，用调用活动连接。",
    f"Elements are nested more than {MAX_DEPTH} deep. Make inner subprocesses processes and call them.",
)


def _has_document_type(data: bytes) -> bool:
    """Look for DOCTYPE where XML allows it; without zero bytes UTF-16 and UTF-32 read like ASCII here."""
    plain = data.replace(b"\0", b"")
    for mark in _BYTE_ORDER_MARKS:
        plain = plain.removeprefix(mark)
    prolog = _PROLOG.match(plain)
    return plain[prolog.end() if prolog else 0 :][:9].upper() == b"<!DOCTYPE"


def _not_xml(file: str, error: etree.XMLSyntaxError) -> Problem:
    line = error.lineno or None
    if "depth" in str(error).lower():
        return _refused(file, "too_deep", line, *_TOO_DEEP)
    zh, en = _REASONS.get(int(getattr(error, "code", 0)), ("写法不符合 XML 规则", "it breaks a rule of XML"))
    return _refused(
        file,
        "not_xml",
        line,
        f"文件不是正确的 XML：{zh}。请用建模工具重新导出，或改正这一行。",
        f"The file is not well-formed XML: {en}. Export it again from the modeler, or put this line right.",
    )


_OFTEN: Final = f"count(//*) > {MAX_ELEMENTS} or count(//b:*) > {MAX_BPMN_ELEMENTS}"
_DEEP: Final = f"boolean(/*{'/*' * MAX_DEPTH})"
_WIDE: Final = f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])"


def _is_too_much(root: Node) -> bool:
    """Tell whether a tree breaks a bound, without saying where: most break none, and this takes a tenth of the time."""
    return any(root.xpath(bound, namespaces={"b": BPMN}) for bound in (_OFTEN, _DEEP, _WIDE))


def _shape(root: Node) -> tuple[str, Node, tuple[str, str]] | None:
    """Tell what makes a tree larger than any diagram: whatever looks at it afterwards may rely on these bounds."""
    if not _is_too_much(root):
        return None
    depth = count = drawn = 0
    for event, found in etree.iterwalk(root, events=("start", "end")):
        node = cast("Node", found)
        depth += 1 if event == "start" else -1
        count += event == "start"
        drawn += event == "start" and local(node) != ""
        if depth > MAX_DEPTH:
            return "too_deep", node, _TOO_DEEP
        if count > MAX_ELEMENTS or drawn > MAX_BPMN_ELEMENTS:
            return "too_large", node, _TOO_MANY
        if event == "start" and len(node.attrib) > MAX_ATTRIBUTES:
            return "too_large", node, _TOO_WIDE
    return None


def _refused(file: str, rule: str, line: int | None, zh: str, en: str) -> Problem:
    return Problem(file, None, None, line, rule, "error", {"zh": zh, "en": en})
