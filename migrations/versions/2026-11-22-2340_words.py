"""What feature flags and localized content get beside their tables."""

from __future__ import annotations

revision = "20261122_2340"
down_revision = "20261122_2330"


def upgrade() -> None:
    pass
