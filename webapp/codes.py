"""Pictures that a phone reads from paper: the address of a page of this site, and of no other."""

from io import BytesIO

import segno
from flask import Blueprint, abort, request, send_file
from werkzeug.wrappers import Response

from webapp.identity import public, safe_back

pages = Blueprint("codes", __name__)

LONGEST = 200
"""Characters of a path: what fits a picture that a phone still reads from a wall."""


@pages.get("/code.svg")
@public
def code() -> Response:
    """Draw the address of the page that `to` names."""
    path = safe_back(request.args.get("to", "")[: LONGEST + 1], "")
    if not path or len(path) > LONGEST:
        abort(404)
    drawn = BytesIO()
    made = segno.make_qr(request.host_url.rstrip("/") + path, error="m")
    made.save(drawn, kind="svg", border=2, light="#fff", xmldecl=False)
    drawn.seek(0)
    return send_file(drawn, "image/svg+xml")
