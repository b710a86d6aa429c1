"""The shapes of what goes in and out: unknown fields are refused, every text comes in both languages."""

from typing import Any

from marshmallow import RAISE, Schema, fields, pre_dump, validate

MOST_ID = 2**63 - 1


class Shape(Schema):
    """A body or an answer; a field it does not know is an error."""

    class Meta:
        """Refuse what is not there."""

        unknown = RAISE


class Both(Shape):
    """One text in both languages; somebody's own words are the same in both."""

    zh = fields.String()
    en = fields.String()

    @pre_dump
    def pair(self, said: Any, **_: Any) -> Any:
        """Take a (Chinese, English) pair, or one text for both."""
        if isinstance(said, str):
            return {"zh": said, "en": said}
        return {"zh": said[0], "en": said[1] or said[0]} if isinstance(said, tuple | list) else said


class Problem(Shape):
    """What went wrong; `newest` tells how the thing stands now when somebody was first."""

    code = fields.String(required=True)
    message = fields.Nested(Both, required=True)
    fields_ = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(Both)), data_key="fields")
    newest = fields.Dict(keys=fields.String())


class Nothing(Shape):
    """An empty body, or {}."""


class Done(Shape):
    """It is done."""

    done = fields.Boolean()


def both(**more: Any) -> fields.Nested:
    """Return a field that holds a text in both languages."""
    return fields.Nested(Both, **more)


def number(**more: Any) -> fields.Integer:
    """Return a field that holds an id or a count."""
    return fields.Integer(strict=True, validate=validate.Range(0, MOST_ID), **more)


def words(longest: int, *, shortest: int = 0, **more: Any) -> fields.String:
    """Return a field that holds a text of some length."""
    return fields.String(validate=validate.Length(shortest, longest), **more)


def moment(**more: Any) -> fields.AwareDateTime:
    """Return a field that holds an instant with its offset."""
    return fields.AwareDateTime(format="iso", **more)


def tokens(most: int = 20) -> fields.List[str]:
    """Return a field that holds the tokens of uploaded files."""
    return fields.List(words(64, shortest=1), validate=validate.Length(0, most), load_default=list)


class Law(Shape):
    """Why a date is what it is: the rule in a line, and the article behind it."""

    summary = both()
    article = both()


class Clock(Shape):
    """One time limit. `mark`: "", soon, over, hold, prov or done."""

    name = fields.String()
    title = both()
    started = moment()
    due = moment(allow_none=True)
    mark = fields.String()
    law = fields.Nested(Law, allow_none=True)
    paused_since = moment(allow_none=True)
    pause_reason = both(allow_none=True)
    stopped = moment(allow_none=True)
    leading = fields.Boolean()


class Entry(Shape):
    """One thing that happened. `kind`: ok (a person), auto (the system), up (escalated), now, next."""

    kind = fields.String()
    what = both()
    at = moment(allow_none=True)
    detail = both(allow_none=True)


class AfterQuery(Shape):
    """Where a list goes on."""

    after = words(80, load_default=None)


class Reason(Shape):
    """Why something is taken back."""

    reason = words(500, shortest=1, required=True)
