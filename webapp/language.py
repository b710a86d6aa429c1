"""Which of the two languages a page speaks, and the catalogue that turns the Chinese of the source into English."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request, session
from flask_babel import Babel, Domain, gettext, ngettext

LANGUAGES = ("zh", "en")
CATALOGUES = Path(__file__).parent / "translations"


class Catalogue(Domain):
    """The texts of the pages: Chinese is the source, English is compiled in memory from its .po file."""

    def __init__(self) -> None:
        super().__init__()
        self._translations = {"zh": NullTranslations(), "en": read_catalogue("en")}

    def get_translations(self) -> NullTranslations:
        """Return the texts of the request's language."""
        return self._translations[current_language()]


def read_catalogue(language: str) -> Translations:
    """Compile the .po file of `language`; needs no gettext programs."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(fp=compiled)


def current_language() -> str:
    """Return "zh" or "en": what was switched to here, else the account's, else what was spoken here before, else the
    browser's; Chinese where none of them is known.
    """
    if "language" not in g:
        visitor = g.get("visitor")
        chosen = session.get("language") or (visitor.language if visitor else None) or session.get("spoken")
        g.language = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, default="zh")
    return str(g.language)


def install(app: Flask) -> None:
    """Give the templates `_()` and `language()`."""
    babel = Babel(
        app,
        default_locale="zh",
        locale_selector=lambda: "zh_CN" if current_language() == "zh" else "en",
    )
    babel.domain_instance = Catalogue()
    app.jinja_env.install_gettext_callables(gettext=gettext, ngettext=ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["language"] = current_language


def english() -> bool:
    """Say whether the page speaks English."""
    return current_language() == "en"


def choose(texts: tuple[str, str] | str | None) -> str:
    """Return the half of a (Chinese, English) pair that the page speaks; a person's own words stay as they are."""
    if texts is None:
        return ""
    if isinstance(texts, str):
        return texts
    return texts[0] if current_language() == "zh" else (texts[1] or texts[0])
