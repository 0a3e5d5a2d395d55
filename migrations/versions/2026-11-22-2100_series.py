"""Notes that a person corrected or deleted stay so when their commentary is read again; balloons may be thoughts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_2100"
down_revision = "20261122_1900"


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
    # Nothing that was certain is given up: the list only gets longer.
    op.execute(
        "-- squawk-ignore ban-drop-constraint\nALTER TABLE library.balloons DROP CONSTRAINT ck_balloons_kind_known"
    )
    # Looked through by the next migration, in a transaction of its own, since nobody has to wait for that.
    op.execute(
        "ALTER TABLE library.balloons ADD CONSTRAINT ck_balloons_kind_known"
        " CHECK (kind IN ('speech', 'thought', 'caption', 'sound', 'title', 'credit')) NOT VALID"
    )
