"""Every text of the pages has its English."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from webapp.sign_in import visitors
from webapp.visiting import NavEntry

WEBAPP = Path(__file__).parents[2] / "webapp"
METHODS = [("ui/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
PLACE = re.compile(r"%\((\w+)\)s")


def _texts() -> set[str]:
    found = extract_from_dir(str(WEBAPP), method_map=METHODS, keywords={"_": None, "gettext": None})
    labels = {entry.label for entry in vars(visitors).values() if isinstance(entry, NavEntry)}
    return {
        message if isinstance(message, str) else message[0] for _file, _line, message, _comments, _context in found
    } | labels


def _english() -> dict[str, str]:
    with (WEBAPP / "translations/en/LC_MESSAGES/messages.po").open("rb") as source:
        return {str(one.id): str(one.string) for one in read_po(source, locale="en") if one.id}


def test_every_text_has_its_english_and_no_english_is_left_over() -> None:
    texts, english = _texts(), _english()
    assert {text for text in texts if not english.get(text)} == set()
    assert set(english) - texts == set()


def test_english_names_the_same_places_and_has_no_chinese_left() -> None:
    for chinese, english in _english().items():
        assert sorted(PLACE.findall(chinese)) == sorted(PLACE.findall(english)), chinese
        assert not re.search(r"[\u4e00-\u9fff]", english), english
