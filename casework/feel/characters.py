"""What a character of a regular expression may be: classes, categories and blocks, and what they make together."""

import unicodedata
from collections.abc import Callable

Test = Callable[[str], bool]


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


CLASSES: dict[str, Test] = {
    "d": lambda c: "0" <= c <= "9",
    "D": lambda c: not "0" <= c <= "9",
    "w": _is_word,
    "W": lambda c: not _is_word(c),
    "s": str.isspace,
    "S": lambda c: not c.isspace(),
}
CLASSES |= {
    "i": lambda c: c.isalpha() or c in "_:",
    "I": lambda c: not (c.isalpha() or c in "_:"),
    "c": lambda c: c.isalnum() or c in "_:.-·",
    "C": lambda c: not (c.isalnum() or c in "_:.-·"),
}


BLOCKS = {
    "IsBasicLatin": ("\0", "\x7f"),
    "IsLatin-1Supplement": ("\x80", "\xff"),
    "IsGreekandCoptic": ("\u0370", "\u03ff"),
    "IsCyrillic": ("\u0400", "\u04ff"),
    "IsGeneralPunctuation": ("\u2000", "\u206f"),
    "IsCJKSymbolsandPunctuation": ("\u3000", "\u303f"),
    "IsHiragana": ("\u3040", "\u309f"),
    "IsKatakana": ("\u30a0", "\u30ff"),
    "IsCJKUnifiedIdeographs": ("\u4e00", "\u9fff"),
    "IsHalfwidthandFullwidthForms": ("\uff00", "\uffef"),
}


def folded(text: str) -> str:
    """Return the text as it is compared where upper and lower case are the same."""
    return text.upper().lower()


def block(name: str) -> Test:
    """Return the test for the characters of a block of Unicode."""
    first, last = BLOCKS[name]
    return lambda character: first <= character <= last


def category(name: str) -> Test:
    """Return the test for the characters of a category of Unicode, or of all that begin so."""
    return lambda character: unicodedata.category(character).startswith(name)


def opposite(test: Test) -> Test:
    """Return the test that holds where another doesn't."""
    return lambda character: not test(character)


def difference(test: Test, without: Test) -> Test:
    """Return the test for what is in one class and not in another."""
    return lambda character: test(character) and not without(character)


def one_of(singles: frozenset[str], tests: tuple[Test, ...], negated: bool) -> Test:
    """Return the test for a class of characters written out."""

    def test(character: str) -> bool:
        return (character in singles or any(one(character) for one in tests)) is not negated

    return test
