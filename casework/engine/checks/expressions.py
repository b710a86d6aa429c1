"""FEEL wherever a designer writes it: every expression compiles before a case can meet it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from casework.engine.checks.document import Document, said
from casework.engine.checks.rules import Findings, each
from casework.engine.xml import ANY_BPMN, Node, ext, find, local, text_of
from casework.feel import Expression, FeelSyntaxError
from casework.feel import compile as compile_feel
from casework.feel.functions import BUILTINS

MAX_LENGTH: Final = 10_000
_MOST: Final = 200_000  # characters in one file; a diagram has a few thousand, and each takes time to compile
_TEXTS: Final = (
    "conditionExpression",
    "loopCondition",
    "completionCondition",
    "loopCardinality",
    "condition",
    "activationCondition",
)
_SCRIPTS: Final = {"scriptTask": "scriptFormat", "globalScriptTask": "scriptLanguage"}  # and what names its language
_TIMES: Final = ("timeDate", "timeDuration", "timeCycle")
_VALUES: Final = tuple(ext(name) for name in ("parameter", "in", "out", "match"))
_LANGUAGES: Final = re.compile(r"feel", re.IGNORECASE)
_LITERAL_KEYS: Final = {"policy": "policies", "rule": "policies", "deadline": "policies", "clock": "clocks"}


@dataclass(frozen=True)
class Written:
    """An expression as the designer wrote it, and the node it stands on."""

    node: Node
    source: str
    expression: Expression | FeelSyntaxError | None  # None: empty or too long to look at


def feel_source(text: str | None) -> str:
    """Return the FEEL of a text: without white space around it, and without the "=" that may stand before it."""
    return (text or "").strip().removeprefix("=").strip()


def compiled(source: str) -> Expression | FeelSyntaxError | None:
    """Compile an expression, or return what is wrong with it."""
    if not source or len(source) > MAX_LENGTH:
        return None
    try:
        return compile_feel(source)
    except FeelSyntaxError as error:
        return error


def written(doc: Document) -> Sequence[Written]:
    """Return every expression of a file, compiled once, except those of timers, which may be bare ISO 8601."""
    if doc.written is None:
        found = list(_sources(doc))
        times = [text_of(node) for node in doc.all(*_TIMES)]
        lengths = (len(source) for source in (*times, *(source for _, source in found)))
        doc.overlong = sum(length for length in lengths if length <= MAX_LENGTH) > _MOST
        doc.written = [] if doc.overlong else [Written(node, source, compiled(source)) for node, source in found]
    return doc.written


def overlong(doc: Document) -> bool:
    """Tell whether the expressions of a file, those of timers too, are more than is looked at."""
    written(doc)
    return doc.overlong


def _sources(doc: Document) -> Iterator[tuple[Node, str]]:
    """Yield each place where an expression stands, with its text."""
    for node in doc.all(*_TEXTS):
        yield node, feel_source(text_of(node))
    for task in doc.all(*_SCRIPTS):
        script = find(task, "script")
        if script is not None:
            yield script, feel_source(text_of(script))
    for node in doc.root.iter(ANY_BPMN, *_VALUES) if doc.ours else ():
        if local(node):
            yield from ((node, feel_source(text)) for text in _attributes(node))
        elif node.get("value") is not None:
            yield node, feel_source(node.get("value"))


def _attributes(node: Node) -> Iterator[str]:
    for name in ("due", "collection"):
        if node.get(ext(name)) is not None:
            yield node.get(ext(name), "")
    for name in ("scope", "to"):
        if node.get(ext(name), "").strip().startswith("="):
            yield node.get(ext(name), "")


@each("definitions")
def expressions(root: Node, doc: Document) -> Findings:
    """Every expression is FEEL that compiles."""
    if overlong(doc):
        yield doc.finding(
            "too_large",
            root,
            f"文件里的表达式合起来超过 {_MOST} 个字符，没有检查。请拆成几个流程，用调用活动连接。",
            f"The expressions of this file come to more than {_MOST} characters and were not looked at. "
            "Split it into processes joined by call activities.",
        )
    for one in written(doc):
        yield from faults(one, doc)


def faults(one: Written, doc: Document) -> Findings:
    """Tell what is wrong with one expression."""
    if isinstance(one.expression, FeelSyntaxError):
        wrong = one.expression
        yield doc.finding(
            "bad_expression",
            one.node,
            f"表达式“{said(one.source)}”写错了：{_text(wrong, 'zh')}",
            f"The expression '{said(one.source)}' is wrong: {_text(wrong, 'en')}",
        )
    elif not one.source:
        yield doc.finding(
            "bad_expression",
            one.node,
            "表达式是空的。请填写，或删去这一项。",
            "The expression is empty. Write it, or remove it.",
        )
    elif one.expression is None:
        yield doc.finding(
            "bad_expression",
            one.node,
            f"表达式太长（{len(one.source)} 个字符，最多 {MAX_LENGTH}）。请拆开。",
            f"The expression is too long ({len(one.source)} characters, at most {MAX_LENGTH}). Split it.",
        )
    else:
        yield from _calls(one.node, one.expression, doc)


def _text(error: FeelSyntaxError, language: str) -> str:
    return said(error.zh if language == "zh" else error.en)


def _calls(node: Node, expression: Expression, doc: Document) -> Findings:
    functions = doc.catalogue.functions
    for call in expression.calls:
        if functions is not None and call.name not in BUILTINS and call.name not in functions:
            yield doc.finding(
                "unknown_function",
                node,
                f"没有名为“{said(call.name)}”的函数。请检查写法。",
                f"There is no function '{said(call.name)}'. Check the spelling.",
            )
        field = _LITERAL_KEYS.get(call.name)
        known = getattr(doc.catalogue, field) if field else None
        if known is None or not call.args or not isinstance(call.args[0], str) or call.args[0] in known:
            continue
        key, policy = said(call.args[0]), field == "policies"
        yield doc.finding(
            "unknown_policy" if policy else "unknown_clock",
            node,
            f"{call.name} 中的“{key}”不是已有的{'政策' if policy else '时限'}。请选择已有的。",
            f"'{key}' in {call.name} is no existing {'policy' if policy else 'clock'}. Choose an existing one.",
        )


@each(*_TEXTS, *_TIMES)
def languages(node: Node, doc: Document) -> Findings:
    """An expression that says which language it is in says FEEL."""
    language = node.get("language")
    if language and not _LANGUAGES.search(language):
        yield doc.finding(
            "expression_language",
            node,
            f"表达式语言是“{said(language)}”，这里只执行 FEEL。请改写成 FEEL，并去掉 language。",
            f"The expression is in '{said(language)}'; only FEEL runs here. Write it in FEEL and remove the language.",
        )


@each(*_SCRIPTS)
def scripts(task: Node, doc: Document) -> Findings:
    """A script is one FEEL context."""
    attribute, script = _SCRIPTS[local(task)], find(task, "script")
    language = (task.get(attribute) or "").strip()
    if script is not None and not language:
        yield doc.finding(
            "missing_language",
            task,
            f"没有写明脚本是什么语言（{attribute}），按 FEEL 执行。请把 {attribute} 设为 feel。",
            f"Nothing says which language the script is in ({attribute}), so it runs as FEEL. Set it to feel.",
        )
    elif script is not None and not _LANGUAGES.search(language):
        yield doc.finding(
            "script_language",
            task,
            f"脚本语言是“{said(language)}”。这里不执行 Python、JavaScript 等程序代码，只执行 FEEL："
            f"请把 {attribute} 设为 feel，并写成一个上下文，例如 {{score: amount * 2}}。",
            f"The script is in '{said(language)}'. Program code such as Python or JavaScript never runs here, "
            f"only FEEL: set {attribute} to feel and write one context, for example {{score: amount * 2}}.",
        )
    source = feel_source(text_of(script))
    if not source:
        yield doc.finding(
            "missing_script",
            task,
            "脚本任务没有脚本。请写一个上下文，例如 {score: amount * 2}，或改用其他任务。",
            "The script task has no script. Write a context such as {score: amount * 2}, or use another kind of task.",
        )
    elif (not language or _LANGUAGES.search(language)) and not (source.startswith("{") and source.endswith("}")):
        yield doc.finding(
            "missing_script",
            task,
            "脚本要写成一个 FEEL 上下文：花括号里是“名称: 表达式”，例如 {score: amount * 2}。",
            "A script is one FEEL context: names and expressions in braces, for example {score: amount * 2}.",
        )
