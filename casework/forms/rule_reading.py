"""Read the rules of one component, with its texts and its FEEL."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from casework.errors import Texts
from casework.feel import Expression, FeelSyntaxError, Pattern, PatternRefused
from casework.feel import compile as compile_feel
from casework.forms import words
from casework.forms.fields import Rules, Written
from casework.forms.problems import Problem

_PRESETS: Mapping[str, tuple[str, Texts]] = {
    "phone": (r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$", words.PHONE),
    "email": (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", words.EMAIL),
}


class RuleReader:
    """Reads the component at hand; `problems` and `expressions` grow as it goes."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.expressions: list[Written] = []
        self.component: Mapping[str, Any] = {}

    def note(self, rule: str, zh: str, en: str) -> None:
        """Note a problem of the component at hand."""
        at, name = self.place()
        where = name or at or ""
        message = {"zh": f"{where}：{zh}" if where else zh, "en": f"{where}: {en}" if where else en}
        self.problems.append(Problem(at, name, rule, message))

    def place(self) -> tuple[str | None, str | None]:
        """Return the id and the name of the component at hand."""
        at, name = self.component.get("id"), self.component.get("label") or self.component.get("key")
        return str(at) if at else None, str(name) if name else None

    def feel(self, source: Any) -> Expression | None:
        """Return the compiled FEEL of a text that begins with `=`."""
        if not isinstance(source, str) or not source.startswith("="):
            return None
        try:
            found = compile_feel(source[1:].strip())
        except FeelSyntaxError as error:
            at = error.position + 1
            zh, en = f"表达式 {source} 第 {at} 个字符：{error.zh}", f"{source}, character {at}: {error.en}"
            self.note("expression_unreadable", zh, en)
            return None
        self.expressions.append(Written(*self.place(), found))
        return found

    def rules(self, component: Mapping[str, Any], own: Mapping[str, Any]) -> Rules:
        """Return the rules of the component at hand."""
        asked = mapping(component.get("validate"))
        pattern, pattern_texts = self.pattern(asked, own)
        files = self.whole(own, "maxFiles")
        if component.get("type") == "filepicker" and component.get("multiple") is not True:
            files = 1
        rules = Rules(
            required=asked.get("required") is True or own.get("required") is True,
            required_if=self.feel(own.get("required_if")),
            shortest=self.limit(asked, "minLength"),
            longest=self.limit(asked, "maxLength"),
            least=self.limit(asked, "min"),
            most=self.limit(asked, "max"),
            digits=self.whole(component, "decimalDigits") if own.get("kind") != "money" else 2,
            step=self.step(component),
            pattern=pattern,
            pattern_texts=pattern_texts,
            not_before_today=component.get("disallowPassedDates") is True,
            must=self.feel(own.get("must") or own.get("valid_if")),
            must_texts=pair(own.get("must_zh"), own.get("must_en"))
            or pair(own.get("valid_message"), own.get("valid_message_en")),
            own_texts=pair(own.get("zhError"), own.get("enError")),
            most_files=files,
            most_bytes=self.whole(own, "maxBytes"),
            most_image_bytes=self.whole(own, "maxImageBytes"),
            accept=tuple(
                part.strip().lower() for part in str(component.get("accept") or "").split(",") if part.strip()
            ),
            earliest=self.feel(own.get("min")),
            latest=self.feel(own.get("max")),
            least_rows=self.limit(own, "min_rows"),
            most_rows=self.limit(own, "max_rows"),
        )
        for low, high in ((rules.shortest, rules.longest), (rules.least, rules.most)):
            if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
                self.note("limits_crossed", "下限大于上限", "the lower limit is above the upper one")
        return rules

    def limit(self, asked: Mapping[str, Any], name: str) -> Any:
        value = asked.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.startswith("="):
            return self.feel(value)
        try:
            found = Decimal(str(value))
        except ArithmeticError:
            found = Decimal("NaN")
        return self.unusable(name, value) if isinstance(value, bool) or not found.is_finite() else found

    def unusable(self, name: str, value: Any) -> Any:
        """Note a number of the schema that is none."""
        self.note("number_unusable", f"{name} 不是可用的数字：{value}", f"{name} is no usable number: {value}")

    def whole(self, owner: Mapping[str, Any], name: str) -> Any:
        value = owner.get(name)
        if value is None or value == "":
            return None
        if type(value) is not int or value < 0:
            return self.unusable(name, value)
        return value

    def step(self, component: Mapping[str, Any]) -> Any:
        found = self.limit(component, "increment")
        if isinstance(found, Decimal) and found <= 0:
            return self.unusable("increment", found)
        return found if isinstance(found, Decimal) else None

    def pattern(self, asked: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[Pattern | None, Texts | None]:
        preset, preset_texts = _PRESETS.get(str(asked.get("validationType") or ""), ("", None))
        source = asked.get("pattern") or preset
        if not source:
            return None, None
        message = asked.get("patternErrorMessage")
        texts = pair(message, own.get("pattern_en")) if message else preset_texts
        try:
            return Pattern.read(str(source)), texts
        except PatternRefused as refused:
            self.note("pattern_unreadable", refused.zh, refused.en)
            return None, None


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def texts(component: Mapping[str, Any], *names: str) -> Texts:
    """Return a designer's text in both languages; English stands beside it or among the properties."""
    own = mapping(component.get("properties"))
    name = next((name for name in names if component.get(name)), names[0])
    english = component.get(f"{names[0]}_en") or own.get(f"{names[0]}_en") or own.get(f"{name}_en")
    return str(component.get(name) or ""), str(english or "")


def pair(zh: Any, en: Any) -> Texts | None:
    """Return a message in both languages, the one there is for both; None when there is none."""
    return (str(zh or en), str(en or zh)) if zh or en else None
