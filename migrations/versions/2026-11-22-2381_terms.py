"""The kinds of data that have a term are those of the new list."""

from __future__ import annotations

from alembic import op

revision = "20261122_2381"
down_revision = "20261122_2380"


def upgrade() -> None:
    op.execute("ALTER TABLE app.retention_terms VALIDATE CONSTRAINT ck_retention_terms_kind_known")
