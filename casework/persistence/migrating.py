"""Bringing the tables of a database to the newest migration."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

VERSION_TABLE = "alembic_version"
_FOLDER = Path(__file__).with_name("migrations")


def configuration(url: str) -> Config:
    """Return Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations that the database at `url` lacks up to `revision`; two processes at once wait in turn."""
    command.upgrade(configuration(url), revision)


def revision_of(connection: Connection) -> str | None:
    """Return the migration that a database is at; None for one without any."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Say whether a migration is one of this version's."""
    script = ScriptDirectory.from_config(configuration(""))
    return revision in {one.revision for one in script.walk_revisions()}


def write(url: str, message: str) -> Path | None:
    """Write the migration that brings the database at `url` to the models; None when they agree already.

    The database must be at the newest migration and holds nothing that is kept. A migration goes one way only.
    """
    config = configuration(url)
    for name, value in {"hooks": "ruff", "ruff.type": "module", "ruff.module": "ruff"}.items():
        config.set_section_option("post_write_hooks", name, value)
    config.set_section_option("post_write_hooks", "ruff.options", "format REVISION_SCRIPT_FILENAME")
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    script = command.revision(config, message=message, autogenerate=True, rev_id=f"{number:04}")
    return Path(script.path) if script and not isinstance(script, list) else None
