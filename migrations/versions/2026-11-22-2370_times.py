"""How long young readers read, by the hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_2370"
down_revision = "20261122_2360"

READER = "current_setting('fumetto.reader', true)"
TABLE = "library.reading_times"


def upgrade() -> None:
    op.create_table(
        "reading_times",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["app.users.id"], name=op.f("fk_reading_times_reader_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reader_id", "hour", name=op.f("pk_reading_times")),
        schema="library",
    )
    own = f"reader_id::text = {READER} OR {READER} = '*'"
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON {TABLE} USING ({own}) WITH CHECK ({own})")
