"""What changes in the rules while cases run: a designer edits a policy file, an estate agrees on a covenant."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from casework import policies
from casework.bootstrap import Casework
from casework.errors import NotFound
from casework.persistence import SYSTEM
from casework.plays.answers import Names
from casework.plays.town import Town
from casework.policies.models import PolicyRelease


def policy(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """A designer changes one line of a policy file, and publishes: its `value`, or `settled`, without contested mark.

    Raises NotFound for a file or a key that there is not.
    """
    del town, names
    file, key = f"{details['file']}.toml", details["key"]
    with casework.work(SYSTEM) as work:
        newest = select(PolicyRelease).order_by(PolicyRelease.id.desc()).limit(1)
        files = dict(work.session.scalars(newest).one().files)
        line = re.search(rf"^{re.escape(key)} = \{{.*\}}$", files.get(file, ""), re.MULTILINE)
        if line is None:
            raise NotFound(f"{file} 里没有 {key}", f"{file} has no {key}")
        files[file] = files[file].replace(line[0], _changed(line[0], details))
        policies.publish(work, files)


def covenant(casework: Casework, town: Town, names: Names, details: Mapping[str, Any]) -> None:
    """The covenant of the estate gets a rule of its own, in force from today or from `since`."""
    del names
    with casework.work(SYSTEM) as work:
        today = work.now.astimezone(work.house.zone).date()
        since = details.get("since", today)
        begins = since if isinstance(since, date) else date.fromisoformat(since)
        source = details.get("source", "管理规约 1")
        policies.record_covenant(work, town.areas["estate"], details["key"], details["value"], source, begins)


def _changed(line: str, details: Mapping[str, Any]) -> str:
    if details.get("settled"):
        line = re.sub(r'contested = "\w+", ', "", line)
    if "value" in details:
        line = re.sub(r"value = (\[.*?\]|\".*?\"|[^,]+),", f"value = {json.dumps(details['value'])},", line, count=1)
    return line


VERBS = {"policy": policy, "covenant": covenant}
"""What a scenario may have happen to the rules."""
