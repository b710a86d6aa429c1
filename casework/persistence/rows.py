"""Rows as JSON: rows of several tables reach the database in one statement."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm.attributes import set_committed_value

from casework.persistence.base import Base

_quoted: Callable[[str], str] = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


def columns(model: type[Base], *but: str) -> str:
    """Return the names of the columns of a table, but for some, as a statement lists them."""
    return ", ".join(_quoted(column.name) for column in _table(model).columns if column.name not in but)


def inserted(model: type[Base], parameter: str) -> str:
    """Return the statement that inserts the rows which the parameter of that name holds as JSON; ids are given."""
    listed = columns(model, "id")
    name = _quoted(_table(model).name)
    rows = f"jsonb_populate_recordset(NULL::{name}, CAST(:{parameter} AS jsonb))"
    return f"INSERT INTO {name} ({listed}) SELECT {listed} FROM {rows}"  # noqa: S608 - names of our own tables


def row_of(entity: Base) -> dict[str, Any]:
    """Return what an entity that is in no session yet says of its columns; its id is given by the database."""
    return {column.name: getattr(entity, column.name) for column in entity.__table__.columns if column.name != "id"}


def take_changes(entity: Base) -> dict[str, Any]:
    """Return what has changed on an entity since it was read, and leave it unchanged: the caller writes it."""
    changed = {name: getattr(entity, name) for name in list(inspect(entity).committed_state)}
    for name, value in changed.items():
        set_committed_value(entity, name, value)
    return changed


def as_json(rows: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> str:
    """Return rows as the JSON that `inserted` takes; moments must be aware."""
    return json.dumps(rows if isinstance(rows, Mapping) else list(rows), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    message = f"no row holds {value!r}"
    raise TypeError(message)


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
