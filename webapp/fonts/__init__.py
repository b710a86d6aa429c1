"""The Chinese font of printed papers: the machine's own, or fetched by the committed lock when it is first needed."""

import os
import shutil
import tempfile
from pathlib import Path

from casework.documents.writing import font_in
from webapp.assets import NotBuilt, npm

HERE = Path(__file__).parent
_LISTS = ("package.json", "package-lock.json")
_LEFT_OUT = ("ExtraLight", "Light", "Medium", "SemiBold", "ExtraBold", "Black")


def folder(home: Path) -> Path:
    """Return the folder of fonts below `home`, filled if neither it nor the machine has a Chinese font.

    Where the font can't be fetched the folder stays as it is: the paper then says what is missing.
    """
    fonts = home / "fonts"
    if font_in(fonts) is None:
        try:
            _fetch(fonts)
        except NotBuilt:
            return fonts
    return fonts


def _fetch(fonts: Path) -> None:
    """Fetch beside, then move into place: whoever looks meanwhile finds all of it or nothing."""
    fonts.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=fonts.parent) as fresh:
        for name in _LISTS:
            shutil.copy(HERE / name, fresh)
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=Path(fresh))
        fonts.mkdir(exist_ok=True)
        for found in sorted(Path(fresh).rglob("*.ttf")):
            if not found.stem.endswith(_LEFT_OUT):
                os.replace(found, fonts / found.name)
