"""Filling a template: nothing of it reaches the network or any file but those it came with."""

import json
import re
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import typst
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from casework.documents.catalogue import Paper
from casework.errors import Refused

FAMILIES = ("Noto Serif SC", "Noto Serif CJK SC")
"""The Chinese fonts a paper may be set in: as fetched, or as the machine has it."""
_PACKAGE = re.compile(r'"@\w+/')


class NoFont(Refused):
    """There is no Chinese font to set a PDF in."""

    def __init__(self) -> None:
        super().__init__(
            "缺少中文字体，不能生成 PDF；可先下载 Word 版，或请运维员安装 Noto Serif SC 字体。",
            "There is no Chinese font to make a PDF; take the Word file, or have an operator install Noto Serif SC.",
        )


def font_in(fonts: Path) -> str | None:
    """Return the Chinese font that is found in a folder or on the machine; None without any."""
    known = set(typst.Fonts(include_embedded_fonts=False, font_paths=_folders(fonts)).families())
    return next((family for family in FAMILIES if family in known), None)


def write_pdf(paper: Paper, data: Mapping[str, Any], fonts: Path) -> bytes:
    """Return a paper as PDF/A. Raises NoFont without a Chinese font, Refused for a template that can't be filled."""
    return _compiled(paper, data, fonts, format="pdf", pdf_standards="a-2b")[0]


def write_pages(paper: Paper, data: Mapping[str, Any], fonts: Path) -> list[bytes]:
    """Return the pages of a paper as pictures, to be looked at. Raises as `write_pdf` does."""
    return _compiled(paper, data, fonts, format="png", ppi=110.0)


def write_docx(paper: Paper, data: Mapping[str, Any]) -> bytes:
    """Return a paper as a Word file. Raises Refused for a template that can't be filled."""
    template = DocxTemplate(BytesIO(_template(paper, "docx")))
    places = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        template.render(dict(data), jinja_env=places, autoescape=True)
    except TemplateError as wrong:
        raise _unfit(paper, str(wrong)) from wrong
    written = BytesIO()
    template.save(written)
    return written.getvalue()


def _compiled(paper: Paper, data: Mapping[str, Any], fonts: Path, **how: Any) -> list[bytes]:
    family = font_in(fonts)
    if family is None:
        raise NoFont
    main = _template(paper, "typ")
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in paper.files.items():
            if name.endswith(".typ"):
                if _PACKAGE.search(raw.decode()):
                    raise _unfit(paper, f"{name}: @")
                (Path(folder) / name).write_bytes(raw)
        try:
            made = cast(
                "bytes | list[bytes]",
                typst.compile(
                    main,
                    root=folder,
                    font_paths=_folders(fonts),
                    sys_inputs={"data": json.dumps(data, ensure_ascii=False), "font": family},
                    **how,
                ),
            )
        except typst.TypstError as wrong:
            raise _unfit(paper, wrong.message) from wrong
    return made if isinstance(made, list) else [made]


def _folders(fonts: Path) -> list[str]:
    return [str(fonts)] if fonts.is_dir() else []


def _template(paper: Paper, suffix: str) -> bytes:
    raw = paper.files.get(f"{paper.key}.{suffix}")
    if raw is None:
        raise _unfit(paper, f"{paper.key}.{suffix}")
    return raw


def _unfit(paper: Paper, why: str) -> Refused:
    return Refused(
        f"文书「{paper.title[0]}」的模板不能使用（{why}），请告诉流程设计员。",
        f"The template of “{paper.title[1]}” can't be used ({why}); tell the process designer.",
    )
