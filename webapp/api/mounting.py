"""Putting the API into the web door: its blueprints, its document, and the page that lists it."""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask_smorest import Api
from flask_wtf.csrf import CSRFProtect

from webapp.api import cases, hotline, notices, reports, statistics, stepping_in, tasks, tokens, votes
from webapp.api.shapes import Problem
from webapp.identity import public

PREFIX = "/api/v1"
BLUEPRINTS = (
    tokens.api,
    reports.api,
    tasks.api,
    cases.api,
    stepping_in.api,
    notices.api,
    votes.api,
    statistics.api,
    hotline.api,
)
METHODS = ("get", "post")
_ABOUT = (
    "与页面相同的办理动作、相同的权限。凡写入都须用令牌（Authorization: Bearer …），Cookie 不起作用。\n\n"
    "The same verbs and permissions as the pages. Every write needs a token (Authorization: Bearer …); cookies open "
    "nothing."
)

pages = Blueprint("api_pages", __name__, url_prefix=PREFIX)


class _Documented(Api):
    """The document of the API; what goes wrong is told by the house's own handlers."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leave errors to `webapp.errors`, which speaks both languages."""


def mount(app: Flask, csrf: CSRFProtect) -> None:
    """Add the API to the door. Its calls carry tokens, never cookies, so no form key is asked of them."""
    app.config.update(
        API_TITLE="办结 Banjie",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        API_SPEC_OPTIONS={
            "info": {"description": _ABOUT},
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
            "security": [{"bearer": []}, {}],
        },
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese as people read it
    made = _Documented(app)
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        made.register_blueprint(blueprint)
    app.register_blueprint(pages)
    app.extensions["api_document"] = made.spec.to_dict()


@pages.get("/openapi.json")
@public
def document() -> Response:
    """Give out the OpenAPI document."""
    return jsonify(current_app.extensions["api_document"])


@pages.get("/")
@public
def reference() -> str:
    """List every call with its fields; nothing on the page comes from elsewhere."""
    told = current_app.extensions["api_document"]
    return render_template("api/reference.html", api=told, groups=_groups(told), schemas=told["components"]["schemas"])


def _groups(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the calls by their tags, in the order of the document."""
    groups = {tag["name"]: {"about": tag["description"], "name": tag["name"], "calls": []} for tag in told["tags"]}
    for path, item in told["paths"].items():
        for method in METHODS:
            if method in item:
                call = {**item[method], "path": path, "method": method.upper()}
                call["parameters"] = [*item.get("parameters", ()), *call.get("parameters", ())]
                groups[call["tags"][0]]["calls"].append(call)
    return list(groups.values())
