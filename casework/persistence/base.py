"""The declarative base and the column types that every model uses."""

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, MetaData, Table, event, text
from sqlalchemy import Identity as IdentityColumn
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import Text, TypeDecorator


class Instant(TypeDecorator[datetime]):
    """A moment: aware on the way in, aware UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment: it would be read in the server's time zone."""
        if value is not None and value.tzinfo is None:
            message = f"a naive moment can't be stored: {value!r}"
            raise ValueError(message)
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)


Identity = Annotated[int, mapped_column(BigInteger, IdentityColumn(), primary_key=True)]


class Base(DeclarativeBase):
    """The base of every model; constraints are named by one rule, so that a migration can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Instant,
        str: Text,
        int: BigInteger,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(BigInteger),
    }


@event.listens_for(Table, "after_create")
def _finish(table: Table, connection: Connection, **_options: object) -> None:
    """Run what a table says in `info["after_create"]`: triggers, which a migration takes from there as well."""
    for statement in table.info.get("after_create", ()):
        connection.execute(text(statement))
