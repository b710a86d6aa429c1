"""`kill -9` of a web process in the middle of a task's completion: what was answered is there, what was not is not."""

import os
import re
import signal
import socket

import httpx
import pytest

from casework.cases.models import History
from casework.directory import signing_in
from casework.jobs import Job
from tests.factories import VERIFIED, Stage
from tests.faults.conftest import Run, unbroken, until

POINTS = ["after_engine", "before_commit", "after_commit"]
STILL_OPEN = {"after_engine": True, "before_commit": True, "after_commit": False}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Door:
    """The web door as an operator starts it, and one person's browser before it."""

    def __init__(self, start: Run, token: str, **environment: str) -> None:
        port = free_port()
        self.process = start("banjie", "web", "--processes", "1", BANJIE_PORT=str(port), **environment)
        self.browser = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self.browser.cookies.set("banjie_session", token)
        until(self.answers, 60)

    def answers(self) -> bool:
        try:
            return self.browser.get("/inbox").status_code == 200
        except httpx.TransportError:
            return False

    def form(self, item_id: int) -> dict[str, str]:
        """Open the task and return what its form carries unseen."""
        page = self.browser.get(f"/tasks/{item_id}").text
        found = {
            name: re.search(rf'name="{name}" value="([^"]*)"', page)
            for name in ("csrf_token", "version", "command_key")
        }
        return {name: match[1] for name, match in found.items() if match}

    def send(self, item_id: int, hidden: dict[str, str]) -> httpx.Response:
        """Send the form of the verification."""
        fields = {name: "true" if value is True else str(value) for name, value in VERIFIED.items()}
        return self.browser.post(f"/tasks/{item_id}", data={**fields, **hidden})

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.browser.close()


def test_a_web_process_killed_while_a_task_is_completed_loses_and_doubles_nothing(town: Stage, start: Run) -> None:
    cases = {}
    for number, point in enumerate(POINTS):
        person = ["李业主", "王业主", "张业主"][number]
        case_id = town.report(point, by=person, part="flat", location=f"{person}家")
        town.handled(case_id)
        cases[point] = (case_id, town.item(case_id, "verify").id)
    with town.work() as work:
        token = signing_in.open_session(work, town.town.person("社区小宋")).token
    sent: dict[str, dict[str, str]] = {}
    for point, (case_id, item_id) in cases.items():
        door = Door(start, token, CRASH_AT=point)
        sent[point] = door.form(item_id)
        with pytest.raises(httpx.TransportError):
            door.send(item_id, sent[point])
        door.kill()
        assert (town.tasks(case_id) == ["verify"]) == STILL_OPEN[point], point
        unbroken(town)
    door = Door(start, token)
    for point, (case_id, item_id) in cases.items():
        again = sent[point] | {
            "csrf_token": door.form(cases["after_engine"][1]).get("csrf_token", sent[point]["csrf_token"])
        }
        for _ in range(2):
            answer = door.send(item_id, again)
            assert answer.status_code == 302, (point, answer.status_code)
        assert town.tasks(case_id) == ["attempt"], point
        assert len(town.rows(History, case_id=case_id, element="verify", what="submitted")) == 1, point
        assert len(town.rows(History, case_id=case_id, element="reply", what="completed")) == 1, point
    door.kill()
    assert town.rows(Job, state="dead") == []
    unbroken(town)
