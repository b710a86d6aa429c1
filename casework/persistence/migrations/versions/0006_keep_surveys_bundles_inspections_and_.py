"""Keep surveys, bundles, inspections and contracts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "area_shape",
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("geometry", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_shape_area_id_area")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_area_shape")),
    )
    op.create_table(
        "firm_capacity",
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("estates", sa.BigInteger(), nullable=False),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=8, scale=6), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("area >= 0 AND estates >= 0", name=op.f("ck_firm_capacity_not_below_zero")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_firm_capacity_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_firm_capacity")),
    )
    op.create_table(
        "bundle",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("street_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("round BETWEEN 1 AND 2", name=op.f("ck_bundle_round")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_bundle_case_id_case")),
        sa.ForeignKeyConstraint(["street_id"], ["area.id"], name=op.f("fk_bundle_street_id_area")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisation.id"], name=op.f("fk_bundle_unit_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
        sa.UniqueConstraint("case_id", name=op.f("uq_bundle_case_id")),
    )
    op.create_index(op.f("ix_bundle_street_id"), "bundle", ["street_id"], unique=False)
    op.create_index(op.f("ix_bundle_unit_id"), "bundle", ["unit_id"], unique=False)
    op.create_table(
        "estate_survey",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hazards", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("debts", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("photos", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("body IN ('committee', 'pmc', 'epc', 'none')", name=op.f("ck_estate_survey_body")),
        sa.CheckConstraint("wish IN ('market', 'state_firm', 'self', 'unclear')", name=op.f("ck_estate_survey_wish")),
        sa.CheckConstraint("debts >= 0", name=op.f("ck_estate_survey_not_below_zero")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_estate_survey_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_estate_survey_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_estate_survey_estate_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estate_survey")),
    )
    op.create_index(op.f("ix_estate_survey_by_id"), "estate_survey", ["by_id"], unique=False)
    op.create_index(op.f("ix_estate_survey_case_id"), "estate_survey", ["case_id"], unique=False)
    op.create_index("ix_estate_survey_estate_id", "estate_survey", ["estate_id", "at"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("from_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("to_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("differences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("agreement", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filing_receipt", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint(
            "agreed_on IS NULL OR agreed_on >= checked_on", name=op.f("ck_inspection_agreed_after_check")
        ),
        sa.CheckConstraint(
            "agreed_on IS NULL OR cardinality(agreement) > 0", name=op.f("ck_inspection_agreed_by_paper")
        ),
        sa.CheckConstraint(
            "filed_on IS NULL OR filed_on >= agreed_on", name=op.f("ck_inspection_filed_after_agreement")
        ),
        sa.CheckConstraint("posted_until IS NULL OR posted_at IS NOT NULL", name=op.f("ck_inspection_posted")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_inspection_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_inspection_estate_id_area")),
        sa.ForeignKeyConstraint(
            ["from_unit_id"], ["organisation.id"], name=op.f("fk_inspection_from_unit_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["to_unit_id"], ["organisation.id"], name=op.f("fk_inspection_to_unit_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index("ix_inspection_case_id", "inspection", ["case_id", "id"], unique=False)
    op.create_index("ix_inspection_estate_id", "inspection", ["estate_id", "id"], unique=False)
    op.create_index(op.f("ix_inspection_from_unit_id"), "inspection", ["from_unit_id"], unique=False)
    op.create_index(op.f("ix_inspection_to_unit_id"), "inspection", ["to_unit_id"], unique=False)
    op.create_table(
        "service_contract",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("fee", sa.Numeric(precision=10, scale=2), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("left_out", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("shortfall", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("filing_no", sa.Text(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filing_receipt", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(filing_no IS NULL) = (filed_on IS NULL)", name=op.f("ck_service_contract_filed")),
        sa.CheckConstraint(
            "entered_at IS NULL OR stopped_at IS NULL", name=op.f("ck_service_contract_entered_or_stopped")
        ),
        sa.CheckConstraint("fee >= 0 AND area >= 0", name=op.f("ck_service_contract_not_below_zero")),
        sa.CheckConstraint("filed_on >= signed_on", name=op.f("ck_service_contract_filed_after_signing")),
        sa.CheckConstraint("from_on >= signed_on AND to_on > from_on", name=op.f("ck_service_contract_in_order")),
        sa.CheckConstraint("signed_on > posted_on", name=op.f("ck_service_contract_posted_before")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_service_contract_case_id_case")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_service_contract_estate_id_area")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_service_contract_unit_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_contract")),
    )
    op.create_index("ix_service_contract_case_id", "service_contract", ["case_id", "id"], unique=False)
    op.create_index("ix_service_contract_estate_id", "service_contract", ["estate_id", "from_on"], unique=False)
    op.create_index(op.f("ix_service_contract_unit_id"), "service_contract", ["unit_id"], unique=False)
    op.create_table(
        "bundle_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("bundle_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(outcome = 'pending') = (decided_at IS NULL)", name=op.f("ck_bundle_member_decided")),
        sa.CheckConstraint(
            "outcome IN ('pending', 'yes', 'no', 'void', 'basic', 'entered', 'stopped', 'single')",
            name=op.f("ck_bundle_member_outcome"),
        ),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_member_bundle_id_bundle")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_bundle_member_estate_id_area")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_bundle_member_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_member")),
        sa.UniqueConstraint("bundle_id", "estate_id", name=op.f("uq_bundle_member_bundle_id_estate_id")),
    )
    op.create_index(
        "ix_bundle_member_open", "bundle_member", ["estate_id"], unique=True, postgresql_where=sa.text("open")
    )
    op.create_index(op.f("ix_bundle_member_vote_id"), "bundle_member", ["vote_id"], unique=False)
    op.create_table(
        "household_rating",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(words) <= 200", name=op.f("ck_household_rating_words")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_household_rating_score")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_household_rating_by_id_person")),
        sa.ForeignKeyConstraint(["household_id"], ["area.id"], name=op.f("fk_household_rating_household_id_area")),
        sa.ForeignKeyConstraint(
            ["year_id"], ["fee_year.id"], name=op.f("fk_household_rating_year_id_fee_year"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_rating")),
        sa.UniqueConstraint("year_id", "household_id", name=op.f("uq_household_rating_year_id_household_id")),
    )
    op.create_index(op.f("ix_household_rating_by_id"), "household_rating", ["by_id"], unique=False)
    op.create_index(op.f("ix_household_rating_household_id"), "household_rating", ["household_id"], unique=False)
    op.create_table(
        "inspection_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inspection_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("item_en", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("duty", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("keeper", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("photos", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("isolated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'defect') = (grade IS NOT NULL)", name=op.f("ck_inspection_item_graded")),
        sa.CheckConstraint(
            "duty IN ('old_unit', 'new_firm', 'developer', 'utility', 'owners', 'government')",
            name=op.f("ck_inspection_item_duty"),
        ),
        sa.CheckConstraint("grade IN ('A', 'B', 'C')", name=op.f("ck_inspection_item_grade")),
        sa.CheckConstraint(
            "isolated_at IS NULL OR grade = 'A'", name=op.f("ck_inspection_item_only_dangers_are_stopped")
        ),
        sa.CheckConstraint(
            "state IN ('present', 'missing', 'rebuild', 'sound', 'defect')", name=op.f("ck_inspection_item_state")
        ),
        sa.CheckConstraint(
            "\"group\" IN ('documents', 'structure', 'equipment', 'facilities', 'rooms', 'accounts', 'contracts', 'hazards')",
            name=op.f("ck_inspection_item_group"),
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_item_inspection_id_inspection")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["organisation.id"], name=op.f("fk_inspection_item_unit_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_item")),
        sa.UniqueConstraint("inspection_id", "number", name=op.f("uq_inspection_item_inspection_id_number")),
    )
    op.create_index(op.f("ix_inspection_item_unit_id"), "inspection_item", ["unit_id"], unique=False)
