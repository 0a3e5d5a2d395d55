"""Blocks of the index as bits, which only functions of the database hand out. Those there are go: the job makes all
anew within minutes, and until then passages are looked at one by one."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261122_2400"
down_revision = "20261122_2390"

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    op.execute((SQL / "blocks_20261122_2400.sql").read_text("utf-8").replace(":", "\\:"))
