"""Regular expressions whose states all run at once, in time proportional to the text: none can explode.

Understood: literals, `.`, classes, `\\d \\w \\s \\p{L}` and their opposites, groups, alternatives,
`* + ? {m,n}` (also lazy), `^ $ \\b`, `\\1`. Refused: look-around, anything else. Only a pattern with a back
reference tries one way after the other, no state twice, and pays for each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from casework.feel.characters import folded
from casework.feel.pattern_reader import (
    ASSERT,
    CHARACTER,
    JUMP,
    MATCH,
    REPEAT,
    SAVE,
    SPLIT,
    Instruction,
    PatternRefused,
    Reader,
)
from casework.feel.problems import WorkExceeded

__all__ = ["Pattern", "PatternRefused"]

Spend = Callable[[int], None]
Marks = tuple[int, ...]  # where each group begins and ends; -1 for a group that took no part
MOST_SOURCE = 1_000


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression, ready to run."""

    steps: tuple[Instruction, ...]
    groups: int

    @staticmethod
    def read(source: str, flags: str = "") -> "Pattern":
        """Return the pattern that `source` writes; PatternRefused when it is none of ours."""
        return _read(source, flags)

    def search(self, text: str, start: int, spend: Spend) -> Marks | None:
        """Return where the first match at or after `start` and its groups lie; `spend` is told the work."""
        if any(operation == REPEAT for operation, _, _ in self.steps):
            tries = (self._try(text, at, spend) for at in range(start, len(text) + 1))
            return next((marks for marks in tries if marks is not None), None)
        found: Marks | None = None
        threads: list[tuple[int, Marks]] = []
        nothing = (-1,) * (2 * self.groups)
        for at in range(start, len(text) + 1):
            seen: set[int] = set()
            ready: list[tuple[int, Marks]] = []
            for pc, marks in threads:
                self._follow(text, at, pc, marks, seen, ready)
            if found is None:
                self._follow(text, at, 0, nothing, seen, ready)
            spend(1 + len(seen))
            threads = []
            character = text[at : at + 1]
            for pc, marks in ready:
                operation, test, _ = self.steps[pc]
                if operation == MATCH:
                    found = marks
                    break
                if character and test(character):
                    threads.append((pc + 1, marks))
            if found is not None and not threads:
                break
        return found

    def _follow(
        self, text: str, at: int, pc: int, marks: Marks, seen: set[int], ready: list[tuple[int, Marks]]
    ) -> None:
        """Add to `ready` every state that `pc` leads to without reading a character, best first."""
        waiting = [(pc, marks)]
        while waiting:
            pc, marks = waiting.pop()
            if pc in seen:
                continue
            seen.add(pc)
            operation, first, second = self.steps[pc]
            if operation == JUMP:
                waiting.append((first, marks))
            elif operation == SPLIT:
                waiting += [(second, marks), (first, marks)]
            elif operation == SAVE:
                waiting.append((pc + 1, (*marks[:first], at, *marks[first + 1 :])))
            elif operation == ASSERT:
                if _holds(first, text, at):
                    waiting.append((pc + 1, marks))
            elif operation in (CHARACTER, MATCH):
                ready.append((pc, marks))

    def _try(self, text: str, start: int, spend: Spend) -> Marks | None:
        """Return the best match that begins at `start`, with every way that leads there tried in turn."""
        waiting: list[tuple[int, int, Marks]] = [(0, start, (-1,) * (2 * self.groups))]
        seen: set[tuple[int, int, Marks]] = set()
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            spend(4)
            pc, at, marks = state
            operation, first, second = self.steps[pc]
            if operation == MATCH:
                return marks
            if operation == JUMP:
                waiting.append((first, at, marks))
            elif operation == SPLIT:
                waiting += [(second, at, marks), (first, at, marks)]
            elif operation == SAVE:
                waiting.append((pc + 1, at, (*marks[:first], at, *marks[first + 1 :])))
            elif operation == REPEAT:
                part = text[marks[first] : marks[first + 1]]
                spend(len(part) // 64)
                end = _repeated(text, at, part, second)
                waiting += [] if end is None else [(pc + 1, end, marks)]
            elif (operation == ASSERT and _holds(first, text, at)) or (
                operation == CHARACTER and at < len(text) and first(text[at])
            ):
                waiting.append((pc + 1, at + (operation == CHARACTER), marks))
        return None

    def replace(self, text: str, replacement: str, spend: Spend, most: int) -> str:
        """Return the text with every match replaced; `$1` in the replacement is the first group."""
        if self.search("", 0, spend) is not None or not _sound(replacement):
            raise PatternRefused(
                "正则表达式能匹配空文本，或替换文本里有多余的 $ 或 \\",
                "the pattern matches nothing, or the replacement has a stray $ or \\",
            )
        parts: list[str] = []
        at, length = 0, 0
        for marks in self._all(text, spend):
            parts += [text[at : marks[0]], _filled(replacement, text, marks)]
            length += len(parts[-1]) + len(parts[-2])
            at = marks[1]
            if length > most:
                raise WorkExceeded
        return "".join([*parts, text[at:]])

    def split(self, text: str, spend: Spend) -> list[str]:
        """Return what lies between the matches."""
        parts: list[str] = []
        at = 0
        for marks in self._all(text, spend):
            if marks[1] > marks[0]:
                parts.append(text[at : marks[0]])
                at = marks[1]
        return [*parts, text[at:]]

    def _all(self, text: str, spend: Spend) -> list[Marks]:
        found: list[Marks] = []
        at = 0
        while at <= len(text):
            marks = self.search(text, at, spend)
            if marks is None:
                break
            found.append(marks)
            at = marks[1] if marks[1] > marks[0] else marks[1] + 1
        return found


@lru_cache(maxsize=512)
def _read(source: str, flags: str) -> Pattern:
    if len(source) > MOST_SOURCE or set(flags) - set("ismxq"):
        raise PatternRefused("正则表达式过长或标志无效", "the pattern is too long or has unknown flags")
    if "q" in flags:
        source = "".join("\\" + character if character in "\\^$.|?*+()[]{}" else character for character in source)
    elif "x" in flags:
        source = _without_blanks(source)
    steps, groups = Reader(source, flags).program()
    return Pattern(tuple(steps), groups)


def _without_blanks(source: str) -> str:
    """Return the pattern without the blanks that stand outside of its classes."""
    kept: list[str] = []
    depth = 0
    for at, character in enumerate(source):
        escaped = at > 0 and source[at - 1] == "\\"
        depth += {"[": 1, "]": -1}.get(character, 0) if not escaped else 0
        if depth > 0 or character not in " \t\n\r":
            kept.append(character)
    return "".join(kept)


def _holds(assertion: str, text: str, at: int) -> bool:
    if assertion in ("^", "^m"):
        return at == 0 or (assertion == "^m" and text[at - 1] == "\n")
    if assertion in ("$", "$m"):
        return at == len(text) or (assertion == "$m" and text[at] == "\n")
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    boundary = _word(before) != _word(after)
    return boundary if assertion == "b" else not boundary


def _repeated(text: str, at: int, part: str, fold: bool) -> int | None:
    """Return where the text goes on behind a repetition of a part of it; None when it is not repeated there."""
    end = at + len(part)
    found = text[at:end]
    return end if found == part or (fold and folded(found) == folded(part)) else None


def _word(character: str) -> bool:
    return bool(character) and character.isascii() and (character.isalnum() or character == "_")


def _sound(replacement: str) -> bool:
    """Say whether every sign of the replacement has a meaning."""
    rest = replacement.replace("\\\\", "").replace("\\$", "")
    return "\\" not in rest and all(part[:1].isdecimal() for part in rest.split("$")[1:])


def _filled(replacement: str, text: str, marks: Marks) -> str:
    parts: list[str] = []
    at = 0
    while at < len(replacement):
        character, after = replacement[at], replacement[at + 1 : at + 2]
        if character == "$" and after.isdecimal() and after.isascii():
            group = 2 * int(after)
            parts.append(text[marks[group] : marks[group + 1]] if group < len(marks) and marks[group] >= 0 else "")
            at += 2
        elif character == "\\" and after in ("$", "\\"):
            parts.append(after)
            at += 2
        else:
            parts.append(character)
            at += 1
    return "".join(parts)
