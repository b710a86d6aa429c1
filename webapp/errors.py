"""One table from what the domain raises to what the door answers."""

import logging

from flask import Flask, Response, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from casework.errors import CaseworkError, Conflict, Forbidden, Invalid, NotFound, Refused
from webapp.api.problems import of_domain, of_http
from webapp.language import current_language

LOG = logging.getLogger(__name__)

STATUS: dict[type[CaseworkError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Refused: 422,
    Invalid: 422,
    CaseworkError: 400,
}

TITLES = {
    400: _("这个请求看不懂"),
    403: _("您不能这样做"),
    404: _("没有找到这一页"),
    405: _("不能这样打开这一页"),
    409: _("已经有人先办了"),
    413: _("文件太大了"),
    422: _("这一步不能这样办"),
    429: _("太频繁了，请稍后再试"),
    500: _("系统出错了"),
    503: _("暂时不可用"),
}

ADVICE = {
    400: _("请返回上一页，刷新后再试一次。"),
    403: _("如果您认为应该可以，请联系您单位的管理员。"),
    404: _("可能是地址不对，也可能不在您的辖区之内。"),
    405: _("请从页面上的按钮进入。"),
    409: _("您填写的内容没有丢失，请返回查看最新情况。"),
    413: _("单张照片不超过 10 MB，单个视频不超过 100 MB。"),
    422: _("请按提示修改后再试。"),
    429: _("为防止滥用，短时间内的次数有限制。"),
    500: _("已经记录下来，请稍后再试。您已提交的内容不会丢失。"),
    503: _("请稍后再试。"),
}


def status_of(error: CaseworkError) -> int:
    """Return the status of the nearest class of the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def wants_json() -> bool:
    """Say whether the caller is a program."""
    return request.path.startswith("/api/")


def page(status: int, message: str | None = None) -> Response:
    """Render the error page in the reader's language."""
    title = TITLES.get(status, TITLES[400])
    advice = message or ADVICE.get(status, ADVICE[400])
    body = render_template("errors/error.html", status=status, heading=title, advice=advice)
    return make_response(body, status)


def install(app: Flask) -> None:
    """Give every error its page."""

    @app.errorhandler(CaseworkError)
    def domain_error(error: CaseworkError) -> Response:
        return of_domain(error) if wants_json() else page(status_of(error), error.text(current_language()))

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> Response:
        return page(400, str(_("页面放得太久了，请返回上一页刷新后再提交。")))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if wants_json():
            return of_http(error)
        response = page(error.code or 500)
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After", "Location"}:
                response.headers[name] = value
        return response

    @app.errorhandler(500)
    def broken(error: HTTPException) -> Response:
        LOG.error("unhandled error on %s", request.endpoint, exc_info=getattr(error, "original_exception", None))
        return of_http(error) if wants_json() else page(500)
