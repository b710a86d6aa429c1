"""Add the works and the money of estates taken over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "fee_year",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("collected", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.CheckConstraint("(due IS NULL) = (collected IS NULL)", name=op.f("ck_fee_year_both_or_neither")),
        sa.CheckConstraint("due >= 0 AND collected >= 0", name=op.f("ck_fee_year_not_below_zero")),
        sa.CheckConstraint("months BETWEEN 0 AND 12", name=op.f("ck_fee_year_months")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_fee_year_in_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_fee_year_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_fee_year_estate_id_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisation.id"], name=op.f("fk_fee_year_unit_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_year")),
        sa.UniqueConstraint("case_id", "from_on", name=op.f("uq_fee_year_case_id_from_on")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_fee_year_case_id_number")),
    )
    op.create_index("ix_fee_year_estate_id", "fee_year", ["estate_id", "from_on"], unique=False)
    op.create_index(op.f("ix_fee_year_unit_id"), "fee_year", ["unit_id"], unique=False)
    op.create_table(
        "renovation_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("planned", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("done", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("estimate", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("seasonal", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acceptance", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("photos", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("(state = 'open') = (settled_at IS NULL)", name=op.f("ck_renovation_item_settled")),
        sa.CheckConstraint(
            "kind IN ('gate', 'camera', 'drain', 'heating', 'meter', 'road', 'lift', 'room', 'other')",
            name=op.f("ck_renovation_item_kind"),
        ),
        sa.CheckConstraint(
            "payer IN ('utility', 'owners', 'government', 'developer')", name=op.f("ck_renovation_item_payer")
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR cardinality(acceptance) > 0", name=op.f("ck_renovation_item_accepted_by_paper")
        ),
        sa.CheckConstraint("state IN ('open', 'accepted', 'carried_over')", name=op.f("ck_renovation_item_state")),
        sa.CheckConstraint("planned >= 0 AND done >= 0", name=op.f("ck_renovation_item_not_below_zero")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_renovation_item_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_renovation_item_estate_id_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisation.id"], name=op.f("fk_renovation_item_unit_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renovation_item")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_renovation_item_case_id_number")),
    )
    op.create_index("ix_renovation_item_estate_id", "renovation_item", ["estate_id", "kind"], unique=False)
    op.create_index(op.f("ix_renovation_item_unit_id"), "renovation_item", ["unit_id"], unique=False)
    op.create_table(
        "revenue_posting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("income", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("balance", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("photos", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_revenue_posting_in_order")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_revenue_posting_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_revenue_posting_estate_id_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisation.id"], name=op.f("fk_revenue_posting_unit_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revenue_posting")),
        sa.UniqueConstraint("case_id", "from_on", name=op.f("uq_revenue_posting_case_id_from_on")),
    )
    op.create_index("ix_revenue_posting_estate_id", "revenue_posting", ["estate_id", "from_on"], unique=False)
    op.create_index(op.f("ix_revenue_posting_unit_id"), "revenue_posting", ["unit_id"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("rater", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("households", sa.BigInteger(), nullable=True),
        sa.Column("evidence", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(rater = 'residents') = (households IS NOT NULL)", name=op.f("ck_evaluation_households")),
        sa.CheckConstraint(
            "rater IN ('housing', 'street', 'community', 'residents')", name=op.f("ck_evaluation_rater")
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_evaluation_score")),
        sa.ForeignKeyConstraint(["year_id"], ["fee_year.id"], name=op.f("fk_evaluation_year_id_fee_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("year_id", "rater", name=op.f("uq_evaluation_year_id_rater")),
    )
    op.create_table(
        "revenue_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("posting_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.CheckConstraint("kind IN ('income', 'cost')", name=op.f("ck_revenue_entry_kind")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["revenue_posting.id"], name=op.f("fk_revenue_entry_posting_id_revenue_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revenue_entry")),
    )
    op.create_index(op.f("ix_revenue_entry_posting_id"), "revenue_entry", ["posting_id"], unique=False)
    op.create_table(
        "subsidy_payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('paid', 'held')", name=op.f("ck_subsidy_payment_state")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_subsidy_payment_not_below_zero")),
        sa.ForeignKeyConstraint(["year_id"], ["fee_year.id"], name=op.f("fk_subsidy_payment_year_id_fee_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_payment")),
        sa.UniqueConstraint("year_id", name=op.f("uq_subsidy_payment_year_id")),
    )
    op.create_table(
        "year_score",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("composite", sa.Numeric(precision=7, scale=4), nullable=False),
        sa.Column("last", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("fails", sa.BigInteger(), nullable=False),
        sa.Column("below_floor", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT last OR failed", name=op.f("ck_year_score_last_has_failed")),
        sa.CheckConstraint("failed OR fails = 0", name=op.f("ck_year_score_in_a_row")),
        sa.ForeignKeyConstraint(["year_id"], ["fee_year.id"], name=op.f("fk_year_score_year_id_fee_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_score")),
        sa.UniqueConstraint("year_id", name=op.f("uq_year_score_year_id")),
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS\n    $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER revenue_entry_is_append_only BEFORE UPDATE OR DELETE ON revenue_entry\n    FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
