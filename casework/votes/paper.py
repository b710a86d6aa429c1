"""Paper ballots: two tellers enter them, neither seeing the other's; what both read alike goes into the one box."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from casework.errors import Forbidden, Invalid, Refused, Texts
from casework.persistence import Work
from casework.votes import box, secret
from casework.votes.choices import items_of, read, write
from casework.votes.keeping import must_tell
from casework.votes.models import PaperEntry, Vote
from casework.votes.standing import locked


def enter_paper(work: Work, vote_id: int, entries: Sequence[Mapping[str, Any]]) -> None:
    """Keep what the actor, a teller, has read: {ballot_no, choices, signed, received_at?}; again corrects their own.

    All or nothing. Raises Forbidden to who is no teller of the estate, to a candidate and to their relatives (K5),
    Invalid with every bad line, Refused where the vote takes no paper.
    """
    vote = locked(work, vote_id, "open", "closed", shared=True)
    teller = must_be_teller(work, vote)
    must_take_paper(vote)
    lots, wrong = _read_all(work, vote, entries)
    done = _entered(work, vote, lots)
    wrong.update({f"no {no}": [("这张选票已核对入箱，不能再改", "This ballot is in the box already")] for no in done})
    if wrong:
        raise Invalid(
            "有几行没有录入，请改正后一并提交。", "Some lines are wrong; correct them and send all again.", wrong
        )
    for no, lot in lots.items():
        _keep(work, vote, teller, no, lot)
    work.session.flush()


def _read_all(
    work: Work, vote: Vote, entries: Sequence[Mapping[str, Any]]
) -> tuple[dict[int, list[Mapping[str, Any]]], dict[str, Sequence[Texts]]]:
    """Return what was read by ballot number, and what is wrong by line."""
    items = items_of(vote.items)
    lots: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    wrong: dict[str, Sequence[Texts]] = {}
    for line, entry in enumerate(entries, 1):
        try:
            said = read(items, entry.get("choices") or {}, spoilt=True)
            lots[int(entry["ballot_no"])].append({**entry, "said": said, "received_at": _moment(work, vote, entry)})
        except Invalid as error:
            wrong[str(line)] = [text for texts in error.fields.values() for text in texts] or [(error.zh, error.en)]
        except (KeyError, TypeError, ValueError):
            wrong[str(line)] = [("选票号、时间或选项无法识别", "The number, time or a choice is missing or unreadable")]
    return lots, wrong


def pending_paper(work: Work, vote_id: int) -> int:
    """Return how many paper ballots have been read but are not in the box."""
    return len(pending_lots(work, vote_id))


def must_be_teller(work: Work, vote: Vote) -> int:
    """Return the actor, a teller who may enter what was voted; raises Forbidden as `enter_paper` does."""
    teller = must_tell(work, vote.estate_id)
    _must_be_impartial(vote, teller)
    return teller


def must_take_paper(vote: Vote) -> None:
    """Raise Refused where a vote takes no paper."""
    if not vote.paper:
        raise Refused("这次表决不收纸质选票。", "This vote takes no paper ballots.")


def _must_be_impartial(vote: Vote, teller: int) -> None:
    for item in vote.items:
        for candidate in item.get("candidates", ()):
            if teller == candidate.get("person") or teller in candidate.get("relatives", ()):
                raise Forbidden(
                    "候选人及其近亲属不能担任计票人，请换人录入。",
                    "A candidate, or a candidate's close relative, can't be a teller; have somebody else enter them.",
                )


def _moment(work: Work, vote: Vote, entry: Mapping[str, Any]) -> datetime | None:
    """Return when a paper was received; raise Invalid where that was not within the window."""
    given = entry.get("received_at")
    moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=work.house.zone)
    if vote.opens_at is None or vote.closes_at is None or not vote.opens_at <= moment < vote.closes_at:
        raise Invalid(
            "收到时间不在投票期内，这张选票不能计入。", "It was not received while voting was open and can't count."
        )
    return moment


def _entered(work: Work, vote: Vote, numbers: Iterable[int]) -> list[int]:
    """Return which of the numbers are in the box already."""
    query = select(PaperEntry.ballot_no).where(
        PaperEntry.vote_id == vote.id, PaperEntry.checks.is_(None), PaperEntry.ballot_no.in_(list(numbers))
    )
    return sorted(set(work.session.scalars(query)))


def _keep(work: Work, vote: Vote, teller: int, no: int, lot: Sequence[Mapping[str, Any]]) -> None:
    first, items, seal = lot[0], items_of(vote.items), box.Seal.of(work)
    plain = write(items, first["said"])
    sealed = secret.seal(vote.public_key, plain) if vote.public_key else seal.close(plain, about_paper(vote, no))
    read_as = {
        str(item.no): seal.mark(f"{vote.id}|{no}|{item.no}|{first['said'].get(str(item.no))!r}") for item in items
    }
    values = {
        "entered_at": work.now,
        "received_at": first["received_at"],
        "papers": len(lot),
        "sealed": sealed,
        "checks": read_as,
        "signed": bool(first.get("signed")),
    }
    key = {"vote_id": vote.id, "ballot_no": no, "entered_by": teller}
    work.session.execute(
        insert(PaperEntry).values({**key, **values}).on_conflict_do_update(index_elements=list(key), set_=values)
    )


def pending_lots(work: Work, vote_id: int) -> dict[int, list[PaperEntry]]:
    """Return what has been read and is not in the box, by ballot number."""
    query = select(PaperEntry).where(PaperEntry.vote_id == vote_id, PaperEntry.checks.is_not(None))
    lots: dict[int, list[PaperEntry]] = {}
    for entry in work.session.scalars(query.order_by(PaperEntry.ballot_no, PaperEntry.entered_by)):
        lots.setdefault(entry.ballot_no, []).append(entry)
    return lots


def about_paper(vote: Vote, no: int) -> bytes:
    """Return what binds a reading to its paper."""
    return f"vote {vote.id} paper {no}".encode()
