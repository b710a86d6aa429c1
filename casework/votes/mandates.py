"""Who may vote for whom: written mandates, and flats that change hands during a vote."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from casework import audit, notifications
from casework.directory.people import shown
from casework.errors import Conflict, Invalid, NotFound, Refused, Texts
from casework.persistence import Work
from casework.votes.casting import local_day, valid_of
from casework.votes.keeping import must_organise
from casework.votes.models import Ballot, PaperEntry, PartTransfer, Proxy, RollHead, RollOwner, Vote
from casework.votes.standing import actor_of, head_of, locked, must_take_ballots, owners_of


def give_proxy(
    work: Work,
    vote_id: int,
    head_id: int,
    holder_id: int,
    *,
    principal_id: int,
    matters: Sequence[int],
    until: date,
    proof: Mapping[str, Any],
) -> Proxy:
    """Record a written mandate of an owner: its matters, its term, and proof of the signature (Civil Code art. 165).

    Raises Invalid where the writing lacks something, Refused for a mandate that a holder passes on (art. 169) or that
    is one more than the rules allow its holder, Conflict where the head has a mandate already.
    """
    vote = locked(work, vote_id, "prepared", "open")
    head = head_of(work, vote, head_id)
    recorder = actor_of(work)
    _must_be_complete(work, vote, matters, until, proof)
    owners = owners_of(work, head.id)
    standing = _standing(work, vote.id, Proxy.head_id == head.id)
    if principal_id not in owners:
        if any(one.holder_id == principal_id for one in standing):
            raise Refused(
                "受托人不得转委托，须由业主本人另行书面委托。",
                "The holder of a mandate can't pass it on; the owner has to give a new one in writing.",
            )
        raise NotFound("名册中没有这位业主。", "The roll has no such owner.")
    if holder_id in owners:
        raise Refused("共有人本人就可以投票，不需要委托。", "A co-owner may vote without a mandate.")
    if standing:
        raise Conflict(
            "这位业主已有一份有效委托，请先撤销。", "This owner has given a mandate already; withdraw it first."
        )
    most = vote.rules["proxy"]["max_principals"]
    held = len(_standing(work, vote.id, Proxy.holder_id == holder_id))
    if most is not None and held >= most:
        raise Refused(
            f"一名代理人最多接受 {most} 位业主委托，此人已有 {held} 位。",
            f"One person may hold the mandates of {most} owners at most, and holds {held} already.",
        )
    proxy = Proxy(
        vote_id=vote.id,
        head_id=head.id,
        principal_id=principal_id,
        holder_id=holder_id,
        matters=sorted(set(matters)),
        until=until,
        proof=audit.as_references(proof),
        recorded_at=work.now,
        recorded_by=recorder,
    )
    work.session.add(proxy)
    work.session.flush()
    audit.record(work, ("vote", vote.id), "proxy_given", proxy=proxy.id, head=head.id, holder=holder_id)
    return proxy


def withdraw_proxy(work: Work, proxy_id: int) -> None:
    """End a mandate, as one of the owners who gave it or for them as who organises the vote; ballots cast by it stand.

    Withdrawn again is nothing. Raises Forbidden for anybody else, its holder too.
    """
    proxy = work.session.get(Proxy, proxy_id)
    if proxy is None:
        raise NotFound("没有这份委托书。", "There is no such mandate.")
    vote = locked(work, proxy.vote_id)
    if work.actor.person_id not in owners_of(work, proxy.head_id):
        must_organise(work, vote.estate_id)
    work.session.refresh(proxy)
    if proxy.withdrawn_at is None:
        proxy.withdrawn_at = work.now
        audit.record(work, ("vote", proxy.vote_id), "proxy_withdrawn", proxy=proxy.id)
        work.session.flush()


def transfer_part(
    work: Work, vote_id: int, part_id: int, to_owner: int | Sequence[int], proof: Mapping[str, Any]
) -> bool:
    """Hand a flat's ballot and area to its new owner, on proof of the registry; say whether they moved.

    Where the former owner has voted, online or on a paper that a teller has read, that vote stands with the area.
    A new owner who has a head already adds the area to it: a head speaks once, with all it has.
    """
    vote = locked(work, vote_id, "prepared", "open")
    if vote.state == "open":
        must_take_ballots(work, vote)
    if not proof:
        raise Invalid("请上传不动产登记证明。", "Add the proof of the registry.", {"proof": [_NEEDED]})
    query = select(Ballot).where(Ballot.vote_id == vote.id, Ballot.part_id == part_id)
    ballot = work.session.scalars(query).one_or_none()
    if ballot is None:
        raise NotFound("没有为这套房发过选票。", "No ballot was issued for this flat.")
    before = ballot.head_id
    head = _head_for(work, vote, part_id, {to_owner} if isinstance(to_owner, int) else set(to_owner))
    if head.id == before:
        raise Conflict("这套房已在该业主名下。", "The flat is this owner's already.")
    read_on_paper = select(PaperEntry.id).where(PaperEntry.vote_id == vote.id, PaperEntry.ballot_no == ballot.no)
    moved = valid_of(work, vote.id, before) is None and work.session.scalar(read_on_paper.limit(1)) is None
    if moved:
        ballot.head_id = head.id
    work.session.add(
        PartTransfer(
            vote_id=vote.id,
            part_id=part_id,
            from_head=before,
            to_head=head.id,
            moved=moved,
            at=work.now,
            proof=audit.as_references(proof),
        )
    )
    audit.record(
        work, ("vote", vote.id), "part_transferred", part=part_id, from_head=before, to_head=head.id, moved=moved
    )
    people = sorted(owners_of(work, head.id))
    notifications.send(
        work,
        "ballot_moved" if moved else "ballot_stays",
        [f"person:{one}" for one in people],
        vote.case_id,
        {"vote": vote.id, "title": vote.title, "ballot_no": ballot.no},
        key=f"vote:{vote.id}:part:{part_id}:to:{head.id}",
    )
    return moved


_NEEDED: Texts = ("必填", "Needed")


def _standing(work: Work, vote_id: int, which: Any) -> list[Proxy]:
    query = select(Proxy).where(Proxy.vote_id == vote_id, Proxy.withdrawn_at.is_(None), which)
    return list(work.session.scalars(query))


def _must_be_complete(work: Work, vote: Vote, matters: Sequence[int], until: date, proof: Mapping[str, Any]) -> None:
    wrong: dict[str, Sequence[Texts]] = {}
    if not matters or not set(matters) <= {item["no"] for item in vote.items}:
        wrong["matters"] = [("写明授权哪几项，须是本次议程中的事项", "Name the items, all of them of this agenda")]
    if until < local_day(work, work.now):
        wrong["until"] = [("委托期限已过", "The term is over")]
    if not proof:
        wrong["proof"] = [("上传业主签名的委托书", "Add the mandate with the owner's signature")]
    if wrong:
        raise Invalid(
            "委托书须写明代理人、事项、权限、期限并由业主签名（民法典第一百六十五条）。",
            "A mandate states its holder, matters and term, and bears the owner's signature (Civil Code art. 165).",
            wrong,
        )


def _head_for(work: Work, vote: Vote, part_id: int, people: set[int]) -> RollHead:
    """Return the head that exactly these persons own; make one where the frozen roll has none."""
    owned = select(RollOwner.head_id).where(RollOwner.person_id.in_(people))
    heads = select(RollHead).where(
        RollHead.roll_id == vote.roll_id, RollHead.id.in_(owned), RollHead.kind.in_(("person", "joint", "unit"))
    )
    for head in work.session.scalars(heads.order_by(RollHead.id)):
        if owners_of(work, head.id) == people:
            return head
    names = shown(work, people)
    if not people or set(names) != people:
        raise NotFound("没有这个人。", "There is no such person.")
    number = work.session.scalar(select(func.count()).where(PartTransfer.vote_id == vote.id))
    head = RollHead(
        roll_id=vote.roll_id,
        kind="person" if len(people) == 1 else "joint",
        key=hashlib.sha256(f"vote {vote.id} part {part_id} transfer {number}".encode()).digest(),
        area=Decimal(0),  # the frozen roll gave it none: what it weighs in this vote is what its ballots weigh
    )
    work.session.add(head)
    work.session.flush()
    for person in sorted(people):
        work.session.add(RollOwner(head_id=head.id, person_id=person, shown=names[person].text("zh")))
    work.session.flush()
    return head
