"""A small made-up county for the pages: two streets, a company for each, staff for every step, one resident."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casework.bootstrap import Casework
from casework.directory import services, signing_in
from casework.directory.people import add_person
from casework.directory.sealing import Particulars
from casework.persistence import Work
from tests.keeping import Kept

SINCE = date(2020, 1, 1)
PASSWORD = "Tongji-lu-27-hao"
AREAS = (
    ("province", "山东省", None, "Shandong", "shandong"),
    ("city", "济宁市", "山东省", "Jining", "jining"),
    ("county", "任城区", "济宁市", "Rencheng", None),
    ("street", "济阳街道", "任城区", "Jiyang Street", None),
    ("community", "草桥社区", "济阳街道", "Caoqiao", None),
    ("estate", "水景花苑", "草桥社区", "Shuijing Garden", None),
    ("building", "3号楼", "水景花苑", "", None),
    ("household", "3-2-502", "3号楼", "", None),
    ("street", "南池街道", "任城区", "Nanchi Street", None),
    ("community", "南池社区", "南池街道", "Nanchi", None),
    ("estate", "运河花园", "南池社区", "Canal Garden", None),
)
UNITS = (
    ("company", "九安物业", "任城区", None),
    ("company", "泉城物业", "任城区", None),
    ("bureau", "任城区城管局", "任城区", "UM"),
    ("bureau", "任城区住建局", "任城区", "HC"),
    ("government", "济阳街道办", "济阳街道", "ST"),
)
STAFF = (
    ("周岚", "13800000001", ("community_officer@草桥社区",)),
    ("王砚秋", "13800000002", ("street_officer@济阳街道", "dispatcher@济阳街道")),
    ("赵立", "13800000003", ("street_lead@济阳街道", "callback_officer@济阳街道")),
    ("孙维", "13800000004", ("company_service@九安物业",)),
    ("马宁", "13800000005", ("company_service@泉城物业",)),
    ("南池", "13800000006", ("community_officer@南池社区", "dispatcher@南池街道")),
    ("李主任", "13800000007", ("county_officer@任城区",)),
    ("管理员", "13800000008", ("administrator@济宁市",)),
    ("邻县管理", "13800000009", ("administrator@南池街道",)),
)
RESIDENT = ("李静怡", "13900000001")


@dataclass
class City:
    """What the tests point at, by name."""

    casework: Casework
    areas: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    kept: Kept | None = None
    kept_people: dict[str, int] = field(default_factory=dict)

    def restore(self) -> None:
        """Put the county back as it was built."""
        if self.kept:
            self.kept.restore()
            self.people = dict(self.kept_people)

    def keep(self) -> None:
        """Have `restore` lead back to the county as it is now."""
        self.kept, self.kept_people = Kept(self.casework.database.engine), dict(self.people)

    def token(self, name: str) -> str:
        """Open a session for somebody and return its token."""
        with self.casework.work() as work:
            return signing_in.open_session(work, self.people[name]).token


def build(casework: Casework) -> City:
    """Build the county."""
    city = City(casework)
    with casework.work() as work:
        for kind, name, parent, english, jurisdiction in AREAS:
            above = city.areas[parent] if parent else None
            more: dict[str, Any] = {"name_en": english, "jurisdiction": jurisdiction}
            city.areas[name] = services.add_area(work, kind, name, parent_id=above, **more).id
        for kind, name, area, code in UNITS:
            city.units[name] = services.add_organisation(work, kind, name, area_id=city.areas[area], code=code).id
        services.sign_contract(work, city.units["九安物业"], city.areas["水景花苑"], SINCE)
        services.sign_contract(work, city.units["泉城物业"], city.areas["运河花园"], SINCE)
        for name, phone, posts in STAFF:
            city.people[name] = _account(work, "staff", name, phone)
            for post in posts:
                role, where = post.split("@")
                place = (
                    {"organisation_id": city.units[where]} if where in city.units else {"area_id": city.areas[where]}
                )
                services.appoint(work, city.people[name], role, since=SINCE, **place)
        city.people[RESIDENT[0]] = _account(work, "resident", *RESIDENT)
        services.bind_household(work, city.people[RESIDENT[0]], city.areas["3-2-502"], "owner", SINCE)
    return city


def _account(work: Work, kind: str, name: str, phone: str) -> int:
    person = add_person(work, kind, Particulars(name=name, phone=phone))
    signing_in.open_account(work, person.id, phone, PASSWORD)
    return person.id
