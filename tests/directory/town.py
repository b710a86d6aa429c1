"""A small made-up town for tests: a province, two streets of one county, companies, a bureau, people to appoint."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casework.directory import services
from casework.directory.models import Area, Membership, Organisation, Person
from casework.directory.people import add_person
from casework.persistence import House, Work

HOUSE = House(secrets={"people": b"a secret that only tests may know!"})
SINCE = date(2020, 1, 1)


@dataclass
class Town:
    """Everything a test needs to point at, by short names."""

    work: Work
    areas: dict[str, Area] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)

    def area(self, kind: str, name: str, parent: str | None = None, **more: Any) -> Area:
        above = self.areas[parent].id if parent else None
        self.areas[name] = services.add_area(self.work, kind, name, parent_id=above, **more)
        return self.areas[name]

    def unit(self, kind: str, name: str, area: str, **more: Any) -> Organisation:
        self.units[name] = services.add_organisation(self.work, kind, name, area_id=self.areas[area].id, **more)
        return self.units[name]

    def staff(self, *posts: str) -> Person:
        """Add somebody with posts written "role@name of an area or organisation"."""
        person = add_person(self.work, "staff")
        for post in posts:
            self.appoint(person, post)
        return person

    def appoint(self, person: Person, post: str, **more: Any) -> Membership:
        role, where = post.split("@")
        place = {"organisation_id": self.units[where].id} if where in self.units else {"area_id": self.areas[where].id}
        return services.appoint(self.work, person.id, role, **place, since=SINCE, **more)


def build(work: Work) -> Town:
    """Build the town."""
    town = Town(work)
    town.area("province", "山东省")
    town.area("city", "聊城市", "山东省", jurisdiction="liaocheng")
    town.area("county", "高唐县", "聊城市")
    for street, community, estate in (("东街", "东社区", "水景花苑"), ("西街", "西社区", "运河花园")):
        town.area("street", street, "高唐县")
        town.area("community", community, street)
        town.area("estate", estate, community)
        town.unit("government", f"{street}办", street, code="ST")
    town.area("county", "茌平区", "聊城市")
    town.area("household", "2号楼301", "水景花苑")
    town.unit("company", "安居物业", "高唐县")
    town.unit("company", "和美物业", "高唐县")
    town.unit("committee", "水景业委会", "水景花苑")
    town.unit("bureau", "城管局", "高唐县", code="UM")
    town.unit("utility", "燃气公司", "聊城市", code="UT.gas")
    services.sign_contract(work, town.units["安居物业"].id, town.areas["水景花苑"].id, SINCE)
    return town
