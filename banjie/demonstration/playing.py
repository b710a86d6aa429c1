"""Playing the planned acts through the services that the doors call, the due jobs between them, in order of time."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zlib import crc32

from sqlalchemy import select, text

from banjie.demonstration import assembling, pictures, taking_over
from banjie.demonstration.acts import KEY, Act
from banjie.demonstration.province import Province
from casework import attachments, engine, jobs
from casework.bootstrap import Casework
from casework.cases import services as cases
from casework.cases.commands import once
from casework.cases.models import Case, Command, WorkItem
from casework.clock import MovableClock
from casework.complaints import services as complaints
from casework.complaints.models import Intake
from casework.errors import CaseworkError, Conflict, Forbidden, NotFound
from casework.persistence import ANONYMOUS, SYSTEM, Actor, Work

_log = logging.getLogger(__name__)
_TURNS = 4
# The next job of one city: of its cases and their reports, of what they wish to open, of contracts of its estates.
_NEXT = text(
    """
SELECT job.id, job.due_at FROM job
LEFT JOIN intake ON intake.id = (job.payload->>'intake')::bigint
LEFT JOIN "case" ON "case".id = coalesce(job.case_id, (job.payload->>'from')::bigint, intake.case_id)
LEFT JOIN contract ON contract.id = (job.payload->>'contract')::bigint
LEFT JOIN area ON area.id = contract.estate_id
WHERE job.state = 'ready' AND job.due_at <= :until AND ("case".area_path LIKE :path OR area.path LIKE :path)
ORDER BY job.due_at, job.priority DESC, job.id LIMIT 1
"""
)
_HOTLINE = Actor("external", name="12345")

Answer = dict[str, Any]
Verb = Callable[["Player", Act], Answer]


def done(work: Work) -> dict[str, Answer]:
    """Return what the acts that have been done answered, by their keys."""
    kept = select(Command.key, Command.answer).where(Command.key.contains(f":{KEY}"))
    return {KEY + key.partition(f":{KEY}")[2]: answer for key, answer in work.session.execute(kept)}


class Player:
    """Does the acts of one city at their moments; `refused` are those that were not taken, with the reason."""

    def __init__(
        self, casework: Casework, clock: MovableClock, province: Province, city: str, known: Mapping[str, Answer]
    ) -> None:
        self.casework = casework
        self.clock = clock
        self.province = province
        self.city = city
        self.known = dict(known)
        self.tales: dict[str, Answer] = {}
        self.refused: list[tuple[Act, str]] = []
        self.pictured: list[int] = []

    def play(self, acts: Sequence[Act], advance: Callable[[], None] = lambda: None) -> None:
        """Do the acts, which come in order of time; those that are known to be done are passed over."""
        for act in acts:
            answer = self.known.get(act.key)
            if answer is None:
                self.run_until(act.at)
                answer = self._do(act)
            if answer is not None and ("intake" in answer or "opened" in answer):
                self.tales[act.details.get("as", act.tale)] = answer
            advance()

    def run_until(self, until: datetime) -> None:
        """Let the clock go to `until`, stopping at every job of the city that falls due on the way."""
        while (due := self._next_due(until)) is not None:
            job_id, moment = due
            self.clock.move_to(max(moment, self.clock.now()))
            for claimed in jobs.claim(self.casework.database, now=self.clock.now(), only=job_id):
                jobs.run(self.casework, claimed)
        self.clock.move_to(max(until, self.clock.now()))

    def _next_due(self, until: datetime) -> tuple[int, datetime] | None:
        names = {"until": until, "path": f"{self.province.cities[self.city]}%"}
        with self.casework.database.engine.connect() as connection:
            row = connection.execute(_NEXT, names).first()
        return None if row is None else (row[0], row[1])

    def _do(self, act: Act) -> Answer | None:
        try:
            return _VERBS[act.verb](self, act)
        except CaseworkError as refused:
            if not act.optional:
                _log.warning("%s %s %s: %s", act.key, act.verb, act.details.get("task", ""), refused)
            self.refused.append((act, str(refused)))
            return None

    def keep(self, actor: Actor, act: Act, effect: Callable[[Work], Answer]) -> Answer:
        """Do an act once, in the name of `actor`; return what it answered."""
        with self.casework.work(actor) as work:
            return once(work, act.key, {}, lambda: effect(work))

    def report(self, act: Act) -> Answer:
        """Take in a report of somebody, by a member of staff or the hotline where it did not come by app."""
        given = dict(act.details)
        given.pop("as", None)
        scene, photos = given.pop("scene", "people"), given.pop("photos", 0)
        registrar = given.pop("registrar", None)
        actor = _HOTLINE if given["channel"] == "hotline" else _person(given.get("person_id"))
        if registrar is not None:
            actor = _person(self._holder(registrar, act))

        def take(work: Work) -> Answer:
            files = [self._photo(work, act, scene, number, after=False) for number in range(photos)]
            receipt = complaints.report(work, complaints.Report(files=files, **given))
            intake = work.session.scalars(select(Intake).where(Intake.code == receipt.code)).one()
            return {"intake": intake.id, "case": receipt.case_no}

        return self.keep(actor, act, take)

    def claim(self, act: Act) -> Answer:
        """Let somebody who may take a task of the case."""
        return self._by_somebody(act, lambda work, item: {"item": cases.claim_item(work, item.id).id})

    def complete(self, act: Act) -> Answer:
        """Let somebody who may, or who has it, finish a task of the case."""

        def finish(work: Work, item: WorkItem) -> Answer:
            self.pictured = []
            given = {**taking_over.worked_out(work, item), **act.details.get("answers", {})}
            answers = self._resolved(work, act, given)
            scene, named = act.details.get("scene", "people"), self.pictured
            for field, count in act.details.get("photos", {}).items():
                answers[field] = [self._photo(work, act, scene, number, after=True) for number in range(count)]
                named.extend(answers[field])
            files = {file.id: file for file in attachments.by_ids(work, named)} if named else {}
            cases.complete_item(work, item.id, answers, files=files)
            return {"item": item.id}

        return self._by_somebody(act, finish)

    def rate(self, act: Act) -> Answer:
        """Let the complainant rate the answer."""
        tale = self._tale(act)
        score = act.details["score"]

        def rate(work: Work) -> Answer:
            complaints.rate(work, tale["intake"], score=score, satisfied=score >= 3, text=act.details.get("text", ""))
            return {"score": score}

        return self.keep(_person(act.details["person_id"]), act, rate)

    def withdraw(self, act: Act) -> Answer:
        """Let the complainant take the report back."""
        tale = self._tale(act)

        def take_back(work: Work) -> Answer:
            complaints.withdraw(work, tale["intake"], act.details["reason"])
            return {}

        return self.keep(_person(act.details["person_id"]), act, take_back)

    def tell(self, act: Act) -> Answer:
        """Let a message of the hotline or another office reach the case."""

        def deliver(work: Work) -> Answer:
            message = engine.Message(act.details["name"], act.details.get("payload", {}))
            cases.deliver(work, self._case(work, act).id, message)
            return {}

        return self.keep(SYSTEM, act, deliver)

    def _by_somebody(self, act: Act, effect: Callable[[Work, WorkItem], Answer]) -> Answer:
        """Do something with an open task by one of those who may; whoever has to recuse themselves is passed over."""
        refused: CaseworkError = NotFound("没有人可以办这件待办", "There is nobody for this task")
        for turn in range(_TURNS):
            try:
                with self.casework.work() as work:
                    item = self._item(work, act)
                    people = [item.holder_id] if item.holder_id is not None else self._people(item, act)
                    people = [act.details["by"]] if "by" in act.details else people
                    if turn >= len(people):
                        break
                    own = work.acting_as(Actor("person", people[turn]))
                    return once(own, act.key, {}, lambda own=own, item=item: effect(own, item))  # type: ignore[misc]
            except (Forbidden, Conflict) as out:
                refused = out
        raise refused

    def _people(self, item: WorkItem, act: Act) -> list[int]:
        """Return who may do the task: mostly the first of a group, so that people come to know their cases."""
        found: dict[int, None] = {}
        for group in item.groups:
            named = [int(group[1:])] if group.startswith("p") and group[1:].isdigit() else []
            found.update(dict.fromkeys(named or self.province.holders.get(group, [])))
        people = [person for person in found if person not in item.excluded]
        turn = max(0, crc32(f"{item.case_id}:{act.details['task']}".encode()) % (len(people) + 1) - 1) if people else 0
        return people[turn:] + people[:turn]

    def _item(self, work: Work, act: Act) -> WorkItem:
        case, element = self._case(work, act), act.details["task"]
        query = select(WorkItem).where(WorkItem.case_id == case.id, WorkItem.element == element)
        item = work.session.scalars(query.where(WorkItem.state == "open").order_by(WorkItem.id).limit(1)).first()
        if item is None:
            raise NotFound(f"没有待办“{element}”", f"There is no open task “{element}”")
        return item

    def _case(self, work: Work, act: Act) -> Case:
        tale = self._tale(act)
        if "opened" in tale:
            return work.session.get_one(Case, tale["opened"])
        return work.session.get_one(Case, work.session.get_one(Intake, tale["intake"]).case_id)

    def _tale(self, act: Act) -> Answer:
        tale = self.tales.get(act.details.get("of", act.tale))
        if tale is None:
            raise NotFound("没有这件诉求", "There is no such report")
        return tale

    def _holder(self, group: str, act: Act) -> int | None:
        people = self.province.holders.get(group, [])
        return people[crc32(act.tale.encode()) % len(people)] if people else None

    def _photo(self, work: Work, act: Act, scene: str, number: int, *, after: bool) -> int:
        variant = crc32(act.tale.encode()) % pictures.variants() + number
        taken = pictures.photo(scene, after=after, variant=variant)
        return attachments.keep(work, BytesIO(taken), "photo.jpg").id

    def _resolved(self, work: Work, act: Act, answers: Mapping[str, Any]) -> Answer:
        """Replace {ago}, {ahead}, {org} and {case_of} in answers by the moment, day, organisation or case meant."""
        return {name: self._value(work, act, value) for name, value in answers.items()}

    def _value(self, work: Work, act: Act, value: Any) -> Any:
        if isinstance(value, Mapping):
            if "photos" in value:
                taken = [self._photo(work, act, "people", at, after=True) for at in range(value["photos"])]
                self.pictured.extend(taken)
                return taken
            if "ago" in value:
                return (work.now - timedelta(minutes=value["ago"])).isoformat()
            if "ahead" in value:
                local = work.now.astimezone(work.house.zone).date() + timedelta(days=value["ahead"])
                return local.isoformat()
            if "org" in value:
                city = self.province.city_of(self._case(work, act).estate_id)
                return self.province.units[city, value["org"]]
            if "case_of" in value:
                return work.session.get_one(Intake, self.tales[value["case_of"]]["intake"]).case_id
            return self._resolved(work, act, value)
        return [self._value(work, act, one) for one in value] if isinstance(value, list) else value


def _person(person_id: int | None) -> Actor:
    return ANONYMOUS if person_id is None else Actor("person", person_id)


_VERBS: Mapping[str, Verb] = {
    "seat": assembling.seat,
    "elect": assembling.elect,
    "assemble": assembling.assemble,
    "roll": assembling.roll,
    "cast": assembling.cast,
    "report": Player.report,
    "claim": Player.claim,
    "complete": Player.complete,
    "rate": Player.rate,
    "withdraw": Player.withdraw,
    "tell": Player.tell,
    **taking_over.VERBS,
}
