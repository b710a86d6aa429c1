"""One call of the API, said in one place: its address, who may, what goes in and what comes out."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema

from webapp.api.bearer import opens
from webapp.api.replaying import PARAMETER

View = Callable[..., Any]
JSON = "application/json"
FILES = "multipart/form-data"


class Calls(Blueprint):
    """A group of calls under one address."""

    def call(
        self,
        method: str,
        rule: str,
        summary: str,
        *,
        gives: type[Schema],
        scope: str | None,
        public: bool = False,
        takes: type[Schema] | None = None,
        sends: str = JSON,
        status: int = 200,
        also: Mapping[int, str] | None = None,
        secret: Mapping[str, Any] | None = None,
        repeats: bool = True,
    ) -> Callable[[View], View]:
        """Make a function a call. Who calls is known before anything is read; unknown fields are refused everywhere.

        `scope` is what a token must open; `public` lets people without one in, `secret` those who send that header.
        `also` are further statuses with what they mean; `repeats` says that the same Idempotency-Key has one effect.
        """
        header = str(secret["name"]) if secret else None
        parameters = [*([secret] if secret else []), *([PARAMETER] if method == "POST" and repeats else [])]

        def made(view: View) -> View:
            said = {
                "operationId": f"{self.name.removesuffix('_api')}_{view.__name__}",
                "summary": summary,
                "parameters": parameters,
            }
            if public or secret:
                said["security"] = [{"bearer": []}, {}]
            told = self.doc(**said)(view)
            for code, meaning in (also or {}).items():
                shape = {"schema": gives} if code < 400 else {"success": False}
                told = self.alt_response(code, description=meaning, **shape)(told)
            told = self.response(status, gives)(told)
            if takes is not None and method == "GET":
                told = self.arguments(takes, location="query", unknown="raise")(told)
            elif takes is not None:
                told = self.arguments(takes, location="files" if sends == FILES else "json")(told)
            self.add_url_rule(
                rule, None, opens(scope, public=public, secret=header, sends=sends)(told), methods=[method]
            )
            return view

        return made
