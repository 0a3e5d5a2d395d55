"""What is on a page and what is known of a story's world, seen only by who has read that far."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1800"
down_revision = "20261122_1200"

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    make_tables()
    op.execute((SQL / "visibility_20261122_1800.sql").read_text("utf-8").replace(":", "\\:"))


def make_tables() -> None:
    op.create_table(
        "indexed_passages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=True),
        sa.Column("piece_start", sa.Integer(), nullable=True),
        sa.Column("piece_stop", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('dialogue', 'description', 'panel', 'note', 'wiki', 'fact')",
            name=op.f("ck_indexed_passages_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexed_passages")),
        schema="library",
    )
    op.create_index(
        "ix_indexed_passages_episode_id",
        "indexed_passages",
        ["episode_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("episode_id IS NOT NULL"),
    )
    op.create_index("ix_indexed_passages_owner_id", "indexed_passages", ["owner_id"], unique=False, schema="library")
    op.create_index("ix_indexed_passages_series_id", "indexed_passages", ["series_id"], unique=False, schema="library")
    op.create_table(
        "wiki_articles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=512), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("license", sa.String(length=512), nullable=True),
        sa.Column("safe_lore", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["app.users.id"], name=op.f("fk_wiki_articles_declared_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_wiki_articles_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiki_articles")),
        sa.UniqueConstraint("series_id", "slug", name=op.f("uq_wiki_articles_series_id_slug")),
        schema="library",
    )
    op.create_table(
        "episode_summaries",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), server_default=sa.text("'und'"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("source IN ('person', 'file')", name=op.f("ck_episode_summaries_source_known")),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_episode_summaries_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("episode_id", "language", name=op.f("pk_episode_summaries")),
        schema="library",
    )
    op.create_table(
        "wiki_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=512), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("imported_as", sa.String(length=64), nullable=True),
        sa.Column("safe_lore", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["library.wiki_articles.id"],
            name=op.f("fk_wiki_facts_article_id_wiki_articles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wiki_facts")),
        sa.UniqueConstraint(
            "article_id",
            "order_index",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_wiki_facts_article_id_order_index"),
        ),
        schema="library",
    )
    op.create_table(
        "wiki_sources",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "front_matter", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["library.wiki_articles.id"],
            name=op.f("fk_wiki_sources_article_id_wiki_articles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_wiki_sources")),
        schema="library",
    )
    op.create_table(
        "characters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("folded_name", sa.String(length=512), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("portrait_page_id", sa.Uuid(), nullable=True),
        sa.Column("portrait_x", sa.Float(), nullable=True),
        sa.Column("portrait_y", sa.Float(), nullable=True),
        sa.Column("portrait_width", sa.Float(), nullable=True),
        sa.Column("portrait_height", sa.Float(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "origin IN ('import', 'sidecar', 'extraction', 'person')", name=op.f("ck_characters_origin_known")
        ),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name=op.f("ck_characters_state_known")),
        sa.ForeignKeyConstraint(
            ["portrait_page_id"],
            ["library.pages.id"],
            name=op.f("fk_characters_portrait_page_id_pages"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_characters_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_characters")),
        sa.UniqueConstraint("series_id", "name", name=op.f("uq_characters_series_id_name")),
        schema="library",
    )
    op.create_table(
        "commentary_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=True),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column("page_hint", sa.String(length=512), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"],
            ["library.episodes.id"],
            name=op.f("fk_commentary_notes_episode_id_episodes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_commentary_notes_page_id_pages"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commentary_notes")),
        sa.UniqueConstraint(
            "episode_id",
            "order_index",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_commentary_notes_episode_id_order_index"),
        ),
        schema="library",
    )
    op.create_index("ix_commentary_notes_page_id", "commentary_notes", ["page_id"], unique=False, schema="library")
    op.create_table(
        "page_descriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("visual_description", sa.Text(), nullable=False),
        sa.Column("mood_tags", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("source IN ('person', 'sidecar', 'model')", name=op.f("ck_page_descriptions_source_known")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_page_descriptions_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_descriptions")),
        sa.UniqueConstraint("page_id", "language", "source", name=op.f("uq_page_descriptions_page_id_language_source")),
        schema="library",
    )
    op.create_table(
        "page_looks",
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("look", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("reason_detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "look IN ('sidecar', 'ocr', 'panels', 'description')", name=op.f("ck_page_looks_look_known")
        ),
        sa.CheckConstraint("state IN ('pending', 'done', 'skipped', 'failed')", name=op.f("ck_page_looks_state_known")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_page_looks_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "look", name=op.f("pk_page_looks")),
        schema="library",
    )
    op.create_table(
        "panels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("width", sa.Float(), nullable=False),
        sa.Column("height", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.CheckConstraint("source IN ('person', 'sidecar', 'detected')", name=op.f("ck_panels_source_known")),
        sa.CheckConstraint("width >= 0 AND height >= 0", name=op.f("ck_panels_box_not_inverted")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_panels_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panels")),
        sa.UniqueConstraint(
            "page_id", "order_index", deferrable=True, initially="DEFERRED", name=op.f("uq_panels_page_id_order_index")
        ),
        schema="library",
    )
    op.create_table(
        "character_aliases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("character_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.String(length=512), nullable=False),
        sa.Column("folded_alias", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("open", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "origin IN ('import', 'sidecar', 'extraction', 'person')", name=op.f("ck_character_aliases_origin_known")
        ),
        sa.ForeignKeyConstraint(
            ["character_id"],
            ["library.characters.id"],
            name=op.f("fk_character_aliases_character_id_characters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_character_aliases")),
        sa.UniqueConstraint(
            "character_id", "folded_alias", name=op.f("uq_character_aliases_character_id_folded_alias")
        ),
        schema="library",
    )
    op.create_index(
        op.f("ix_character_aliases_folded_alias"), "character_aliases", ["folded_alias"], unique=False, schema="library"
    )
    op.create_table(
        "page_characters",
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("character_id", sa.Uuid(), nullable=False),
        sa.Column("presence", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("face_rank", sa.SmallInteger(), nullable=True),
        sa.Column("face_x", sa.Float(), nullable=True),
        sa.Column("face_y", sa.Float(), nullable=True),
        sa.Column("face_width", sa.Float(), nullable=True),
        sa.Column("face_height", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('import', 'sidecar', 'extraction', 'person')", name=op.f("ck_page_characters_origin_known")
        ),
        sa.CheckConstraint(
            "presence IN ('shown', 'speaks', 'mentioned')", name=op.f("ck_page_characters_presence_known")
        ),
        sa.ForeignKeyConstraint(
            ["character_id"],
            ["library.characters.id"],
            name=op.f("fk_page_characters_character_id_characters"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_page_characters_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "character_id", name=op.f("pk_page_characters")),
        schema="library",
    )
    op.create_index(
        "ix_page_characters_character_id", "page_characters", ["character_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_page_characters_face",
        "page_characters",
        ["character_id", "face_rank", "page_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("face_rank IS NOT NULL"),
    )
    op.create_table(
        "world_entities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("character_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('character', 'creature', 'place', 'group', 'object', 'concept', 'event')",
            name=op.f("ck_world_entities_kind_known"),
        ),
        sa.CheckConstraint(
            "origin IN ('import', 'sidecar', 'extraction', 'person')", name=op.f("ck_world_entities_origin_known")
        ),
        sa.ForeignKeyConstraint(
            ["character_id"],
            ["library.characters.id"],
            name=op.f("fk_world_entities_character_id_characters"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_world_entities_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_world_entities")),
        sa.UniqueConstraint("series_id", "slug", name=op.f("uq_world_entities_series_id_slug")),
        schema="library",
    )
    op.create_index(
        "ix_world_entities_character_id", "world_entities", ["character_id"], unique=False, schema="library"
    )
    op.create_table(
        "balloon_speakers",
        sa.Column("balloon_id", sa.Uuid(), nullable=False),
        sa.Column("character_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["balloon_id"],
            ["library.balloons.id"],
            name=op.f("fk_balloon_speakers_balloon_id_balloons"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["character_id"],
            ["library.characters.id"],
            name=op.f("fk_balloon_speakers_character_id_characters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("balloon_id", name=op.f("pk_balloon_speakers")),
        schema="library",
    )
    op.create_index(
        "ix_balloon_speakers_character_id", "balloon_speakers", ["character_id"], unique=False, schema="library"
    )
    op.create_table(
        "entity_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("order_index", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("imported_as", sa.String(length=64), nullable=True),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "origin IN ('import', 'sidecar', 'extraction', 'person')", name=op.f("ck_entity_facts_origin_known")
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["library.world_entities.id"],
            name=op.f("fk_entity_facts_entity_id_world_entities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_facts")),
        sa.UniqueConstraint(
            "entity_id",
            "order_index",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_entity_facts_entity_id_order_index"),
        ),
        schema="library",
    )
    op.create_table(
        "world_relationships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("source_entity_id", sa.Uuid(), nullable=False),
        sa.Column("target_entity_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=512), server_default=sa.text("''"), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "origin IN ('import', 'sidecar', 'extraction', 'person')", name=op.f("ck_world_relationships_origin_known")
        ),
        sa.CheckConstraint("source_entity_id <> target_entity_id", name=op.f("ck_world_relationships_between_two")),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["library.series.id"],
            name=op.f("fk_world_relationships_series_id_series"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_entity_id"],
            ["library.world_entities.id"],
            name=op.f("fk_world_relationships_source_entity_id_world_entities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_entity_id"],
            ["library.world_entities.id"],
            name=op.f("fk_world_relationships_target_entity_id_world_entities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_world_relationships")),
        sa.UniqueConstraint(
            "source_entity_id",
            "target_entity_id",
            "kind",
            "label",
            name=op.f("uq_world_relationships_source_entity_id_target_entity_id_kind_label"),
        ),
        schema="library",
    )
    op.create_index(
        "ix_world_relationships_series_id", "world_relationships", ["series_id"], unique=False, schema="library"
    )
    op.create_index(
        "ix_world_relationships_target_entity_id",
        "world_relationships",
        ["target_entity_id"],
        unique=False,
        schema="library",
    )
    op.create_table(
        "evidences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("entity_fact_id", sa.Uuid(), nullable=True),
        sa.Column("relationship_id", sa.Uuid(), nullable=True),
        sa.Column("wiki_fact_id", sa.Uuid(), nullable=True),
        sa.Column("alias_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("page_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pages_there", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("needs", postgresql.INT8MULTIRANGE(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("awaits_episode", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("awaits_page", sa.Integer(), nullable=True),
        sa.Column("balloon_id", sa.Uuid(), nullable=True),
        sa.Column("panel_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "origin IN ('import', 'sidecar', 'extraction', 'person')", name=op.f("ck_evidences_origin_known")
        ),
        sa.CheckConstraint("page_count >= 1 OR state <> 'accepted'", name=op.f("ck_evidences_accepted_with_pages")),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name=op.f("ck_evidences_state_known")),
        sa.CheckConstraint(
            "num_nonnulls(entity_id, entity_fact_id, relationship_id, wiki_fact_id, alias_id) = 1",
            name=op.f("ck_evidences_of_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["alias_id"],
            ["library.character_aliases.id"],
            name=op.f("fk_evidences_alias_id_character_aliases"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["balloon_id"], ["library.balloons.id"], name=op.f("fk_evidences_balloon_id_balloons"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entity_fact_id"],
            ["library.entity_facts.id"],
            name=op.f("fk_evidences_entity_fact_id_entity_facts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entity_id"],
            ["library.world_entities.id"],
            name=op.f("fk_evidences_entity_id_world_entities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["library.panels.id"], name=op.f("fk_evidences_panel_id_panels"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["library.world_relationships.id"],
            name=op.f("fk_evidences_relationship_id_world_relationships"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["app.users.id"], name=op.f("fk_evidences_reviewed_by_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["library.series.id"], name=op.f("fk_evidences_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["wiki_fact_id"],
            ["library.wiki_facts.id"],
            name=op.f("fk_evidences_wiki_fact_id_wiki_facts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidences")),
        schema="library",
    )
    op.create_index(
        "ix_evidences_alias_id",
        "evidences",
        ["alias_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("alias_id IS NOT NULL"),
    )
    op.create_index(
        "ix_evidences_awaited",
        "evidences",
        ["series_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("awaits_episode IS NOT NULL"),
    )
    op.create_index(
        "ix_evidences_entity_fact_id",
        "evidences",
        ["entity_fact_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("entity_fact_id IS NOT NULL"),
    )
    op.create_index(
        "ix_evidences_entity_id",
        "evidences",
        ["entity_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("entity_id IS NOT NULL"),
    )
    op.create_index(
        "ix_evidences_relationship_id",
        "evidences",
        ["relationship_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("relationship_id IS NOT NULL"),
    )
    op.create_index("ix_evidences_review", "evidences", ["series_id", "state"], unique=False, schema="library")
    op.create_index(
        "ix_evidences_wiki_fact_id",
        "evidences",
        ["wiki_fact_id"],
        unique=False,
        schema="library",
        postgresql_where=sa.text("wiki_fact_id IS NOT NULL"),
    )
    op.create_table(
        "evidence_pages",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["library.evidences.id"],
            name=op.f("fk_evidence_pages_evidence_id_evidences"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["library.pages.id"], name=op.f("fk_evidence_pages_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("evidence_id", "page_id", name=op.f("pk_evidence_pages")),
        schema="library",
    )
    op.create_index("ix_evidence_pages_page_id", "evidence_pages", ["page_id"], unique=False, schema="library")
    op.add_column("balloons", sa.Column("speaker_name", sa.String(length=512), nullable=True), schema="library")
    op.add_column("balloons", sa.Column("panel_number", sa.Integer(), nullable=True), schema="library")
    op.add_column("balloons", sa.Column("confidence", sa.Float(), nullable=True), schema="library")
    op.add_column(
        "series", sa.Column("ocr", sa.Boolean(), server_default=sa.text("true"), nullable=False), schema="library"
    )
