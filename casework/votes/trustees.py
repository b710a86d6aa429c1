"""The trustees of a secret vote: who they are, the shares they get this once, and those they bring to open the box."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from casework import audit
from casework.directory.mentions import posted_names
from casework.directory.people import shown
from casework.errors import Conflict, Refused, Texts
from casework.persistence import Work
from casework.votes import secret
from casework.votes.keeping import must_organise
from casework.votes.models import Envelope, PaperEntry, Trustee, Vote
from casework.votes.standing import locked


@dataclass(frozen=True)
class TrusteeView:
    """A trustee by number, and when their share was handed out; None before."""

    no: int
    person_id: int
    name: Texts
    handed_at: datetime | None


@dataclass(frozen=True)
class KeyView:
    """Who the trustees of a vote are, and how many of them open its box."""

    threshold: int
    trustees: Sequence[TrusteeView]
    in_use: bool = False
    """Whether a ballot is sealed with the key, so that it can't be made anew."""

    @property
    def made(self) -> bool:
        """Say whether the key is made and its shares are handed out."""
        return any(one.handed_at is not None for one in self.trustees)

    def includes(self, person_id: int | None) -> bool:
        """Say whether a person is one of the trustees."""
        return any(one.person_id == person_id for one in self.trustees)


def trustees_of(work: Work, vote_id: int) -> Sequence[Trustee]:
    """Return the trustees of a vote by their numbers; none for a vote that is no secret."""
    return work.session.scalars(select(Trustee).where(Trustee.vote_id == vote_id).order_by(Trustee.no)).all()


def key_view(work: Work, vote_id: int) -> KeyView:
    """Return the trustees of a vote; none for a vote that is no secret."""
    rows = trustees_of(work, vote_id)
    names = shown(work, [one.person_id for one in rows], full=True)
    seen = [
        TrusteeView(one.no, one.person_id, (names[one.person_id].zh, names[one.person_id].en), one.handed_at)
        for one in rows
    ]
    vote = work.session.get_one(Vote, vote_id)
    return KeyView(vote.threshold, seen, _in_use(work, vote))


def hand_out_shares(work: Work, vote_id: int, *, again: bool = False) -> dict[int, bytes]:
    """Make the key of a secret vote and return each trustee's share by person, this once; none is stored.

    As long as nothing is sealed with the key it may be made `again`, for shares that did not reach their trustees; the
    old ones then open nothing. Raises Forbidden for who does not organise the vote, Conflict for a key that is made or
    in use, Refused for a vote that is no secret.
    """
    vote = locked(work, vote_id, "prepared", "open")
    must_organise(work, vote.estate_id)
    if vote.mode != "secret":
        raise Refused("这次表决不是不记名投票，没有密钥份额。", "This vote is no secret one; it has no shares.")
    if vote.public_key is not None and not again:
        raise Conflict(
            "密钥份额只出示一次，已经交给受托人。", "The shares are shown once and have been handed out already."
        )
    if _in_use(work, vote):
        raise Conflict(
            "已有选票用这把密钥封存，不能换。份额丢失过多的，由组织者报告街道，重新投票。",
            "Ballots are sealed with this key, so it can't be changed. If too many shares are lost, the organiser "
            "reports it to the street office and the vote is held again.",
        )
    trustees = trustees_of(work, vote.id)
    vote.public_key, shares = secret.make_key(vote.threshold, len(trustees))
    for trustee, share in zip(trustees, shares, strict=True):
        trustee.check, trustee.handed_at = secret.check_of(share), work.now
    audit.record(work, ("vote", vote.id), "shares_handed_out", key=vote.public_key, trustees=len(trustees))
    work.session.flush()
    return {trustee.person_id: share for trustee, share in zip(trustees, shares, strict=True)}


def _in_use(work: Work, vote: Vote) -> bool:
    """Say whether anything is sealed with the key of a vote."""
    sealed = exists().where(Envelope.vote_id == vote.id) | exists().where(PaperEntry.vote_id == vote.id)
    return bool(work.session.scalar(select(sealed)))


def right_shares(work: Work, vote_id: int, given: Iterable[bytes]) -> dict[int, bytes]:
    """Return those of the given shares that are this vote's, each once, by the number of their trustee."""
    numbers = {one.check: one.no for one in trustees_of(work, vote_id)}
    found = {numbers.get(secret.check_of(share)): share for share in given}
    return {no: share for no, share in found.items() if no is not None}


def must_not_stand(work: Work, trustees: Iterable[int], items: Iterable[Mapping[str, Any]]) -> None:
    """Raise Refused, with their names, where trustees of a secret vote are candidates in it."""
    standing = {one.get("person") for item in items for one in item.get("candidates", ())}
    both = sorted(standing.intersection(trustees))
    if both:
        names = [name for _, name in sorted(posted_names(work, both).items())]
        zh, en = "、".join(name[0] for name in names), ", ".join(name[1] for name in names)
        raise Refused(
            f"{zh}是候选人，不能同时是开箱受托人，请改由别人担任。",
            f"{en}: a candidate can't be a trustee of the box. Name somebody else.",
        )
