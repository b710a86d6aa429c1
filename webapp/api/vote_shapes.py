"""The shapes of owners' votes: what goes in and what comes out of their calls."""

from typing import Any

from marshmallow import fields, post_dump, validate

from webapp.api.shapes import Shape, both, moment, number

MOST_PAPERS = 500
_CHOICES = "按事项序号：for、against、abstain，或候选人的 key · By item number: a word, or keys of candidates"


class FlatOut(Shape):
    """A flat with its exact area and the number of its ballot."""

    name = both()
    area = fields.Decimal(places=2, as_string=True)
    ballot_no = fields.Integer(allow_none=True)


class CastOut(Shape):
    """A ballot in the box: whether it counts, never what it says."""

    receipt = fields.String()
    at = moment()
    channel = fields.String()
    counts = fields.Boolean()
    why = both(allow_none=True)


class HeadOut(Shape):
    """A head that the caller votes for; with `mandate`, for somebody else."""

    id = fields.Integer()
    kind = fields.String()
    area = fields.Decimal(places=2, as_string=True)
    flats = fields.List(fields.Nested(FlatOut))
    mandate = fields.Integer(allow_none=True)
    matters = fields.List(fields.Integer(), allow_none=True)
    cast = fields.List(fields.Nested(CastOut))


class VoteRow(Shape):
    """A vote. `phase`: prepared, waiting, open, over, closed, counted or stopped."""

    id = fields.Integer()
    title = fields.String()
    estate = both()
    mode = fields.String()
    phase = fields.String()
    opens = moment(allow_none=True, attribute="opens_at")
    closes = moment(allow_none=True, attribute="closes_at")


class CandidateOut(Shape):
    """A candidate by the key that a ballot names, with what voters are told of them."""

    key = fields.String()
    name = both()
    about = both(allow_none=True)


class ItemOut(Shape):
    """A matter of the agenda. `kind`: decision or election; `class`: ordinary or special."""

    no = fields.Integer()
    title = fields.String()
    text = fields.String()
    kind = fields.String()
    class_ = fields.String(data_key="class", attribute="class")
    seats = fields.Integer()
    candidates = fields.List(fields.Nested(CandidateOut))


class VoteOut(VoteRow):
    """A vote with its agenda and what the caller has in it."""

    items = fields.List(fields.Nested(ItemOut))
    heads = fields.List(fields.Nested(HeadOut))


class VotePage(Shape):
    """The votes that concern the caller, the newest first."""

    items = fields.List(fields.Nested(VoteRow))


class BallotIn(Shape):
    """A ballot: whose it is, what it says, and the mandate it is cast by."""

    head = number(required=True)
    mandate = number(load_default=None, allow_none=True)
    choices = fields.Dict(
        keys=fields.Integer(validate=validate.Range(1, 999)), required=True, metadata={"description": _CHOICES}
    )


class BallotReceipt(Shape):
    """What to keep: the digest to look for in the box, and whether the ballot counts."""

    digest = fields.String()
    valid = fields.Boolean()
    void_because = fields.String(allow_none=True)


class ProofOut(Shape):
    """The way from a receipt to the published root: partners as ["left" or "right", hash]."""

    index = fields.Integer()
    size = fields.Integer()
    counted = fields.Boolean()
    siblings = fields.List(fields.List(fields.String()))
    root = fields.String()


class LeafOut(Shape):
    """One envelope as the root binds it."""

    digest = fields.String()
    counted = fields.Boolean()


class BoxOut(Shape):
    """The public box: the root and every envelope in the order of the tree."""

    vote = fields.Integer()
    root = fields.String()
    envelopes = fields.List(fields.Nested(LeafOut))


class ResultOut(Shape):
    """The result as it is stored; areas are texts, limits have numerator and denominator."""

    result = fields.Dict(keys=fields.String())

    @post_dump
    def plain(self, said: dict[str, Any], **_: Any) -> Any:
        """Give the result itself."""
        return said["result"]


class TurnoutOut(Shape):
    """Who has taken part so far of how many."""

    area = fields.Decimal(places=2, as_string=True)
    heads = fields.Integer()
    whole_area = fields.Decimal(places=2, as_string=True)
    whole_heads = fields.Integer()
    enough = fields.Boolean()


class PaperIn(Shape):
    """One paper ballot as a teller read it; `choices` as in a ballot, and `invalid`."""

    ballot_no = number(required=True)
    choices = fields.Dict(keys=fields.Integer(validate=validate.Range(1, 999)), required=True)
    signed = fields.Boolean(required=True)
    received_at = moment(load_default=None, allow_none=True)


class PapersIn(Shape):
    """What a teller has read."""

    entries = fields.List(fields.Nested(PaperIn), required=True, validate=validate.Length(1, MOST_PAPERS))


class EnteredOut(Shape):
    """How many were kept."""

    entered = fields.Integer()


class DifferenceOut(Shape):
    """Why a paper can't go into the box yet; what was read stays unsaid."""

    kind = fields.String()
    ballot_no = fields.Integer(allow_none=True)
    items = fields.List(fields.Integer())
    zh = fields.String()
    en = fields.String()


class MatchedOut(Shape):
    """Everything that does not fit; empty, and all that was read twice alike is in the box."""

    differences = fields.List(fields.Nested(DifferenceOut))
