"""Connections to PostgreSQL, the only database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

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

    def now(self) -> datetime:
        """Return the database's present moment in UTC."""
        with self.engine.connect() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    def create_all(self) -> None:
        """Create every table of the models at once: for throw-away schemas, never for a database that is kept."""
        Base.metadata.create_all(self.engine)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
