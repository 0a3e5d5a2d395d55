"""What fits an age: ratings and labels, and the wall in the database."""

from __future__ import annotations

revision = "20261122_2330"
down_revision = "20261122_2320"


def upgrade() -> None:
    pass
