"""The one tree of errors that the domain raises; a door turns each class into its own kind of answer."""

from collections.abc import Mapping, Sequence

Texts = tuple[str, str]


class CaseworkError(Exception):
    """Something a person asked for can't be done; both texts name the thing and the way out."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"

    def text(self, language: str) -> str:
        """Return the message in `language` ("zh" or "en"); Chinese for any other."""
        return self.en if language.startswith("en") else self.zh


class NotFound(CaseworkError):
    """The thing does not exist, or not for this person: the two must look the same."""


class Forbidden(CaseworkError):
    """The person sees the thing but may not do this to it."""


class Conflict(CaseworkError):
    """Somebody else was first, or the thing has moved on since the person saw it."""


class Refused(CaseworkError):
    """A rule of the trade forbids the step; the message names the rule."""


class Invalid(CaseworkError):
    """What was sent does not fit; `fields` names each field with its texts."""

    def __init__(self, zh: str, en: str, fields: Mapping[str, Sequence[Texts]] | None = None) -> None:
        super().__init__(zh, en)
        self.fields = dict(fields or {})
