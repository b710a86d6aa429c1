"""How tightly the operators bind what stands on both sides of them."""

COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
LEVELS = {
    "or": 1,
    "and": 2,
    "between": 3,
    "in": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "**": 6,
    "instance": 8,
    "[": 9,
    "(": 9,
    ".": 9,
    "...": 9,
}
LEVELS |= dict.fromkeys(COMPARISONS, 3)
NEGATION = 7
CONSTANTS = {"true": True, "false": False, "null": None}
