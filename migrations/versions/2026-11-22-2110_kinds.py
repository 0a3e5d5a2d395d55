"""The kinds of balloons are those of the new list: looked through while readers go on reading."""

from __future__ import annotations

from alembic import op

revision = "20261122_2110"
down_revision = "20261122_2100"


def upgrade() -> None:
    op.execute("ALTER TABLE library.balloons VALIDATE CONSTRAINT ck_balloons_kind_known")
