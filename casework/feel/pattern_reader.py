"""Read a regular expression into a small program of states."""

from typing import Any

from casework.errors import CaseworkError
from casework.feel.characters import BLOCKS, CLASSES, Test, block, category, difference, folded, one_of, opposite

MOST_STEPS = 3_000
MOST_REPEATS = 1_000
MOST_GROUPS = 30

CHARACTER, SPLIT, JUMP, SAVE, ASSERT, MATCH, REPEAT = range(7)
Instruction = tuple[int, Any, Any]
Part = list[Instruction]  # jumps inside are relative, so that a part can be repeated
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_HEX = {"x": 2, "u": 4}


class PatternRefused(CaseworkError):
    """The regular expression can't be read, or asks for what we don't offer."""


def _refused(text: str, at: int) -> PatternRefused:
    return PatternRefused(
        f"正则表达式无法使用（第 {at + 1} 个字符）：{text}", f"unusable pattern at character {at + 1}: {text}"
    )


class Reader:
    """Reads one pattern; `program` gives its instructions with the number of its groups."""

    def __init__(self, text: str, flags: str) -> None:
        self.text, self.at, self.groups, self.depth = text, 0, 1, 0
        self.closed: set[int] = set()  # the groups that a back reference may name
        self.fold, self.dot_all, self.lines = "i" in flags, "s" in flags, "m" in flags

    def program(self) -> tuple[list[Instruction], int]:
        """Return the instructions of the whole pattern, with absolute jumps."""
        part = [(SAVE, 0, None), *self.alternatives(), (SAVE, 1, None), (MATCH, None, None)]
        if self.at < len(self.text):
            raise _refused(self.text, self.at)
        return [self._absolute(at, step) for at, step in enumerate(part)], self.groups

    def _absolute(self, at: int, step: Instruction) -> Instruction:
        operation, first, second = step
        if operation == SPLIT:
            return operation, at + first, at + second
        return (operation, at + first, None) if operation == JUMP else step

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        if self.at >= len(self.text):
            raise _refused(self.text, self.at)
        self.at += 1
        return self.text[self.at - 1]

    def alternatives(self) -> Part:
        part = self.sequence()
        while self.peek() == "|":
            self.take()
            other = self.sequence()
            part = [(SPLIT, 1, len(part) + 2), *part, (JUMP, len(other) + 1, None), *other]
        return self.bounded(part)

    def sequence(self) -> Part:
        part: Part = []
        while self.peek() not in ("", "|", ")"):
            part += self.repeated()
            self.bounded(part)
        return part

    def bounded(self, part: Part) -> Part:
        if len(part) > MOST_STEPS:
            raise _refused(self.text, self.at)
        return part

    def repeated(self) -> Part:
        part = self.atom()
        least, most = self.times()
        if (least, most) == (1, 1):
            return part
        lazy = self.peek() == "?" and bool(self.take())
        if len(part) * max(least, most or 1) > MOST_STEPS or self.peek() in ("*", "+", "{"):
            raise _refused(self.text, self.at)
        repeated = part * least
        if most is None:
            loop = [self.split(1, len(part) + 2, lazy), *part, (JUMP, -len(part) - 1, None)]
            return repeated + loop
        for left in range(most - least, 0, -1):
            repeated = [*repeated, self.split(1, left * (len(part) + 1), lazy), *part]
        return repeated

    def split(self, into: int, past: int, lazy: bool) -> Instruction:
        return (SPLIT, past, into) if lazy else (SPLIT, into, past)

    def times(self) -> tuple[int, int | None]:
        match self.peek():
            case "*" | "+" | "?" as sign:
                self.take()
                return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
            case "{":
                end = self.text.find("}", self.at)
                low, comma, high = self.text[self.at + 1 : max(end, self.at + 1)].partition(",")
                if not (low.isdecimal() and low.isascii()) or (high and not (high.isdecimal() and high.isascii())):
                    raise _refused(self.text, self.at)
                least = int(low[:9])
                most = int(high[:9]) if high else (None if comma else least)
                if least > MOST_REPEATS or (most is not None and not least <= most <= MOST_REPEATS):
                    raise _refused(self.text, self.at)
                self.at = end + 1
                return least, most
        return 1, 1

    def atom(self) -> Part:
        character = self.take()
        match character:
            case "(":
                return self.group()
            case "[":
                return [(CHARACTER, self.character_class(), None)]
            case ".":
                return [(CHARACTER, (lambda _c: True) if self.dot_all else (lambda c: c not in "\n\r"), None)]
            case "^" | "$":
                return [(ASSERT, character + ("m" if self.lines else ""), None)]
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{" | ")":
                raise _refused(self.text, self.at - 1)
        return [(CHARACTER, self.literal(character), None)]

    def literal(self, character: str) -> Test:
        if self.fold and character.lower() != character.upper():
            alike = folded(character)
            return lambda c: folded(c) == alike
        return character.__eq__

    def group(self) -> Part:
        self.depth += 1
        number: int | None = None
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.peek() == "?":
            raise _refused(self.text, self.at)
        else:
            number = self.groups
            self.groups += 1
        if self.depth > MOST_GROUPS or self.groups > MOST_GROUPS:
            raise _refused(self.text, self.at)
        part = self.alternatives()
        if self.take() != ")":
            raise _refused(self.text, self.at - 1)
        self.depth -= 1
        if number is None:
            return part
        self.closed.add(number)
        return [(SAVE, 2 * number, None), *part, (SAVE, 2 * number + 1, None)]

    def escape(self) -> Part:
        if self.peek() in ("b", "B"):
            return [(ASSERT, self.take(), None)]
        if self.peek() in tuple("123456789"):
            return self.back_reference()
        found = self.escaped()
        return [(CHARACTER, self.literal(found) if isinstance(found, str) else found, None)]

    def back_reference(self) -> Part:
        """Read the number of a group that is closed by now; further digits belong to it when there are so many."""
        number = int(self.take())
        while self.peek() in tuple("0123456789") and 10 * number + int(self.peek()) < self.groups:
            number = 10 * number + int(self.take())
        if number not in self.closed:
            raise _refused(self.text, self.at - 1)
        return [(REPEAT, 2 * number, self.fold)]

    def escaped(self) -> str | Test:
        """Read what follows a backslash: a character, or a test for a family of characters."""
        character = self.take()
        if character in CLASSES:
            return CLASSES[character]
        if character in "pP" and self.peek() == "{":
            end = self.text.find("}", self.at)
            name = self.text[self.at + 1 : end] if end > 0 else ""
            if name not in BLOCKS and not (1 <= len(name) <= 2 and name[0] in "LMNPSZC"):
                raise _refused(self.text, self.at)
            self.at = end + 1
            test = block(name) if name in BLOCKS else category(name)
            return test if character == "p" else opposite(test)
        if length := _HEX.get(character):
            digits = self.text[self.at : self.at + length]
            if len(digits) != length or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
                raise _refused(self.text, self.at)
            self.at += length
            return chr(int(digits, 16))
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character.isalnum():
            raise _refused(self.text, self.at - 1)
        return character

    def character_class(self) -> Test:
        negated = self.peek() == "^" and bool(self.take())
        tests: list[Test] = []
        singles: set[str] = set()
        without: Test | None = None
        while self.peek() != "]":
            if self.text.startswith("-[", self.at) and (tests or singles):
                self.at += 2
                self.depth += 1
                if self.depth > MOST_GROUPS:
                    raise _refused(self.text, self.at)
                without = self.character_class()
                self.depth -= 1
                break
            low = self.class_member()
            if isinstance(low, str) and self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                high = self.class_member()
                if not isinstance(high, str) or high < low:
                    raise _refused(self.text, self.at)
                tests.append(self.span(low, high))
            elif isinstance(low, str):
                singles |= {low.lower(), low.upper()} if self.fold else {low}
            else:
                tests.append(low)
        if self.take() != "]":
            raise _refused(self.text, self.at - 1)
        found = one_of(frozenset(singles), tuple(tests), negated)
        return found if without is None else difference(found, without)

    def class_member(self) -> str | Test:
        character = self.take()
        if character == "[":
            raise _refused(self.text, self.at - 1)
        return self.escaped() if character == "\\" else character

    def span(self, low: str, high: str) -> Test:
        if self.fold:
            return lambda c: low <= c <= high or low <= c.lower() <= high or low <= c.upper() <= high
        return lambda c: low <= c <= high
