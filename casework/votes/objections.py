"""Co-owners who don't agree: one objects, and neither head nor area counts until they have chosen together."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from casework import audit, notifications
from casework.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from casework.persistence import Work
from casework.votes import box
from casework.votes.casting import Receipt, put, receipt_of, tell_void, valid_of
from casework.votes.choices import Choices, items_of, read
from casework.votes.models import CoownerObjection, Envelope, Proxy, Vote
from casework.votes.standing import actor_of, head_of, locked, must_take_ballots, owners_of


def object_to(work: Work, vote_id: int, head_id: int, reason: str) -> None:
    """Suspend the ballot that another co-owner cast, until they settle it; before the end of the vote.

    Raises NotFound for a head that is not the actor's, Forbidden to whoever cast the ballot, Refused where there is
    none or voting is over. Objecting again is nothing.
    """
    person = actor_of(work)
    vote = locked(work, vote_id)
    must_take_ballots(work, vote)
    owners = owners_of(work, head_of(work, vote, head_id).id)
    if person not in owners:
        raise NotFound("名册中没有这位业主。", "The roll has no such owner.")
    if len(owners) == 1:
        raise Refused("这套房没有其他共有人。", "The flat has no other owner.")
    if not reason.strip():
        raise Invalid("请写明异议的理由。", "Say why you object.", {"reason": [("请填写理由", "Give your reason")]})
    if _open_objection(work, vote.id, head_id) is not None:
        return
    envelope = _standing(work, vote, head_id)
    proxy = work.session.get(Proxy, envelope.proxy_id) if envelope.proxy_id is not None else None
    if person == (envelope.person_id if proxy is None else proxy.principal_id):
        raise Forbidden(
            "这张选票是您本人或您委托的人投的，不能对它提出异议。",
            "You cast this ballot, or gave the mandate for it, and can't object to it.",
        )
    envelope.suspended = True
    work.session.add(
        CoownerObjection(vote_id=vote.id, head_id=head_id, person_id=person, reason=reason.strip(), at=work.now)
    )
    audit.record(work, ("vote", vote.id), "coowner_objected", head=head_id, receipt=envelope.digest)
    _tell(work, vote, head_id, "ballot_suspended", envelope)


def settle_objection(
    work: Work,
    vote_id: int,
    head_id: int,
    *,
    agreed_by: Sequence[int],
    proof: Mapping[str, Any],
    choices: Choices | None = None,
) -> Receipt:
    """Record what all co-owners chose together, by their signed writing: the ballot stands, or `choices` instead.

    Whoever objected may take it back alone, without a writing. Raises Forbidden to any other co-owner, Invalid where
    one of them is missing, Conflict where nobody has objected, Refused once voting is over.
    """
    person = actor_of(work)
    vote = locked(work, vote_id)
    must_take_ballots(work, vote)
    head = head_of(work, vote, head_id)
    objection = _open_objection(work, vote.id, head_id)
    if objection is None:
        raise Conflict("没有待解决的共有人异议。", "No objection of a co-owner is open here.")
    owners = owners_of(work, head_id)
    taken_back = person == objection.person_id and choices is None
    if person in owners and not taken_back:
        raise Forbidden(
            "共同选择须凭全体共有人签名的书面材料，由工作人员登记。",
            "A joint choice is recorded by the staff, from a writing that all co-owners have signed.",
        )
    if not taken_back and (set(agreed_by) != owners or not proof):
        raise Invalid(
            "须有全体共有人签名的书面材料。",
            "A writing signed by every co-owner is needed.",
            {"agreed_by": [("缺少共有人签名", "A co-owner's signature is missing")]},
        )
    envelope = _standing(work, vote, head_id)
    if choices is not None:
        said = read(items_of(vote.items), choices)
        envelope.valid, envelope.suspended, envelope.void_because = False, False, "replaced"
        work.session.flush()
        tell_void(work, vote, envelope)
        sealed, digest = box.pack(work, vote, head, said)
        envelope = put(
            work,
            vote,
            {
                "vote_id": vote.id,
                "head_id": head.id,
                "channel": "paper",
                "cast_at": work.now,
                "sealed": sealed,
                "digest": digest,
            },
        )
    envelope.suspended = False
    objection.settled_at, objection.settled_by = work.now, person
    objection.replaced, objection.proof = choices is not None, audit.as_references(proof)
    audit.record(work, ("vote", vote.id), "coowners_settled", head=head_id, receipt=envelope.digest)
    _tell(work, vote, head_id, "ballot_settled", envelope)
    return receipt_of(envelope)


def chosen_together(work: Work, vote_id: int) -> set[int]:
    """Return the heads whose co-owners have put a joint choice in the place of a ballot: nothing overrules it."""
    query = select(CoownerObjection.head_id).where(CoownerObjection.vote_id == vote_id, CoownerObjection.replaced)
    return set(work.session.scalars(query))


def _open_objection(work: Work, vote_id: int, head_id: int) -> CoownerObjection | None:
    query = select(CoownerObjection).where(
        CoownerObjection.vote_id == vote_id,
        CoownerObjection.head_id == head_id,
        CoownerObjection.settled_at.is_(None),
    )
    return work.session.scalars(query).one_or_none()


def _standing(work: Work, vote: Vote, head_id: int) -> Envelope:
    envelope = valid_of(work, vote.id, head_id)
    if envelope is None:
        raise Refused(
            "这套房还没有投票，您可以直接投票。", "Nobody has voted for this flat yet; you may vote yourself."
        )
    return envelope


def _tell(work: Work, vote: Vote, head_id: int, code: str, envelope: Envelope) -> None:
    notifications.send(
        work,
        code,
        [f"person:{one}" for one in sorted(owners_of(work, head_id))],
        vote.case_id,
        {"vote": vote.id, "title": vote.title, "receipt": envelope.digest.hex()[:12]},
        key=f"vote:{vote.id}:{code}:{envelope.digest.hex()}",
    )
