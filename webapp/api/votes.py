"""Owners' votes: what is open, casting a ballot, the receipt in the box, the result, and the tellers' papers."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import abort

from casework.directory.viewing import Viewer
from casework.errors import NotFound
from casework.persistence import Work
from casework.votes import queries, reading, services
from casework.votes.box import Seal
from casework.votes.keeping import tells
from webapp.api.bearer import actor, viewer, work
from webapp.api.calls import Calls
from webapp.api.replaying import given_key, replayed
from webapp.api.shapes import Nothing
from webapp.api.vote_shapes import (
    BallotIn,
    BallotReceipt,
    BoxOut,
    EnteredOut,
    MatchedOut,
    PapersIn,
    ProofOut,
    ResultOut,
    TurnoutOut,
    VoteOut,
    VotePage,
)

api = Calls("votes_api", __name__, url_prefix="/api/v1", description="业主表决 · Owners' votes")


@api.call("GET", "/votes", "表决列表 · List votes", scope="votes", gives=VotePage)
def votes() -> Any:
    """List the votes of the estates where the caller owns, lives, or organises votes."""
    with work() as opened:
        return {"items": [vote for estate in reading.estates(opened, viewer()) for vote in estate.votes]}


@api.call("GET", "/votes/<int:vote_id>", "表决详情 · Show a vote", scope="votes", gives=VoteOut)
def vote(vote_id: int) -> Any:
    """Show a vote with the caller's heads, mandates and receipts."""
    with work() as opened:
        found = reading.vote_view(opened, vote_id)
        heads = reading.heads(opened, found, actor().person_id or 0)
        if not heads and not reading.watches(viewer(), found.path):
            raise NotFound("没有这次表决。", "There is no such vote.")
        return {**vars(found), "heads": heads}


@api.call(
    "POST",
    "/votes/<int:vote_id>/ballots",
    "投票 · Cast a ballot",
    scope="votes",
    takes=BallotIn,
    gives=BallotReceipt,
    status=201,
)
def cast(given: dict[str, Any], vote_id: int) -> Any:
    """Cast a ballot: the first valid one of a head counts, a later one is kept void and told."""
    with work() as opened:
        return services.cast(
            opened, vote_id, given["head"], given["choices"], key=given_key(), proxy_id=given["mandate"]
        )


@api.call(
    "GET",
    "/votes/<int:vote_id>/receipts/<digest>",
    "我的票在箱里吗 · Is my ballot in the box",
    scope=None,
    public=True,
    gives=ProofOut,
)
def receipt(vote_id: int, digest: str) -> Any:
    """Give the way from a receipt to the root of the closed box; 404 where it does not lie there."""
    with work() as opened:
        proof = queries.find_in_box(opened, vote_id, digest)
    return proof or abort(404)


@api.call("GET", "/votes/<int:vote_id>/box", "公开的票箱 · The public box", scope=None, public=True, gives=BoxOut)
def box(vote_id: int) -> Any:
    """Give the root and all receipts of the closed box."""
    with work() as opened:
        return queries.published_box(opened, vote_id)


@api.call("GET", "/votes/<int:vote_id>/result", "表决结果 · The result", scope=None, public=True, gives=ResultOut)
def result(vote_id: int) -> Any:
    """Give the counted result, every figure with its limit; 404 before the count."""
    with work() as opened:
        found = reading.vote_view(opened, vote_id).result
    return {"result": found} if found is not None else abort(404)


@api.call("GET", "/votes/<int:vote_id>/turnout", "参与情况 · The turnout", scope="votes", gives=TurnoutOut)
def turnout(vote_id: int) -> Any:
    """Say who has taken part so far; for who organises, guides or counts the vote."""
    with work() as opened:
        _must(reading.watches, opened, vote_id)
        return queries.turnout(opened, vote_id)


@api.call(
    "POST",
    "/votes/<int:vote_id>/papers",
    "录入纸质选票 · Enter paper ballots",
    scope="votes",
    takes=PapersIn,
    gives=EnteredOut,
)
def papers(given: dict[str, Any], vote_id: int) -> Any:
    """Keep what a teller has read, all or nothing; the same number again corrects their own reading."""
    with work() as opened:
        _must(tells, opened, vote_id)

        def act() -> dict[str, Any]:
            services.enter_paper(opened, vote_id, given["entries"])
            return {"entered": len(given["entries"])}

        said = {"entries": Seal.of(opened).mark(repr(given["entries"]))}  # a plain hash would tell the choices
        return replayed(opened, said, act)


@api.call(
    "POST",
    "/votes/<int:vote_id>/papers/match",
    "核对两人录入 · Match the two readings",
    scope="votes",
    takes=Nothing,
    gives=MatchedOut,
)
def match(_given: dict[str, Any], vote_id: int) -> Any:
    """Put what two tellers read alike into the box, or say what differs."""
    with work() as opened:
        _must(tells, opened, vote_id)
        return replayed(opened, {}, lambda: {"differences": [asdict(one) for one in services.match(opened, vote_id)]})


def _must(may: Callable[[Viewer, str], bool], opened: Work, vote_id: int) -> None:
    if not may(viewer(), reading.vote_view(opened, vote_id).path):
        raise NotFound("没有这次表决。", "There is no such vote.")
