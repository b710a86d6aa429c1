"""Templates hold no Chinese that would stay Chinese in English. That marked texts have their English: tests/webapp."""

import re

from casework.config import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
MARKED = re.compile(
    r"\{#.*?#\}|<!--.*?-->|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\bn?gettext\(.*?\)|\b_\((?:\"[^\"]*\"|'[^']*').*?\)"
    r"|\(\s*(?:\"[^\"]*\"|'[^']*')\s*,\s*(?:\"[^\"]*\"|'[^']*')\s*\)\s*\|\s*tx",
    re.DOTALL,
)
OWN_NAME = "'中文'"  # a language is offered under its own name


def test_templates_show_no_chinese_that_is_not_marked_for_translation() -> None:
    found = {}
    for path in sorted((ROOT / "webapp" / "templates").rglob("*.html")):
        left = MARKED.sub("", path.read_text(encoding="utf-8")).replace(OWN_NAME, "")
        lines = [line.strip() for line in left.splitlines() if CHINESE.search(line)]
        if lines:
            found[path.relative_to(ROOT).as_posix()] = lines
    assert found == {}
