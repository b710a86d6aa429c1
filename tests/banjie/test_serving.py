"""The doors as processes of their own."""

import http.client
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from banjie import starting
from banjie.serving import STREAMS, web_settings
from casework.config import ROOT, Settings, read_settings
from casework.directory import signing_in
from casework.directory.people import add_person
from casework.directory.sealing import Particulars
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


def test_pages_answer_while_every_stream_is_taken_and_the_process_stops_at_once(
    server_url: str, tmp_path: Path
) -> None:
    name = f"serving_{secrets.token_hex(4)}"
    url = embedded.create_database(server_url, name)
    port = _free_port()
    settings = Settings(database_url=url, home=tmp_path, master_key="11" * 32, secret_key="s" * 40, port=port)
    starting.brought_up_to_date(settings)
    casework = starting.opened(settings)
    with casework.work() as work:
        people = [add_person(work, "staff", Particulars(name=f"某{number}")).id for number in range(STREAMS + 1)]
        tokens = [signing_in.open_session(work, person).token for person in people]
    casework.database.close()
    script = (
        "import sys; from pathlib import Path; from casework.config import Settings;"
        " from banjie.serving import _Server;"
        " u, h, p = sys.argv[1:]; _Server(Settings(database_url=u, home=Path(h), master_key='11' * 32,"
        " secret_key='s' * 40, port=int(p)), processes=1, embedded_worker=False).run()"
    )
    web = subprocess.Popen([sys.executable, "-W", "ignore", "-c", script, url, str(tmp_path), str(port)], cwd=ROOT)
    streams: list[http.client.HTTPConnection] = []
    try:
        _until_it_answers(port)
        answers = []
        for token in tokens:
            streams.append(http.client.HTTPConnection("127.0.0.1", port, timeout=20))
            streams[-1].request("GET", "/live", headers={"Cookie": f"banjie_session={token}"})
            answers.append(streams[-1].getresponse().status)
        assert answers == [200] * STREAMS + [204]
        began = time.monotonic()
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10).status == 200
        assert time.monotonic() - began < 5
        began = time.monotonic()
        web.terminate()
        web.wait(15)
        assert time.monotonic() - began < 12
    finally:
        web.kill()
        web.wait()
        for stream in streams:
            stream.close()
        embedded.drop_database(server_url, name)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _until_it_answers(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
