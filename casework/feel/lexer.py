"""Cut the text of an expression into tokens, in one linear pass."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from casework.feel.problems import FeelSyntaxError
from casework.feel.values import decimal_of

MOST_SOURCE = 20_000
MOST_TOKENS = 6_000
MOST_DIGITS = 100
HIDDEN = "__"  # no name begins so: such names belong to machines

TokenKind = Literal["number", "string", "at", "name", "operator", "end"]

_SPACE = re.compile(r"(?:\s|//[^\n]*)+")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4}(?!\w))?")
_NAME = re.compile(r"(?:[^\W\d]|[\U00010000-\U000EFFFF])[\w\U00010000-\U000EFFFF]*")
_STRING = re.compile(r'@?"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_OPERATOR = re.compile(r"\*\*|\.{2,3}|->|[<>!]=|[-+*/=<>()\[\]{},:.?']")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'", "/": "/"}
_FULL_WIDTH = dict(zip("，。：（）“”【】｛｝＝＜＞？；、＋－", [*',.:()""[]{}=<>?,,+-'], strict=True))


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; `value` is the number or string it writes."""

    kind: TokenKind
    text: str
    position: int
    value: Any = None


def tokens(source: str) -> list[Token]:
    """Return the tokens of `source`, closed by an end token; FeelSyntaxError where it can't be read."""
    if len(source) > MOST_SOURCE:
        raise FeelSyntaxError("表达式过长", "the expression is too long", MOST_SOURCE)
    found: list[Token] = []
    position = _skip(source, 0)
    while position < len(source):
        token, position = _next(source, position)
        found.append(token)
        if len(found) > MOST_TOKENS:
            raise FeelSyntaxError("表达式过长", "the expression is too long", position)
        position = _skip(source, position)
    found.append(Token("end", "", len(source)))
    return found


def _skip(source: str, position: int) -> int:
    while True:
        if space := _SPACE.match(source, position):
            position = space.end()
        if not source.startswith("/*", position):
            return position
        end = source.find("*/", position + 2)
        if end < 0:
            raise FeelSyntaxError("注释没有结束", "the comment does not end", position)
        position = end + 2


def open_name(name: str, position: int) -> str:
    """Return the name; FeelSyntaxError when it begins as no name may."""
    if name.startswith(HIDDEN):
        zh, en = f"名称不能以两个下划线开头：{name}", f"a name may not begin with two underscores: {name}"
        raise FeelSyntaxError(zh, en, position)
    return name


def _next(source: str, position: int) -> tuple[Token, int]:
    if match := _NUMBER.match(source, position):
        return Token("number", match[0], position, _number(match[0], position)), match.end()
    if match := _STRING.match(source, position):
        kind: TokenKind = "at" if source[position] == "@" else "string"
        return Token(kind, match[0], position, _unescape(match[1], position)), match.end()
    if match := _NAME.match(source, position):
        return Token("name", open_name(match[0], position), position), match.end()
    if match := _OPERATOR.match(source, position):
        return Token("operator", match[0], position), match.end()
    raise _unreadable(source[position], position)


def _number(text: str, position: int) -> Decimal:
    number = decimal_of(text) if len(text) <= MOST_DIGITS else None
    if number is None:
        raise FeelSyntaxError("数字过大", "the number is too large", position)
    return number


def _unescape(text: str, position: int) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            number = int(code[1:], 16)
            if number > 0x10FFFF:
                raise FeelSyntaxError("字符编码无效", "no such character", position)
            return chr(number)
        return _ESCAPES.get(code, "\\" + code)

    if "\\" not in text:
        return text
    try:  # a character beyond the first plane may be written as its two halves
        return _ESCAPE.sub(character, text).encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelSyntaxError("字符编码无效", "no such character", position) from None


def _unreadable(character: str, position: int) -> FeelSyntaxError:
    if character == '"':
        return FeelSyntaxError("字符串没有结束", "the string does not end", position)
    if half := _FULL_WIDTH.get(character):
        return FeelSyntaxError(
            f"请使用半角符号 {half} 代替 {character}", f"write the half-width {half} in place of {character}", position
        )
    return FeelSyntaxError(f"无法识别的字符 {character!r}", f"unreadable character {character!r}", position)
