"""The town of the plays with a second county beside it, and programs that call the API in somebody's name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from casework import jobs
from casework.bootstrap import Casework
from casework.cases.models import Case, WorkItem
from casework.clock import MovableClock
from casework.complaints.models import Intake
from casework.directory import services, signing_in, tokens
from casework.directory.models import Area
from casework.plays.town import Town, add_resident, add_staff, settle
from tests.keeping import Kept

PASSWORD = "Yunhe-lu-16-hao"
ALL = ("report", "follow", "tasks", "cases", "statistics")
SYSTEM = ("report", "follow", "hotline", "statistics")
_SINCE = date(2020, 1, 1)
_numbers = count(1)


@dataclass
class County:
    """What the tests point at."""

    casework: Casework
    clock: MovableClock
    app: Flask
    town: Town
    kept: Kept
    tokens: dict[str, str] = field(default_factory=dict)

    def restore(self) -> None:
        """Put the counties back as they were built."""
        self.tokens.clear()
        self.kept.restore()

    def person(self, name: str) -> int:
        return self.town.people[name]

    def area(self, name: str) -> int:
        return self.town.areas[name]

    def caller(self, name: str | None = None, scopes: Sequence[str] = ALL) -> "Caller":
        """Return a program in somebody's name; without a name one that has no token."""
        if name is None:
            return Caller(self.app.test_client())
        key = f"{name} {scopes}"
        if key not in self.tokens:
            with self.casework.work() as work:
                self.tokens[key] = tokens.issue_to_person(work, self.person(name), "tests", scopes).token
        return Caller(self.app.test_client(), self.tokens[key])

    def system(self, area: str, scopes: Sequence[str] = SYSTEM) -> "Caller":
        """Return another system's program that serves an area."""
        key = f"system {area} {scopes}"
        if key not in self.tokens:
            with self.casework.work() as work:
                made = tokens.issue_to_system(work, "12345", self.area(area), "tests", scopes)
                self.tokens[key] = made.token
        return Caller(self.app.test_client(), self.tokens[key])

    def settle(self) -> None:
        """Run whatever is due now."""
        while jobs.run_due(self.casework, limit=50):
            pass

    def report(self, by: "Caller", **more: Any) -> dict[str, Any]:
        """Report something that nobody else has reported, and return the receipt."""
        came = by.post("/reports", self.report_body(**more))
        assert came.status_code == 201, came.text
        return dict(came.json or {})

    def report_body(self, **more: Any) -> dict[str, Any]:
        number = next(_numbers)
        body = {
            "estate": self.area("estate"),
            "text": f"第{number}件：楼道照明损坏，夜间漆黑。",
            "category": "power_light",
            "cause": "common_lights",
            "part": "flat",  # of a place that is not known: never merged with another report
            "phone": f"137{number:08d}",
        }
        return {**body, **more}

    def new_estate(self) -> str:
        """Add an estate that the company serves and nobody has reported about; return its name."""
        name = f"新苑{next(_numbers)}号院"
        with self.casework.work() as work:
            self.town.areas[name] = services.add_area(work, "estate", name, parent_id=self.area("community")).id
            services.sign_contract(work, self.town.organisations["company"], self.area(name), _SINCE)
        return name

    def task(self, code: str, element: str) -> WorkItem:
        """Return the open task of a report's case."""
        with self.casework.work() as work:
            wanted = select(WorkItem).join(Intake, Intake.case_id == WorkItem.case_id).where(Intake.code == code)
            return work.session.scalars(wanted.where(WorkItem.element == element, WorkItem.state == "open")).one()

    def case_of(self, code: str) -> Case:
        with self.casework.work() as work:
            return work.session.scalars(
                select(Case).join(Intake, Intake.case_id == Case.id).where(Intake.code == code)
            ).one()

    def handled(self, code: str) -> None:
        """Have the company and the community do their part, by the API, up to the callback."""
        company, community = self.caller("客服小周"), self.caller("社区小宋")
        task = self.task(code, "handle")
        answers = {"result": "done", "text": "已更换灯具，现场照片见附件。"}
        done = company.post(
            f"/tasks/{task.id}/completion",
            {"version": task.version, "answers": answers, "files": {"files": [company.upload()]}},
        )
        assert done.status_code == 200, done.text
        check = self.task(code, "verify")
        answers = {"pass": "pass", "evidence_ok": True, "conclusion": "resolved"}
        seen = community.post(f"/tasks/{check.id}/completion", {"version": check.version, "answers": answers})
        assert seen.status_code == 200, seen.text
        self.settle()


@dataclass
class Caller:
    """A program that calls the API."""

    client: FlaskClient
    token: str | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json={} if body is None else body, headers=self._headers(headers))

    def send(self, path: str, content: bytes, name: str = "photo.jpg", **headers: str) -> TestResponse:
        sent = {"file": (BytesIO(content), name)}
        return self.client.post(
            f"/api/v1{path}", data=sent, content_type="multipart/form-data", headers=self._headers(headers)
        )

    def upload(self) -> str:
        came = self.send("/files", photo())
        assert came.status_code == 201, came.text
        return str((came.json or {})["token"])

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        given = {name.replace("_", "-"): value for name, value in more.items()}
        return given if self.token is None else {"Authorization": f"Bearer {self.token}", **given}


def photo() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(kept, "JPEG")
    return kept.getvalue()


def build(casework: Casework, clock: MovableClock, app: Flask) -> County:
    """Build the town, and beside it a county, and a second city, that it has nothing to do with."""
    with casework.work() as work:
        town = settle(work, "jining", {})
        for kind, name, parent in (
            ("county", "邻县", "city"),
            ("street", "邻县街道", "邻县"),
            ("community", "邻县社区", "邻县街道"),
            ("estate", "邻县花园", "邻县社区"),
            ("city", "外市", "province"),
            ("county", "外市县", "外市"),
            ("street", "外市街道", "外市县"),
            ("community", "外市社区", "外市街道"),
            ("estate", "外市家园", "外市社区"),
        ):
            town.areas[name] = services.add_area(work, kind, name, parent_id=town.areas[parent]).id
        services.sign_contract(work, town.organisations["second company"], town.areas["邻县花园"], _SINCE)
        add_staff(work, town, "邻县小沈", "county_officer", "邻县")
        add_staff(work, town, "邻县街道小韩", "street_officer", "邻县街道")
        add_staff(work, town, "管理员", "administrator", "city")
        add_staff(work, town, "邻县管理员", "administrator", "邻县")
        add_resident(work, town, "赵业主")
        for name in ("李业主", "客服小周"):
            signing_in.open_account(work, town.people[name], f"login-{town.people[name]}", PASSWORD)
    return County(casework, clock, app, town, Kept(casework.database.engine))


def path_of(county: County, name: str) -> str:
    with county.casework.work() as work:
        return work.session.get_one(Area, county.area(name)).path
