"""The shapes of reports: what residents send, and what they are told in plain words."""

from marshmallow import fields, validate

from webapp.api.shapes import Clock, Entry, Law, Shape, both, moment, number, tokens, words


class ReportIn(Shape):
    """A report. The process's own form checks the values; `details` answers what the form asks further."""

    estate = number(required=True)
    text = words(2000, shortest=5, required=True)
    category = words(60, required=True)
    cause = words(60, required=True)
    danger = words(60, load_default="none")
    part = words(20, required=True)
    place = words(200, load_default="")
    occurred_at = moment(load_default=None, allow_none=True)
    anonymous = fields.Boolean(load_default=False)
    confidential = fields.Boolean(load_default=False)
    callback_wanted = fields.Boolean(load_default=True)
    phone = words(20, load_default=None, allow_none=True)
    media = tokens(9)
    details = fields.Dict(keys=words(60, shortest=1), values=fields.Raw(allow_none=True), load_default=dict)
    channel = fields.String(load_default="mini_program", validate=validate.OneOf(["mini_program", "portal"]))


class ReceiptOut(Shape):
    """What the reporter keeps."""

    code = fields.String()
    pin = fields.String()
    case_no = fields.String()


class Question(Shape):
    """Something that the resident is asked; `form` is a form-js schema."""

    task = fields.Integer()
    version = fields.Integer()
    title = both()
    form = fields.Dict()


class Who(Shape):
    """Who has the case now, and as what."""

    role = both()
    name = both()


class Step(Shape):
    """One step on the way. `state`: done, now or next."""

    name = both()
    state = fields.String()


class Addition(Shape):
    """What was added in words later."""

    at = moment()
    text = fields.String()


class ReportOut(Shape):
    """A report in plain words: where it stands, by when an answer comes, who has it, what happened."""

    code = fields.String()
    title = both()
    state = both()
    says = both()
    steps = fields.List(fields.Nested(Step))
    promised = moment(allow_none=True)
    mark = fields.String()
    law = fields.Nested(Law, allow_none=True)
    who = fields.List(fields.Nested(Who))
    phone = fields.String()
    clocks = fields.List(fields.Nested(Clock))
    timeline = fields.List(fields.Nested(Entry))
    questions = fields.List(fields.Nested(Question))
    may_rate = fields.Boolean()
    may_withdraw = fields.Boolean()
    may_reopen = fields.Boolean()
    may_add = fields.Boolean()
    additions = fields.List(fields.Nested(Addition))


class ReportRow(Shape):
    """One of one's own reports in a list."""

    code = fields.String(attribute="no")
    title = both()
    place = fields.String()
    state = both()
    promised = moment(allow_none=True)
    mark = fields.String()
    asks = fields.Boolean()


class ReportPage(Shape):
    """One page of one's own reports, newest first."""

    items = fields.List(fields.Nested(ReportRow))
    after = fields.String(allow_none=True)


class AnswerIn(Shape):
    """The answers to a question; `files` are tokens of uploads, by field."""

    version = number(required=True)
    answers = fields.Dict(keys=words(60, shortest=1), values=fields.Raw(allow_none=True), required=True)
    files = fields.Dict(keys=words(60, shortest=1), values=tokens(), load_default=dict)


class RatingIn(Shape):
    """A rating of the result; 1 and 2 bring a second round."""

    score = fields.Integer(strict=True, required=True, validate=validate.Range(1, 5))
    text = words(2000, load_default="")


class AdditionIn(Shape):
    """What is added to a running case: words, `media` as tokens of uploads, or both."""

    text = words(2000, load_default="")
    media = tokens(9)


class AgainIn(Shape):
    """What is still wrong, or wrong again."""

    text = words(2000, shortest=5, required=True)
    media = tokens(9)
