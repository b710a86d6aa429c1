"""Tasks done as in an ordinary case: a scenario tells only what is special in it.

Whoever finds an open task in their inbox does it, and every open task of the same element: each office of a review,
each candidate's declaration.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from casework.bootstrap import Casework
from casework.cases import inbox
from casework.cases.assignment import members_of
from casework.cases.models import WorkItem
from casework.cases.values import from_json
from casework.directory.queries import holders
from casework.directory.viewing import viewer
from casework.elections.queries import candidates_of, election_of
from casework.errors import NotFound
from casework.persistence import Work
from casework.plays.answers import Names
from casework.plays.naming import called
from casework.plays.takeovers import ANSWERS
from casework.plays.tasks import case_of, complete
from casework.plays.town import Town
from casework.reviews.queries import asked, reviews_of

Details = Mapping[str, Any]
_PHOTO = {"photos": 1}
_OFFICIALS = {"街道小孙": "street", "社区小宋": "community", "总部老郑": "company"}
_FIGURES = ("total_area", "delivered_area", "total_heads", "delivered_heads", "first_delivery", "met_on", "term_ends")


def usual(casework: Casework, town: Town, names: Names, details: Details) -> None:
    """Do the open tasks of an element, or of several in turn; `with` holds the answers that differ.

    Raises NotFound where no such task is open, or nobody finds it.
    """
    named = details.get("value", details.get("task"))
    for task in [named] if isinstance(named, str) else named:
        left = 1
        while left:
            left = _one(casework, town, names, {**details, "task": task})


def _one(casework: Casework, town: Town, names: Names, details: Details) -> int:
    """Do one task of the element; return how many are left."""
    with casework.work() as work:
        items = _open(work, names, details)
        item = items[0]
        by = details.get("by") or _doer(work, town, item)
        usually = ANSWERS.get(f"{item.process}/{item.element}") or _ANSWERS[item.element]
        answers = {**usually(work, town, item, details), **(details.get("with") or {})}
    done = {"task": item.element, "by": by, "with": answers} | ({} if details.get("by") else {"item": item.id})
    complete(casework, town, names, {"case": details["case"], **done} if "case" in details else done)
    return len(items) - 1


def _open(work: Work, names: Names, details: Details) -> list[WorkItem]:
    case = case_of(work, names, details)
    query = select(WorkItem).filter_by(case_id=case.id, element=details["task"], state="open")
    found = list(work.session.scalars(query.order_by(WorkItem.id)))
    if not found:
        raise NotFound(f"没有待办“{details['task']}”", f"There is no open task “{details['task']}”")
    return found


def _doer(work: Work, town: Town, item: WorkItem) -> str:
    """Return who finds the task in their inbox: first whom it is about, then who did such a task before."""
    about = _data(item).get("subject")
    person = int(about["person"]) if isinstance(about, Mapping) and about.get("person") else None
    before = town.doers.setdefault(f"{item.process}/{item.element}", [])
    meant = [name for name, known in town.people.items() if known == person]
    for name in _asked(work, town, item, [*meant, *before]):
        if inbox.find(work, viewer(work, town.people[name]), item.id):
            if name not in [*meant, *before]:
                before.append(name)
            return name
    raise NotFound(f"没有人能办“{item.element}”", f"Nobody can do “{item.element}”")


def _asked(work: Work, town: Town, item: WorkItem, first: Iterable[str]) -> Iterator[str]:
    """Yield whom to ask: `first`, then everybody of the groups that the task goes to."""
    told = list(dict.fromkeys(first))
    yield from told
    members = set(members_of(work, item))
    yield from (name for name, person in town.people.items() if person in members and name not in told)


def _data(item: WorkItem) -> Mapping[str, Any]:
    data: Mapping[str, Any] = (from_json(item.subject) or {}).get("data") or {}
    return data


def _facts(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del work, town, details
    known = _data(item)
    return {"finding": "go", **{name: str(known[name]) for name in _FIGURES if known.get(name) is not None}}


def _group(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del work, item
    sides = {**_OFFICIALS, **dict.fromkeys(called(details["owners"]), "owner")}
    rows = [{"person": town.person(name), "side": side} for name, side in sides.items()]
    return {"lead": town.person("街道小孙"), "members": rows}


def _declared(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del town, details
    grounds = asked(reviews_of(work, item.case_id)[-1])
    return {"items": [{"yes": False} for _ in grounds], "relations": "无", "consent": "本人"}


def _checked(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Pass everybody whom the desk checks, but for `fails`: {name: ground}. What is handed over agrees."""
    del work
    if "listed" in _data(item):
        return {"checked": [{"agreed": True} for _ in _data(item)["listed"]]}
    fails = {town.person(name): ground for name, ground in (details.get("fails") or {}).items()}
    found = []
    for row in _data(item)["desk"]["rows"]:
        failed = fails.get(int(row["person"])) == row["ground"]
        found.append({"result": "fail", "basis": "有记录。", "evidence": _PHOTO} if failed else dict(_PASS))
    return {"checks": found}


def _collected(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    del work, item
    party = called(details.get("party", []))
    posts = {"member": called(details.get("members", [])), "substitute": called(details.get("substitutes", []))}
    return {
        "candidates": [
            {
                "person": town.person(name),
                "source": details.get("source", "self"),
                "party": name in party,
                "post": post,
                "owner_proof": _PHOTO,
                "consent": name,
            }
            for post, names in posts.items()
            for name in names
        ]
    }


def _listed(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Put everybody on the list who has passed."""
    del town, details
    election = election_of(work, item.case_id)
    rows = candidates_of(work, election) if election is not None else []
    fit = [one for one in rows if one.state == "passed"]
    listed = [{"person": one.person_id, "post": one.post, "order": order} for order, one in enumerate(fit, 1)]
    return {"list": listed, "reported_to_street": True}


def _signed(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """Everybody signs who counts votes in the town, and the community's observer."""
    del item, details
    holding = {post.person_id for post in holders(work, role="teller")}
    tellers = [name for name, person in town.people.items() if person in holding]
    rows = [{"person": name, "signer": "teller", "mark": "本人签名"} for name in tellers]
    return {"record": _PHOTO, "sign": [*rows, {"person": "社区小宋", "signer": "observer", "mark": "本人签名"}]}


def _met(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    """All members come; the first of them takes the chair."""
    del work, town, details
    members = [int(person) for person in _data(item)["members"]]
    signed = [{"person": person, "sign": "本人"} for person in members]
    return {"chair": members[0], "vice": members[1], "minutes": _PHOTO, "signed": signed}


def _kept(work: Work, town: Town, item: WorkItem, details: Details) -> Details:
    chair = details.get("by") or _doer(work, town, item)
    return {"seal_no": "3708000001", "police_record": "公安备 12", "keeper": town.person(chair)}


def _always(**answers: Any) -> Callable[[Work, Town, WorkItem, Details], Details]:
    return lambda _work, _town, _item, _details: answers


_PASS = {"result": "pass", "basis": "无记录。"}
_ANSWERS: Mapping[str, Callable[[Work, Town, WorkItem, Details], Details]] = {
    "check_facts": _facts,
    "nominate": _group,
    "declare": _declared,
    "check": _checked,
    "receive_files": _always(documents=[{"item": "roll", "state": "received", "file": _PHOTO}]),
    "conclude": _always(result="confirmed"),
    "prepare": _always(seats=5, term_years=5, covenant=_PHOTO, procedure=_PHOTO, method=_PHOTO, form=["online"]),
    "collect": _collected,
    "decide_list": _listed,
    "sign_record": _signed,
    "list": lambda _work, _town, item, _details: {"listed": [{"state": "present"} for _ in _data(item)["items"]]},
    "sign": _always(sign="本人签名"),
    "first_meeting": _met,
    "prepare_file": _always(resolutions=_PHOTO, member_list=_PHOTO, lead_report=_PHOTO),
    "check_file": _always(ok=True),
    "seal_account": _kept,
}
VERBS = {"usual": usual}
