"""People and their sign-ins, series and their pages, where they came from, what was read, work and its record."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1200"
down_revision = None

SQL = Path(__file__).resolve().parent.parent / "sql"

READERS_OWN = (
    "library.episode_readings",
    "library.reader_preferences",
    "library.reading_fetches",
    "library.reading_ledgers",
    "library.reading_progress",
)
OWN = "reader_id::text = current_setting('fumetto.reader', true) OR current_setting('fumetto.reader', true) = '*'"


def upgrade() -> None:
    for schema in ("app", "library", "jobs"):
        op.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        op.execute(f"GRANT USAGE ON SCHEMA {schema} TO fumetto_app")
        op.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fumetto_app"
        )
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO fumetto_app")
    op.execute("GRANT SELECT ON app.alembic_version TO fumetto_app")
    make_queue()
    make_tables()
    secure_rows()


def make_queue() -> None:
    """Procrastinate's tables, whose SQL names no schema."""
    op.execute("SET LOCAL search_path TO jobs, pg_catalog")
    op.execute((SQL / "procrastinate_3_10_0.sql").read_text("utf-8").replace(":", "\\:"))
    op.execute("SET LOCAL search_path TO DEFAULT")


def make_tables() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("has_jobs", sa.Boolean(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_activities_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        schema="app",
    )
    op.create_index("ix_activities_changed_at", "activities", ["changed_at"], unique=False, schema="app")
    op.create_index(
        "ix_activities_started_by_created_at", "activities", ["started_by", "created_at"], unique=False, schema="app"
    )
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("entity_type", sa.String(length=64), nullable=False),
        sa.Column("entity_id", sa.String(length=128), nullable=False),
        sa.Column("old_value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("new_value", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("metadata", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("ip_address", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_logs")),
        schema="app",
    )
    op.create_index("ix_audit_logs_actor_id", "audit_logs", ["actor_id", "created_at"], unique=False, schema="app")
    op.create_index(
        "ix_audit_logs_entity", "audit_logs", ["entity_type", "entity_id", "created_at"], unique=False, schema="app"
    )
    op.create_table(
        "periodic_runs",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_runs")),
        schema="app",
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("window_started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_sign_in_failures")),
        schema="app",
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("hashed_password", sa.String(length=255), nullable=True),
        sa.Column("full_name", sa.String(length=255), nullable=True),
        sa.Column("avatar_key", sa.Text(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("user_type", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), server_default=sa.text("'en'"), nullable=False),
        sa.Column("age_class", sa.String(length=32), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("school", sa.String(length=128), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("is_superuser", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("hide_unread_titles", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hide_unread_covers", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_login", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "age_class IN ('child', 'preteen', 'teenager', 'adult')", name=op.f("ck_users_age_class_known")
        ),
        sa.CheckConstraint("role IN ('owner', 'editor', 'reader')", name=op.f("ck_users_role_known")),
        sa.CheckConstraint("tier IN ('free', 'pro', 'enterprise')", name=op.f("ck_users_tier_known")),
        sa.CheckConstraint(
            "user_type IN ('child', 'teenager', 'parent', 'educator', 'adult')", name=op.f("ck_users_user_type_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        schema="app",
    )
    op.create_index("uq_users_email_folded", "users", [sa.literal_column("lower(email)")], unique=True, schema="app")
    op.create_index(
        "uq_users_username_folded", "users", [sa.literal_column("lower(username)")], unique=True, schema="app"
    )
    op.create_table(
        "library_roots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("series_title", sa.String(length=512), nullable=True),
        sa.Column("managed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("notice_code", sa.String(length=64), nullable=True),
        sa.Column("notice_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("last_scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('available', 'unmounted', 'removed')", name=op.f("ck_library_roots_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_roots")),
        sa.UniqueConstraint("path", name=op.f("uq_library_roots_path")),
        schema="library",
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column("sort_title", sa.String(length=512), nullable=False),
        sa.Column(
            "search_title",
            sa.Text(),
            sa.Computed("lower(regexp_replace(normalize(title, NFKD), '[\\u0300-\\u036f]', '', 'g'))", persisted=True),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("age_rating", sa.String(length=32), nullable=True),
        sa.Column("publisher", sa.String(length=512), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("credits", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("license", sa.String(length=512), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.Column("cover_page_id", sa.Uuid(), nullable=True),
        sa.Column("locked_fields", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("direction IN ('ltr', 'rtl', 'vertical')", name=op.f("ck_series_direction_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
        schema="library",
    )
    op.create_index("ix_series_cover_page_id", "series", ["cover_page_id"], unique=False, schema="library")
    op.create_index("ix_series_created_at", "series", ["created_at", "id"], unique=False, schema="library")
    op.create_index("ix_series_sort_title", "series", ["sort_title", "id"], unique=False, schema="library")
    op.create_index("ix_series_updated_at", "series", ["updated_at", "id"], unique=False, schema="library")
    op.create_table(
        "activity_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["app.activities.id"],
            name=op.f("fk_activity_failures_activity_id_activities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_failures")),
        schema="app",
    )
    op.create_index(
        "ix_activity_failures_activity_id_id", "activity_failures", ["activity_id", "id"], unique=False, schema="app"
    )
    op.create_index("ix_activity_failures_job_id", "activity_failures", ["job_id"], unique=False, schema="app")
    op.create_table(
        "activity_parts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'ended', 'failed')", name=op.f("ck_activity_parts_state_known")),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["app.activities.id"],
            name=op.f("fk_activity_parts_activity_id_activities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_parts")),
        sa.UniqueConstraint("job_id", name=op.f("uq_activity_parts_job_id")),
        schema="app",
    )
    op.create_index(
        "ix_activity_parts_activity_id_state", "activity_parts", ["activity_id", "state"], unique=False, schema="app"
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scopes <@ ARRAY['read', 'read-progress', 'manage']::varchar[]", name=op.f("ck_api_keys_scopes_known")
        ),
        sa.CheckConstraint("cardinality(scopes) > 0", name=op.f("ck_api_keys_scopes_some")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_api_keys_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        schema="app",
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"], unique=False, schema="app")
    op.create_table(
        "app_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("device_name", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column(
            "capabilities", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_active_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("idle_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope IN ('ONBOARDING', 'PENDING_CONSENT', 'FULL')", name=op.f("ck_app_sessions_scope_known")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_app_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_app_sessions_token_hash")),
        schema="app",
    )
    op.create_index("ix_app_sessions_expires_at", "app_sessions", ["expires_at"], unique=False, schema="app")
    op.create_index("ix_app_sessions_user_id", "app_sessions", ["user_id"], unique=False, schema="app")
    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('owner', 'sign_in')", name=op.f("ck_sign_in_links_purpose_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_sign_in_links_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_links_token_hash")),
        schema="app",
    )
    op.create_index("ix_sign_in_links_user_id", "sign_in_links", ["user_id"], unique=False, schema="app")
    op.create_table(
        "collections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_collections_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_collections_owner_id_name")),
        schema="library",
    )
    op.create_table(
        "edits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["app.users.id"], name=op.f("fk_edits_actor_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["library.edits.id"], name=op.f("fk_edits_undoes_id_edits"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edits")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_edits_undoes_id")),
        schema="library",
    )
    op.create_index("ix_edits_created_at", "edits", ["created_at"], unique=False, schema="library")
    op.create_table(
        "episodes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("edition_of_id", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.String(length=128), nullable=False),
        sa.Column("episode_number", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("sort_key", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column(
            "search_title",
            sa.Text(),
            sa.Computed("lower(regexp_replace(normalize(title, NFKD), '[\\u0300-\\u036f]', '', 'g'))", persisted=True),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("languages", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("published_at", sa.Date(), nullable=True),
        sa.Column("credits", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("credits_url", sa.Text(), nullable=True),
        sa.Column("commentary_url", sa.Text(), nullable=True),
        sa.Column("license", sa.String(length=512), nullable=True),
        sa.Column("age_rating", sa.String(length=32), nullable=True),
        sa.Column("direction", sa.String(length=32), nullable=True),
        sa.Column("cover_page_id", sa.Uuid(), nullable=True),
        sa.Column("page_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_fields", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("ingested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('indexed', 'ready', 'partial', 'failed')", name=op.f("ck_episodes_state_known")),
        sa.ForeignKeyConstraint(
            ["edition_of_id"],
            ["library.episodes.id"],
            name=op.f("fk_episodes_edition_of_id_episodes"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_episodes_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episodes")),
        sa.UniqueConstraint("series_id", "slug", name=op.f("uq_episodes_series_id_slug")),
        schema="library",
    )
    op.create_index("ix_episodes_cover_page_id", "episodes", ["cover_page_id"], unique=False, schema="library")
    op.create_index("ix_episodes_edition_of_id", "episodes", ["edition_of_id"], unique=False, schema="library")
    op.create_index("ix_episodes_ingested_at", "episodes", ["ingested_at"], unique=False, schema="library")
    op.create_index(
        "uq_episodes_series_id_sort_key",
        "episodes",
        ["series_id", "sort_key"],
        unique=True,
        schema="library",
        postgresql_where=sa.text("edition_of_id IS NULL"),
    )
    op.create_table(
        "reader_preferences",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["app.users.id"], name=op.f("fk_reader_preferences_reader_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["library.series.id"],
            name=op.f("fk_reader_preferences_series_id_series"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reader_id", "series_id", name=op.f("pk_reader_preferences")),
        schema="library",
    )
    op.create_table(
        "reading_fetches",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("pending", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["app.users.id"], name=op.f("fk_reading_fetches_reader_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_reading_fetches_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reader_id", "series_id", name=op.f("pk_reading_fetches")),
        schema="library",
    )
    op.create_table(
        "reading_ledgers",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("seen", postgresql.INT8MULTIRANGE(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["app.users.id"], name=op.f("fk_reading_ledgers_reader_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_reading_ledgers_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reader_id", "series_id", name=op.f("pk_reading_ledgers")),
        schema="library",
    )
    op.create_table(
        "reading_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["app.users.id"], name=op.f("fk_reading_lists_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_lists")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_reading_lists_owner_id_name")),
        schema="library",
    )
    op.create_table(
        "collection_series",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["library.collections.id"],
            name=op.f("fk_collection_series_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_collection_series_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "series_id", name=op.f("pk_collection_series")),
        schema="library",
    )
    op.create_index(
        "ix_collection_series_series_id", "collection_series", ["series_id"], unique=False, schema="library"
    )
    op.create_table(
        "episode_readings",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('unread', 'reading', 'read')", name=op.f("ck_episode_readings_state_known")),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_episode_readings_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["app.users.id"], name=op.f("fk_episode_readings_reader_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reader_id", "episode_id", name=op.f("pk_episode_readings")),
        schema="library",
    )
    op.create_index(
        "ix_episode_readings_episode_id", "episode_readings", ["episode_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_episode_readings_recent", "episode_readings", ["reader_id", "last_read_at"], unique=False, schema="library"
    )
    op.create_table(
        "episode_titles",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column(
            "search_title",
            sa.Text(),
            sa.Computed("lower(regexp_replace(normalize(title, NFKD), '[\\u0300-\\u036f]', '', 'g'))", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_episode_titles_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("episode_id", "language", name=op.f("pk_episode_titles")),
        schema="library",
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("page_number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("double", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=True),
        sa.Column("thumbnail_key", sa.Text(), nullable=True),
        sa.Column(
            "image_metadata", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.CheckConstraint("kind IN ('cover', 'title', 'story', 'credits')", name=op.f("ck_pages_kind_known")),
        sa.CheckConstraint("state IN ('pending', 'ready', 'failed')", name=op.f("ck_pages_state_known")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["library.episodes.id"], name=op.f("fk_pages_episode_id_episodes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint(
            "episode_id",
            "order_index",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_pages_episode_id_order_index"),
        ),
        schema="library",
    )
    op.create_index(
        "ix_pages_pending",
        "pages",
        ["episode_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "uq_pages_episode_id_page_number",
        "pages",
        ["episode_id", "page_number"],
        unique=True,
        schema="library",
        postgresql_where=sa.text("page_number IS NOT NULL"),
    )
    op.create_table(
        "reading_list_episodes",
        sa.Column("reading_list_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_reading_list_episodes_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reading_list_id"],
            ["library.reading_lists.id"],
            name=op.f("fk_reading_list_episodes_reading_list_id_reading_lists"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reading_list_id", "episode_id", name=op.f("pk_reading_list_episodes")),
        schema="library",
    )
    op.create_index(
        "ix_reading_list_episodes_episode_id", "reading_list_episodes", ["episode_id"], unique=False, schema="library"
    )
    op.create_table(
        "reading_progress",
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=128), nullable=False),
        sa.Column("device_name", sa.String(length=128), server_default=sa.text("''"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("finished", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_reading_progress_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["app.users.id"], name=op.f("fk_reading_progress_reader_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reader_id", "episode_id", "device", name=op.f("pk_reading_progress")),
        schema="library",
    )
    op.create_index(
        "ix_reading_progress_episode_id", "reading_progress", ["episode_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_reading_progress_recent", "reading_progress", ["reader_id", "updated_at"], unique=False, schema="library"
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("byte_size", sa.BigInteger(), nullable=False),
        sa.Column("modified_ns", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("series_key", sa.String(length=512), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('present', 'missing', 'failed')", name=op.f("ck_sources_state_known")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["library.episodes.id"], name=op.f("fk_sources_episode_id_episodes"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["library.library_roots.id"], name=op.f("fk_sources_root_id_library_roots"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint(
            "root_id", "path", deferrable=True, initially="DEFERRED", name=op.f("uq_sources_root_id_path")
        ),
        schema="library",
    )
    op.create_index("ix_sources_episode_id", "sources", ["episode_id"], unique=False, schema="library")
    op.create_index("ix_sources_fingerprint", "sources", ["fingerprint"], unique=False, schema="library")
    op.create_index("ix_sources_series_key", "sources", ["series_key"], unique=False, schema="library")
    op.create_table(
        "page_texts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("locator", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("warning_code", sa.String(length=64), nullable=True),
        sa.Column("warning_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=True),
        sa.Column("thumbnail_key", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "source IN ('lettering', 'sidecar', 'epub', 'ocr', 'person')", name=op.f("ck_page_texts_source_known")
        ),
        sa.CheckConstraint("state IN ('pending', 'ready', 'failed')", name=op.f("ck_page_texts_state_known")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_page_texts_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_texts")),
        sa.UniqueConstraint("page_id", "language", "source", name=op.f("uq_page_texts_page_id_language_source")),
        schema="library",
    )
    op.create_table(
        "balloons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("page_text_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('speech', 'caption', 'sound', 'title', 'credit')", name=op.f("ck_balloons_kind_known")
        ),
        sa.CheckConstraint("width >= 0 AND height >= 0", name=op.f("ck_balloons_box_not_inverted")),
        sa.ForeignKeyConstraint(
            ["page_text_id"],
            ["library.page_texts.id"],
            name=op.f("fk_balloons_page_text_id_page_texts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balloons")),
        sa.UniqueConstraint("page_text_id", "order_index", name=op.f("uq_balloons_page_text_id_order_index")),
        schema="library",
    )
    # Covers point at pages, which point at episodes.
    op.create_foreign_key(
        op.f("fk_series_cover_page_id_pages"),
        "series",
        "pages",
        ["cover_page_id"],
        ["id"],
        source_schema="library",
        referent_schema="library",
        ondelete="SET NULL",
    )
    op.create_foreign_key(
        op.f("fk_episodes_cover_page_id_pages"),
        "episodes",
        "pages",
        ["cover_page_id"],
        ["id"],
        source_schema="library",
        referent_schema="library",
        ondelete="SET NULL",
    )


def secure_rows() -> None:
    """A reader's rows are theirs, for the owner of the tables too."""
    for table in READERS_OWN:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    for schema in ("library", "jobs"):
        op.execute(f"DROP SCHEMA {schema} CASCADE")
