"""What the administrator's pages do beyond one verb of the directory."""

import secrets
from dataclasses import dataclass
from datetime import date

from casework.directory import people, services, signing_in
from casework.directory.models import Person
from casework.directory.sealing import Particulars
from casework.errors import Invalid
from casework.persistence import Work


@dataclass(frozen=True, slots=True)
class Appointed:
    """A post that was given; `password` is that of a new account, to be told once."""

    person_id: int
    password: str = ""


def appoint(
    work: Work,
    role: str,
    *,
    name: str,
    phone: str,
    login: str,
    since: date | None,
    last_day: date | None,
    area_id: int | None = None,
    organisation_id: int | None = None,
) -> Appointed:
    """Give a post to the member of staff with this phone, who is added with an account where there is none yet."""
    known = [one for one in people.persons_with_phone(work, phone) if work.session.get_one(Person, one).kind == "staff"]
    password = ""
    if known:
        person_id = known[0]
    else:
        if not name or not phone:
            missing = ("新的人员须填写姓名和手机号", "Somebody new needs a name and a phone")
            raise Invalid(*missing, {"name": [missing]})
        person_id = people.add_person(work, "staff", Particulars(name=name, phone=phone)).id
        password = secrets.token_urlsafe(12)
        signing_in.open_account(work, person_id, login or phone, password)
    services.appoint(
        work, person_id, role, area_id=area_id, organisation_id=organisation_id, since=since, last_day=last_day
    )
    return Appointed(person_id, password)
