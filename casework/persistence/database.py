"""Connections to PostgreSQL, the only database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from casework.persistence.base import Base

KEPT = "casework.persistence.kept"
"""Where a session finds what this process keeps of its database for good: rows that never change."""


class Database:
    """A PostgreSQL database and its pool of connections."""

    def __init__(self, url: str, *, pool_size: int = 20, schema: str | None = None) -> None:
        url = url.replace("postgresql://", "postgresql+psycopg://", 1) if url.startswith("postgresql://") else url
        options = "-c timezone=UTC -c lock_timeout=20000 -c idle_in_transaction_session_timeout=300000"
        if schema:
            options += f" -c search_path={schema}"
        self.url = url
        self._options = options
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": options},
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info={KEPT: {}})

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open one transaction: committed when the block ends well, rolled back when it raises."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open one transaction that reads only, and sees the database as it stood when it began."""
        with self.engine.connect() as plain:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with Session(plain.execution_options(**options)) as session, session.begin():
                yield session

    def now(self) -> datetime:
        """Return the database's present moment in UTC."""
        with self.engine.connect() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    def apart(self) -> psycopg.Connection:
        """Open a connection beside the pool that commits each statement and notices soon when the server is gone."""
        return psycopg.connect(
            self.url.replace("+psycopg", "", 1),
            autocommit=True,
            application_name="banjie-listening",
            options=self._options,
            connect_timeout=10,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=15_000,
        )

    def create_all(self) -> None:
        """Create every table of the models at once: for throw-away schemas, never for a database that is kept."""
        Base.metadata.create_all(self.engine)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
