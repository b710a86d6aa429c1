"""Walk over the tokens of an expression, and read the names in it, which may have several words."""

from collections.abc import Collection

from casework.feel.lexer import Token, tokens
from casework.feel.names import BUILTIN_WORDS, KIND_WORDS, PROPERTY_WORDS, words
from casework.feel.problems import FeelSyntaxError

MOST_KNOWN = 300
RESERVED = frozenset(
    ("and", "or", "in", "between", "if", "then", "else", "for", "return", "some", "every", "satisfies")
) | {"instance", "of", "true", "false", "null"}


class Cursor:
    """Stands on one token of a text; `known` are names of several words that the text may use."""

    def __init__(self, source: str, known: Collection[str] = ()) -> None:
        self.tokens = tokens(source)
        self.at = 0
        self.known: list[tuple[str, ...]] = []
        self.learn(known)

    def learn(self, names: Collection[str]) -> int:
        """Accept these names from here on; return how many were known before."""
        before = len(self.known)
        self.known.extend(name for name in map(words, names) if len(name) > 1)
        if len(self.known) > MOST_KNOWN:
            raise self.fail("多词名称过多", "too many names of several words")
        return before

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def fail(self, zh: str, en: str) -> FeelSyntaxError:
        """Return the error for the token at hand."""
        return FeelSyntaxError(zh, en, self.token.position)

    def unexpected(self) -> FeelSyntaxError:
        """Return the error for a token that can't stand here."""
        if self.token.kind == "end":
            return self.fail("表达式不完整", "the expression ends too early")
        return self.fail(f"此处不能写 {self.token.text}", f"{self.token.text} can't stand here")

    def sees(self, *texts: str) -> bool:
        """Say whether the token at hand is one of these operators or words."""
        return self.token.text in texts and self.token.kind in ("operator", "name")

    def takes(self, text: str) -> bool:
        """Pass over the operator or word when it comes next."""
        if not self.sees(text):
            return False
        self.at += 1
        return True

    def expect(self, text: str) -> None:
        """Pass over the operator or word, which must come next."""
        if not self.takes(text):
            zh, en = f"此处应为 {text}", f"{text} is expected here"
            raise self.fail(zh, en)

    def next(self) -> Token:
        """Return the token at hand and pass over it."""
        token = self.token
        self.at += 1
        return token

    def name(self) -> str:
        """Read the longest known name of several words, or one word."""
        several = self.longest(self.known) or self.longest(BUILTIN_WORDS.get(self.token.text, ()), call=True)
        if several:
            self.at += len(several)
            return " ".join(several)
        if self.token.kind != "name" or self.token.text in RESERVED:
            raise self.unexpected()
        return self.next().text

    def longest(self, names: Collection[tuple[str, ...]], *, call: bool = False) -> tuple[str, ...]:
        best: tuple[str, ...] = ()
        for name in names:
            after = self.at + len(name)
            if len(name) > len(best) and after < len(self.tokens):
                found = tuple(token.text for token in self.tokens[self.at : after])
                if found == name and (not call or self.tokens[after].text == "("):
                    best = name
        return best

    def key(self) -> str:
        """Read the key of a path: a known name, a property of a value, or any word."""
        several = self.longest(self.known) or self.longest(PROPERTY_WORDS)
        if several:
            self.at += len(several)
            return " ".join(several)
        if self.token.kind != "name":
            raise self.unexpected()
        return self.next().text

    def entry_key(self) -> str:
        token = self.token
        if token.kind == "string":
            self.next()
            key = str(token.value)
            if key.startswith("_"):
                zh, en = f"名称不能以下划线开头：{key}", f"a name may not begin with an underscore: {key}"
                raise FeelSyntaxError(zh, en, token.position)
        else:
            parts: list[str] = []
            while self.token.kind == "name" or (parts and self.token.kind == "number"):
                parts.append(self.next().text)
            if not parts:
                raise self.unexpected()
            key = " ".join(parts)
        self.expect(":")
        return key

    def argument_name(self) -> str:
        ahead = self.at
        while self.tokens[ahead].kind == "name":
            ahead += 1
        if ahead == self.at or self.tokens[ahead].text != ":":
            return ""
        name = " ".join(token.text for token in self.tokens[self.at : ahead])
        self.at = ahead + 1
        return name

    def kind(self) -> str:
        """Read the name of a kind; what stands between angle brackets is passed over."""
        parts = self.longest(KIND_WORDS) or (self.token.text,)
        if self.token.kind != "name":
            raise self.unexpected()
        self.at += len(parts)
        if self.sees("<") and parts[0] in ("list", "context", "function", "range"):
            self.angle()
        return " ".join(parts)

    def angle(self) -> None:
        depth = 0
        while True:
            if self.token.kind == "end":
                raise self.unexpected()
            depth += {"<": 1, ">": -1}.get(self.token.text, 0)
            self.next()
            if not depth:
                break
        if self.takes("->"):
            self.kind()
