"""Add unmanaged estates and who answers for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "flagged_estate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=True),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint("class IN ('A', 'B', 'C', 'D')", name=op.f("ck_flagged_estate_class")),
        sa.CheckConstraint(
            "origin IN ('dwelling_of_unit', 'resettlement', 'old_estate', 'firm_left', 'contract_ended')",
            name=op.f("ck_flagged_estate_origin"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_flagged_estate_ended")),
        sa.CheckConstraint("ended_at >= flagged_at", name=op.f("ck_flagged_estate_in_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_flagged_estate_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_flagged_estate_estate_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flagged_estate")),
    )
    op.create_index(op.f("ix_flagged_estate_case_id"), "flagged_estate", ["case_id"], unique=False)
    op.create_index("ix_flagged_estate_estate_id", "flagged_estate", ["estate_id"], unique=False)
    op.create_index(
        "ix_flagged_estate_open",
        "flagged_estate",
        ["estate_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "unit_period",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(estate_id, estate_id, '[]')"), "&&"), (sa.column("during"), "&&"), using="gist"
        ),
        sa.CheckConstraint(
            "kind IN ('serving', 'emergency', 'basic', 'interim', 'self')", name=op.f("ck_unit_period_kind")
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_unit_period_some_time")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_unit_period_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_unit_period_estate_id_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisation.id"], name=op.f("fk_unit_period_unit_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_period")),
    )
    op.create_index(op.f("ix_unit_period_case_id"), "unit_period", ["case_id"], unique=False)
    op.create_index("ix_unit_period_estate_id", "unit_period", ["estate_id"], unique=False)
    op.create_index(op.f("ix_unit_period_unit_id"), "unit_period", ["unit_id"], unique=False)
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_estate_without_unit() RETURNS trigger LANGUAGE plpgsql AS\n    $$ DECLARE concerned bigint := coalesce(NEW.estate_id, OLD.estate_id); BEGIN\n      IF EXISTS (\n        SELECT FROM flagged_estate f WHERE f.estate_id = concerned AND NOT tstzrange(f.flagged_at, f.ended_at) <@\n          coalesce((SELECT range_agg(p.during) FROM unit_period p WHERE p.estate_id = concerned), '{}')\n      ) THEN\n        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'always_somebody',\n          MESSAGE = format('estate %s is flagged and would be without a responsible unit', concerned);\n      END IF;\n      RETURN NULL;\n    END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER flagged_estate_always_somebody AFTER INSERT OR UPDATE OR DELETE ON flagged_estate\n    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_estate_without_unit()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER unit_period_always_somebody AFTER INSERT OR UPDATE OR DELETE ON unit_period\n    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_estate_without_unit()"
    )
