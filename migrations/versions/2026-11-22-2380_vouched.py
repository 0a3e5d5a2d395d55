"""Who has said that somebody is an adult, and who made a link to sign in with; a term for reading times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_2380"
down_revision = "20261122_2370"

KNOWN_ADULTS = """
UPDATE app.users SET vouched_at = created_at
WHERE onboarded_at IS NOT NULL AND user_type NOT IN ('child', 'teenager')
    AND (age_class IS NULL OR age_class = 'adult')
"""


def upgrade() -> None:
    op.add_column("users", sa.Column("vouched_at", sa.DateTime(timezone=True), nullable=True), schema="app")
    op.execute(KNOWN_ADULTS)
    op.add_column("sign_in_links", sa.Column("made_by", sa.Uuid(), nullable=True), schema="app")
    # Nothing that was certain is given up: the list only gets longer.
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE app.retention_terms DROP CONSTRAINT ck_retention_terms_kind_known"
    )
    # Looked through by the next migration, in a transaction of its own.
    op.execute(
        "ALTER TABLE app.retention_terms ADD CONSTRAINT ck_retention_terms_kind_known"
        " CHECK (kind IN ('audit', 'addresses', 'chat', 'chat_events', 'consents', 'ended_sessions', 'exports',"
        " 'invitations', 'jobs', 'reading_times', 'traces', 'usage')) NOT VALID"
    )
