"""The migrations build exactly what the models say, triggers and constraints included."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, insert, text
from sqlalchemy.exc import DBAPIError

from casework.audit.models import AuditEntry
from casework.persistence import Base, Database, embedded, migrating

#: Everything of a schema that PostgreSQL can spell out: comparing metadata alone would miss triggers, checks and more.
CATALOGUE = {
    "column": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, collation_name
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraint": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def described(engine: Engine) -> set[tuple[object, ...]]:
    with engine.connect() as connection:
        return {
            (kind, *row)
            for kind, query in CATALOGUE.items()
            for row in connection.execute(text(query))
            if row[0] != "alembic_version"
        }


@pytest.fixture(scope="module")
def migrated(server_url: str) -> Iterator[Engine]:
    name = f"migrated_{secrets.token_hex(4)}"
    url = embedded.create_database(server_url, name)
    migrating.upgrade(url)
    engine = create_engine(url)
    yield engine
    engine.dispose()
    embedded.drop_database(server_url, name)


def test_there_is_one_head_and_the_numbers_have_no_gap() -> None:
    scripts = ScriptDirectory.from_config(migrating.configuration(""))
    revisions = sorted(script.revision for script in scripts.walk_revisions())
    assert len(scripts.get_heads()) == 1
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_each_migration_is_named_for_what_it_does() -> None:
    for script in ScriptDirectory.from_config(migrating.configuration("")).walk_revisions():
        assert script.path.rsplit("/", 1)[-1].startswith(f"{script.revision}_")
        assert len((script.doc or "").split()) > 2


def test_autogenerate_finds_nothing_left_to_do(migrated: Engine, database: Database) -> None:
    del database  # it loads every model
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_is_the_same_as_one_made_from_the_models(migrated: Engine, server_url: str) -> None:
    name = f"modelled_{secrets.token_hex(4)}"
    modelled = Database(embedded.create_database(server_url, name), pool_size=1)
    modelled.create_all()
    found, wanted = described(migrated), described(modelled.engine)
    modelled.close()
    embedded.drop_database(server_url, name)
    assert found - wanted == set()
    assert wanted - found == set()


def test_migrating_again_changes_nothing(migrated: Engine) -> None:
    before = described(migrated)
    migrating.upgrade(migrated.url.render_as_string(hide_password=False))
    assert described(migrated) == before


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET what = 'other'", "DELETE FROM audit_entry"])
def test_a_migrated_database_refuses_to_change_the_audit(migrated: Engine, change: str) -> None:
    entry = {"subject_kind": "case", "subject_id": 1, "seq": 1, "at": datetime(2026, 9, 18, tzinfo=UTC), "refs": {}}
    said = {"actor_kind": "system", "actor_name": "", "what": "made", "previous": b"", "digest": b""}
    with migrated.connect() as connection:
        connection.execute(insert(AuditEntry).values(**entry, **said))
        with pytest.raises(DBAPIError, match="rows of audit_entry are never changed"):
            connection.execute(text(change))
