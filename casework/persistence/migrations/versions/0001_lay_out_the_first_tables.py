"""Lay out the first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("jurisdiction", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.Text(collation="C"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('province', 'city', 'county', 'street', 'community', 'estate', 'building', 'unit', 'household')",
            name=op.f("ck_area_kind"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
    )
    op.create_index(op.f("ix_area_parent_id"), "area", ["parent_id"], unique=False)
    op.create_index("ix_area_path", "area", ["path"], unique=True, postgresql_ops={"path": "text_pattern_ops"})
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("token", name=op.f("uq_attachment_token")),
    )
    op.create_index(op.f("ix_attachment_digest"), "attachment", ["digest"], unique=False)
    op.create_index(
        op.f("ix_attachment_subject_kind_subject_id"), "attachment", ["subject_kind", "subject_id"], unique=False
    )
    op.create_index(op.f("ix_attachment_thumbnail"), "attachment", ["thumbnail"], unique=False)
    op.create_index(op.f("ix_attachment_uploaded_by"), "attachment", ["uploaded_by"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_person_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("refs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "seq", name=op.f("uq_audit_entry_subject_kind_subject_id_seq")
        ),
    )
    op.create_index(op.f("ix_audit_entry_actor_person_id"), "audit_entry", ["actor_person_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("years", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "command",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_command")),
    )
    op.create_table(
        "conference_seat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference_seat")),
        sa.UniqueConstraint("area_id", "organisation_id", name=op.f("uq_conference_seat_area_id_organisation_id")),
    )
    op.create_table(
        "covenant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_covenant_valid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covenant")),
        sa.UniqueConstraint("estate_id", "key", "valid_from", name=op.f("uq_covenant_estate_id_key_valid_from")),
    )
    op.create_index("ix_covenant_estate_id_key", "covenant", ["estate_id", "key"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'ready'"), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_attempts", sa.BigInteger(), server_default=sa.text("6"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f("ck_job_lease")),
        sa.CheckConstraint("(state = 'running') = (token IS NOT NULL)", name=op.f("ck_job_token")),
        sa.CheckConstraint("state IN ('ready', 'running', 'done', 'dead', 'cancelled')", name=op.f("ck_job_state")),
        sa.CheckConstraint("attempt BETWEEN 0 AND max_attempts + 1", name=op.f("ck_job_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_case_id", "job", ["case_id"], unique=False)
    op.create_index("ix_job_dead", "job", ["due_at"], unique=False, postgresql_where=sa.text("state = 'dead'"))
    op.create_index(
        "ix_job_finished", "job", ["finished_at"], unique=False, postgresql_where=sa.text("finished_at IS NOT NULL")
    )
    op.create_index(
        "ix_job_ready", "job", ["due_at"], unique=False, postgresql_where=sa.text("state = 'ready' AND priority <= 0")
    )
    op.create_index(
        "ix_job_ready_first",
        "job",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'ready' AND priority > 0"),
    )
    op.create_index(
        "ix_job_running", "job", ["lease_until"], unique=False, postgresql_where=sa.text("state = 'running'")
    )
    op.create_index("uq_job_key", "job", ["key"], unique=True, postgresql_where=sa.text("state <> 'cancelled'"))
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("recipients", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_case_id", "notice", ["case_id", "id"], unique=False)
    op.create_index("ix_notice_recipients", "notice", ["recipients"], unique=False, postgresql_using="gin")
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('staff', 'resident')", name=op.f("ck_person_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "policy_pin",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_pin")),
    )
    op.create_table(
        "policy_release",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_release")),
    )
    op.create_index(op.f("ix_policy_release_digest"), "policy_release", ["digest"], unique=False)
    op.create_table(
        "release_files",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_release_files")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("until", sa.Time(), nullable=True),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("lead_days", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('reception', 'home_visit')", name=op.f("ck_series_kind")),
        sa.CheckConstraint("rhythm IN ('rules', 'weekly', 'monthly')", name=op.f("ck_series_rhythm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_index("ix_series_area", "series", ["area_id", "kind"], unique=False)
    op.create_table(
        "tries",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_since"), "tries", ["since"], unique=False)
    op.create_table(
        "account",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("system", sa.Text(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (system IS NULL)", name=op.f("ck_api_token_holder")),
        sa.CheckConstraint("(system IS NULL) = (area_id IS NULL)", name=op.f("ck_api_token_reach")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_api_token_area_id_area")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_area_id"), "api_token", ["area_id"], unique=False)
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"], unique=False)
    op.create_table(
        "area_placement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(area_id, area_id, '[]')"), "&&"), (sa.column("during"), "&&"), using="gist"
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_placement_area_id_area")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_placement_parent_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_placement")),
    )
    op.create_index(op.f("ix_area_placement_area_id"), "area_placement", ["area_id"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("notice", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'makeup')", name=op.f("ck_calendar_day_kind")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["calendar_version.id"],
            name=op.f("fk_calendar_day_version_id_calendar_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "notice", "day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "deputy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_deputy_other")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_deputy_id"), "deputy", ["deputy_id"], unique=False)
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"], unique=False)
    op.create_table(
        "household_binding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint("kind IN ('owner', 'occupant')", name=op.f("ck_household_binding_kind")),
        sa.ForeignKeyConstraint(["household_id"], ["area.id"], name=op.f("fk_household_binding_household_id_area")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_household_binding_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_binding")),
    )
    op.create_index(op.f("ix_household_binding_household_id"), "household_binding", ["household_id"], unique=False)
    op.create_index(op.f("ix_household_binding_person_id"), "household_binding", ["person_id"], unique=False)
    op.create_table(
        "notice_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('sent', 'no_address', 'not_for_channel')", name=op.f("ck_notice_delivery_state")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_delivery_notice_id_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint(
            "notice_id", "person_id", "channel", name=op.f("uq_notice_delivery_notice_id_person_id_channel")
        ),
    )
    op.create_table(
        "notice_reading",
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_reading_notice_id_notice")),
        sa.PrimaryKeyConstraint("notice_id", "person_id", name=op.f("pk_notice_reading")),
    )
    op.create_index(op.f("ix_notice_reading_person_id"), "notice_reading", ["person_id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("duty_phone", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('company', 'bureau', 'committee', 'government', 'hotline', 'utility', 'association', 'fund')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_organisation_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_area_id"), "organisation", ["area_id"], unique=False)
    op.create_index(op.f("ix_organisation_code_area_id"), "organisation", ["code", "area_id"], unique=False)
    op.create_table(
        "person_data",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_data_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_data")),
    )
    op.create_index(op.f("ix_person_data_phone_digest"), "person_data", ["phone_digest"], unique=False)
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_key_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_key")),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("messages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("signals", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["hash"], ["release_files.hash"], name=op.f("fk_release_hash_release_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("process", "version", name=op.f("uq_release_process_version")),
    )
    op.create_index("ix_release_current", "release", ["process"], unique=True, postgresql_where=sa.text("current"))
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_session_token_digest")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("release_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("tokens", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("estate_id", sa.BigInteger(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("area_path", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=True),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("policies", sa.Text(), nullable=False),
        sa.Column("incident_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_clock", sa.Text(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("hotline", sa.Boolean(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("handlers", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_case_status")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_case_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("no", name=op.f("uq_case_no")),
    )
    op.create_index(
        "ix_case_area",
        "case",
        ["area_path", "status", "due_at"],
        unique=False,
        postgresql_ops={"area_path": "text_pattern_ops"},
    )
    op.create_index("ix_case_estate", "case", ["estate_id", "category", "status"], unique=False)
    op.create_index("ix_case_opened", "case", ["process", "opened_at"], unique=False)
    op.create_index("ix_case_unit", "case", ["unit_id", "status"], unique=False)
    op.create_table(
        "contract",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(estate_id, estate_id, '[]')"), "&&"), (sa.column("during"), "&&"), using="gist"
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_contract_some_day")),
        sa.ForeignKeyConstraint(["estate_id"], ["area.id"], name=op.f("fk_contract_estate_id_area")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contract_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
    )
    op.create_index(op.f("ix_contract_organisation_id"), "contract", ["organisation_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("during", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_membership_some_day")),
        sa.CheckConstraint("organisation_id IS NOT NULL OR area_id IS NOT NULL", name=op.f("ck_membership_somewhere")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_membership_area_id_area")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_area_id_role"), "membership", ["area_id", "role"], unique=False)
    op.create_index(op.f("ix_membership_organisation_id_role"), "membership", ["organisation_id", "role"], unique=False)
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_card_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
    )
    op.create_index(op.f("ix_card_case_id"), "card", ["case_id"], unique=False)
    op.create_index("ix_card_unit", "card", ["unit_id", "kind", "at"], unique=False)
    op.create_table(
        "case_clock",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("left", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_clock_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
    )
    op.create_index(
        "ix_case_clock_provisional",
        "case_clock",
        ["id"],
        unique=False,
        postgresql_where=sa.text("provisional AND stopped_at IS NULL"),
    )
    op.create_index(
        "ix_case_clock_running",
        "case_clock",
        ["case_id", "name"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "case_link",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_link_case_id_case")),
        sa.ForeignKeyConstraint(["other_id"], ["case.id"], name=op.f("fk_case_link_other_id_case")),
        sa.PrimaryKeyConstraint("case_id", "other_id", "why", name=op.f("pk_case_link")),
    )
    op.create_index(op.f("ix_case_link_other_id"), "case_link", ["other_id"], unique=False)
    op.create_table(
        "case_party",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_party_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "person_id", "role", name=op.f("pk_case_party")),
    )
    op.create_index(op.f("ix_case_party_person_id"), "case_party", ["person_id"], unique=False)
    op.create_table(
        "case_statistic",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("area_path", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes_to_record", sa.BigInteger(), nullable=True),
        sa.Column("reply_in_time", sa.Boolean(), nullable=True),
        sa.Column("handbacks", sa.BigInteger(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("redo", sa.BigInteger(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("intakes", sa.BigInteger(), nullable=False),
        sa.Column("intakes_satisfied", sa.BigInteger(), nullable=False),
        sa.Column("intakes_dissatisfied", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_statistic_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_statistic")),
    )
    op.create_index(
        "ix_case_statistic_area",
        "case_statistic",
        ["area_path", "closed_at"],
        unique=False,
        postgresql_ops={"area_path": "text_pattern_ops"},
    )
    op.create_index("ix_case_statistic_closed", "case_statistic", ["closed_at"], unique=False)
    op.create_index("ix_case_statistic_unit", "case_statistic", ["unit_id", "closed_at"], unique=False)
    op.create_table(
        "case_timer",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_timer_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "task", name=op.f("pk_case_timer")),
    )
    op.create_table(
        "case_unit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_unit_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_unit")),
    )
    op.create_index(
        "ix_case_unit_open", "case_unit", ["case_id"], unique=True, postgresql_where=sa.text("until IS NULL AND leads")
    )
    op.create_index("ix_case_unit_organisation", "case_unit", ["organisation_id", "case_id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("danger", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("triage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("handbacks", sa.BigInteger(), nullable=False),
        sa.Column("designated", sa.Boolean(), nullable=False),
        sa.Column("redo", sa.BigInteger(), nullable=False),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_substantive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("top_tier", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_complaint_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_complaint")),
    )
    op.create_table(
        "conference",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("waiting_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("members", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("silent", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_conference_level")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_conference_case_id_case")),
        sa.ForeignKeyConstraint(["waiting_id"], ["case.id"], name=op.f("fk_conference_waiting_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference")),
    )
    op.create_index("ix_conference_case", "conference", ["case_id", "id"], unique=False)
    op.create_table(
        "credit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shows_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_credit_entry_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entry")),
        sa.UniqueConstraint("case_id", "code", "occasion", name=op.f("uq_credit_entry_case_id_code_occasion")),
    )
    op.create_index("ix_credit_entry_company", "credit_entry", ["organisation_id", "shows_at"], unique=False)
    op.create_table(
        "handling_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("substantive", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_handling_record_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling_record")),
    )
    op.create_index(op.f("ix_handling_record_case_id"), "handling_record", ["case_id"], unique=False)
    op.create_table(
        "history",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("process", sa.Text(), nullable=True),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=True),
        sa.Column("refs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_history_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_history")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("process", sa.Text(), nullable=True),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_incident_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(
        "ix_incident_open", "incident", ["case_id"], unique=False, postgresql_where=sa.text("resolved_at IS NULL")
    )
    op.create_table(
        "intake",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("first_case_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("registered_by", sa.BigInteger(), nullable=True),
        sa.Column("about_person_id", sa.BigInteger(), nullable=True),
        sa.Column("hotline_no", sa.Text(), nullable=True),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("danger", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("joint", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("on_spot", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "callback IN ('none', 'waiting', 'satisfied', 'dissatisfied', 'unreached', 'dropped')",
            name=op.f("ck_intake_callback"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_intake_case_id_case")),
        sa.ForeignKeyConstraint(["first_case_id"], ["case.id"], name=op.f("fk_intake_first_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("code", name=op.f("uq_intake_code")),
        sa.UniqueConstraint("hotline_no", name=op.f("uq_intake_hotline_no")),
    )
    op.create_index(op.f("ix_intake_case_id"), "intake", ["case_id"], unique=False)
    op.create_index("ix_intake_person", "intake", ["person_id", "received_at"], unique=False)
    op.create_table(
        "overdue_rectification",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("limit_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_overdue_rectification_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdue_rectification")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_overdue_rectification_case_id_round")),
    )
    op.create_index(
        op.f("ix_overdue_rectification_organisation_id"), "overdue_rectification", ["organisation_id"], unique=False
    )
    op.create_table(
        "posted",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("signal", sa.Boolean(), nullable=False),
        sa.Column("correlation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receiver_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome IN ('delivered', 'started', 'told', 'expired')", name=op.f("ck_posted_outcome")),
        sa.ForeignKeyConstraint(["receiver_id"], ["case.id"], name=op.f("fk_posted_receiver_id_case")),
        sa.ForeignKeyConstraint(["sender_id"], ["case.id"], name=op.f("fk_posted_sender_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted")),
    )
    op.create_index(
        "ix_posted_ended", "posted", ["ended_at"], unique=False, postgresql_where=sa.text("outcome IS NOT NULL")
    )
    op.create_index(op.f("ix_posted_sender_id"), "posted", ["sender_id"], unique=False)
    op.create_index("ix_posted_waiting", "posted", ["name"], unique=False, postgresql_where=sa.text("outcome IS NULL"))
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("length_key", sa.Text(), nullable=False),
        sa.Column("places", sa.BigInteger(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_posting_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("case_id", "run", "round", name=op.f("uq_posting_case_id_run_round")),
    )
    op.create_table(
        "reception_issue",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_reception_issue_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_issue")),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_reception_issue_case_id_place")),
    )
    op.create_index("ix_reception_issue_at", "reception_issue", ["at"], unique=False)
    op.create_table(
        "sitting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("sits_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sitting_case_id_case")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_sitting_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("case_id", name=op.f("uq_sitting_case_id")),
        sa.UniqueConstraint("series_id", "planned_on", name=op.f("uq_sitting_series_id_planned_on")),
    )
    op.create_table(
        "subscription",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_subscription_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_name", "subscription", ["name", "key", "case_id"], unique=False)
    op.create_table(
        "supervision_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("also", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('limit', 'list', 'talk')", name=op.f("ck_supervision_order_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_supervision_order_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_order")),
    )
    op.create_index(op.f("ix_supervision_order_case_id"), "supervision_order", ["case_id"], unique=False)
    op.create_index(
        "ix_supervision_order_open",
        "supervision_order",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "work_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("conflicts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("excluded", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("recused", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subject", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=True),
        sa.Column("area_path", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_clock", sa.Text(), nullable=True),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'cancelled')", name=op.f("ck_work_item_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_work_item_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
        sa.UniqueConstraint("case_id", "task", name=op.f("uq_work_item_case_id_task")),
    )
    op.create_index(op.f("ix_work_item_case_id"), "work_item", ["case_id"], unique=False)
    op.create_index("ix_work_item_completed", "work_item", ["completed_by", "completed_at"], unique=False)
    op.create_index(
        "ix_work_item_due", "work_item", ["due_at", "id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "ix_work_item_groups",
        "work_item",
        ["groups"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_work_item_holder",
        "work_item",
        ["holder_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_work_item_open", "work_item", ["case_id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "addition",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_addition_intake_id_intake")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition")),
    )
    op.create_index(op.f("ix_addition_intake_id"), "addition", ["intake_id"], unique=False)
    op.create_table(
        "callback_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("redo", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_callback_record_case_id_case")),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_callback_record_intake_id_intake")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_record")),
    )
    op.create_index(op.f("ix_callback_record_case_id"), "callback_record", ["case_id"], unique=False)
    op.create_index(op.f("ix_callback_record_intake_id"), "callback_record", ["intake_id"], unique=False)
    op.create_table(
        "hotline_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("callback", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_hotline_answer_intake_id_intake")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotline_answer")),
        sa.UniqueConstraint("intake_id", "kind", "round", name=op.f("uq_hotline_answer_intake_id_kind_round")),
    )
    op.create_table(
        "instruction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('reminded', 'handed_over', 'freed', 'noted')", name=op.f("ck_instruction_what")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_instruction_case_id_case")),
        sa.ForeignKeyConstraint(["item_id"], ["work_item.id"], name=op.f("fk_instruction_item_id_work_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
    )
    op.create_index("ix_instruction_case", "instruction", ["case_id", "id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("posting_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("change", sa.Boolean(), nullable=True),
        sa.CheckConstraint("finding IN ('upheld', 'partly', 'rejected')", name=op.f("ck_objection_finding")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_objection_case_id_case")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_objection_posting_id_posting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_case_id"), "objection", ["case_id"], unique=False)
    op.create_index("ix_objection_posting", "objection", ["posting_id"], unique=False)
    op.create_table(
        "resolution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conference_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_resolution_conference_id_conference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
        sa.UniqueConstraint("conference_id", "no", name=op.f("uq_resolution_conference_id_no")),
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS\n    $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE ON audit_entry\n    FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
