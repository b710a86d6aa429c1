"""Read the text of an expression into its shape: precedence climbing over the tokens."""

from casework.feel import syntax
from casework.feel.cursor import RESERVED, Cursor
from casework.feel.kinds import ANY, Kind
from casework.feel.lexer import Token
from casework.feel.precedence import COMPARISONS, CONSTANTS, LEVELS, NEGATION
from casework.feel.problems import FeelSyntaxError


class Parser(Cursor):
    """Reads one text as an expression or as a cell."""

    def whole(self) -> syntax.Node:
        """Read the text as one expression."""
        node = self.expression()
        self.expect_end()
        return node

    def unary_tests(self) -> tuple[bool, tuple[syntax.Node, ...]]:
        """Read the text as a cell: whether its tests are negated, and the tests; none match everything."""
        if self.sees("-") and self.tokens[self.at + 1].kind == "end":
            return False, ()
        start = self.at
        if self.takes("not") and self.takes("("):
            try:
                tests = self.cell()
                self.expect(")")
                if self.token.kind == "end":
                    return True, tests
            except FeelSyntaxError:
                if self.at >= len(self.tokens) - 1:
                    raise
        self.at, self.nesting = start, 0
        tests = self.cell()
        self.expect_end()
        return False, tests

    def cell(self) -> tuple[syntax.Node, ...]:
        """Read the tests of a cell, of which some may stand in a parenthesis of their own."""
        found: list[syntax.Node] = []
        while not found or self.takes(","):
            found.extend(self.membership() if self.encloses_several() else (self.test(),))
        return tuple(found)

    def tests(self) -> tuple[syntax.Node, ...]:
        """Read tests between commas."""
        found = [self.test()]
        while self.takes(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> syntax.Node:
        """Read one test: a comparison without its left side, or an expression."""
        if self.sees(*COMPARISONS):
            operator = self.next()
            return syntax.Compared(operator.position, operator.text, self.expression(4))
        return self.expression()

    def expression(self, level: int = 0, *, filters: bool = True) -> syntax.Node:
        """Read an expression whose operators bind tighter than `level`."""
        self.deeper()
        left = self.prefix()
        while self.token.kind in ("operator", "name"):
            binding = LEVELS.get(self.token.text, 0)
            if binding <= level or (not filters and self.token.text == "[" and not self.begins_filter()):
                break
            left = self.infix(left, binding)
        self.nesting -= 1
        return left

    def begins_filter(self) -> bool:
        """Say whether the bracket behind the end of a range filters it, or closes the range and leaves its end out."""
        after = self.tokens[self.at + 1]
        if after.kind == "name":
            return after.text not in RESERVED or after.text in CONSTANTS
        return after.kind in ("number", "string", "at") or after.text in ("(", "-", "{", "?", "[")

    def infix(self, left: syntax.Node, binding: int) -> syntax.Node:
        """Read what follows the left side, beginning with the operator at hand."""
        token = self.next()
        match token.text:
            case "and" | "or":
                operands = [left, self.expression(binding)]
                while self.takes(token.text):
                    operands.append(self.expression(binding))
                return syntax.Logic(token.position, token.text, tuple(operands))
            case "between":
                start = self.expression(3)
                self.expect("and")
                end = self.expression(3)
                span = syntax.Between(token.position, start, end, start_included=True, end_included=True)
                return syntax.Membership(token.position, left, (span,))
            case "in":
                return syntax.Membership(token.position, left, self.membership())
            case "instance":
                self.expect("of")
                return syntax.InstanceOf(token.position, left, self.kind())
            case "[":
                test = self.expression()
                self.expect("]")
                return syntax.Filter(token.position, left, test)
            case "(":
                return self.invocation(left)
            case ".":
                return syntax.Path(token.position, left, self.key())
            case "...":
                return syntax.Descent(token.position, left, self.key())
        return syntax.Binary(token.position, token.text, left, self.expression(binding))

    def membership(self) -> tuple[syntax.Node, ...]:
        if not self.sees("("):
            return (self.test() if self.sees(*COMPARISONS) else self.expression(3),)
        opening = self.next()
        tests = self.tests()
        if len(tests) == 1 and self.sees(".."):
            return (self.range_from(opening, tests[0]),)
        self.expect(")")
        return tests

    def prefix(self) -> syntax.Node:
        """Read what an expression can begin with."""
        token = self.token
        match token.kind:
            case "number" | "string":
                self.next()
                return syntax.Constant(token.position, token.value)
            case "at":
                self.next()
                return syntax.Temporal(token.position, token.value)
            case "name":
                return self.word()
            case "operator":
                return self.bracket()
        raise self.unexpected()

    def bracket(self) -> syntax.Node:
        token = self.next()
        match token.text:
            case "-" if self.token.kind == "number":
                return syntax.Constant(token.position, self.next().value.copy_negate())
            case "-":
                return syntax.Negation(token.position, self.expression(NEGATION))
            case "?":
                return syntax.Name(token.position, "?")
            case "{":
                return self.context(token)
            case "(" | "]" | "[":
                return self.group(token)
            case "<" | "<=" | ">" | ">=" | "=":
                return self.bounded(token)
        self.at -= 1
        raise self.unexpected()

    def group(self, opening: Token) -> syntax.Node:
        """Read a range, a list or a parenthesis after its opening bracket."""
        if opening.text == "[" and self.takes("]"):
            return syntax.Items(opening.position, ())
        if opening.text == "(" and self.sees("<", "<=", ">", ">=", "="):
            found = self.bounded(self.next())
            self.expect(")")
            return found
        first = self.expression()
        if self.sees(".."):
            return self.range_from(opening, first)
        if opening.text == "(":
            self.expect(")")
            return first
        if opening.text == "]":
            raise self.unexpected()
        entries = [first]
        while self.takes(","):
            entries.append(self.expression())
        self.expect("]")
        return syntax.Items(opening.position, tuple(entries))

    def range_from(self, opening: Token, first: syntax.Node) -> syntax.Node:
        self.expect("..")
        end = self.expression(3, filters=False)
        if not self.sees("]", ")", "["):
            raise self.unexpected()
        closing = self.next().text
        return syntax.Between(opening.position, first, end, opening.text == "[", closing == "]")

    def bounded(self, sign: Token) -> syntax.Node:
        """Read the range of all values on one side of an end, or of one value, after its sign."""
        end = self.expression(3)
        included = sign.text.endswith("=")
        if sign.text == "=":
            return syntax.Between(sign.position, end, end, start_included=True, end_included=True)
        if sign.text.startswith("<"):
            return syntax.Between(sign.position, None, end, start_included=False, end_included=included)
        return syntax.Between(sign.position, end, None, included, end_included=False)

    def context(self, opening: Token) -> syntax.Node:
        entries: dict[str, syntax.Node] = {}
        before = len(self.known)
        while not self.takes("}"):
            if entries:
                self.expect(",")
            key = self.entry_key()
            if key in entries:
                raise self.fail(f"重复的键：{key}", f"the key {key} is there twice")
            entries[key] = self.expression()
            self.learn([key])
        del self.known[before:]
        return syntax.Entries(opening.position, tuple(entries.items()))

    def word(self) -> syntax.Node:
        token = self.token
        if self.longest(self.known):
            return syntax.Name(token.position, self.name())
        match token.text:
            case "true" | "false" | "null":
                self.next()
                return syntax.Constant(token.position, CONSTANTS[token.text])
            case "if":
                return self.choice()
            case "for":
                return self.loop()
            case "some" | "every":
                return self.quantified()
            case "function" if self.tokens[self.at + 1].text == "(":
                return self.function()
        return syntax.Name(token.position, self.name())

    def choice(self) -> syntax.Node:
        token = self.next()
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return syntax.Choice(token.position, condition, then, self.expression())

    def loop(self) -> syntax.Node:
        token = self.next()
        before = len(self.known)
        iterations = self.iterations()
        self.expect("return")
        body = self.expression()
        del self.known[before:]
        return syntax.Loop(token.position, iterations, body)

    def quantified(self) -> syntax.Node:
        token = self.next()
        before = len(self.known)
        iterations = self.iterations()
        self.expect("satisfies")
        body = self.expression()
        del self.known[before:]
        return syntax.Quantified(token.position, token.text == "every", iterations, body)

    def iterations(self) -> tuple[syntax.Iteration, ...]:
        found: list[syntax.Iteration] = []
        while not found or self.takes(","):
            position = self.token.position
            parts: list[str] = []
            while self.token.kind == "name" and not self.sees("in"):
                parts.append(self.next().text)
            name = " ".join(parts)
            if not parts:
                raise self.unexpected()
            self.expect("in")
            source = self.expression(3)
            found.append(syntax.Iteration(position, name, source, self.expression(3) if self.takes("..") else None))
            self.learn([name])
        return tuple(found)

    def function(self) -> syntax.Node:
        token = self.next()
        self.expect("(")
        before = len(self.known)
        parameters: dict[str, Kind] = {}
        while not self.takes(")"):
            if parameters:
                self.expect(",")
            ahead = self.name_end(())
            name = self.pass_to(ahead) if ahead > self.at else self.name()
            parameters[name] = self.kind() if self.takes(":") else ANY
            self.learn([name])
        if self.sees("external"):
            raise self.fail("不能调用外部函数", "an external function can't be called here")
        body = self.expression()
        del self.known[before:]
        return syntax.Lambda(token.position, tuple(parameters), tuple(parameters.values()), body)

    def invocation(self, target: syntax.Node) -> syntax.Node:
        """Read the arguments of a call after its parenthesis."""
        arguments: list[syntax.Node] = []
        names: list[str] = []
        while not self.takes(")"):
            if arguments:
                self.expect(",")
            if name := self.argument_name():
                names.append(name)
            arguments.append(self.expression())
            if names and len(names) != len(arguments):
                raise self.fail("参数应全部按名称或全部按位置给出", "name all arguments or none")
        return syntax.Invocation(target.position, target, tuple(arguments), tuple(names))
