"""The index: what passages belong to, the models that make vectors, and a cache of what those models answered."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1810"
down_revision = "20261122_1800"

READER = "current_setting('fumetto.reader', true)"
SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    for schema in ("rag", "cache"):
        op.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        op.execute(f"GRANT USAGE ON SCHEMA {schema} TO fumetto_app")
        op.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fumetto_app"
        )
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO fumetto_app")
    op.execute((SQL / "index_20261122_1810.sql").read_text("utf-8").replace(":", "\\:"))
    op.create_table(
        "keys",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_keys")),
        sa.UniqueConstraint("key", name=op.f("uq_keys_key")),
        schema="rag",
    )
    op.create_table(
        "spaces",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("sample", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("approximate", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('filling', 'active', 'retired')", name=op.f("ck_spaces_state_known")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_spaces")),
        schema="rag",
    )
    for state in ("active", "filling"):
        op.create_index(
            f"uq_spaces_{state}",
            "spaces",
            ["state"],
            unique=True,
            schema="rag",
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_table(
        "embeddings",
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("model", "digest", name=op.f("pk_embeddings")),
        schema="cache",
    )
    op.create_index("ix_embeddings_used_at", "embeddings", ["used_at"], unique=False, schema="cache")
    op.create_table(
        "index_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_documents")),
        sa.UniqueConstraint("key", "name", name=op.f("uq_index_documents_key_name")),
        schema="app",
    )
    own = f"owner_id::text = {READER} OR {READER} = '*'"
    op.execute("ALTER TABLE app.index_documents ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE app.index_documents FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON app.index_documents USING ({own}) WITH CHECK ({own})")
