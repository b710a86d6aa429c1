"""`kill -9` while the estates of a bundle vote and sign: each has one responsible unit, as if nobody had died."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from casework.cases.models import Case
from casework.clock import MovableClock
from casework.jobs import Job
from casework.plays.town import add
from casework.takeovers.bundles import answering
from casework.takeovers.entry_models import ServiceContract
from casework.takeovers.planning_models import Bundle, BundleMember
from casework.votes.models import Envelope, Vote
from tests.factories import Stage
from tests.faults.bundling import BEGIN, GIVEN, begin
from tests.faults.conftest import ROOT, unbroken

ESTATES = 3
KILLS = 7


def test_a_bundle_killed_while_it_votes_and_signs_ends_as_if_nobody_had_died(
    open_stage: Callable[..., Stage], tmp_path: Path
) -> None:
    clock = MovableClock(BEGIN)
    town = open_stage(clock=clock)
    with town.work() as work:
        add(work, town.town, {**GIVEN, "estates": f"小区1-{ESTATES}"})
    begin(town.casework, town.town, tmp_path, ESTATES)
    url = town.casework.settings.database_url
    numbers = [str(number) for number in (ESTATES, 1, KILLS)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.bundling", url, str(tmp_path), *numbers],
        cwd=ROOT,
        env=os.environ | {"CRASH_AT": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == KILLS
    unbroken(town)
    bundle = town.rows(Bundle)[0]
    members = town.rows(BundleMember)
    clock.move_to(bundle.ended_at or BEGIN)
    assert Counter(one.outcome for one in members) == {"entered": 2, "no": 1}
    assert (bundle.round, bundle.ended_at is not None, town.case(bundle.case_id).outcome) == (1, True, "bundled")
    with town.work() as work:
        units = answering(work, [one.estate_id for one in members])
    company, street = town.town.organisations["乙方物业"], town.town.organisations["ST"]
    assert Counter(units.values()) == {company: 2, street: 1}
    assert Counter(case.process for case in town.rows(Case)) == {
        "estate_takeover": ESTATES + 1,
        "takeover_bundle": 1,
        "bundle_mandate": ESTATES,
        "bundle_entry": 2,
        "takeover_operation": 2,
    }
    assert (len(town.rows(Vote)), len(town.rows(Envelope)), len(town.rows(ServiceContract))) == (ESTATES, 6, 2)
    assert town.rows(Job, state="running") + town.rows(Job, state="dead") == []
