"""The doors as processes: both in one for a laptop, or each by itself for a city."""

import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from banjie import demonstration, starting
from casework import bootstrap
from casework.config import Settings, read_settings
from webapp import WebSettings, assets, create_app
from workers import Wakening, create_worker

#: Threads of a web process: for pages, and for streams, which keep theirs as long as the page is open.
PAGES, STREAMS = 32, 64
#: Seconds between two touches of a worker's sign of life, and after which a sweep that does not look counts as dead.
_PULSE, _SILENT = 5.0, 30.0


class _Worker(ThreadWorker):
    """A web process that ends its streams first when it is told to stop: they would never end by themselves."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._end_streams()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        self._end_streams()
        super().handle_quit(sig, frame)

    def _end_streams(self) -> None:
        streams = getattr(self, "wsgi", None) and self.wsgi.extensions["live"]
        if streams:
            threading.Thread(target=streams.close, daemon=True).start()


class _Server(BaseApplication):
    """Gunicorn around the web door; with `embedded_worker` the worker door lives in the same process."""

    def __init__(self, settings: Settings, *, processes: int, embedded_worker: bool) -> None:
        self.settings_of_ours = settings
        self.processes = processes
        self.embedded_worker = embedded_worker
        super().__init__()

    def load_config(self) -> None:
        ours = self.settings_of_ours
        for name, value in {
            "bind": f"{ours.host}:{ours.port}",
            "workers": self.processes,
            "worker_class": _Worker,
            "threads": PAGES + STREAMS,
            "timeout": 120,
            "graceful_timeout": 20,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        wakening = Wakening(self.settings_of_ours.broker_url)
        casework = bootstrap.build(self.settings_of_ours, wake=wakening.wake)
        if self.embedded_worker:
            worker = create_worker(casework, self.settings_of_ours, wakening=wakening)
            worker.start()
        return create_app(casework, web_settings(self.settings_of_ours))


def web_settings(settings: Settings) -> WebSettings:
    """Return what the web door has to be told."""
    return WebSettings(
        secret_key=settings.secret_key,
        demonstration=settings.demo,
        https=settings.secure_cookies,
        proxies=settings.proxies,
        streams=STREAMS,
    )


@click.command()
@click.option("--demo", is_flag=True, help="Load the demonstration province and offer one-click sign-in.")
@click.option("--port", type=int, help="The port to listen on.")
def up(demo: bool, port: int | None) -> None:
    """Start everything in one process: database, web and worker."""
    settings = read_settings()
    changes: dict[str, Any] = {"demo": demo or settings.demo, "port": port or settings.port}
    settings = starting.prepared(Settings(**{**vars(settings), **changes}))
    starting.brought_up_to_date(settings)
    assets.build(report=click.echo)
    if settings.demo:
        demonstration.ensure(settings, report=click.echo)
    click.echo(f"\n  办结 Banjie   http://{settings.host}:{settings.port}\n")
    for line in demonstration.sign_ins(settings) if settings.demo else ():
        click.echo(f"  {line}")
    sys.stdout.flush()
    _Server(settings, processes=1, embedded_worker=True).run()


@click.command()
@click.option("--processes", type=int, default=2, show_default=True, help="How many web processes.")
def web(processes: int) -> None:
    """Start the web door alone; workers run as processes of their own."""
    settings = starting.prepared(read_settings())
    starting.brought_up_to_date(settings)
    assets.build(report=click.echo)
    _Server(settings, processes=processes, embedded_worker=False).run()


@click.command()
def worker() -> None:
    """Start the worker door alone.

    While it looks at the queue it touches the file banjie-worker-PID.alive among the temporary ones.
    """
    settings = starting.prepared(read_settings())
    wakening = Wakening(settings.broker_url)
    door = create_worker(bootstrap.build(settings, wake=wakening.wake), settings, wakening=wakening)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    door.start()
    pulse = Path(tempfile.gettempdir(), f"banjie-worker-{os.getpid()}.alive")
    while not stop.wait(_PULSE):
        if time.monotonic() - door.sweep.looked_at < _SILENT:
            pulse.touch()
    pulse.unlink(missing_ok=True)
    door.stop()
