"""The OpenAPI document says what the API does, and its page needs nothing from elsewhere."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask

from tests.webapp.api.county import Caller, County
from webapp.api import problems

TYPES = {"string", "integer", "number", "boolean", "array", "object"}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def told(county: County) -> dict[str, Any]:
    """The document as anybody gets it."""
    came = county.caller().get("/openapi.json")
    assert came.status_code == 200
    return dict(came.json or {})


def calls(told: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], list[Mapping[str, Any]]]]:
    for path, item in told["paths"].items():
        for method in ("get", "post", "put", "delete", "patch"):
            if method in item:
                yield path, method, item[method], [*item.get("parameters", ()), *item[method].get("parameters", ())]


def schemas(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if "$ref" in value or isinstance(value.get("type"), str):
            yield value
        for inner in value.values():
            yield from schemas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas(inner)


def test_the_document_is_sound(told: dict[str, Any]) -> None:
    assert told["openapi"] == "3.0.3"
    assert told["info"]["title"]
    seen: set[str] = set()
    for path, method, call, parameters in calls(told):
        assert call["operationId"] not in seen, call["operationId"]
        seen.add(call["operationId"])
        assert any(status.startswith("2") for status in call["responses"]), path
        named = {one["name"] for one in parameters if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path
        assert all(one["required"] for one in parameters if one["in"] == "path")
        assert ("requestBody" in call) == (method == "post"), path
        assert {one["name"] for one in told["tags"]} >= set(call["tags"])
    for schema in schemas({"paths": told["paths"], "components": told["components"]["schemas"]}):
        if "$ref" in schema:
            _, first, second, name = schema["$ref"].split("/")
            assert name in told[first][second], schema["$ref"]
        elif schema["type"] not in {"http"}:
            assert schema["type"] in TYPES, schema
            assert schema["type"] != "array" or "items" in schema


def test_every_route_of_the_api_is_in_the_document(county: County, told: dict[str, Any]) -> None:
    app: Flask = county.app
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith("api_pages.")
    }
    assert routes == {(path, method) for path, method, _, _ in calls(told)}


def test_every_call_is_told_in_both_languages_and_takes_an_idempotency_key(told: dict[str, Any]) -> None:
    for path, method, call, parameters in calls(told):
        zh, _, en = call["summary"].partition(" · ")
        assert CHINESE.search(zh), path
        assert en, path
        assert not CHINESE.search(en), path
        keyed = "Idempotency-Key" in {one["name"] for one in parameters}
        assert keyed == (method == "post" and path not in {"/api/v1/tokens", "/api/v1/tokens/systems"}), path


def test_bodies_are_closed_and_secrets_are_never_given_out(told: dict[str, Any]) -> None:
    shapes = told["components"]["schemas"]
    for name in ("ReportIn", "CompleteIn", "OrderIn", "SignInIn"):
        assert shapes[name]["additionalProperties"] is False
    assert shapes["SignInIn"]["properties"]["password"]["writeOnly"] is True
    assert shapes["OrderIn"]["properties"]["phone"]["writeOnly"] is True


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_lists_every_call_and_loads_nothing_from_elsewhere(
    anybody: Caller, told: dict[str, Any], language: str
) -> None:
    came = anybody.get("/", Accept_Language=language)
    assert came.status_code == 200
    for path, _, call, _ in calls(told):
        assert path in came.text
        assert call["summary"].split(" · ")[1] in came.text.replace("&#39;", "'")
    assert not re.search(r'(?:src|href)="(?:https?:)?//', came.text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", came.text)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Unknown field.", "没有这一项"),
        ("Length must be between 5 and 2000.", "长度为 5 至 2000"),
        ("Must be one of: a, b.", "可选：a, b"),
        ("Something quite new.", "值不对"),
    ],
)
def test_what_the_schema_library_says_is_told_in_chinese_too(english: str, chinese: str) -> None:
    assert problems.faults({"json": {"x": [english]}}) == {"x": [(chinese, english.rstrip("."))]}
