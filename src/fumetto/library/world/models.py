"""Tables of a story's world. What reveals the story is seen only with evidence whose pages were all read.

An evidence says what it is evidence of by the one foreign key that is set. Its pages are ids, so that moving an
episode changes nothing here; it needs all of them, `page_count` many, and one that was deleted leaves it unseen.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as text_
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fumetto.kernel.audit import named
from fumetto.kernel.db.base import SHORT, TITLE, Base, checked, created_now, primary_key, updated_now, values_check
from fumetto.kernel.db.personal import Erase, Section, personal
from fumetto.kernel.db.rowsecurity import fitting_where, revealed_where
from fumetto.library.catalogue.fitting_sql import EVIDENCE_FITS, of_series
from fumetto.library.catalogue.models import SCHEMA
from fumetto.library.reading.visibility import needs_seen, seen_inline
from fumetto.library.world.kinds import EntityKind, Origin, Presence, ReviewState


def evidenced(column: str, table: str) -> str:
    """The condition that some evidence of a row can be seen; evidences have a policy of their own."""
    return f"EXISTS (SELECT 1 FROM library.evidences e WHERE e.{column} = {table}.id)"  # noqa: S608 - our own names


class Character(Base):
    """Somebody in a series, by the name answers call them. Known to a reader from any page they are on."""

    __tablename__ = "characters"
    __table_args__ = (
        values_check("origin", Origin),
        values_check("state", ReviewState),
        UniqueConstraint("series_id", "name"),
        {
            "schema": SCHEMA,
            "info": revealed_where(
                "state = 'accepted'"
                " AND EXISTS (SELECT 1 FROM library.page_characters p WHERE p.character_id = characters.id)"
            ),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(TITLE)
    folded_name: Mapped[str] = mapped_column(TITLE)
    origin: Mapped[Origin] = mapped_column(checked(Origin))
    state: Mapped[ReviewState] = mapped_column(checked(ReviewState), default=ReviewState.ACCEPTED)
    portrait_page_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="SET NULL"))
    portrait_x: Mapped[float | None] = mapped_column(Float)
    portrait_y: Mapped[float | None] = mapped_column(Float)
    portrait_width: Mapped[float | None] = mapped_column(Float)
    portrait_height: Mapped[float | None] = mapped_column(Float)
    updated_at: Mapped[datetime] = updated_now()


class CharacterAlias(Base):
    """Another name of a character. That it is theirs can be a secret, so it needs evidence as any fact does.

    `open` is a person's word that it gives nothing away, as short forms and translations do: then every page that it
    is said on is evidence of it.
    """

    __tablename__ = "character_aliases"
    __table_args__ = (
        values_check("origin", Origin),
        UniqueConstraint("character_id", "folded_alias"),
        {"schema": SCHEMA, "info": revealed_where(evidenced("alias_id", "character_aliases"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    character_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.characters.id", ondelete="CASCADE"))
    alias: Mapped[str] = mapped_column(TITLE)
    folded_alias: Mapped[str] = mapped_column(TITLE, index=True)
    language: Mapped[str | None] = mapped_column(String(35))
    open: Mapped[bool] = mapped_column(default=False, server_default=text_("false"))
    origin: Mapped[Origin] = mapped_column(checked(Origin))


class PageCharacter(Base):
    """That a character is on a page, and how. `confidence` from 0 to 1, none when a person or a file said so.

    The face is the panel there that can stand for them, in fractions of the page, as found by the program; `face_rank`
    says how well, 0 best. None where no panel does.
    """

    __tablename__ = "page_characters"
    __table_args__ = (
        values_check("presence", Presence),
        values_check("origin", Origin),
        Index("ix_page_characters_character_id", "character_id"),
        Index(
            "ix_page_characters_face",
            "character_id",
            "face_rank",
            "page_id",
            postgresql_where=text_("face_rank IS NOT NULL"),
        ),
        {"schema": SCHEMA, "info": revealed_where(seen_inline("page_characters.page_id"))},
    )

    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="CASCADE"), primary_key=True)
    character_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.characters.id", ondelete="CASCADE"), primary_key=True
    )
    presence: Mapped[Presence] = mapped_column(checked(Presence), default=Presence.SHOWN)
    origin: Mapped[Origin] = mapped_column(checked(Origin))
    confidence: Mapped[float | None] = mapped_column(Float)
    face_rank: Mapped[int | None] = mapped_column(SmallInteger)
    face_x: Mapped[float | None] = mapped_column(Float)
    face_y: Mapped[float | None] = mapped_column(Float)
    face_width: Mapped[float | None] = mapped_column(Float)
    face_height: Mapped[float | None] = mapped_column(Float)


class BalloonSpeaker(Base):
    """Whom of the roster a balloon belongs to."""

    __tablename__ = "balloon_speakers"
    __table_args__ = (
        Index("ix_balloon_speakers_character_id", "character_id"),
        {
            "schema": SCHEMA,
            "info": revealed_where(
                "EXISTS (SELECT 1 FROM library.balloons b WHERE b.id = balloon_speakers.balloon_id)"
            ),
        },
    )

    balloon_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.balloons.id", ondelete="CASCADE"), primary_key=True
    )
    character_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.characters.id", ondelete="CASCADE"))


class WikiArticle(Base):
    """A page of a series' wiki, by its title, known with the first of its facts.

    `safe_lore` is an owner's word that all of it may be known at once; its facts repeat it.
    """

    __tablename__ = "wiki_articles"
    __table_args__ = (
        UniqueConstraint("series_id", "slug"),
        {
            "schema": SCHEMA,
            "info": revealed_where("EXISTS (SELECT 1 FROM library.wiki_facts f WHERE f.article_id = wiki_articles.id)")
            | fitting_where(of_series("wiki_articles"))
            | personal("declared_by", export=Section.DEEDS, erase=Erase.SET_NULL),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(SHORT)
    title: Mapped[str] = mapped_column(TITLE)
    kind: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(35))
    url: Mapped[str | None] = mapped_column(Text)
    license: Mapped[str | None] = mapped_column(TITLE)
    safe_lore: Mapped[bool] = mapped_column(default=False, server_default=text_("false"))
    declared_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("app.users.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = updated_now()


class WikiSource(Base):
    """An article as it was written, for the editing view only: it tells all that its facts are placed to tell."""

    __tablename__ = "wiki_sources"
    __table_args__ = ({"schema": SCHEMA, "info": revealed_where("false")},)

    article_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.wiki_articles.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[str] = mapped_column(Text)
    front_matter: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text_("'{}'"))
    path: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(String(64))


class WikiFact(Base):
    """One statement of an article: what is placed, found and shown.

    `imported_as` is a digest of the words as they came, by which the next import knows them; none where a person wrote
    them.
    """

    __tablename__ = "wiki_facts"
    __table_args__ = (
        UniqueConstraint("article_id", "order_index", deferrable=True, initially="DEFERRED"),
        {
            "schema": SCHEMA,
            "info": revealed_where(
                "safe_lore AND library.present_reader() IS NOT NULL OR " + evidenced("wiki_fact_id", "wiki_facts")
            ),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.wiki_articles.id", ondelete="CASCADE"))
    order_index: Mapped[int]
    heading: Mapped[str | None] = mapped_column(TITLE)
    text: Mapped[str] = mapped_column(Text)
    imported_as: Mapped[str | None] = mapped_column(String(64))
    safe_lore: Mapped[bool] = mapped_column(default=False, server_default=text_("false"))


class WorldEntity(Base):
    """A node of a series' world graph: a person, a place, a thing. `character_id` when it is somebody of the roster."""

    __tablename__ = "world_entities"
    __table_args__ = (
        values_check("kind", EntityKind),
        values_check("origin", Origin),
        UniqueConstraint("series_id", "slug"),
        Index("ix_world_entities_character_id", "character_id"),
        {"schema": SCHEMA, "info": revealed_where(evidenced("entity_id", "world_entities"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(SHORT)
    name: Mapped[str] = mapped_column(TITLE)
    kind: Mapped[EntityKind] = mapped_column(checked(EntityKind))
    origin: Mapped[Origin] = mapped_column(checked(Origin))
    character_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.characters.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = updated_now()


class EntityFact(Base):
    """One thing that is known of an entity: a sentence of its blurb, or what a page showed. `imported_as`: as there."""

    __tablename__ = "entity_facts"
    __table_args__ = (
        values_check("origin", Origin),
        UniqueConstraint("entity_id", "order_index", deferrable=True, initially="DEFERRED"),
        {"schema": SCHEMA, "info": revealed_where(evidenced("entity_fact_id", "entity_facts"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    entity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.world_entities.id", ondelete="CASCADE"))
    order_index: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(35))
    imported_as: Mapped[str | None] = mapped_column(String(64))
    origin: Mapped[Origin] = mapped_column(checked(Origin))


class WorldRelationship(Base):
    """A directed edge of the graph: `source` is `label` to, or of, `target`."""

    __tablename__ = "world_relationships"
    __table_args__ = (
        values_check("origin", Origin),
        UniqueConstraint("source_entity_id", "target_entity_id", "kind", "label"),
        CheckConstraint("source_entity_id <> target_entity_id", name="between_two"),
        Index("ix_world_relationships_target_entity_id", "target_entity_id"),
        Index("ix_world_relationships_series_id", "series_id"),
        {"schema": SCHEMA, "info": revealed_where(evidenced("relationship_id", "world_relationships"))},
    )

    id: Mapped[uuid.UUID] = primary_key()
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"))
    source_entity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.world_entities.id", ondelete="CASCADE"))
    target_entity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.world_entities.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(TITLE, default="", server_default=text_("''"))
    origin: Mapped[Origin] = mapped_column(checked(Origin))


SUBJECTS = ("entity_id", "entity_fact_id", "relationship_id", "wiki_fact_id", "alias_id")


class Evidence(Base):
    """Why something is known, and from which pages on: accepted by a person, or still proposed.

    `page_count` is how many pages it needs; `pages_there` how many of those there are, and `needs` where they lie,
    which the database itself keeps in step with them. `quote` is what is said or shown there, from `balloon_id` or
    `panel_id`. `confidence`, from 0 to 1, is how sure the program is of what it proposes. `awaits_episode` and
    `awaits_page` are the place that a file gave and the library does not have yet.
    """

    __tablename__ = "evidences"
    __table_args__ = (
        values_check("state", ReviewState),
        values_check("origin", Origin),
        CheckConstraint(f"num_nonnulls({', '.join(SUBJECTS)}) = 1", name="of_one_thing"),
        CheckConstraint("page_count >= 1 OR state <> 'accepted'", name="accepted_with_pages"),
        *(
            Index(f"ix_evidences_{column}", column, postgresql_where=text_(f"{column} IS NOT NULL"))
            for column in SUBJECTS
        ),
        Index("ix_evidences_review", "series_id", "state"),
        Index("ix_evidences_awaited", "series_id", postgresql_where=text_("awaits_episode IS NOT NULL")),
        {
            "schema": SCHEMA,
            "info": revealed_where(
                "state = 'accepted' AND page_count >= 1 AND page_count = pages_there AND " + needs_seen("evidences")
            )
            | fitting_where(EVIDENCE_FITS)
            | personal("reviewed_by", export=Section.DEEDS, erase=Erase.SET_NULL),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.series.id", ondelete="CASCADE"))
    entity_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.world_entities.id", ondelete="CASCADE"))
    entity_fact_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.entity_facts.id", ondelete="CASCADE")
    )
    relationship_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.world_relationships.id", ondelete="CASCADE")
    )
    wiki_fact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.wiki_facts.id", ondelete="CASCADE"))
    alias_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.character_aliases.id", ondelete="CASCADE"))
    state: Mapped[ReviewState] = mapped_column(checked(ReviewState), default=ReviewState.PROPOSED)
    origin: Mapped[Origin] = mapped_column(checked(Origin))
    page_count: Mapped[int] = mapped_column(default=0, server_default=text_("0"))
    pages_there: Mapped[int] = mapped_column(BigInteger, server_default=text_("0"))
    needs: Mapped[Any] = mapped_column(INT8MULTIRANGE, server_default=text_("'{}'"))
    quote: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float | None] = mapped_column(Float)
    awaits_episode: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    awaits_page: Mapped[int | None]
    balloon_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.balloons.id", ondelete="SET NULL"))
    panel_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.panels.id", ondelete="SET NULL"))
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("app.users.id", ondelete="SET NULL"))
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = created_now()


class EvidencePage(Base):
    """A page that an evidence needs; all of them together make it known."""

    __tablename__ = "evidence_pages"
    __table_args__ = (
        Index("ix_evidence_pages_page_id", "page_id"),
        {"schema": SCHEMA, "info": revealed_where(seen_inline("evidence_pages.page_id"))},
    )

    evidence_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.evidences.id", ondelete="CASCADE"), primary_key=True
    )
    page_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="CASCADE"), primary_key=True)


class CommentaryNote(Base):
    """What the makers said about an episode, shown beside its page; without a page, it needs the whole episode.

    `imported_as` is a digest of the words as they came, by which the next import knows them; none where a person wrote
    them.
    """

    __tablename__ = "commentary_notes"
    __table_args__ = (
        UniqueConstraint("episode_id", "order_index", deferrable=True, initially="DEFERRED"),
        Index("ix_commentary_notes_page_id", "page_id"),
        {
            "schema": SCHEMA,
            "info": revealed_where(
                "CASE WHEN page_id IS NULL THEN library.episode_seen(episode_id) ELSE library.page_seen(page_id) END"
            ),
        },
    )

    id: Mapped[uuid.UUID] = primary_key()
    episode_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"))
    page_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(f"{SCHEMA}.pages.id", ondelete="SET NULL"))
    order_index: Mapped[int]
    page_hint: Mapped[str | None] = mapped_column(TITLE)
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(35))
    origin: Mapped[Origin] = mapped_column(checked(Origin), default=Origin.IMPORT)
    imported_as: Mapped[str | None] = mapped_column(String(64))


class NoteLeftOut(Base):
    """An imported note that a person deleted, by the digest of its words: the next import leaves it out."""

    __tablename__ = "notes_left_out"
    __table_args__ = ({"schema": SCHEMA},)

    episode_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.episodes.id", ondelete="CASCADE"), primary_key=True
    )
    imported_as: Mapped[str] = mapped_column(String(64), primary_key=True)


named("character", "library.characters")
named("wiki_article", "library.wiki_articles", "title")
named("entity", "library.world_entities")
