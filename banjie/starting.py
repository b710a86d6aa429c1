"""Bringing an installation up to date before a door opens: keys, database, tables, calendar, policies, processes."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from casework import bootstrap, calendar, policies
from casework.clock import Clock
from casework.config import Settings, WrongSetting, read_settings
from casework.definitions.services import publish
from casework.definitions.source import process_folders, read_release
from casework.directory.signing_in import person_with_login
from casework.persistence import Actor, Database, Work, embedded, migrating

DATABASE = "banjie"


def prepared(settings: Settings) -> Settings:
    """Return `settings` with a database that answers and the keys of this installation.

    Without DATABASE_URL the embedded server is started and keys are made once and kept below the home folder.
    Raises WrongSetting when a server is given but a key is not: keys must outlive any one machine.
    """
    if settings.database_url:
        missing = [name for name in ("secret_key", "master_key") if not getattr(settings, name)]
        if missing:
            names = " and ".join(Settings.__dataclass_fields__[name].metadata["env"] for name in missing)
            message = f"set {names}: with a database server the keys must be given, and kept with its backups"
            raise WrongSetting(message)
        return settings
    settings.home.mkdir(parents=True, exist_ok=True)
    server = embedded.start(settings.home / "postgresql")
    return replace(
        settings,
        database_url=embedded.create_database(server, DATABASE),
        secret_key=settings.secret_key or _kept(settings.home / "secret.key"),
        master_key=settings.master_key or _kept(settings.home / "master.key"),
    )


def brought_up_to_date(settings: Settings) -> None:
    """Migrate the database, and publish the calendar, the policies and the processes that the folders hold.

    What is already published as it stands is left alone; running cases keep what they are pinned to.
    """
    migrating.upgrade(settings.database_url)
    database = Database(settings.database_url, pool_size=2)
    publish_all(bootstrap.build(settings, database=database), settings)
    database.close()


def publish_all(casework: bootstrap.Casework, settings: Settings) -> None:
    """Publish what the folders of `settings` hold: the calendar, the policies, every process."""
    with casework.work() as work:
        calendar.load_builtin(work)
        policies.publish(work, settings.processes / "policies")
    for process in process_folders(settings.processes):
        with casework.work() as work:
            publish(work, process, read_release(settings.processes, settings.forms, process))


def opened(settings: Settings, clock: Clock | None = None) -> bootstrap.Casework:
    """Return the domain on a database that is up to date."""
    return bootstrap.build(settings, clock=clock)


def _kept(path: Path) -> str:
    """Return the key kept at `path`, made on first use and readable by its owner alone."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()


@contextmanager
def work_of(login: str) -> Iterator[Work]:
    """Open one transaction in the name of somebody who works at the machine: what they do is theirs."""
    casework = opened(prepared(read_settings()))
    with casework.work() as work:
        person_id = person_with_login(work, login)
    with casework.work(Actor("person", person_id)) as work:
        yield work
