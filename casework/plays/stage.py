"""What people do in a scenario, each through the same services that the doors call."""

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from sqlalchemy import select

from casework import calendar, engine, policies
from casework.bootstrap import Casework
from casework.cases import services as cases
from casework.cases.models import Case
from casework.complaints import services as complaints
from casework.complaints.models import Intake
from casework.config import Settings
from casework.definitions.services import publish as publish_release
from casework.definitions.source import process_folders, read_release
from casework.directory import services as directory
from casework.directory.models import Contract
from casework.directory.queries import posts_of
from casework.errors import NotFound
from casework.jobs import announce_calendar
from casework.persistence import SYSTEM, Actor
from casework.plays import ballots, offices, rules, usual
from casework.plays.answers import Names, photo, resolved
from casework.plays.naming import called
from casework.plays.script import moment
from casework.plays.tasks import acting, actor_of, case_of, complete, item_of
from casework.plays.town import Town, add_staff
from casework.publicity import services as publicity
from casework.receptions import services as series
from casework.reviews import services as reviews

Verb = Callable[[Casework, Town, Names, Mapping[str, Any]], None]


def publish(casework: Casework, settings: Settings) -> None:
    """Publish the calendar, the policies and all processes of `settings` into the database of the play."""
    with casework.work() as work:
        calendar.load_builtin(work)
        policies.publish(work, settings.processes / "policies")
        for process in process_folders(settings.processes):
            publish_release(work, process, read_release(settings.processes, settings.forms, process))


def report(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody reports; `as` names the report for later steps, `case` of `then` speaks of the newest."""
    zone = casework.house.zone
    given = dict(details)
    label = given.pop("as", "case")
    by = given.pop("by", None)
    about = given.pop("about", None)
    photos = given.pop("photos", 0)
    person = None if by is None or given.get("anonymous") else town.person(by)
    registered_by = given.pop("registered_by", None)
    actor = Actor("person", town.person(registered_by)) if registered_by else acting(person)
    for name in ("received_at", "occurred_at"):
        if given.get(name) is not None:
            given[name] = moment(given[name], zone)
    if "location" in given:
        given["location_id"] = town.areas[given.pop("location")]
    estate = town.areas[given.pop("estate", "estate")]
    with casework.work(actor) as work:
        files = [photo(work) for _ in range(photos)]
        receipt = complaints.report(
            work,
            complaints.Report(
                channel=given.pop("channel", "mini_program"),
                estate_id=estate,
                text=given.pop("text", "楼道照明损坏，夜间漆黑。"),
                person_id=person,
                about_person_id=None if about is None else town.person(about),
                files=files,
                **given,
            ),
            key=given.pop("key", None),
        )
        intake = work.session.scalars(select(Intake).where(Intake.code == receipt.code)).one()
        names[label] = {"case": intake.case_id, "intake": intake.id, "receipt": receipt}
        names["newest"] = label


def claim(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody takes a task."""
    with casework.work(actor_of(town, details)) as work:
        cases.claim_item(work, item_of(work, town, names, details).id)


def release(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody puts a task back."""
    with casework.work(actor_of(town, details)) as work:
        cases.release_item(work, item_of(work, town, names, details).id)


def rate(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A complainant rates the answer."""
    known = names[details.get("of", names.get("newest", "case"))]
    with casework.work(actor_of(town, details)) as work:
        complaints.rate(
            work,
            known["intake"],
            score=details["score"],
            satisfied=details.get("satisfied", details["score"] >= 3),
            text=details.get("text", ""),
        )


def withdraw(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A complainant takes the report back."""
    known = names[details.get("of", names.get("newest", "case"))]
    with casework.work(actor_of(town, details)) as work:
        complaints.withdraw(work, known["intake"], details.get("reason", "已自行解决"))


def message(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A message reaches a case."""
    with casework.work(SYSTEM) as work:
        payload = resolved(town, names, dict(details.get("with") or {}), casework.house.zone)
        match = resolved(town, names, dict(details.get("match") or {}), casework.house.zone)
        sent = engine.Message(details["name"], payload, match)
        cases.deliver(work, case_of(work, names, details).id, sent)


def start(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A process begins by itself or by an official; at several areas, each case is called as `as` and its area."""
    areas = called(details.get("area", "estate"))
    for area in areas:
        with casework.work(actor_of(town, details)) as work:
            data = resolved(town, names, dict(details.get("with") or {}), casework.house.zone)
            case = cases.start_case(work, details["process"], data, area_id=town.areas[area])
            label = details.get("as", "case") + (area if len(areas) > 1 else "")
            names[label] = {"case": case.id}
            names["newest"] = label


def plan(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A series of receptions or visits is planned."""
    del names
    with casework.work() as work:
        area = town.areas[details.get("area", "estate")]
        at = time.fromisoformat(str(details.get("at", "09:00")))
        series.plan(work, details["kind"], area, _day(details["first_on"]), at, details.get("place", "社区服务中心"))


def find(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A case that the system opened gets a label: the newest of its process; with `area` the newest at each of them,
    called as `as` and the area.
    """
    process = details["process"]
    for area in called(details["area"]) if "area" in details else [""]:
        query = select(Case.id).where(Case.process == process).order_by(Case.id.desc()).limit(1)
        with casework.work() as work:
            found = work.session.scalar(query.where(Case.area_id == town.areas[area]) if area else query)
        if found is None:
            raise NotFound(f"{area}没有“{process}”的案件", f"{area} There is no case of “{process}”".strip())
        label = details.get("as", process) + area
        names[label] = {"case": found}
        names["newest"] = label


def objection(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody objects to what a case has posted."""
    with casework.work(actor_of(town, details)) as work:
        case = case_of(work, names, details)
        publicity.file_objection(work, case.id, town.person(details["by"]), details["grounds"])


def post(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody hangs up what is to be posted: now, in two places and in the app."""
    here = {"posted_at": casework.clock.now().isoformat(), "online": True}
    places = [{"where": "1号楼", "photo": {"photos": 1}}, {"where": "2号楼", "photo": {"photos": 1}}]
    complete(casework, town, names, {"task": "post", **details, "with": {**here, "places": places}})


def challenge(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody challenges what their review found."""
    with casework.work(actor_of(town, details)) as work:
        case = case_of(work, names, details)
        reviews.challenge(work, case.id, town.person(details["by"]), details["reasons"])


def lift(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody reports that a ground of their review is gone; `photos` proofs go with it."""
    with casework.work(actor_of(town, details)) as work:
        case = case_of(work, names, details)
        files = [photo(work) for _ in range(details.get("photos", 0))]
        person = town.person(details["by"])
        reviews.report_lifted(work, case.id, person, details["ground"], details["text"], evidence=files)


def damage(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody finds a posting torn down, and sends a photo."""
    with casework.work(actor_of(town, details)) as work:
        case, at = case_of(work, names, details), moment(details["at"], casework.house.zone)
        person = town.person(details["by"])
        publicity.report_damage(work, case.id, person, at, where="1号楼大厅", photos=[photo(work)])


def contract(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A company's contract ends and another's begins."""
    del names
    with casework.work() as work:
        estate = town.areas["estate"]
        if details.get("ends"):
            running = select(Contract).where(Contract.estate_id == estate)
            for row in work.session.scalars(running.order_by(Contract.id)).all():
                directory.end_contract(work, row.id, _day(details["ends"]))
        if details.get("begins"):
            company = town.organisations[details["company"]]
            directory.sign_contract(work, company, estate, _day(details["begins"]))


def appoint(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody takes up a post."""
    del names
    with casework.work() as work:
        add_staff(work, town, details["person"], details["role"], details["at"])


def dismiss(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """Somebody leaves a post, or all posts of a role."""
    del names
    with casework.work() as work:
        for post in posts_of(work, town.person(details["person"])):
            if details.get("role") in (None, post.role):
                directory.dismiss(work, post.id)


def load_year(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A year of the work calendar arrives, as the CSV of an upload."""
    del town, names
    with casework.work() as work:
        calendar.import_year(work, str(details["value"]).encode(), announce_calendar)


def repeat(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A verb is done several times with the same details: a double click, a message delivered twice."""
    verb, inner = next((name, details[name]) for name in details if name in VERBS)
    for _ in range(details.get("times", 2)):
        VERBS[verb](casework, town, names, inner)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


VERBS: Mapping[str, Verb] = {
    "report": report,
    "claim": claim,
    "release": release,
    "complete": complete,
    "rate": rate,
    "withdraw": withdraw,
    "message": message,
    "start": start,
    "plan": plan,
    "find": find,
    "objection": objection,
    "challenge": challenge,
    "lift": lift,
    "damage": damage,
    "post": post,
    "contract": contract,
    "appoint": appoint,
    "dismiss": dismiss,
    "load_year": load_year,
    "repeat": repeat,
    **ballots.VERBS,
    **usual.VERBS,
    **rules.VERBS,
    **offices.VERBS,
}
