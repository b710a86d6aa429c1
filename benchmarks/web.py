"""Two ratios of the web door, each measured in one run against a page that does next to nothing.

    python -m benchmarks.web [--json]

- finishing a task (form posted → committed → next page shown) ÷ a signed-in page that reads one row: at most 6
- the inbox with 10,000 open tasks ÷ the inbox with 100: at most 1.5
"""

import argparse
import json
import logging
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from sqlalchemy import text
from werkzeug.serving import make_server

from casework import attachments, bootstrap
from casework.cases.models import WorkItem
from casework.config import Settings
from casework.directory import signing_in
from casework.persistence import Actor, Database, embedded, migrating
from casework.plays import stage, town
from webapp import WebSettings, create_app
from webapp.identity import COOKIE

ROUNDS = 40
TASK_AT_MOST, INBOX_AT_MOST = 6, 1.5
PORT = 8479


def main() -> int:
    """Build a town in a database of its own, and print the two ratios with their medians; 1 when one is too high."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        url = embedded.create_database(embedded.start(Path(folder) / "postgresql"), "benchmark")
        migrating.upgrade(url)
        settings = Settings(database_url=url, home=Path(folder), master_key="ab" * 32)
        casework = bootstrap.build(settings, database=Database(url))
        stage.publish(casework, settings)
        with casework.work() as work:
            place = town.settle(work, "jining", {})
        app = create_app(casework, WebSettings(secret_key="b" * 40, demonstration=True))
        server = make_server("127.0.0.1", PORT, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", follow_redirects=True) as client:
            _sign_in(casework, client, place.person("客服小周"))
            found = _measure(casework, client, place)
        server.shutdown()
        casework.database.close()
    if as_json:
        print(json.dumps(found))
    else:
        print("one row {row_ms:.1f} ms · finishing a task {task_ms:.1f} ms · ratio {task_ratio:.1f}".format(**found))
        print("inbox of 100 {few_ms:.1f} ms · of 10,000 {many_ms:.1f} ms · ratio {inbox_ratio:.2f}".format(**found))
        print(f"at most {TASK_AT_MOST} and {INBOX_AT_MOST}")
    return 0 if found["task_ratio"] <= TASK_AT_MOST and found["inbox_ratio"] <= INBOX_AT_MOST else 1


def _measure(casework: bootstrap.Casework, client: httpx.Client, place: town.Town) -> dict[str, float]:
    _report(casework, place)
    with casework.work() as work:
        item = work.session.query(WorkItem.id).filter_by(element="handle", state="open").one()[0]
    page, step = [], []
    for number in range(ROUNDS + 5):
        page.append(_timed(lambda: client.get("/account")))
        form = _form(casework, client, item, place)
        step.append(_timed(lambda form=form, item=item: client.post(f"/tasks/{item}", data=form)))
        with casework.work() as work:
            item = work.session.query(WorkItem.id).filter_by(element="handle", state="open").one()[0]
        del number
    one, done = statistics.median(page[5:]), statistics.median(step[5:])
    few, many = _inbox(casework, client, 100), _inbox(casework, client, 10_000)
    return {
        "row_ms": one * 1000,
        "task_ms": done * 1000,
        "task_ratio": done / one,
        "few_ms": few * 1000,
        "many_ms": many * 1000,
        "inbox_ratio": many / few,
    }


def _report(casework: bootstrap.Casework, place: town.Town) -> None:
    details = {"by": "李业主", "category": "power_light", "cause": "common_lights", "text": "楼道灯坏了，一片漆黑。"}
    stage.report(casework, place, {}, details)


def _form(
    casework: bootstrap.Casework, client: httpx.Client, item: int, place: town.Town
) -> dict[str, str | list[str]]:
    shown = client.get(f"/tasks/{item}").text
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', shown))
    with casework.work(Actor("person", place.person("客服小周"))) as work:
        photo = stage.photo(work)
        token = attachments.by_ids(work, [photo])[0].token
    return {**hidden, "result": "record", "text": "已到现场查看，灯具已订购。", "files": [token]}


def _inbox(casework: bootstrap.Casework, client: httpx.Client, tasks: int) -> float:
    """Fill the inbox with copies of its one task up to `tasks`, and return the median time of its page."""
    with casework.work() as work:
        columns = [column.name for column in WorkItem.__table__.columns if column.name not in {"id", "task"}]
        names = ", ".join(columns)
        work.session.execute(
            text(
                f"INSERT INTO work_item (task, {names}) SELECT 'copy' || n, {names} FROM work_item, "  # noqa: S608
                "generate_series(1 + (SELECT count(*) FROM work_item WHERE state = 'open'), :tasks) n "
                "WHERE id = (SELECT min(id) FROM work_item WHERE state = 'open')"
            ),
            {"tasks": tasks},
        )
    with casework.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE work_item"))
    return statistics.median(_timed(lambda: client.get("/inbox")) for _ in range(ROUNDS))


def _sign_in(casework: bootstrap.Casework, client: httpx.Client, person: int) -> None:
    with casework.work() as work:
        client.cookies.set(COOKIE, signing_in.open_session(work, person).token)


def _timed(call: Callable[[], httpx.Response]) -> float:
    started = time.perf_counter()
    response = call()
    took = time.perf_counter() - started
    if response.status_code != 200 or "/sign-in" in str(response.url):
        raise SystemExit(f"{response.request.url} answered {response.status_code}: {response.text[:2000]}")
    return took


if __name__ == "__main__":
    sys.exit(main())
