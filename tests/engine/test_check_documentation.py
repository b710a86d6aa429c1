"""Designers can look up every rule, and the page tells of no rule that does not exist."""

import re
from pathlib import Path

import pytest

from casework.engine.checks.rules import RULES
from casework.engine.checks.unsupported import NOT_YET

PAGE = Path(__file__).parents[2] / "docs" / "check-rules.md"
ROW = re.compile(r"^\| `(\w+)` \| \S+ (\w+) \| (.+) · (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, str, str]]:
    return {rule: (severity, zh, en) for rule, severity, zh, en in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_every_rule_is_documented(rows: dict[str, tuple[str, str, str]]) -> None:
    assert set(rows) == set(RULES)


def test_each_rule_is_documented_with_its_gravity_in_both_languages(rows: dict[str, tuple[str, str, str]]) -> None:
    assert {rule: row[0] for rule, row in rows.items()} == RULES
    assert all(re.search("[\u4e00-\u9fff]", zh) for _, zh, _ in rows.values())
    assert all(re.fullmatch(r"[ -~’…]+", en) for _, _, en in rows.values())


def test_the_page_lists_exactly_what_does_not_run_yet() -> None:
    listed = re.findall(r"^- (.+) · (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(zh, en) for _, _, zh, en in NOT_YET]
