"""Walk over the tokens of an expression, and read the names in it, which may have several words."""

from collections.abc import Collection

from casework.feel.kinds import SIMPLE_KINDS, Kind, Kinds
from casework.feel.lexer import Token, open_name, tokens
from casework.feel.names import BUILTIN_WORDS, KIND_WORDS, PROPERTY_WORDS, words
from casework.feel.problems import FeelSyntaxError

MOST_KNOWN = 1_000
MOST_NESTING = 50
_IN_NAMES = ("+", "-", "*", "/", ".", "'")
RESERVED = frozenset(
    ("and", "or", "in", "between", "if", "then", "else", "for", "return", "some", "every", "satisfies")
) | {"instance", "of", "true", "false", "null"}


class Cursor:
    """Stands on one token of a text; `known` are names of several words that the text may use, `kinds` those of it."""

    nesting = 0

    def __init__(self, source: str, known: Collection[str] = (), kinds: Kinds | None = None) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = 0
        self.kinds = kinds or Kinds({})
        self.known: list[tuple[str, ...]] = []
        self.spelled: dict[tuple[str, ...], str] = {}  # how a name of several words is written; all there ever were
        self.learn(known)

    def learn(self, names: Collection[str]) -> int:
        """Accept these names from here on; return how many were known before."""
        before = len(self.known)
        for name in names:
            parts = words(name)
            if len(parts) > 1:
                self.known.append(parts)
                self.spelled[parts] = name
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

    def expect_end(self) -> None:
        """Raise FeelSyntaxError unless everything has been read."""
        if self.token.kind != "end":
            raise self.unexpected()

    def sees(self, *texts: str) -> bool:
        """Say whether the token at hand is one of these operators or words."""
        return self.token.text in texts and self.token.kind in ("operator", "name")

    def takes(self, text: str) -> bool:
        """Pass over the operator or word when it comes next."""
        if not self.sees(text):
            return False
        self.at += 1
        return True

    def encloses_several(self) -> bool:
        """Say whether a parenthesis with commas begins here, and a test ends with it."""
        depth, several = 0, False
        for at in range(self.at, len(self.tokens)):
            text = self.tokens[at].text
            depth += (text in ("(", "{")) - (text in (")", "}"))
            if depth == 0:
                return several and self.tokens[at + 1].text in ("", ",", ")")
            several = several or (text == "," and depth == 1)
        return False

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
            return self.spell(several)
        if self.token.kind != "name" or self.token.text in RESERVED:
            raise self.unexpected()
        return self.next().text

    def spell(self, parts: tuple[str, ...]) -> str:
        """Pass over a name of several words and return it as it is written where it comes from."""
        self.at += len(parts)
        return self.spelled.get(parts) or " ".join(parts)

    def longest(self, names: Collection[tuple[str, ...]], *, call: bool = False) -> tuple[str, ...]:
        best: tuple[str, ...] = ()
        for name in names:
            after = self.at + len(name)
            if name[0] == self.token.text and len(name) > len(best) and after < len(self.tokens):
                found = tuple(token.text for token in self.tokens[self.at : after])
                if found == name and (not call or self.tokens[after].text == "("):
                    best = name
        return best

    def key(self) -> str:
        """Read the key of a path: a known name, a key written before, a property of a value, or any word."""
        several = self.longest(self.spelled) or self.longest(PROPERTY_WORDS)
        if several:
            return self.spell(several)
        if self.token.kind != "name":
            raise self.unexpected()
        return self.next().text

    def entry_key(self) -> str:
        token = self.token
        if token.kind == "string":
            self.next()
            key = open_name(str(token.value), token.position)
        else:
            ahead = self.name_end(_IN_NAMES)
            if ahead == self.at:
                raise self.unexpected()
            key = self.pass_to(ahead)
        self.expect(":")
        return key

    def argument_name(self) -> str:
        ahead = self.name_end(_IN_NAMES)
        if ahead == self.at or self.tokens[ahead].text != ":":
            return ""
        name = self.pass_to(ahead)
        self.next()
        return name

    def name_end(self, signs: Collection[str]) -> int:
        """Return where a name ends that is not known yet: words, and behind the first one numbers and some signs."""
        ahead = self.at
        while self.tokens[ahead].kind == "name" or (
            ahead > self.at and (self.tokens[ahead].kind == "number" or self.tokens[ahead].text in signs)
        ):
            ahead += 1
        return ahead

    def pass_to(self, ahead: int) -> str:
        """Pass over the tokens before the one at `ahead`; return their text with single blanks."""
        start, self.at = self.token.position, ahead
        return " ".join(self.source[start : self.token.position].split())

    def kind(self) -> Kind:
        """Read a kind: one of the language or of the file, or one made of others between angle brackets."""
        self.deeper()
        start = self.token
        parts = self.longest(KIND_WORDS) or self.longest(self.kinds.words) or (self.token.text,)
        if self.token.kind != "name":
            raise self.unexpected()
        self.at += len(parts)
        name = self.spelled.get(parts) or " ".join(parts)
        found: Kind | None = None
        if self.sees("<") and name in ("list", "context", "function", "range"):
            found = self.made_of(name)
        else:
            found = self.kinds.own.get(self.kinds.words.get(parts, name)) or SIMPLE_KINDS.get(name)
        if found is None:
            raise FeelSyntaxError(f"未知的类型 {name}", f"unknown kind {name}", start.position)
        self.nesting -= 1
        return found

    def made_of(self, name: str) -> Kind:
        """Read what stands between the angle brackets of a list, range, context or function."""
        self.expect("<")
        found = Kind(name)
        if name == "context":
            found.entries = {}
            while not self.sees(">"):
                if found.entries:
                    self.expect(",")
                key = self.entry_key()
                found.entries[key] = self.kind()
        elif name == "function":
            taken: list[Kind] = []
            while not self.sees(">"):
                if taken:
                    self.expect(",")
                taken.append(self.kind())
            found.parameters = tuple(taken)
        else:
            found.item = self.kind()
        self.expect(">")
        if name == "function":
            self.expect("->")
            found.result = self.kind()
        return found

    def deeper(self) -> None:
        """Go one level deeper, as far as is bearable."""
        self.nesting += 1
        if self.nesting > MOST_NESTING:
            raise self.fail("表达式嵌套过深", "the expression is nested too deeply")
