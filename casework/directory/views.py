"""What the reads of the directory give to a door: plain values, names in Chinese and English."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """An area or an organisation as a link."""

    id: int
    kind: str
    name: Names
    code: str = ""


@dataclass(frozen=True, slots=True)
class PostRow:
    """Somebody's post; `until` is its last day."""

    id: int
    person_id: int
    person: Names
    role: Names
    place: Names
    since: date | None
    until: date | None
    running: bool = True


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A company's contract with an estate."""

    id: int
    company: Names
    company_id: int
    estate: Names
    estate_id: int
    since: date | None
    until: date | None
    running: bool = True


@dataclass(frozen=True, slots=True)
class AreaPage:
    """An area, what lies above and below it, who holds a post there, who serves it."""

    area: Place | None
    above: Sequence[Place] = ()
    below: Sequence[Place] = ()
    posts: Sequence[PostRow] = ()
    contracts: Sequence[ContractRow] = ()
    organisations: Sequence[Place] = ()


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """An organisation, its people and its contracts."""

    organisation: Place
    area: Place
    posts: Sequence[PostRow] = ()
    contracts: Sequence[ContractRow] = ()


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person and their posts."""

    id: int
    name: Names
    phone: str
    kind: str
    login: str
    posts: Sequence[PostRow] = ()
