"""People in what is posted: named in full, because the law has their names posted, yet kept by reference alone.

A text that is kept mentions a person as `{person:12}`; the name is put in where it is read. So whoever is erased goes
by their pseudonym from then on, in what was written before too.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from casework.directory.models import Person, PersonData, PersonKey
from casework.directory.names import latin_name
from casework.directory.sealing import Sealing
from casework.errors import Texts
from casework.persistence import Work

_MENTION = re.compile(r"\{person:(\d+)\}")


def posted_names(work: Work, person_ids: Iterable[int]) -> dict[int, Texts]:
    """Return the full names of people who stand for office or hold it, in both languages.

    Only for those whose names are posted by law: no look is recorded. English has the letters beside the characters,
    so that the name is the one on the ballot. Who was erased goes by the pseudonym.
    """
    query = (
        select(Person.id, Person.pseudonym, PersonData.sealed, PersonKey.wrapped)
        .outerjoin(PersonData, PersonData.person_id == Person.id)
        .outerjoin(PersonKey, PersonKey.person_id == Person.id)
        .where(Person.id.in_(sorted(set(person_ids))))
    )
    sealing, found = Sealing.of(work.house.secrets), {}
    for person_id, pseudonym, sealed, wrapped in work.session.execute(query):
        known = sealing.open(person_id, sealed, wrapped).name if sealed is not None and wrapped is not None else ""
        name = known or pseudonym
        latin = latin_name(name)
        found[person_id] = (name, name if latin == name else f"{latin} {name}")
    return found


def mention(person_id: int) -> str:
    """Return how a text that is kept mentions somebody whose name is posted."""
    return f"{{person:{person_id}}}"


def with_names(work: Work, value: Any, language: str = "zh") -> Any:
    """Return a text, or whatever holds texts, with the names of those it mentions; what mentions nobody is the same."""
    wanted = {int(found) for text in _texts(value) for found in _MENTION.findall(text)}
    return _filled(value, posted_names(work, wanted), language != "zh") if wanted else value


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _filled(value: Any, names: Mapping[int, Texts], english: bool) -> Any:
    if isinstance(value, str):
        return _MENTION.sub(lambda found: _name(names, int(found[1]))[english], value)
    if isinstance(value, Mapping):
        return {key: _filled(one, names, str(key).endswith("_en")) for key, one in value.items()}
    return [_filled(one, names, english) for one in value] if isinstance(value, list | tuple) else value


def _name(names: Mapping[int, Texts], person_id: int) -> Texts:
    return names.get(person_id, ("–", "–"))
