"""How a migration runs: one at a time, and never waiting long behind a busy table."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any, Literal

from alembic import context
from alembic.operations.ops import CreateTableOp, ExecuteSQLOp, MigrationScript
from sqlalchemy import create_engine, pool, text

import casework
from casework.persistence import Base, Instant

_LOCK = 4_270_047

for found in pkgutil.iter_modules(casework.__path__):
    for file in sorted((Path(casework.__path__[0]) / found.name).glob("*models.py")):
        importlib.import_module(f"casework.{found.name}.{file.stem}")


def _rendered(kind: str, thing: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what the database knows: a migration must not change when they do."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Instant) else False


def _finished(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """Let a migration that makes a table also make its triggers; write none that changes nothing."""
    for script in scripts:
        operations = script.upgrade_ops.ops if script.upgrade_ops else []
        for made in [one for one in operations if isinstance(one, CreateTableOp)]:
            operations.extend(ExecuteSQLOp(statement) for statement in made.info.pop("after_create", ()))
        if not operations:
            scripts.clear()


engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '4s'"))
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=_rendered,
        process_revision_directives=_finished,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
    connection.commit()
engine.dispose()
