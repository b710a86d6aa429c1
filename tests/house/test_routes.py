"""Every page and every verb of the API is guarded, unless it stands here as open to everybody."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from casework import bootstrap
from casework.config import Settings
from casework.persistence import Database
from webapp import WebSettings, create_app

#: What anybody may open. A new entry is a decision: it is made here, not by forgetting a guard.
OPEN = {
    "board.find",
    "codes.code",
    "residents.details",
    "residents.home",
    "residents.report",
    "residents.track_form",
    "sign_in.enter",
    "sign_in.form",
    "sign_in.language",
    "sign_in.leave",
    "static",
    "votes.find",
    "votes.result",
    "votes.script",
}

#: What any program may call: the document, reporting with its files, and signing in.
OPEN_TO_PROGRAMS = {
    "api_pages.document",
    "api_pages.reference",
    "reports_api.report",
    "tasks_api.upload",
    "tokens_api.sign_in",
    "votes_api.box",
    "votes_api.receipt",
    "votes_api.result",
}

#: What asks by itself for a secret that a stranger does not have: a case code with its PIN, a receipt, a file's owner.
#: So does what everybody may see once it exists: the board of an estate, a paper that hangs on it.
BY_SECRET = {
    "board.notice",
    "board.paper",
    "board.show",
    "files.show",
    "residents.add",
    "residents.answer",
    "residents.file",
    "residents.rate",
    "residents.receipt",
    "residents.reopen",
    "residents.track",
    "residents.withdraw",
    "sign_in.demonstration",
}


@pytest.fixture(scope="module")
def app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = Settings(database_url=database.url, home=tmp_path_factory.mktemp("home"), master_key="00" * 32)
    made = create_app(bootstrap.build(settings, database=database), WebSettings(secret_key="t" * 64, testing=True))
    made.config["WTF_CSRF_ENABLED"] = False  # what is left to stop a stranger is the guard alone
    return made


def answers(app: Flask) -> Iterator[tuple[str, str, int, str]]:
    """Ask for every path by every method as a stranger; yield what came: endpoint, request, status, where it leads."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = _path(app, rule)
            came = app.test_client().open(path, method=method)
            yield rule.endpoint, f"{method} {path}", came.status_code, urlsplit(came.location or "").path


def _path(app: Flask, rule: Rule) -> str:
    values = {
        name: 999_999 if isinstance(rule._converters[name], IntegerConverter) else "absent" for name in rule.arguments
    }
    with app.test_request_context():
        built = rule.build(values)
    assert built
    return built[1]


def test_a_stranger_is_sent_to_the_door_or_told_that_there_is_nothing(app: Flask) -> None:
    wrong = []
    for endpoint, request, status, leads in answers(app):
        if endpoint in OPEN | OPEN_TO_PROGRAMS:
            continue
        turned_away = status in {401, 404} or (status == 302 and leads in {"/sign-in", "/track", "/report"})
        if not turned_away:
            wrong.append((request, status))
    assert wrong == []


def test_a_guarded_page_sends_a_stranger_to_the_door_even_for_what_does_not_exist(app: Flask) -> None:
    wrong = []
    for endpoint, request, status, leads in answers(app):
        if endpoint in OPEN | OPEN_TO_PROGRAMS | BY_SECRET:
            continue
        if status != 401 and (status, leads) != (302, "/sign-in"):
            wrong.append((request, status))
    assert wrong == []


def test_every_page_says_who_it_is_for(app: Flask) -> None:
    """A page without a mark has forgotten its guard, whatever it happens to answer today."""
    marks = {
        name: getattr(view, "needs", None) for name, view in app.view_functions.items() if not _for_programs(app, name)
    }
    marks.pop("static")
    assert {name for name, needs in marks.items() if needs is None} == set()
    assert {name for name, needs in marks.items() if needs == ()} == (OPEN - {"static"}) | BY_SECRET


def _for_programs(app: Flask, endpoint: str) -> bool:
    return all(rule.rule.startswith("/api") for rule in app.url_map.iter_rules(endpoint))


def test_what_is_listed_as_open_exists(app: Flask) -> None:
    assert set(app.view_functions) >= OPEN | OPEN_TO_PROGRAMS | BY_SECRET
