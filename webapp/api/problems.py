"""One shape for everything that goes wrong: {code, message: {zh, en}, fields, newest}."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, NotFound, Refused, Texts

STATUS: Mapping[type[CaseworkError], tuple[int, str]] = {
    NotFound: (404, "not_found"),
    Forbidden: (403, "forbidden"),
    Conflict: (409, "conflict"),
    Refused: (422, "refused"),
    Invalid: (422, "invalid"),
    CaseworkError: (400, "bad_request"),
}

SAID: Mapping[int, tuple[str, Texts]] = {
    400: ("bad_request", ("请求的格式不对", "The request is not well formed")),
    401: ("unauthorised", ("请先登录，或令牌已失效", "Sign in first, or the token has ended")),
    403: ("scope_missing", ("令牌没有这个范围", "The token lacks the scope for this")),
    404: ("not_found", ("没有这个地址，或不归您查看", "There is no such thing, or it is not yours to see")),
    405: ("method_not_allowed", ("这个地址不能这样调用", "This address can't be called this way")),
    406: ("not_acceptable", ("只能返回 JSON", "Only JSON is given out")),
    409: ("conflict", ("已经有人先办了", "Somebody was first")),
    413: ("too_large", ("内容太大了", "This is too large")),
    415: ("unsupported_media_type", ("请以 JSON 发送", "Send it as JSON")),
    422: ("invalid", ("有几处需要修改", "Some values need another look")),
    429: ("too_many_requests", ("太频繁了，请稍后再试", "Too many requests; try again later")),
    500: ("internal_error", ("系统出错了，已经记录", "Something broke; it has been recorded")),
    503: ("unavailable", ("暂时不可用", "Not available at the moment")),
}

# What the schema library says, and the same in Chinese; what is not here is told in general words.
_CHINESE: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), zh)
    for pattern, zh in (
        (r"Unknown field\.", "没有这一项"),
        (r"Missing data for required field\.", "必填"),
        (r"Field may not be null\.", "不能为空"),
        (r"Not a valid string\.", "应为文字"),
        (r"Not a valid integer\.", "应为整数"),
        (r"Not a valid number\.", "应为数字"),
        (r"Not a valid boolean\.", "应为 true 或 false"),
        (r"Not a valid (?:aware )?datetime\.", "应为带时区的时间"),
        (r"Not a valid date\.", "应为日期"),
        (r"Not a valid list\.", "应为列表"),
        (r"Not a valid mapping type\.", "应为对象"),
        (r"Not a valid file\.", "应为文件"),
        (r"Invalid input type\.", "应为对象"),
        (r"Invalid value\.", "值不对"),
        (r"Invalid JSON body\.", "不是完整的 JSON"),
        (r"Length must be between (\d+) and (\d+)\.", r"长度为 \1 至 \2"),
        (r"Longer than maximum length (\d+)\.", r"最多 \1"),
        (r"Shorter than minimum length (\d+)\.", r"至少 \1"),
        (r"Length must be (\d+)\.", r"长度应为 \1"),
        (r"Must be one of: (.+)\.", r"可选：\1"),
        (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", r"应为 \1 至 \2"),
        (r"Must be greater than or equal to (\S+)\.", r"至少 \1"),
        (r"Must be less than or equal to (\S+)\.", r"最多 \1"),
        (r"String does not match expected pattern\.", "格式不对"),
    )
)

Faults = Mapping[str, Sequence[Texts]]


def problem(
    status: int,
    code: str,
    message: Texts,
    fields: Faults | None = None,
    newest: Mapping[str, Any] | None = None,
) -> Response:
    """Return the answer that says what went wrong, in both languages; `newest` is how the thing stands now."""
    said: dict[str, Any] = {
        "code": code,
        "message": {"zh": str(message[0]), "en": str(message[1])},
        "fields": {
            name: [{"zh": str(zh), "en": str(en)} for zh, en in texts] for name, texts in (fields or {}).items()
        },
    }
    if newest is not None:
        said["newest"] = dict(newest)
    response = jsonify(said)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="banjie"'
    return response


def of_domain(error: CaseworkError, newest: Mapping[str, Any] | None = None) -> Response:
    """Return the answer to what the domain refused."""
    status, code = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    fields = error.fields if isinstance(error, Invalid) else None
    return problem(status, code, (error.zh, error.en), fields, newest)


def of_http(error: HTTPException) -> Response:
    """Return the answer to a request that did not get as far as the domain."""
    status = error.code or 500
    code, message = SAID.get(status, (error.name.lower().replace(" ", "_"), (error.name, error.name)))
    sent = getattr(error, "data", None) or {}
    response = problem(status, code, message, faults(sent.get("messages") or {}))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def faults(messages: Mapping[str, Any]) -> Faults:
    """Return what the schema library found wrong, by field, in both languages; places in lists are "files.0"."""
    found: dict[str, list[Texts]] = {}
    for told in messages.values():  # by where it was: json, query, files
        _gather(told, "", found)
    return found


def _gather(told: Any, name: str, found: dict[str, list[Texts]]) -> None:
    if isinstance(told, Mapping):
        for key, inner in told.items():
            own = "" if key == "_schema" else str(key)
            _gather(inner, ".".join(part for part in (name, own) if part), found)
    elif isinstance(told, list):
        for one in told:
            _gather(one, name, found)
    else:
        found.setdefault(name or "body", []).append(_both(str(told)))


def _both(english: str) -> Texts:
    for pattern, zh in _CHINESE:
        match = pattern.fullmatch(english)
        if match is not None:
            return match.expand(zh), english.rstrip(".")
    return "值不对", english.rstrip(".")
