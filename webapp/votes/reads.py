"""What the pages of votes ask of the domain."""

from collections.abc import Mapping, Sequence

from flask import abort, g, request

from casework import policies
from casework.cases import clocks
from casework.cases.models import Case
from casework.cases.views import Law
from casework.directory import queries as directory
from casework.errors import Texts
from casework.persistence import Work
from casework.policies import Pinned
from casework.publicity import queries as publicity
from casework.votes import official, reading
from casework.votes.keeping import keeps, tells
from casework.votes.trustees import KeyView, key_view
from casework.votes.views import CastView, EstateVotes, HeadView, VoteView

_RATIOS: Mapping[str, Texts] = {
    "vote.participation.area_ratio": ("参与表决的面积", "Area that takes part"),
    "vote.participation.heads_ratio": ("参与表决的人数", "Heads that take part"),
    "vote.ordinary.ratio": (
        "一般事项，参与者中同意的面积和人数",
        "Ordinary matter, area and heads for it of those who take part",
    ),
    "vote.special.ratio": (
        "重大事项，参与者中同意的面积和人数",
        "Special matter, area and heads for it of those who take part",
    ),
}
_HEADS: Mapping[str, Texts] = {
    "vote.heads.one_part_one_head": ("同一业主多套房计 1 人", "One owner of several flats is one head"),
    "vote.heads.developer_counts_once": (
        "建设单位未售和未交付的部分合计 1 人",
        "What the developer has not sold or handed over is one head",
    ),
}


def laws(work: Work, vote: VoteView) -> Sequence[Law]:
    """Return the rules that decide a vote, each with its article: who takes part, what passes, who is one head."""
    rules = _rules(work, vote)
    other = {"ordinary", "special"} - {str(item.get("class", "ordinary")) for item in vote.items}
    unused = {f"vote.{name}.ratio" for name in other}
    ratios = [_law(rules, key, title) for key, title in _RATIOS.items() if key not in unused]
    return [*ratios, *(Law(title, _source(rules, key)) for key, title in _HEADS.items() if rules.value(key))]


def platform(work: Work, vote: VoteView) -> Texts | None:
    """Return what the official platform is called on which a vote is held; None for a vote that is held here."""
    system = _rules(work, vote).feel("vote.online_system") if vote.official else None
    return official.platform(str(system)) if system is not None else None


def may_object_to_roll(work: Work, vote: VoteView) -> bool:
    """Say whether the roll of a vote is posted, so that an objection is heard before the ballots go out."""
    if vote.case_id is None or vote.phase != "prepared":
        return False
    posting = publicity.latest(work, vote.case_id)
    return posting is not None and work.now < posting.ends_at


def own(work: Work, vote_id: int, head_id: int) -> tuple[VoteView, HeadView]:
    """Return a vote with a head that the visitor votes for, by the mandate that the request names or as their own."""
    vote = reading.vote_view(work, vote_id)
    given = request.values.get("mandate", type=int)
    return vote, reading.head(work, vote, g.visitor.person_id, head_id, given)


def votable(work: Work, estates: Sequence[EstateVotes]) -> Sequence[tuple[VoteView, Sequence[HeadView]]]:
    """Return the votes of estates that are open now, each with the heads that the visitor votes for."""
    running = [vote for estate in estates for vote in estate.votes if vote.phase == "open"]
    return [(vote, reading.heads(work, vote, g.visitor.person_id)) for vote in running]


def waiting(work: Work) -> Sequence[tuple[VoteView, Sequence[HeadView]]]:
    """Return the open votes in which the visitor can still vote here, each with the heads whose ballot is not cast."""
    found = votable(work, reading.estates(work, g.visitor.viewer))
    lacking = [(vote, [head for head in heads if head.holds_ballot and head.valid is None]) for vote, heads in found]
    return [(vote, heads) for vote, heads in lacking if vote.online and heads]


def published(work: Work, vote_id: int) -> VoteView:
    """Return a vote whose ballots are out, for everybody; 404 for one that is still prepared."""
    vote = reading.vote_view(work, vote_id)
    if vote.phase == "prepared":
        abort(404)
    return vote


def receipt(work: Work, vote_id: int, digest: str) -> tuple[VoteView, HeadView, CastView]:
    """Return the ballot behind a receipt of one of the visitor's heads; 404 for anybody else."""
    vote = reading.vote_view(work, vote_id)
    heads = reading.heads(work, vote, g.visitor.person_id)
    found = next(((head, cast) for head in heads for cast in head.cast if cast.receipt == digest), None) or abort(404)
    return vote, *found


def cast_by_visitor(work: Work, vote: VoteView) -> Sequence[CastView]:
    """Return what was cast for the heads of the visitor; nothing for somebody who passes by."""
    if g.visitor.person_id is None:
        return []
    return [cast for head in reading.heads(work, vote, g.visitor.person_id) for cast in head.cast]


def watched(work: Work, vote_id: int) -> VoteView:
    """Return a vote that the visitor organises, guides or counts; 404 for anybody else."""
    vote = reading.vote_view(work, vote_id)
    if not reading.watches(g.visitor.viewer, vote.path):
        abort(404)
    return vote


def told(work: Work, vote_id: int) -> VoteView:
    """Return a vote of which the visitor is a teller; 404 for anybody else."""
    vote = reading.vote_view(work, vote_id)
    if not tells(g.visitor.viewer, vote.path):
        abort(404)
    return vote


def organised(work: Work, vote_id: int) -> tuple[VoteView, KeyView]:
    """Return a secret vote that the visitor organises or guides, with its trustees; 404 for anybody else."""
    vote, key = reading.vote_view(work, vote_id), key_view(work, vote_id)
    if not vote.secret or not keeps(g.visitor.viewer, vote.path):
        abort(404)
    return vote, key


def entrusted(work: Work, vote_id: int) -> tuple[VoteView, KeyView]:
    """Return a secret vote of which the visitor is a trustee, or which they organise; 404 for anybody else."""
    vote, key = reading.vote_view(work, vote_id), key_view(work, vote_id)
    if not vote.secret or not (key.includes(g.visitor.person_id) or keeps(g.visitor.viewer, vote.path)):
        abort(404)
    return vote, key


def _law(rules: Pinned, key: str, title: Texts) -> Law:
    zh, en = title
    return Law((f"{zh}：{rules.why(key, 'zh')}", f"{en}: {rules.why(key, 'en')}"), _source(rules, key))


def _source(rules: Pinned, key: str) -> Texts:
    return rules.source(key, "zh"), rules.source(key, "en")


def _rules(work: Work, vote: VoteView) -> Pinned:
    case = work.session.get(Case, vote.case_id) if vote.case_id is not None else None
    if case is not None:
        return clocks.counting(work, case).pinned
    on = (vote.opens_at or work.now).astimezone(work.house.zone).date()
    codes = [area.jurisdiction or area.code or "" for area in reversed(directory.ancestors(work, vote.estate_id, on))]
    return policies.pin(work, [code for code in codes if code], on, estate_id=vote.estate_id)
