"""What accounts and their sessions get for sign-in by password, provider and paired device."""

from __future__ import annotations

revision = "20261122_2310"
down_revision = "20261122_2300"


def upgrade() -> None:
    pass
