import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.jobs.conftest import house, jobs_url, queue

__all__ = ["house", "jobs_url", "queue"]

BROKERS = {
    "redis": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    "rabbitmq": os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def until(condition: object, seconds: float = 10.0) -> float:
    """Wait until `condition()` holds; return how long that took, fail when it takes longer than `seconds`."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            pytest.fail(f"not within {seconds} s")
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture(params=sorted(BROKERS))
def broker_url(request: pytest.FixtureRequest) -> str:
    """A broker on loopback that answers; without one the test is skipped, or fails where CI is set."""
    url = BROKERS[request.param]
    where = urlsplit(url)
    if not answers(where.hostname or "", where.port or 0):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{request.param} does not answer at {where.hostname}")
    return url


@pytest.fixture
def queue_name() -> str:
    """A queue that no other test reads."""
    return f"banjie-test-{uuid4().hex[:8]}"


@pytest.fixture
def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class OwnRedis:
    """A Redis of this test, which may be killed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"redis://127.0.0.1:{port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(lambda: answers("127.0.0.1", self.port))

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def own_redis(free_port: int) -> Iterator[OwnRedis]:
    """A running Redis that the test may kill and start."""
    program = shutil.which("redis-server")
    if program is None or subprocess.run([program, "--version"], capture_output=True, check=False).returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("redis-server is not installed")
    server = OwnRedis(free_port)
    server.start()
    yield server
    server.kill()
