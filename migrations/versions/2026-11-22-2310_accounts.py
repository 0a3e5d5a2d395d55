"""What accounts and their sessions get for sign-in by password, provider and paired device."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_2310"
down_revision = "20261122_2300"


def upgrade() -> None:
    op.add_column("users", sa.Column("onboarded_at", sa.DateTime(timezone=True), nullable=True), schema="app")
    # Who is here by now was let in by the owner, as who they are.
    op.execute("UPDATE app.users SET onboarded_at = now()")
    # Few rows, all without what is added: nothing is looked through that anybody would have to wait for.
    op.execute(
        "-- squawk-ignore adding-foreign-key-constraint\n"
        "ALTER TABLE app.app_sessions"
        " ADD COLUMN previous_hash bytea,"
        " ADD COLUMN previous_scope varchar(32) CONSTRAINT ck_app_sessions_previous_scope_known"
        " CHECK (previous_scope IN ('ONBOARDING', 'PENDING_CONSENT', 'FULL')),"
        " ADD COLUMN rotated_at timestamptz,"
        " ADD COLUMN place varchar(64),"
        " ADD COLUMN device_id uuid CONSTRAINT fk_app_sessions_device_id_devices"
        " REFERENCES app.devices (id) ON DELETE CASCADE"
    )
    for column in ("previous_hash", "device_id"):
        op.execute(
            "-- squawk-ignore require-concurrent-index-creation\n"
            f"CREATE INDEX ix_app_sessions_{column} ON app.app_sessions ({column})"
        )
    # Nothing that was certain is given up: the list only gets longer, and there are few links.
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE app.sign_in_links DROP CONSTRAINT ck_sign_in_links_purpose_known"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "ALTER TABLE app.sign_in_links ADD CONSTRAINT ck_sign_in_links_purpose_known"
        " CHECK (purpose IN ('owner', 'sign_in', 'password'))"
    )
