"""Add owners' votes and elections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "roll",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("parts", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.CheckConstraint(
            "(state = 'frozen') = (frozen_at IS NOT NULL AND digest IS NOT NULL)", name=op.f("ck_roll_frozen")
        ),
        sa.CheckConstraint("state IN ('draft', 'frozen')", name=op.f("ck_roll_state")),
        sa.CheckConstraint(
            "checked_by IS DISTINCT FROM made_by OR checked_by IS NULL", name=op.f("ck_roll_second_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll")),
    )
    op.create_index("ix_roll_estate", "roll", ["estate_id", "as_of"], unique=False)
    op.create_table(
        "roll_head",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("roll_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("area", sa.Numeric(precision=16, scale=2), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'joint', 'developer', 'unit')", name=op.f("ck_roll_head_kind")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll.id"], name=op.f("fk_roll_head_roll_id_roll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_head")),
        sa.UniqueConstraint("roll_id", "key", name=op.f("uq_roll_head_roll_id_key")),
    )
    op.create_table(
        "roll_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("roll_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (sealed IS NOT NULL)", name=op.f("ck_roll_import_sealed")),
        sa.CheckConstraint("state IN ('waiting', 'loaded', 'refused')", name=op.f("ck_roll_import_state")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll.id"], name=op.f("fk_roll_import_roll_id_roll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_import")),
    )
    op.create_index("ix_roll_import_estate", "roll_import", ["estate_id", "id"], unique=False)
    op.create_table(
        "vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("roll_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("paper", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_because", sa.Text(), nullable=True),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("box", sa.LargeBinary(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("(mode = 'secret') OR public_key IS NULL", name=op.f("ck_vote_public_key")),
        sa.CheckConstraint(
            "mode <> 'secret' OR public_key IS NOT NULL OR state IN ('prepared', 'stopped')", name=op.f("ck_vote_keyed")
        ),
        sa.CheckConstraint("mode IN ('import', 'paper', 'signed', 'secret')", name=op.f("ck_vote_mode")),
        sa.CheckConstraint("state IN ('prepared', 'open', 'closed', 'counted', 'stopped')", name=op.f("ck_vote_state")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll.id"], name=op.f("fk_vote_roll_id_roll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
    )
    op.create_index(op.f("ix_vote_case_id"), "vote", ["case_id"], unique=False)
    op.create_index("ix_vote_estate", "vote", ["estate_id", "state"], unique=False)
    op.create_table(
        "coowner_objection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("head_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("replaced", sa.Boolean(), nullable=False),
        sa.Column("proof", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["head_id"], ["roll_head.id"], name=op.f("fk_coowner_objection_head_id_roll_head")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coowner_objection_person_id_person")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_coowner_objection_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coowner_objection")),
    )
    op.create_index(
        "uq_coowner_objection",
        "coowner_objection",
        ["vote_id", "head_id"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "paper_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("ballot_no", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("papers", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("checks", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_paper_entry_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entry")),
        sa.UniqueConstraint(
            "vote_id", "ballot_no", "entered_by", name=op.f("uq_paper_entry_vote_id_ballot_no_entered_by")
        ),
    )
    op.create_table(
        "proxy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("head_id", sa.BigInteger(), nullable=False),
        sa.Column("principal_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("matters", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("proof", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["head_id"], ["roll_head.id"], name=op.f("fk_proxy_head_id_roll_head")),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_proxy_holder_id_person")),
        sa.ForeignKeyConstraint(["principal_id"], ["person.id"], name=op.f("fk_proxy_principal_id_person")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_proxy_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index("ix_proxy_holder", "proxy", ["vote_id", "holder_id"], unique=False)
    op.create_index(
        "uq_proxy_head", "proxy", ["vote_id", "head_id"], unique=True, postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.create_table(
        "roll_owner",
        sa.Column("head_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["roll_head.id"], name=op.f("fk_roll_owner_head_id_roll_head")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roll_owner_person_id_person")),
        sa.PrimaryKeyConstraint("head_id", "person_id", name=op.f("pk_roll_owner")),
    )
    op.create_index(op.f("ix_roll_owner_person_id"), "roll_owner", ["person_id"], unique=False)
    op.create_table(
        "roll_part",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("roll_id", sa.BigInteger(), nullable=False),
        sa.Column("head_id", sa.BigInteger(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("area", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("moved_in", sa.Boolean(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("basis IN ('registry', 'survey', 'contract')", name=op.f("ck_roll_part_basis")),
        sa.CheckConstraint("area > 0", name=op.f("ck_roll_part_area")),
        sa.ForeignKeyConstraint(["head_id"], ["roll_head.id"], name=op.f("fk_roll_part_head_id_roll_head")),
        sa.ForeignKeyConstraint(["household_id"], ["area.id"], name=op.f("fk_roll_part_household_id_area")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll.id"], name=op.f("fk_roll_part_roll_id_roll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_part")),
        sa.UniqueConstraint(
            "roll_id", "building", "unit", "room", name=op.f("uq_roll_part_roll_id_building_unit_room")
        ),
    )
    op.create_index("ix_roll_part_head", "roll_part", ["head_id"], unique=False)
    op.create_index(op.f("ix_roll_part_household_id"), "roll_part", ["household_id"], unique=False)
    op.create_table(
        "trustee",
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trustee_person_id_person")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_trustee_vote_id_vote")),
        sa.PrimaryKeyConstraint("vote_id", "no", name=op.f("pk_trustee")),
        sa.UniqueConstraint("vote_id", "person_id", name=op.f("uq_trustee_vote_id_person_id")),
    )
    op.create_table(
        "ballot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("head_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_how", sa.Text(), nullable=True),
        sa.Column("proof", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "delivered_how IN ('hand', 'post', 'online', 'posted', 'refused')", name=op.f("ck_ballot_delivered_how")
        ),
        sa.ForeignKeyConstraint(["head_id"], ["roll_head.id"], name=op.f("fk_ballot_head_id_roll_head")),
        sa.ForeignKeyConstraint(["part_id"], ["roll_part.id"], name=op.f("fk_ballot_part_id_roll_part")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_ballot_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("vote_id", "no", name=op.f("uq_ballot_vote_id_no")),
        sa.UniqueConstraint("vote_id", "part_id", name=op.f("uq_ballot_vote_id_part_id")),
    )
    op.create_index("ix_ballot_head", "ballot", ["vote_id", "head_id"], unique=False)
    op.create_table(
        "committee",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("powers", sa.Text(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("elected_on", sa.Date(), nullable=False),
        sa.Column("seated_on", sa.Date(), nullable=False),
        sa.Column("term_ends", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint("powers IN ('full', 'frozen', 'stopped')", name=op.f("ck_committee_powers")),
        sa.CheckConstraint("state IN ('in_office', 'former', 'annulled')", name=op.f("ck_committee_state")),
        sa.CheckConstraint("term_ends > seated_on", name=op.f("ck_committee_term")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_committee_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
    )
    op.create_index(op.f("ix_committee_case_id"), "committee", ["case_id"], unique=False)
    op.create_index("ix_committee_estate_id", "committee", ["estate_id"], unique=False)
    op.create_index(
        "ix_committee_in_office",
        "committee",
        ["estate_id"],
        unique=True,
        postgresql_where=sa.text("state = 'in_office'"),
    )
    op.create_table(
        "community_body",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("members", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("appointed_on", sa.Date(), nullable=False),
        sa.Column("term_ends", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("term_ends > appointed_on", name=op.f("ck_community_body_term")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_community_body_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_body")),
    )
    op.create_index(
        "ix_community_body_in_office",
        "community_body",
        ["community_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "election",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("elected_on", sa.Date(), nullable=True),
        sa.Column("slate_changed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("organiser IN ('committee', 'group')", name=op.f("ck_election_organiser")),
        sa.CheckConstraint("variant IN ('first', 'regular', 'early', 'by')", name=op.f("ck_election_variant")),
        sa.CheckConstraint("failed <= attempt", name=op.f("ck_election_failed")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_election_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_election")),
    )
    op.create_index(op.f("ix_election_estate_id"), "election", ["estate_id"], unique=False)
    op.create_table(
        "envelope",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("head_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ballot_no", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("proxy_id", sa.BigInteger(), nullable=True),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("choices", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("void_because", sa.Text(), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.CheckConstraint("channel IN ('online', 'paper')", name=op.f("ck_envelope_channel")),
        sa.CheckConstraint("valid = (void_because IS NULL)", name=op.f("ck_envelope_void_because")),
        sa.ForeignKeyConstraint(["head_id"], ["roll_head.id"], name=op.f("fk_envelope_head_id_roll_head")),
        sa.ForeignKeyConstraint(["proxy_id"], ["proxy.id"], name=op.f("fk_envelope_proxy_id_proxy")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_envelope_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("vote_id", "command", name=op.f("uq_envelope_vote_id_command")),
        sa.UniqueConstraint("vote_id", "digest", name=op.f("uq_envelope_vote_id_digest")),
    )
    op.create_index(
        "ix_envelope_head", "envelope", ["vote_id", "head_id"], unique=True, postgresql_where=sa.text("valid")
    )
    op.create_index("ix_envelope_owner", "envelope", ["head_id"], unique=False)
    op.create_table(
        "handover",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("parties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signatures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("differences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seal_void_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("police", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_handover_ended")),
        sa.CheckConstraint("state IN ('open', 'done', 'refused')", name=op.f("ck_handover_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_handover_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_area", "handover", ["area_id", "template", "id"], unique=False)
    op.create_index("ix_handover_case", "handover", ["case_id", "id"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("estate_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("members", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint("body IN ('group', 'pmc', 'epc')", name=op.f("ck_mandate_body")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_mandate_ended")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_mandate_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index("ix_mandate_estate_id", "mandate", ["estate_id", "body"], unique=False)
    op.create_table(
        "part_transfer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("from_head", sa.BigInteger(), nullable=False),
        sa.Column("to_head", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["from_head"], ["roll_head.id"], name=op.f("fk_part_transfer_from_head_roll_head")),
        sa.ForeignKeyConstraint(["part_id"], ["roll_part.id"], name=op.f("fk_part_transfer_part_id_roll_part")),
        sa.ForeignKeyConstraint(["to_head"], ["roll_head.id"], name=op.f("fk_part_transfer_to_head_roll_head")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_part_transfer_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_transfer")),
    )
    op.create_index(op.f("ix_part_transfer_vote_id"), "part_transfer", ["vote_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_review_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index("ix_review_case", "review", ["case_id", "id"], unique=False)
    op.create_table(
        "roll_correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("roll_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["roll_part.id"], name=op.f("fk_roll_correction_part_id_roll_part")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll.id"], name=op.f("fk_roll_correction_roll_id_roll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_correction")),
    )
    op.create_index(op.f("ix_roll_correction_roll_id"), "roll_correction", ["roll_id"], unique=False)
    op.create_table(
        "candidate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("party", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rechecked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recheck_open", sa.Boolean(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("post IN ('member', 'substitute')", name=op.f("ck_candidate_post")),
        sa.CheckConstraint("state IN ('nominated', 'passed', 'failed', 'elected')", name=op.f("ck_candidate_state")),
        sa.ForeignKeyConstraint(["case_id"], ["election.case_id"], name=op.f("fk_candidate_case_id_election")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("case_id", "attempt", "person_id", name=op.f("uq_candidate_case_id_attempt_person_id")),
    )
    op.create_table(
        "committee_act",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("committee_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person", sa.BigInteger(), nullable=True),
        sa.Column("refs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flagged_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_committee_act_case_id_case")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_committee_act_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_act")),
    )
    op.create_index("ix_committee_act_committee_id", "committee_act", ["committee_id", "at"], unique=False)
    op.create_table(
        "committee_seat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("committee_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "post IN ('chair', 'vice', 'executive', 'member', 'substitute')", name=op.f("ck_committee_seat_post")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_committee_seat_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_seat")),
        sa.UniqueConstraint("committee_id", "person_id", name=op.f("uq_committee_seat_committee_id_person_id")),
    )
    op.create_table(
        "election_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("members", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["election.case_id"], name=op.f("fk_election_group_case_id_election")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_election_group")),
        sa.UniqueConstraint("case_id", "attempt", name=op.f("uq_election_group_case_id_attempt")),
    )
    op.create_table(
        "filing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("committee_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("authorities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("certificate_no", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('submitted', 'returned', 'issued', 'revoked')", name=op.f("ck_filing_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_filing_case_id_case")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_filing_committee_id_committee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    op.create_index("ix_filing_committee_id", "filing", ["committee_id"], unique=False)
    op.create_table(
        "review_subject",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_by", sa.BigInteger(), nullable=True),
        sa.Column("declaration", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenge_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenge", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruled_by", sa.BigInteger(), nullable=True),
        sa.Column("ruling_reasons", sa.Text(), nullable=True),
        sa.CheckConstraint("ruling IN ('upheld', 'rejected')", name=op.f("ck_review_subject_ruling")),
        sa.CheckConstraint("(ruling IS NULL) = (ruled_at IS NULL)", name=op.f("ck_review_subject_ruled")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_subject_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_subject")),
        sa.UniqueConstraint("review_id", "person_id", name=op.f("uq_review_subject_review_id_person_id")),
    )
    op.create_index(op.f("ix_review_subject_person_id"), "review_subject", ["person_id"], unique=False)
    op.create_table(
        "review_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("result <> 'fail' OR basis <> ''", name=op.f("ck_review_check_basis")),
        sa.CheckConstraint("result IN ('pass', 'fail', 'unknown')", name=op.f("ck_review_check_result")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["review_subject.id"], name=op.f("fk_review_check_subject_id_review_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_check")),
    )
    op.create_index("ix_review_check_subject", "review_check", ["subject_id", "id"], unique=False)
    op.add_column("posting", sa.Column("estate_id", sa.BigInteger(), nullable=True))
    op.add_column("posting", sa.Column("title", sa.Text(), nullable=False))
    op.add_column("posting", sa.Column("text", sa.Text(), nullable=False))
    op.add_column("posting", sa.Column("proof", postgresql.JSONB(astext_type=sa.Text()), nullable=False))
    op.add_column("posting", sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False))
    op.create_index(
        "ix_posting_estate", "posting", ["estate_id", "posted_at"], unique=False, postgresql_where=sa.text("online")
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_frozen_roll() RETURNS trigger LANGUAGE plpgsql AS\n    $$ BEGIN RAISE EXCEPTION USING MESSAGE = 'a frozen roll never changes'; END $$"
    )
    op.execute(
        "CREATE TRIGGER roll_once_frozen_stays BEFORE UPDATE OR DELETE ON roll\n    FOR EACH ROW WHEN (OLD.state = 'frozen') EXECUTE FUNCTION refuse_frozen_roll()"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_frozen_roll_head() RETURNS trigger LANGUAGE plpgsql AS\n    $$ DECLARE concerned bigint[] := ARRAY(SELECT DISTINCT roll_id FROM touched); BEGIN\n      IF EXISTS (SELECT FROM roll WHERE id = ANY(concerned) AND state = 'frozen') AND true THEN\n        RAISE EXCEPTION USING MESSAGE = 'a frozen roll never changes';\n      END IF;\n      RETURN NULL;\n    END $$"
    )
    op.execute(
        "CREATE TRIGGER roll_head_update_of_old_while_draft AFTER UPDATE ON roll_head\n    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_head()"
    )
    op.execute(
        "CREATE TRIGGER roll_head_update_of_new_while_draft AFTER UPDATE ON roll_head\n    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_head()"
    )
    op.execute(
        "CREATE TRIGGER roll_head_delete_of_old_while_draft AFTER DELETE ON roll_head\n    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_head()"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_frozen_roll_owner() RETURNS trigger LANGUAGE plpgsql AS\n    $$ DECLARE concerned bigint[] := ARRAY(SELECT DISTINCT roll_id FROM touched JOIN roll_head ON roll_head.id = touched.head_id); BEGIN\n      IF EXISTS (SELECT FROM roll WHERE id = ANY(concerned) AND state = 'frozen') AND EXISTS (SELECT FROM touched JOIN roll_part ON roll_part.head_id = touched.head_id) THEN\n        RAISE EXCEPTION USING MESSAGE = 'a frozen roll never changes';\n      END IF;\n      RETURN NULL;\n    END $$"
    )
    op.execute(
        "CREATE TRIGGER roll_owner_update_of_old_while_draft AFTER UPDATE ON roll_owner\n    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_owner()"
    )
    op.execute(
        "CREATE TRIGGER roll_owner_update_of_new_while_draft AFTER UPDATE ON roll_owner\n    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_owner()"
    )
    op.execute(
        "CREATE TRIGGER roll_owner_delete_of_old_while_draft AFTER DELETE ON roll_owner\n    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_owner()"
    )
    op.execute(
        "CREATE TRIGGER roll_owner_insert_of_new_while_draft AFTER INSERT ON roll_owner\n    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_owner()"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_frozen_roll_part() RETURNS trigger LANGUAGE plpgsql AS\n    $$ DECLARE concerned bigint[] := ARRAY(SELECT DISTINCT roll_id FROM touched); BEGIN\n      IF EXISTS (SELECT FROM roll WHERE id = ANY(concerned) AND state = 'frozen') AND true THEN\n        RAISE EXCEPTION USING MESSAGE = 'a frozen roll never changes';\n      END IF;\n      RETURN NULL;\n    END $$"
    )
    op.execute(
        "CREATE TRIGGER roll_part_update_of_old_while_draft AFTER UPDATE ON roll_part\n    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_part()"
    )
    op.execute(
        "CREATE TRIGGER roll_part_update_of_new_while_draft AFTER UPDATE ON roll_part\n    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_part()"
    )
    op.execute(
        "CREATE TRIGGER roll_part_delete_of_old_while_draft AFTER DELETE ON roll_part\n    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_part()"
    )
    op.execute(
        "CREATE TRIGGER roll_part_insert_of_new_while_draft AFTER INSERT ON roll_part\n    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen_roll_part()"
    )
