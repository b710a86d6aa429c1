"""Keep what the doors of elections take in: candidates, evidence, damage, representatives."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "vote_representative",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_id", sa.BigInteger(), nullable=False),
        sa.Column("building", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("heads", sa.BigInteger(), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("heads > 0", name=op.f("ck_vote_representative_heads")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vote_representative_person_id_person")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_vote_representative_vote_id_vote")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_representative")),
        sa.UniqueConstraint(
            "vote_id", "building", "person_id", name=op.f("uq_vote_representative_vote_id_building_person_id")
        ),
    )
    op.create_table(
        "posting_damage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("posting_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("damaged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("photos", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(confirmed IS NULL) = (decided_at IS NULL)", name=op.f("ck_posting_damage_decided")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_posting_damage_posting_id_posting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_damage")),
    )
    op.create_index("ix_posting_damage_posting", "posting_damage", ["posting_id"], unique=False)
    op.add_column("candidate", sa.Column("building", sa.Text(), server_default="", nullable=False))
    op.add_column("candidate", sa.Column("words", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "objection", sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
    op.add_column(
        "posting", sa.Column("people", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
