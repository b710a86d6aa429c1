"""What was wrong, as the pages of votes tell it."""

from casework.errors import CaseworkError, Invalid
from webapp.answers import messages
from webapp.language import current_language


def by_field(error: CaseworkError | None) -> dict[str, list[str]]:
    """Return what is wrong with each field, in the language of the page."""
    return messages(error.fields, current_language()) if isinstance(error, Invalid) else {}


def problems(error: CaseworkError | None) -> list[tuple[str, str]]:
    """Return what is wrong as the summary shows it: the field's id, and the text."""
    if error is None:
        return []
    said = [(f"f-{name}" if name else "", text) for name, texts in by_field(error).items() for text in texts]
    return said or [("", error.text(current_language()))]
