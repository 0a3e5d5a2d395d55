"""Notes that a person corrected or deleted stay so when their commentary is read again; balloons may be thoughts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_2100"
down_revision = "20261122_1810"


def upgrade() -> None:
    op.add_column("commentary_notes", sa.Column("imported_as", sa.String(length=64), nullable=True), schema="library")
    op.create_table(
        "notes_left_out",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("imported_as", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_notes_left_out_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("episode_id", "imported_as", name=op.f("pk_notes_left_out")),
        schema="library",
    )
    op.drop_constraint(op.f("ck_balloons_kind_known"), "balloons", schema="library")
    # Every row holds to the shorter list, so to this one too: nobody has to wait while that is looked through.
    op.execute(
        "ALTER TABLE library.balloons ADD CONSTRAINT ck_balloons_kind_known"
        " CHECK (kind IN ('speech', 'thought', 'caption', 'sound', 'title', 'credit')) NOT VALID"
    )
    op.execute("ALTER TABLE library.balloons VALIDATE CONSTRAINT ck_balloons_kind_known")
