"""What the editing routes of a story's world take and give: all of it, placed or not."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import EntityKind, Origin, Presence, ReviewState
from fumetto.library.world.schemas import MentionItem, Number, PlaceItem

Name = Annotated[str, StringConstraints(min_length=1, max_length=512, strip_whitespace=True, pattern=r"^[^\x00]*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=r"^[^\x00]*$")]
Slug = Annotated[str, StringConstraints(max_length=128, pattern=r"^[^\W_]+(?:[-_.][^\W_]+)*$")]
EdgeKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Pages = Annotated[list[uuid.UUID], Field(max_length=200)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WorldImportedItem(BaseModel):
    """What an import brought. `waiting` are places that the library does not have yet: "8:1"."""

    entities: int
    relationships: int
    added: int
    changed: int
    facts: int
    kept: int
    waiting: list[str]


class WikiImportedItem(BaseModel):
    articles: int
    added: int
    changed: int
    unchanged: int
    facts: int
    dropped: int
    kept: int
    cut_short: list[str]


class ExtractedItem(BaseModel):
    characters: int
    entities: int
    facts: int
    relationships: int


class ReviewItem(BaseModel):
    """A proposal. `id` is what decisions name; `about_id` the article, entity or character it belongs to."""

    id: uuid.UUID
    thing: Thing
    subject_id: uuid.UUID
    about_id: uuid.UUID | None
    title: str
    heading: str | None
    text: str
    state: ReviewState
    origin: Origin
    confidence: float | None
    quote: str | None
    balloon_id: uuid.UUID | None
    panel_id: uuid.UUID | None
    pages: list[PlaceItem]
    awaits_episode: Number | None
    awaits_page: int | None


class DecisionBody(Strict):
    """`correct` needs `page_ids`: all of the pages from which, together, it may be known."""

    action: str = Field(pattern="^(accept|correct|reject|safe|reopen)$")
    ids: list[uuid.UUID] = Field(min_length=1, max_length=2000)
    page_ids: Pages = []
    quote: Words | None = None


class Decision(BaseModel):
    """`left` are proposals that have no page yet and so could not be accepted."""

    changed: int
    left: list[uuid.UUID]


class AliasItem(BaseModel):
    id: uuid.UUID
    alias: str
    language: str | None
    open: bool
    origin: Origin
    pages: list[list[PlaceItem]]


class RosterItem(BaseModel):
    """A character as an editor sees them. The portrait is what somebody chose, the face what stands for them else."""

    id: uuid.UUID
    name: str
    origin: Origin
    state: ReviewState
    page_count: int
    portrait_page_id: uuid.UUID | None
    portrait_box: tuple[float, float, float, float] | None
    face_page_id: uuid.UUID | None
    face_box: tuple[float, float, float, float] | None
    aliases: list[AliasItem]
    pages: list[PlaceItem]


class RosterList(BaseModel):
    items: list[RosterItem]


class MentionRow(MentionItem):
    """A page that a character is on, as an editor sees it: who says so, and the panel that the program would show."""

    origin: Origin
    face: tuple[float, float, float, float] | None


class CharacterCreate(Strict):
    name: Name
    page_ids: Pages = []


class CharacterPatch(Strict):
    name: Name | None = None
    state: ReviewState | None = None
    portrait_page_id: uuid.UUID | None = None
    portrait_box: tuple[Fraction, Fraction, Fraction, Fraction] | None = None


class AliasCreate(Strict):
    """`open`: it gives nothing away, so every page that says it is evidence. Else the pages that tell, together."""

    alias: Name
    language: str | None = Field(default=None, max_length=35)
    open: bool = False
    page_ids: Pages = []


class PresenceBody(Strict):
    """How a character is on a page; null takes them off it."""

    presence: Presence | None


class MergeBody(Strict):
    into: uuid.UUID
    from_: list[uuid.UUID] = Field(alias="from", min_length=1, max_length=100)


class SplitAlias(Strict):
    """Make a character of their own of one of somebody's other names."""

    alias_id: uuid.UUID


class FactRow(BaseModel):
    id: uuid.UUID
    text: str
    language: str | None
    origin: Origin
    evidence: list[EvidenceRow]


class EvidenceRow(BaseModel):
    id: uuid.UUID
    state: ReviewState
    origin: Origin
    pages: list[PlaceItem]
    quote: str | None
    confidence: float | None
    awaits_episode: Number | None
    awaits_page: int | None


class EntityRow(BaseModel):
    id: uuid.UUID
    slug: str
    name: str
    kind: EntityKind
    origin: Origin
    character_id: uuid.UUID | None
    evidence: list[EvidenceRow]


class EntityFull(EntityRow):
    facts: list[FactRow]


class RelationshipRow(BaseModel):
    id: uuid.UUID
    source_id: uuid.UUID
    target_id: uuid.UUID
    kind: str
    label: str
    origin: Origin
    evidence: list[EvidenceRow]


class WorldRows(BaseModel):
    entities: list[EntityRow]
    relationships: list[RelationshipRow]


class EntityCreate(Strict):
    name: Name
    kind: EntityKind
    slug: Slug | None = None
    character_id: uuid.UUID | None = None
    page_ids: Pages = []


class EntityPatch(Strict):
    """Fields that are left out stay. `page_ids` replaces from where it may be known; none: it waits for review."""

    name: Name | None = None
    kind: EntityKind | None = None
    slug: Slug | None = None
    character_id: uuid.UUID | None = None
    page_ids: Pages | None = None


class FactCreate(Strict):
    text: Words
    language: str | None = Field(default=None, max_length=35)
    page_ids: Pages = []
    quote: Words | None = None


class FactPatch(Strict):
    text: Words | None = None
    page_ids: Pages | None = None
    quote: Words | None = None


class RelationshipCreate(Strict):
    source_id: uuid.UUID
    target_id: uuid.UUID
    kind: EdgeKind
    label: Annotated[str, StringConstraints(max_length=512, strip_whitespace=True)] = ""
    page_ids: Pages = []


class RelationshipPatch(Strict):
    kind: EdgeKind | None = None
    label: Annotated[str, StringConstraints(max_length=512, strip_whitespace=True)] | None = None
    page_ids: Pages | None = None


class ArticleRow(BaseModel):
    id: uuid.UUID
    slug: str
    title: str
    kind: str | None
    language: str | None
    safe_lore: bool
    fact_count: int
    accepted_count: int
    rejected_count: int


class ArticleRows(BaseModel):
    items: list[ArticleRow]


class WikiFactRow(BaseModel):
    id: uuid.UUID
    heading: str | None
    text: str
    evidence: list[EvidenceRow]


class ArticleFull(ArticleRow):
    body: str
    facts: list[WikiFactRow]


class SafeLore(Strict):
    safe_lore: bool


class NoteRow(BaseModel):
    """A note as an editor sees it. `page_hint` is what its words say of a page; without a page it is of the episode."""

    id: uuid.UUID
    text: str
    page_id: uuid.UUID | None
    page_number: int | None
    page_hint: str | None
    url: str | None
    language: str | None
    origin: Origin


class NoteRows(BaseModel):
    """`left_out` is how many of the episode's commentary people have deleted."""

    items: list[NoteRow]
    left_out: int


class EpisodeNotesItem(BaseModel):
    episode_id: uuid.UUID
    episode_number: Number | None
    title: str
    notes: int
    left_out: int


class NotedEpisodes(BaseModel):
    items: list[EpisodeNotesItem]


class NoteCreate(Strict):
    """`page_id`: beside which page of the episode; none: at its end."""

    text: Words
    page_id: uuid.UUID | None = None
    url: HttpUrl | None = None
    language: str | None = Field(default=None, max_length=35)


class NotePatch(Strict):
    """Fields that are left out stay. Another `episode_id` takes the note there, off its page."""

    text: Words | None = None
    episode_id: uuid.UUID | None = None
    page_id: uuid.UUID | None = None
    url: HttpUrl | None = None
    language: str | None = Field(default=None, max_length=35)


class Made(BaseModel):
    """The id of what was made."""

    id: uuid.UUID
