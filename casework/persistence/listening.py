"""Hearing what other processes announce: PostgreSQL's NOTIFY, on a connection of its own."""

import logging
import threading
from collections.abc import Callable

import psycopg

from casework.persistence.database import Database

_log = logging.getLogger(__name__)
#: Seconds after which the thread looks whether it shall stop, and after which a silent connection is asked for life.
_GLANCE, _SILENT = 1.0, 20.0
_SHORTEST, _LONGEST = 0.2, 10.0


class Listening:
    """A thread that hears what is announced on a channel and goes on by itself when its connection is lost.

    `hear` gets each announcement; `missed` is called whenever it begins to hear: what was said before is lost to it.
    """

    def __init__(
        self, database: Database, channel: str, hear: Callable[[str], None], missed: Callable[[], None]
    ) -> None:
        self.connected = threading.Event()
        self._database, self._channel = database, channel
        self._hear, self._missed = hear, missed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"listening {channel}", daemon=True)

    def start(self) -> None:
        """Begin to listen; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and its connection; waits a few seconds at most."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(3 * _GLANCE)

    def _run(self) -> None:
        pause = _SHORTEST
        while not self._stop.is_set():
            try:
                with self._database.apart() as connection:
                    self._listen(connection)
                    pause = _SHORTEST
                    self._missed()
                    self.connected.set()
                    self._take(connection)
            except psycopg.Error as lost:
                _log.warning("listening was interrupted: %s", type(lost).__name__)
            self.connected.clear()
            self._stop.wait(pause)
            pause = min(2 * pause, _LONGEST)

    def _listen(self, connection: psycopg.Connection) -> None:
        row = connection.execute("SELECT %s || '_' || current_schema()", [self._channel]).fetchone()
        name = str(row[0]) if row else self._channel
        connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(name)))

    def _take(self, connection: psycopg.Connection) -> None:
        quiet = 0.0
        while not self._stop.is_set():
            heard = False
            for notice in connection.notifies(timeout=_GLANCE, stop_after=1):
                heard = True
                self._hear(notice.payload)
            quiet = 0.0 if heard else quiet + _GLANCE
            if quiet >= _SILENT:
                connection.execute("SELECT 1")
                quiet = 0.0
