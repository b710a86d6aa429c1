"""FEEL as the engine uses it: compiled when a definition is read, evaluated against data and facts, never guessed."""

from collections import ChainMap
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from casework import feel
from casework.engine.model import Facts
from casework.engine.values import enter
from casework.errors import Invalid


class StuckError(Exception):
    """A token can't go on; becomes an incident that names the element."""

    def __init__(self, rule: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.rule = rule
        self.zh = zh
        self.en = en


def compiled(text: str | None) -> feel.Expression | None:
    """Return the expression written here, with or without a "=" before it; None when it is blank."""
    bare = (text or "").strip().removeprefix("=").strip()
    return feel.compile(bare) if bare else None


def clock_of(expression: feel.Expression) -> str | None:
    """Return the clock that the expression asks by a literal name, so that its timers can follow the clock."""
    for call in expression.calls:
        if call.name == "clock" and len(call.args) == 1 and isinstance(call.args[0], str):
            return call.args[0]
    return None


class Asking:
    """Evaluates expressions at one moment: process data first, then facts."""

    def __init__(self, now: datetime, facts: Facts) -> None:
        self.now = now
        self.facts = facts

    def value(self, expression: feel.Expression, names: Mapping[str, Any]) -> Any:
        """Return the value; StuckError when it asks for too much work or gives something data can't hold."""
        return self._evaluate(expression, names)[0]

    def truth(self, expression: feel.Expression, names: Mapping[str, Any]) -> bool:
        """Return true or false; StuckError for anything else, which is never taken as false."""
        value, reasons = self._evaluate(expression, names)
        if isinstance(value, bool):
            return value
        why = "; ".join(reasons) or f"{expression.source} = {value}"
        raise StuckError(
            "condition_not_boolean",
            f"条件“{expression.source}”的结果不是真或假（{why}）。请补全所需数据，或改正流程后重试。",
            f'The condition "{expression.source}" is neither true nor false ({why}). Supply what it needs and retry.',
        )

    def named(self, expressions: Mapping[str, feel.Expression], names: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of each of several named expressions."""
        return {name: self.value(expression, names) for name, expression in expressions.items()}

    def due(self, value: Any) -> datetime | None:
        """Return the instant that a date, an instant, a duration from now or such a text means, or None."""
        if isinstance(value, str):
            value = feel.parse_timer(value, self.facts.zone)
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time(), tzinfo=self.facts.zone)
        return later(self.now, value, self.facts)

    def _evaluate(self, expression: feel.Expression, names: Mapping[str, Any]) -> tuple[Any, list[str]]:
        visible: Mapping[str, Any] = ChainMap(names, self.facts.names)  # type: ignore[arg-type]
        scope = feel.Scope(visible, self.facts.functions, self.now, self.facts.zone)
        try:
            return enter(expression.evaluate(scope)), scope.reasons
        except (feel.WorkExceeded, Invalid) as error:
            raise StuckError(
                "expression_failed",
                f"表达式“{expression.source}”无法计算：{error.zh}",
                f'The expression "{expression.source}" can\'t be evaluated: {error.en}',
            ) from error


def later(start: datetime, span: Any, facts: Facts) -> datetime | None:
    """Return the instant a duration after `start`: months by the calendar of the zone, days and time exactly."""
    if isinstance(span, timedelta):
        span = feel.Duration(feel.YearsMonths(0), span)
    elif isinstance(span, feel.YearsMonths):
        span = feel.Duration(span, timedelta(0))
    return span.after(start, facts.zone) if isinstance(span, feel.Duration) else None
