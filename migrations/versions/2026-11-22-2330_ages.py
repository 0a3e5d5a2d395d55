"""What fits an age: ratings and labels, and the wall in the database."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261122_2330"
down_revision = "20261122_2320"

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    op.execute((SQL / "ages_20261122_2330.sql").read_text("utf-8").replace(":", "\\:"))
