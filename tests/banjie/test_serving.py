"""The doors as processes of their own."""

import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from banjie import starting
from banjie.serving import web_settings
from casework.config import ROOT, Settings, read_settings
from casework.persistence import embedded


def test_the_web_door_is_told_what_the_operator_set() -> None:
    given = web_settings(
        read_settings({"SECRET_KEY": "k", "BANJIE_DEMO": "1", "BANJIE_SECURE_COOKIES": "1", "BANJIE_PROXIES": "2"})
    )
    assert (given.secret_key, given.demonstration, given.https, given.proxies) == ("k", True, True, 2)


def test_a_worker_gives_a_sign_of_life_and_takes_it_back_when_it_is_told_to_stop(
    server_url: str, tmp_path: Path
) -> None:
    name = f"serving_{secrets.token_hex(4)}"
    url = embedded.create_database(server_url, name)
    keys = {"SECRET_KEY": "s" * 40, "MASTER_KEY": "11" * 32}
    starting.brought_up_to_date(Settings(database_url=url, home=tmp_path, master_key=keys["MASTER_KEY"]))
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "banjie", "worker"],
        cwd=ROOT,
        env={
            "DATABASE_URL": url,
            "BANJIE_HOME": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            "TMPDIR": tempfile.gettempdir(),
            **keys,
        },
    )
    pulse = Path(tempfile.gettempdir(), f"banjie-worker-{worker.pid}.alive")
    try:
        until = time.monotonic() + 60
        while not pulse.exists() and worker.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        assert pulse.exists()
    finally:
        worker.terminate()
        ended = worker.wait(40)
        embedded.drop_database(server_url, name)
    assert ended == 0
    assert not pulse.exists()
