"""What helpers for the young get beside their tables, and that everybody may read the house's documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_2350"
down_revision = "20261122_2340"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("current_monster", sa.String(length=32), nullable=True), schema="app")
    op.add_column("conversations", sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=True), schema="app")
    for table in ("document_collections", "documents", "document_chunks"):
        op.execute(f"CREATE POLICY house_rows ON app.{table} FOR SELECT USING (owner_id IS NULL)")
