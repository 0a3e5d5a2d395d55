"""Conversations with the companion, what they are made of, and the tables of the graph that answers."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1900"
down_revision = "20261122_1810"

READER = "current_setting('fumetto.reader', true)"
SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    make_langgraph()
    make_tables()
    secure("feedback")
    secure("usage_records")
    secure("conversations")
    secure("chat_sessions")
    secure("memory_notes")
    secure("chat_messages")
    secure("chat_events")
    secure("retrieval_traces")


def make_langgraph() -> None:
    """The tables that langgraph-checkpoint-postgres 3.2.0 makes by its own `setup()`, which our role may not."""
    op.execute("CREATE SCHEMA IF NOT EXISTS langgraph")
    op.execute("GRANT USAGE ON SCHEMA langgraph TO fumetto_app")
    op.execute(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA langgraph GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fumetto_app"
    )
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA langgraph GRANT USAGE, SELECT ON SEQUENCES TO fumetto_app")
    op.execute("SET LOCAL search_path TO langgraph, pg_catalog")
    op.execute((SQL / "langgraph_3_2_0.sql").read_text("utf-8").replace(":", "\\:"))
    op.execute("SET LOCAL search_path TO DEFAULT")


def secure(table: str) -> None:
    """Under the policy that a reader's transaction has their own rows only."""
    own = f"user_id::text = {READER} OR {READER} = '*'"
    op.execute(f"ALTER TABLE app.{table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE app.{table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON app.{table} USING ({own}) WITH CHECK ({own})")


def make_tables() -> None:
    op.create_table(
        "answer_measures",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=16), server_default=sa.text("'panel'"), nullable=False),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("first_sentence_ms", sa.Integer(), nullable=True),
        sa.Column("retrieval_ms", sa.Integer(), nullable=True),
        sa.Column("tokens_in", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tokens_out", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cache", sa.String(length=16), server_default=sa.text("''"), nullable=False),
        sa.Column("evidence_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sentence_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("withheld", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("regenerated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fell_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_positive", sa.Boolean(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("mode IN ('page', 'wiki', 'support')", name=op.f("ck_answer_measures_mode_known")),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'cancelled', 'cut_off', 'failed')",
            name=op.f("ck_answer_measures_state_known"),
        ),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answer_measures")),
        schema="app",
    )
    op.create_index("ix_answer_measures_created_at", "answer_measures", ["created_at"], unique=False, schema="app")
    op.create_table(
        "semantic_cache",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("space", sa.Integer(), nullable=False),
        sa.Column("question_hash", sa.String(length=64), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("passage_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("hits", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_semantic_cache")),
        schema="cache",
    )
    op.create_index("ix_semantic_cache_fingerprint", "semantic_cache", ["fingerprint"], unique=False, schema="cache")
    op.create_index("ix_semantic_cache_used_at", "semantic_cache", ["used_at"], unique=False, schema="cache")
    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("is_positive", sa.Boolean(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("comment", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(comment) <= 4000", name=op.f("ck_feedback_comment_bounded")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_feedback_rating_of_five")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_feedback_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "user_id",
            "session_id",
            "message_id",
            name=op.f("uq_feedback_user_id_session_id_message_id"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="app",
    )
    op.create_index("ix_feedback_message_id", "feedback", ["message_id"], unique=False, schema="app")
    op.create_table(
        "series_companions",
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("chat_model", sa.String(length=128), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_series_companions_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_series_companions")),
        schema="app",
    )
    op.create_table(
        "usage_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("request_type", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("tokens_input", sa.Integer(), nullable=False),
        sa.Column("tokens_output", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "request_type IN ('chat', 'rag', 'embedding', 'image', 'tool')",
            name=op.f("ck_usage_records_request_type_known"),
        ),
        sa.CheckConstraint(
            "cost >= 0 AND tokens_input >= 0 AND tokens_output >= 0", name=op.f("ck_usage_records_nothing_negative")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_usage_records_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_records")),
        schema="app",
    )
    op.create_index("ix_usage_records_created_at", "usage_records", ["created_at"], unique=False, schema="app")
    op.create_index("ix_usage_records_user_id", "usage_records", ["user_id", "created_at"], unique=False, schema="app")
    op.create_table(
        "personas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("character_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("voice", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("opening", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("portrait_key", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(voice) <= 4000 AND length(opening) <= 1000", name=op.f("ck_personas_texts_bounded")),
        sa.ForeignKeyConstraint(
            ["character_id"],
            ["library.characters.id"],
            name=op.f("fk_personas_character_id_characters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_personas_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_personas_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personas")),
        schema="app",
    )
    op.create_index("ix_personas_character_id", "personas", ["character_id"], unique=False, schema="app")
    op.create_index("ix_personas_series_id", "personas", ["series_id"], unique=False, schema="app")
    op.create_index("ix_personas_user_id", "personas", ["user_id"], unique=False, schema="app")
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=512), nullable=True),
        sa.Column("title_pages", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("persona_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reading', 'general', 'incident', 'agent')", name=op.f("ck_conversations_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"], ["app.personas.id"], name=op.f("fk_conversations_persona_id_personas"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_conversations_series_id_series"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_conversations_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        schema="app",
    )
    op.create_index(
        "ix_conversations_recent", "conversations", ["user_id", "updated_at", "id"], unique=False, schema="app"
    )
    op.create_index("ix_conversations_series_id", "conversations", ["series_id"], unique=False, schema="app")
    op.create_table(
        "chat_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=True),
        sa.Column("page_id", sa.Uuid(), nullable=True),
        sa.Column("everything", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("device", sa.String(length=128), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["app.conversations.id"],
            name=op.f("fk_chat_sessions_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_chat_sessions_episode_id_episodes"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_chat_sessions_page_id_pages"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_chat_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sessions")),
        schema="app",
    )
    op.create_index(
        "ix_chat_sessions_conversation_id",
        "chat_sessions",
        ["conversation_id", "updated_at"],
        unique=False,
        schema="app",
    )
    op.create_index("ix_chat_sessions_episode_id", "chat_sessions", ["episode_id"], unique=False, schema="app")
    op.create_index("ix_chat_sessions_page_id", "chat_sessions", ["page_id"], unique=False, schema="app")
    op.create_table(
        "memory_notes",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["app.conversations.id"],
            name=op.f("fk_memory_notes_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_memory_notes_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_memory_notes")),
        schema="app",
    )
    op.create_table(
        "chat_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("persona_id", sa.Uuid(), nullable=True),
        sa.Column("pages", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reveal_pos", sa.BigInteger(), nullable=True),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("citations", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column(
            "suggestions", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("retrieved_doc_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("found", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("model", sa.String(length=128), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.String(length=128), server_default=sa.text("''"), nullable=False),
        sa.Column("withheld", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "token_counts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(author = 'user') = (answers_id IS NULL)", name=op.f("ck_chat_messages_answer_to_a_question")
        ),
        sa.CheckConstraint("author IN ('user', 'assistant')", name=op.f("ck_chat_messages_author_known")),
        sa.CheckConstraint("mode IN ('page', 'wiki', 'support')", name=op.f("ck_chat_messages_mode_known")),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'cancelled', 'cut_off', 'failed')", name=op.f("ck_chat_messages_state_known")
        ),
        sa.CheckConstraint("length(content) <= 20000", name=op.f("ck_chat_messages_content_bounded")),
        sa.ForeignKeyConstraint(
            ["answers_id"],
            ["app.chat_messages.id"],
            name=op.f("fk_chat_messages_answers_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["app.conversations.id"],
            name=op.f("fk_chat_messages_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"], ["app.personas.id"], name=op.f("fk_chat_messages_persona_id_personas"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_chat_messages_series_id_series"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["app.chat_sessions.id"],
            name=op.f("fk_chat_messages_session_id_chat_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_chat_messages_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_messages")),
        schema="app",
    )
    op.create_index("ix_chat_messages_answers_id", "chat_messages", ["answers_id"], unique=False, schema="app")
    op.create_index(
        "ix_chat_messages_conversation_id",
        "chat_messages",
        ["conversation_id", "created_at", "id"],
        unique=False,
        schema="app",
    )
    op.create_index("ix_chat_messages_persona_id", "chat_messages", ["persona_id"], unique=False, schema="app")
    op.create_index(
        "ix_chat_messages_running",
        "chat_messages",
        ["beat_at"],
        unique=False,
        schema="app",
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_chat_messages_series_id", "chat_messages", ["series_id"], unique=False, schema="app")
    op.create_index(
        "ix_chat_messages_session_id", "chat_messages", ["session_id", "created_at"], unique=False, schema="app"
    )
    op.create_index(
        "uq_chat_messages_request",
        "chat_messages",
        ["user_id", "request_id"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("request_id IS NOT NULL"),
    )
    op.create_table(
        "chat_events",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["app.chat_messages.id"],
            name=op.f("fk_chat_events_question_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_chat_events_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "number", name=op.f("pk_chat_events")),
        schema="app",
    )
    op.create_index("ix_chat_events_created_at", "chat_events", ["created_at"], unique=False, schema="app")
    op.create_table(
        "retrieval_traces",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("queries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("prompt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("prompt_version", sa.String(length=128), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("horizon", sa.String(length=64), nullable=False),
        sa.Column("cache", sa.String(length=16), server_default=sa.text("''"), nullable=False),
        sa.Column("checks", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("timings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "token_counts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["app.chat_messages.id"],
            name=op.f("fk_retrieval_traces_message_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app.users.id"], name=op.f("fk_retrieval_traces_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_retrieval_traces")),
        schema="app",
    )
