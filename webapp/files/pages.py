"""Attachments: who may see what they belong to may open them; only our own pictures show inside a page."""

from flask import Blueprint, g, request, send_file
from werkzeug.wrappers import Response

from casework import attachments
from webapp.door import work
from webapp.identity import public

pages = Blueprint("files", __name__, url_prefix="/files")


@pages.get("/<int:file_id>")
@public
def show(file_id: int) -> Response:
    """Send a file, or its small picture; to everybody else it does not exist."""
    with work() as opened:
        small = request.args.get("size") == "small"
        found = attachments.open_file(opened, file_id, g.visitor.viewer, small=small)
    return sent(found)


def sent(found: attachments.OpenFile) -> Response:
    """Send an open file so that no browser runs it."""
    response = send_file(
        found.stream, mimetype=found.media_type, as_attachment=not found.inline, download_name=found.name
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
