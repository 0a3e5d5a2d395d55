"""What the routes of a story's world take and give."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer

from fumetto.library.catalogue.rules import spoken_number
from fumetto.library.world.kinds import EntityKind, Presence

Number = Annotated[Decimal, PlainSerializer(spoken_number, return_type=str)]
"""An episode's number as text: "12", "12.5"."""


class PlaceItem(BaseModel):
    """A page, as one speaks of it: episode 3, page 2. Covers and credits have no page number."""

    episode_id: uuid.UUID
    page_id: uuid.UUID
    episode_number: Number | None
    page_number: int | None


class EvidenceItem(PlaceItem):
    """A page that shows why something is known. `quote` is what it says, in the balloon or panel that is named."""

    balloon_id: uuid.UUID | None = None
    panel: int | None = Field(default=None, description="The panel's place in reading order, from 0.")
    quote: str | None = None


class PortraitBox(BaseModel):
    """A part of a page, in fractions of its width and height."""

    page_id: uuid.UUID
    x: float
    y: float
    width: float
    height: float
    url: str


class CharacterChip(BaseModel):
    """Somebody the reader has met. `next` and `previous` are where they are met again, as far as was seen."""

    id: uuid.UUID
    name: str
    portrait: PortraitBox | None
    presence: Presence | None = Field(default=None, description="How they are on the page that was asked about.")
    first: PlaceItem | None
    previous: PlaceItem | None = None
    next: PlaceItem | None = None


class CharacterChips(BaseModel):
    items: list[CharacterChip]


class MentionItem(PlaceItem):
    """A page that somebody is on, and how: shown, speaking, or only by name."""

    presence: Presence


class FactItem(BaseModel):
    id: uuid.UUID
    text: str
    language: str | None = None
    evidence: list[EvidenceItem]


class CharacterDetail(CharacterChip):
    aliases: list[str]
    entity_id: uuid.UUID | None
    facts: list[FactItem]
    appearances: list[PlaceItem]


class EntityItem(BaseModel):
    """A node of the graph. `new` when it was first met on the last day of reading."""

    id: uuid.UUID
    slug: str
    name: str
    kind: EntityKind
    character_id: uuid.UUID | None
    portrait: PortraitBox | None
    new: bool


class RelationshipItem(BaseModel):
    id: uuid.UUID
    source_id: uuid.UUID
    target_id: uuid.UUID
    kind: str
    label: str


class World(BaseModel):
    entities: list[EntityItem]
    relationships: list[RelationshipItem]


class Neighbour(BaseModel):
    """The other end of a tie, seen from an entity."""

    id: uuid.UUID
    entity_id: uuid.UUID
    name: str
    kind: str
    label: str
    outgoing: bool
    evidence: list[EvidenceItem]


class EntityDetail(EntityItem):
    """`first` is where it was met first."""

    first: PlaceItem | None
    facts: list[FactItem]
    relationships: list[Neighbour]


class ArticleItem(BaseModel):
    id: uuid.UUID
    slug: str
    title: str
    kind: str | None
    language: str | None
    fact_count: int


class ArticleList(BaseModel):
    items: list[ArticleItem]


class Section(BaseModel):
    """Statements that stand together under a heading; none for those above the first."""

    heading: str | None
    facts: list[FactItem]


class ArticleDetail(BaseModel):
    id: uuid.UUID
    slug: str
    title: str
    kind: str | None
    language: str | None
    url: str | None
    license: str | None
    safe_lore: bool
    sections: list[Section]


class NoteItem(BaseModel):
    id: uuid.UUID
    text: str
    url: str | None
    language: str | None


class NoteList(BaseModel):
    items: list[NoteItem]
