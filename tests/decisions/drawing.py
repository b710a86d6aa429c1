"""Decision files written in a few lines, for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from casework.feel import Scope

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def scope(**names: Any) -> Scope:
    """Return a scope with these names."""
    return Scope(names, {}, datetime(2026, 1, 6, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


def file(*parts: str, namespace: str = DMN) -> bytes:
    """Return a decision file."""
    return f'<definitions xmlns={quoteattr(namespace)} id="d" name="d">{"".join(parts)}</definitions>'.encode()


def decision(at: str, logic: str, *, needs: Sequence[str] = (), name: str | None = None, variable: str = "") -> str:
    """Return a decision that needs others; one that begins with "bkm" is knowledge."""
    required = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{other}"/></knowledgeRequirement>'
        if other.startswith("bkm")
        else f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
        for other in needs
    )
    named = f"<variable name={quoteattr(variable)}/>" if variable else ""
    return f'<decision id="{at}" name={quoteattr(name or at)}>{named}{required}{logic}</decision>'


def text(source: str) -> str:
    """Return a FEEL text."""
    return f"<text>{escape(source)}</text>"


def literal(source: str) -> str:
    """Return a literal expression."""
    return f"<literalExpression>{text(source)}</literalExpression>"


def table(
    policy: str,
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    inputs: Sequence[str] = ("x",),
    outputs: Sequence[str] = ("y",),
    more: str = "",
    allowed: str = "",
    ranked: str = "",
    otherwise: str = "",
) -> str:
    """Return a decision table; `more` are further attributes of it."""
    allowed_text = f"<inputValues>{text(allowed)}</inputValues>" if allowed else ""
    ranked_text = f"<outputValues>{text(ranked)}</outputValues>" if ranked else ""
    default = f"<defaultOutputEntry>{text(otherwise)}</defaultOutputEntry>" if otherwise else ""
    head = "".join(
        f"<input label={quoteattr(source)}><inputExpression>{text(source)}</inputExpression>{allowed_text}</input>"
        for source in inputs
    ) + "".join(f"<output name={quoteattr(name)}>{ranked_text}{default}</output>" for name in outputs)
    body = "".join(
        f'<rule id="r{number}">'
        + "".join(f"<inputEntry>{text(cell)}</inputEntry>" for cell in cells)
        + "".join(f"<outputEntry>{text(cell)}</outputEntry>" for cell in results)
        + f"<annotationEntry>{text(f'note {number}')}</annotationEntry></rule>"
        for number, (cells, results) in enumerate(rows, 1)
    )
    return f'<decisionTable id="t" hitPolicy="{policy}" {more}>{head}{body}</decisionTable>'
