"""A town that works a bundle to its end in processes that die on the way, for tests that look at what is left.

`python -m tests.faults.bundling DATABASE_URL HOME ESTATES SEED KILLS [timed]`: prints how many processes died. One
process lives at a time; it does every task that is open and moves the clock to what is due next. `HOME/town.json` says
who is who, `HOME/moment` what time it is. The last estate but one says no, in the last too few vote, where there are
more than three.
"""

import json
import os
import random
import signal
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select

from casework import bootstrap, jobs
from casework.cases.models import Case, WorkItem
from casework.clock import MovableClock
from casework.definitions import library
from casework.definitions.models import Release
from casework.jobs import Job
from casework.plays import stage
from casework.plays.town import Town
from casework.votes.models import Vote
from tests.factories import settings_for

BEGIN = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
GIVEN = {
    "staff": {
        "国企老陶": {"soe_manager": "second company"},
        "国资小丁": {"county_officer": "county"},
        "计票员小甲": {"teller": "community"},
        "计票员小乙": {"teller": "community"},
    }
}
POINTS = ("after_claim", "after_engine", "after_handler", "before_commit", "after_commit")
BALLOTS = {2: "vote_cast:2", 3: "vote_close", 4: "vote_counted"}
"""Which of the processes that die do so over a ballot."""
LEASE = timedelta(milliseconds=50)
_PARTS = ("takeover_bundle", "bundle_mandate", "bundle_entry")
_LONGEST = 400


class Life:
    """One process of the town: it opens the database and does what is to be done until it is killed or all is done."""

    def __init__(self, url: str, home: Path, estates: int) -> None:
        self.home = home
        self.estates = estates
        self.town = Town(**json.loads((home / "town.json").read_text("utf-8")))
        self.clock = MovableClock(datetime.fromisoformat((home / "moment").read_text("utf-8")))
        self.casework = bootstrap.build(settings_for(url, home), clock=self.clock)
        self.names: dict[str, Any] = {}
        self.pause = threading.Event()

    def live(self) -> None:
        """Do everything until the bundle has ended and nothing of it is open."""
        for _ in range(_LONGEST):
            self.act()
            self.vote()
            self.act()
            if self.ended():
                return
            due = self.next_due()
            (self.home / "moment.next").write_text(due.isoformat(), "utf-8")
            (self.home / "moment.next").replace(self.home / "moment")
            self.clock.move_to(due)
        message = "the bundle does not come to its end"
        raise RuntimeError(message)

    def act(self) -> None:
        """Run what is due and do the open tasks until neither is left."""
        self.settle()
        while (item := self.open_task()) is not None:
            verb, details = self.done(*item)
            stage.VERBS[verb](self.casework, self.town, self.names, details)
            self.settle()

    def settle(self) -> None:
        """Run every job that is due, also what a dead process has left."""
        while jobs.run_due(self.casework, limit=50, lease=LEASE) or self.left_running():
            self.pause.wait(0.01)

    def left_running(self) -> bool:
        with self.casework.work() as work:
            return work.session.scalar(select(Job.id).where(Job.state == "running").limit(1)) is not None

    def open_task(self) -> tuple[int, str, int] | None:
        """Return the oldest open task of the bundle, and how many of its kind are open in its case."""
        with self.casework.work() as work:
            rows = select(WorkItem).join(Case, Case.id == WorkItem.case_id).where(WorkItem.state == "open")
            wanted = or_(Case.process.in_(_PARTS), WorkItem.element == "appoint")
            item = work.session.scalars(rows.where(wanted).order_by(WorkItem.id).limit(1)).first()
            if item is None:
                return None
            alike = select(func.count()).where(WorkItem.case_id == item.case_id, WorkItem.element == item.element)
            return item.case_id, item.element, work.session.scalar(alike.where(WorkItem.state == "open")) or 0

    def done(self, case_id: int, element: str, alike: int) -> tuple[str, dict[str, Any]]:
        """Return what somebody does about a task, as a step of a scenario."""
        label = f"case {case_id}"
        self.names[label] = {"case": case_id}
        if element == "deliver":
            return "deliver", {"case": label, "by": "网格员小吴"}
        if element == "enter":
            return "enter_ballots", {"case": label, "by": "计票员小甲" if alike == 2 else "计票员小乙", "received": 0}
        if element in _TASKS:
            by, answers = _TASKS[element]
            given = {**answers, "estates": self.listed()} if element == "define" else dict(answers)
            if element == "appoint":
                given["since"] = {"time": self.clock.now().isoformat()}
            return "complete", {"case": label, "task": element, "by": by, "with": given}
        return "usual", {"case": label, "task": element, "lead": "国企老陶"}

    def listed(self) -> list[Any]:
        return [{"estate": {"area": f"小区{number}"}} for number in range(1, self.estates + 1)]

    def vote(self) -> None:
        """Have the owners of every open box vote, each under a key: who did so already is not counted twice."""
        with self.casework.work() as work:
            rows = select(Vote.id, Vote.case_id, Vote.estate_id).where(Vote.state == "open").order_by(Vote.id)
            held = work.session.execute(rows).all()
        for vote_id, case_id, estate_id in held:
            number = next(n for n in range(1, self.estates + 1) if self.town.areas[f"小区{n}"] == estate_id)
            refuses, few = number == self.estates - (self.estates > 3), self.estates > 3 and number == self.estates
            self.names[f"case {case_id}"] = {"case": case_id}
            for name in ("业主1",) if few else ("业主1", "业主2"):
                said = {1: "against" if refuses else "for", 2: "for"}
                given = {"case": f"case {case_id}", "by": name, "choices": said, "key": f"{vote_id} {name}"}
                stage.VERBS["vote"](self.casework, self.town, self.names, given)

    def ended(self) -> bool:
        """Say whether the bundle and all its parts have ended."""
        with self.casework.work() as work:
            parts = select(Case.id).where(Case.process.in_(_PARTS), Case.status == "open")
            return work.session.scalar(parts.limit(1)) is None

    def next_due(self) -> datetime:
        """Return when something is due next."""
        with self.casework.work() as work:
            found = work.session.scalar(select(func.min(Job.due_at)).where(Job.state == "ready"))
        if found is None:
            message = "the bundle waits for nothing"
            raise RuntimeError(message)
        return found


_TASKS: dict[str, tuple[str, dict[str, Any]]] = {
    "define": (
        "街道老高",
        {"service_level": "basic", "service_items": [{"item": "保洁", "rate": "0.30"}], "fee": "0.30"},
    ),
    "match_firm": ("国资小丁", {"firm": {"organisation": "乙方物业"}, "reasons": "空余能力足够。"}),
    "award": ("街道老高", {"method": "tender", "firm": {"organisation": "乙方物业"}, "minutes": {"photos": 1}}),
    "appoint": (
        "街道老高",
        {"unit": {"organisation": "运河社区居委会"}, "items": [{"item": "清运垃圾", "often": "每天一次"}], "price": 0},
    ),
}


def begin(casework: bootstrap.Casework, town: Town, home: Path, estates: int) -> None:
    """Bring so many estates into the town, flagged and found fit for a bundle, and open the bundle."""
    names: dict[str, Any] = {}
    found = {"wish": "state_firm", "legal_body": "none", "bidders": 0, "neighbours": estates - 1}
    found["facts"] = [{"item": "road", "state": "worn", "count": 20}]
    begun = {"origin": "old_estate", "contract": "none", "body": "none"}
    every = f"小区1-{estates}"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("roll", {"estates": every, "parts": [{"owner": "业主", "times": 2, "area": "60.00"}]}),
        ("start", {"as": "摸底", "process": "estate_takeover", "area": every, "with": begun}),
        *(
            ("complete", {"case": f"摸底小区{number}", "by": "街道小孙", "task": "survey", "with": found})
            for number in range(1, estates + 1)
        ),
        ("start", {"as": "bundle", "process": "takeover_bundle", "area": "street"}),
    ]
    for verb, details in steps:
        stage.VERBS[verb](casework, town, names, details)
    known = {"areas": town.areas, "organisations": town.organisations, "people": town.people}
    (home / "town.json").write_text(json.dumps(known), "utf-8")
    (home / "moment").write_text(BEGIN.isoformat(), "utf-8")


def opened(url: str, home: Path) -> None:
    """Open every release once: what lives after this inherits them, and begins at once."""
    casework = bootstrap.build(settings_for(url, home))
    with casework.work() as work:
        for release_id in work.session.scalars(select(Release.id).where(Release.current)):
            library.opened(work.session, release_id)
    casework.database.close()


def death(chance: random.Random, killed: int, estates: int) -> str:
    """Choose where the next process dies: two before the ballots are cast, three over them, all others anywhere."""
    most = estates if killed < min(BALLOTS) else 2 * estates + 3
    return BALLOTS.get(killed) or f"{chance.choice(POINTS)}:{chance.randint(1, most)}"


def main(url: str, home: Path, estates: int, seed: int, kills: int, *, timed: bool) -> int:
    """Let one process after the other live, and return how many were killed: by chance, at a point on the way or,
    where it is `timed`, also at any moment. The last one lives to the end.
    """
    opened(url, home)
    chance = random.Random(seed)
    killed = 0
    while True:
        dies = killed < kills
        by_time = timed and killed > max(BALLOTS) and chance.random() < 0.5
        point = death(chance, killed, estates) if dies and not by_time else ""
        child = os.fork()
        if child == 0:
            os.environ["CRASH_AT"] = point
            Life(url, home, estates).live()
            os._exit(0)
        killer = threading.Timer(chance.uniform(0.2, 5), os.kill, (child, signal.SIGKILL))
        if dies and by_time:
            killer.start()
        status = os.waitpid(child, 0)[1]
        killer.cancel()
        if not os.WIFSIGNALED(status):
            if os.WEXITSTATUS(status):
                sys.exit(os.WEXITSTATUS(status))
            return killed
        killed += 1


if __name__ == "__main__":
    where, folder, *numbers = sys.argv[1:]
    died = main(where, Path(folder), *(int(number) for number in numbers[:3]), timed=numbers[3:] == ["timed"])
    sys.stdout.write(f"{died}\n")
