"""What keeps receipts of consent as they were given."""

from __future__ import annotations

revision = "20261122_2320"
down_revision = "20261122_2310"


def upgrade() -> None:
    pass
