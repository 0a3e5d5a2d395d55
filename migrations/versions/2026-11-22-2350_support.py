"""What helpers for the young get beside their tables."""

from __future__ import annotations

revision = "20261122_2350"
down_revision = "20261122_2340"


def upgrade() -> None:
    pass
