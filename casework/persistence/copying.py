"""Every row of a database out to files and back: one consistent view, by table, for a server of any version.

Rows are PostgreSQL's own COPY text, gzipped. What tables there are is read from the database, not from the models, so
that a copy is true to the migration it was taken at.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast

from psycopg import Connection, sql
from sqlalchemy import MetaData, Table, func, select
from sqlalchemy.orm import Session

from casework.errors import Conflict, Refused
from casework.persistence.migrating import VERSION_TABLE

_CHUNK = 1 << 20
_POURED_AT_ONCE = 5_000
_PLAIN = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1"


@dataclass(frozen=True)
class CopiedTable:
    """One table as it was copied: how many rows of which columns, and what its file must hold."""

    name: str
    columns: Sequence[str]
    rows: int
    size: int
    sha256: str

    @property
    def file(self) -> str:
        """The name of the table's file."""
        return f"{self.name}.copy.gz"


def tables(session: Session) -> list[Table]:
    """Return the tables of the database, each after those that it refers to."""
    found = MetaData()
    found.reflect(session.connection())
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def began(session: Session) -> datetime:
    """Return when the session's transaction began: the moment that a snapshot shows."""
    return session.scalars(select(func.now())).one()


def copy_out(session: Session, table: Table, folder: Path) -> CopiedTable:
    """Write the rows of a table, as the session's transaction sees them, to its file in `folder`."""
    columns = [column.name for column in table.columns if column.computed is None]
    path = folder / f"{table.name}.copy.gz"
    with _driver(session).cursor() as cursor:
        cursor.execute(_PLAIN)
        statement = _copy(table.name, columns, "TO STDOUT")
        with (
            path.open("xb") as raw,
            gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file,
            cursor.copy(statement) as rows,
        ):
            for block in rows:
                file.write(block)
        number = cursor.rowcount
    return CopiedTable(table.name, columns, number, path.stat().st_size, sha256_of(path))


def copy_in(session: Session, copied: CopiedTable, folder: Path) -> None:
    """Load the rows of a table from its file; Refused when they are not as many as were copied."""
    with _driver(session).cursor() as cursor:
        cursor.execute(_PLAIN)
        statement = _copy(copied.name, copied.columns, "FROM STDIN")
        with gzip.open(folder / copied.file) as file, cursor.copy(statement) as rows:
            while block := file.read(_CHUNK):
                rows.write(block)
        if cursor.rowcount != copied.rows:
            raise Refused(
                f"表 {copied.name} 的行数与备份清单不符。",
                f"Table {copied.name} does not have as many rows as the backup's list says.",
            )


def pour(
    session: Session,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    told: Callable[[int], None] = lambda done: None,  # noqa: ARG005
) -> None:
    """Add many rows to a table the fast way; `told` hears how many are in, when the session is free to be used."""
    left, done, statement = iter(rows), 0, _copy(table, columns, "FROM STDIN")
    while batch := list(islice(left, _POURED_AT_ONCE)):
        with _driver(session).cursor() as cursor, cursor.copy(statement) as copy:
            for row in batch:
                copy.write_row(row)
        done += len(batch)
        told(done)


def fresh_ids(session: Session, table: str, count: int) -> list[int]:
    """Return `count` fresh ids of a table, in order."""
    sequence = func.nextval(func.pg_get_serial_sequence(table, "id"))
    return sorted(session.scalars(select(sequence).select_from(func.generate_series(1, count).alias())))


def sequences(session: Session) -> dict[str, int]:
    """Return the number that each numbered table gave last, by "table.column"."""
    given = {}
    for table, column, name in _numbered(session):
        quoted = ".".join(f'"{part}"' for part in name.replace('"', "").split("."))
        last, used = session.connection().exec_driver_sql(f"SELECT last_value, is_called FROM {quoted}").one()  # noqa: S608
        if used:
            given[f"{table}.{column}"] = int(last)
    return given


def set_sequences(session: Session, given: Mapping[str, int]) -> None:
    """Let each numbered table go on after the number it gave last."""
    for table, column, name in _numbered(session):
        if f"{table}.{column}" in given:
            session.execute(select(func.setval(name, given[f"{table}.{column}"])))


def must_be_empty(session: Session) -> None:
    """Raise Conflict naming a table that holds anything."""
    for table in tables(session):
        if session.scalar(select(1).select_from(table).limit(1)) is not None:
            raise Conflict(
                f"数据库不是空的（表 {table.name} 有内容）；请用一个空数据库恢复。",
                f"The database is not empty: table {table.name} holds something. Restore into an empty one.",
            )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of what a file holds, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _numbered(session: Session) -> Iterator[tuple[str, str, str]]:
    """Yield table, column and sequence of each column that the database numbers by itself."""
    for table in tables(session):
        for column in table.primary_key.columns:
            name = session.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
            if name is not None:
                yield table.name, column.name, name


def _copy(table: str, columns: Sequence[str], direction: str) -> sql.Composed:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table), named, sql.SQL(direction))


def _driver(session: Session) -> Connection[Any]:
    """Return psycopg's own connection of the session's transaction."""
    return cast(Connection[Any], session.connection().connection.driver_connection)
