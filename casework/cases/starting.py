"""Starting a case by its start form: which processes somebody may start, and where.

`start_by` of a process.toml names the roles that start it, `start_at` the kind of place it concerns (an estate, unless
said otherwise). Who holds such a role starts it anywhere below the area of the post.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework import attachments, feel
from casework.cases.choosing import Choices
from casework.cases.commands import once
from casework.cases.services import start_case
from casework.cases.views import Texts
from casework.definitions import library
from casework.definitions.models import Release
from casework.directory import queries as directory
from casework.directory.people import shown
from casework.directory.viewing import Post, Viewer
from casework.errors import Invalid, NotFound
from casework.errors import Texts as Pair
from casework.forms import Form, every, words
from casework.persistence import Work

MOST_PLACES = 2000
PLACE = "estate"
"""The field of a start form that says where; a process without a form, or of another kind of place, asks for it too."""


@dataclass(frozen=True, slots=True)
class Startable:
    """A process that somebody may start: its title, what its places are, and its form, if it has one."""

    process: str
    title: Texts
    at: str
    form: Form | None
    posts: Sequence[Post]
    """The posts by which they may."""


def startable(work: Work, viewer: Viewer) -> Sequence[tuple[str, Texts]]:
    """Return the processes that the viewer may start, each with its title, by the Chinese one."""
    found = []
    for release in work.session.scalars(select(Release).where(Release.current)):
        about, title = library.about(work.session, release)
        if _posts(viewer, about):
            found.append((release.process, title))
    return sorted(found, key=lambda row: row[1])


def one(work: Work, viewer: Viewer, process: str) -> Startable:
    """Return a process that the viewer may start; NotFound for any other."""
    release = work.session.scalars(select(Release).where(Release.current, Release.process == process)).first()
    about, title = library.about(work.session, release) if release is not None else ({}, ("", ""))
    posts = _posts(viewer, about)
    if release is None or not posts:
        raise NotFound("没有这个流程，或者不由您发起。", "There is no such process, or it is not yours to start.")
    form = library.opened(work.session, release.id).forms.get(str(about.get("start_form")))
    return Startable(process, title, str(about.get("start_at", PLACE)), form, posts)


def scope(work: Work) -> feel.Scope:
    """Return what the expressions of a start form may ask: the moment, for there is no case yet."""
    return feel.Scope({}, {}, work.now, work.house.zone)


def choices(work: Work, what: Startable) -> Choices:
    """Return what the form's references can be chosen from: the places of the posts, and who is in office there."""
    tops = {post.path: int(post.path.rstrip(".").rpartition(".")[2]) for post in what.posts}
    places = {area.id: area for top in tops.values() for area in directory.subtree(work, top, (what.at,))}
    listed = sorted(places.values(), key=lambda area: (area.sort_key, area.id))[:MOST_PLACES]
    found: dict[str, Sequence[tuple[str, Pair]]] = {f"area:{what.at}": [(str(area.id), area.names) for area in listed]}
    if what.form is not None and any(field.kind == "person" for field in every(what.form.fields)):
        near = {member.person_id for top in tops.values() for member in directory.members_of(work, area_id=top)}
        names = shown(work, near, full=True)
        found["person"] = [(str(person), (name.zh, name.en)) for person, name in names.items()]
    return found


def start(
    work: Work, viewer: Viewer, process: str, answers: Mapping[str, Any], files: Mapping[int, Any], *, key: str | None
) -> str:
    """Start a case with the answers of its form; return its number. The same `key` again returns the same.

    `answers` name the place as `estate`, by id; `files` are the drafts they name, by id. Raises NotFound for a process
    that the viewer may not start, Invalid with every answer that does not fit and for a place that is not theirs, and
    whatever the diagram's first steps refuse.
    """
    what = one(work, viewer, process)

    def act() -> dict[str, str]:
        area_id = _place(work, what, answers.get(PLACE))
        given = {name: value for name, value in answers.items() if name != PLACE or _asks(what.form)}
        valid = dict(what.form.validate(given, scope(work), files)) if what.form is not None else {}
        case = start_case(work, process, {name: one for name, one in valid.items() if name != PLACE}, area_id=area_id)
        if files:
            attachments.attach(work, list(files), ("case", case.id))
        return {"case": case.no}

    return str(once(work, key, {"process": process, "answers": dict(answers)}, act)["case"])


def _posts(viewer: Viewer, about: Mapping[str, Any]) -> list[Post]:
    return [post for post in viewer.posts if post.role in about.get("start_by", ()) and post.path]


def _asks(form: Form | None) -> bool:
    return form is not None and any(field.key == PLACE for field in form.fields)


def _place(work: Work, what: Startable, given: Any) -> int:
    """Return the place of the answers, where the viewer may start the process."""
    number = int(given) if str(given or "").isdecimal() else 0
    area = directory.area(work, number) if number else None
    if area is None or area.kind != what.at or not any(area.path.startswith(post.path) for post in what.posts):
        raise Invalid(*words.INVALID, {PLACE: [("请选择", "Choose one")]})
    return area.id
