"""The web door on the real domain, with a made-up county and a clock that stands still."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from casework import bootstrap, calendar, policies
from casework.bootstrap import Casework
from casework.clock import MovableClock
from casework.config import Settings
from casework.definitions.services import publish
from casework.definitions.source import process_folders, read_release
from casework.persistence import Database, embedded
from tests.webapp.city import City, build
from webapp import WebSettings, create_app

Temporary = pytest.TempPathFactory
TEXT = "3号楼2单元楼道灯三天不亮。"
START = datetime(2026, 9, 18, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def web_clock() -> MovableClock:
    """The clock of the county: Friday 18 September 2026, 16:30 in Shandong."""
    return MovableClock(START)


@pytest.fixture(scope="session")
def web_casework(
    server_url: str,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
    web_clock: MovableClock,
    database: Database,
) -> Iterator[Casework]:
    """The domain with everything published, on a database of its own."""
    del database  # its fixture has imported every model
    settings = replace(
        Settings(),
        home=Path(tmp_path_factory.mktemp("web")),
        database_url=embedded.create_database(server_url, f"web_{worker_id}"),
        master_key="ab" * 32,
        secret_key="only-tests-may-know-this-secret!",
    )
    own = Database(settings.database_url)
    own.create_all()
    casework = bootstrap.build(settings, database=own, clock=web_clock)
    with casework.work() as work:
        calendar.load_builtin(work)
        policies.publish(work, settings.processes / "policies")
    for process in process_folders(settings.processes):
        with casework.work() as work:
            publish(work, process, read_release(settings.processes, settings.forms, process))
    yield casework
    own.close()


@pytest.fixture(scope="session")
def city(web_casework: Casework) -> City:
    """The made-up county; as it was built again before each test."""
    built = build(web_casework)
    built.keep()
    return built


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the counties that tests share back as they were built."""
    yield
    for shared in {"city", "county"} & set(request.fixturenames):
        request.getfixturevalue(shared).restore()


@pytest.fixture(scope="session")
def app(web_casework: Casework, city: City) -> Iterator[Flask]:
    """The web application, outside the demonstration."""
    del city
    made = create_app(web_casework, WebSettings("only-tests-may-know-this-secret!", testing=True))
    yield made
    made.extensions["live"].close()


class Browser:
    """A client that fills forms as a browser without JavaScript does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""
        self.status = 0
        self.url = "/"

    def get(self, url: str, **more: Any) -> str:
        """Open a page, following redirects."""
        return self._keep(self.client.get(url, follow_redirects=True, **more))

    def post(self, url: str, follow: bool = True, **fields: Any) -> str:
        """Send fields with the token of the page that is open."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        data = {"csrf_token": found[1] if found else "", **fields}
        return self._keep(self.client.post(url, data=data, content_type="multipart/form-data", follow_redirects=follow))

    def value(self, name: str) -> str:
        """Return the value of a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, f"no field {name} on the page"
        return found[1]

    def _keep(self, response: Any) -> str:
        self.page, self.status, self.url = (
            response.get_data(as_text=True),
            response.status_code,
            response.request.full_path,
        )
        self.headers = response.headers
        return self.page


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Somebody passing by."""
    return Browser(app.test_client())


@pytest.fixture
def browser(app: Flask, city: City):  # type: ignore[no-untyped-def]
    """Makes a browser in which somebody is signed in."""

    def signed_in(name: str) -> Browser:
        client = app.test_client()
        client.set_cookie("banjie_session", city.token(name))
        return Browser(client)

    return signed_in


def photo() -> tuple[BytesIO, str]:
    """Return a small picture that carries a place in its notes."""
    picture = Image.new("RGB", (320, 240), "teal")
    notes = Image.Exif()
    notes[0x8825] = {1: "N", 2: (36.0, 0.0, 0.0)}
    kept = BytesIO()
    picture.save(kept, "JPEG", exif=notes)
    kept.seek(0)
    return kept, "IMG_0001.jpg"


def certificate() -> tuple[BytesIO, str]:
    """Return a small PDF as an owner sends it."""
    return BytesIO(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]>>endobj\n"
    ), "证明.pdf"


@pytest.fixture
def report(city: City):  # type: ignore[no-untyped-def]
    """Reports a broken light as a stranger does, and returns the page, the code and the PIN."""

    def send(
        by: Browser, text: str = "3号楼2单元楼道灯三天不亮。", estate: str = "水景花苑", **more: Any
    ) -> tuple[str, str]:
        by.get("/report/details?category=power_light")
        fields = {
            "cause": "common_lights",
            "text": text,
            "estate": str(city.areas[estate]),
            "part": "flat",  # of a place nobody knows: never merged with another report
            "phone": "13912345678",
            "callback_wanted": "true",
            "command_key": by.value("command_key"),
        }
        by.post("/report/details?category=power_light", **{**fields, **more})
        found = re.findall(r'<p class="big">(\w+)</p>', by.page)
        return (found[0], found[1]) if len(found) > 1 else ("", "")

    return send


@pytest.fixture
def task_of(city: City):  # type: ignore[no-untyped-def]
    """Finds the open task of a case whose code is known, by the title of its step."""
    from sqlalchemy import select

    from casework.cases.models import WorkItem
    from casework.complaints.models import Intake

    def find(code: str, element: str) -> int:
        with city.casework.work() as work:
            wanted = select(WorkItem.id).join(Intake, Intake.case_id == WorkItem.case_id)
            return int(
                work.session.scalars(
                    wanted.where(Intake.code == code, WorkItem.element == element, WorkItem.state == "open")
                ).one()
            )

    return find
