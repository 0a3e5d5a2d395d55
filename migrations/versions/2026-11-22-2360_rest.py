"""Smaller changes to tables that were there."""

from __future__ import annotations

revision = "20261122_2360"
down_revision = "20261122_2350"


def upgrade() -> None:
    pass
