"""The papers of a case: looked at page by page, taken as PDF or as a Word file."""

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, g, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from casework import documents
from casework.cases import papers
from casework.cases.queries import case_for
from casework.definitions import library
from casework.errors import Refused
from webapp import fonts
from webapp.door import casework, work
from webapp.filters import came_from
from webapp.identity import needs
from webapp.language import choose, current_language

pages = Blueprint("papers", __name__, url_prefix="/cases")

_KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
}


@pages.get("/<case_no>/papers")
@needs("work", "supervise")
def index(case_no: str) -> str:
    """List the papers of a case, and show how one of them looks as filled today."""
    with work() as opened:
        case = case_for(opened, g.visitor.viewer, case_no)
        listed, offered = papers.papers(opened, case), papers.offered(opened, g.visitor.viewer, case)
        title = case.titled(library.opened(opened.session, case.release_id).called(case.process, case.process))
    chosen = next((one for one in offered if one.key == request.args.get("show")), offered[0] if offered else None)
    number, problem = 0, ""
    if chosen is not None:
        try:
            number = len(_pages(case_no, chosen.key))
        except Refused as error:
            problem = error.text(current_language())
    return render_template(
        "papers/index.html",
        case_no=case_no,
        title=title,
        papers=offered,
        withheld=len(listed) - len(offered),
        chosen=chosen,
        pages=number,
        problem=problem,
        back=came_from(url_for("cases.show", case_no=case_no)),
    )


@pages.get("/<case_no>/papers/<key>.<kind>")
@needs("work", "supervise")
def take(case_no: str, key: str, kind: str) -> Response:
    """Send a paper as filled today."""
    if kind not in ("pdf", "docx"):
        abort(404)
    paper, data = _filled(case_no, key)
    made = documents.write_docx(paper, data) if kind == "docx" else documents.write_pdf(paper, data, _fonts())
    name = f"{data['estate']}{choose(paper.title)}.{kind}"
    return _sent(made, kind, as_attachment=True, download_name=name)


@pages.get("/<case_no>/papers/<key>/<int:number>.png")
@needs("work", "supervise")
def page(case_no: str, key: str, number: int) -> Response:
    """Send the picture of one page, to be looked at."""
    made = _pages(case_no, key)
    if not 1 <= number <= len(made):
        abort(404)
    return _sent(made[number - 1], "png")


def _pages(case_no: str, key: str) -> list[bytes]:
    paper, data = _filled(case_no, key)
    return documents.write_pages(paper, data, _fonts())


def _filled(case_no: str, key: str) -> tuple[documents.Paper, dict[str, Any]]:
    with work() as opened:
        case = case_for(opened, g.visitor.viewer, case_no)
        paper = papers.paper(opened, g.visitor.viewer, case, key)
        return paper, papers.facts(opened, case, paper)


def _fonts() -> Any:
    return fonts.folder(casework().settings.home)


def _sent(made: bytes, kind: str, **how: Any) -> Response:
    response = send_file(BytesIO(made), mimetype=_KINDS[kind], **how)
    response.headers["Cache-Control"] = "private, no-store"
    return response
