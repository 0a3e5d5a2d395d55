"""What the API says about series, episodes and pages."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from fumetto.library.catalogue.kinds import Direction, EpisodeState, PageKind, PageState


class ReadState(StrEnum):
    UNREAD = "unread"
    READING = "reading"
    READ = "read"


class SeriesSort(StrEnum):
    TITLE = "title"
    ADDED = "added"
    UPDATED = "updated"
    LAST_READ = "last_read"


class SortOrder(StrEnum):
    ASCENDING = "asc"
    DESCENDING = "desc"


class SeriesFilter(StrEnum):
    ALL = "all"
    UNREAD = "unread"
    READING = "reading"
    READ = "read"
    NEW = "new"


class Credit(BaseModel):
    """Who made something, and what they did."""

    role: str = Field(max_length=128, description="As the book says it: writer, colourist, translator ...")
    name: str = Field(max_length=512)
    url: str | None = Field(None, max_length=2048)


class Cover(BaseModel):
    """The picture that stands for a series or an episode. Null where the reader hides what they have not read."""

    page_id: uuid.UUID
    url: str = Field(description="Thumbnail of the page; add `lang=xx` for its lettering in another language.")
    width: int | None = Field(description="Of the page itself, in pixels; null until known.")
    height: int | None
    blurhash: str | None
    dominant_color: str | None = Field(description="#rrggbb")


class SeriesCard(BaseModel):
    """A series as the shelf shows it."""

    id: uuid.UUID
    slug: str
    title: str
    episode_count: int = Field(description="Episodes, their other editions not counted.")
    languages: list[str] = Field(description="BCP 47 tags of what its episodes can be read in.")
    direction: Direction
    age_rating: str | None
    min_age: int | None = Field(description="The age from which it is for, by its rating; null: not rated.")
    labels: list[str] = Field(description="What rules of what fits an age go by.")
    tags: list[str]
    cover: Cover | None
    read_state: ReadState
    unread_count: int = Field(description="Episodes not read to the end.")
    new_count: int = Field(description="Episodes that came in the last fourteen days and were not opened yet.")
    added_at: datetime
    updated_at: datetime
    last_read_at: datetime | None
    missing: bool = Field(description="Every episode's file is gone.")


class Layout(StrEnum):
    SINGLE = "single"
    SPREAD = "spread"
    STRIP = "strip"


class Fit(StrEnum):
    PAGE = "page"
    WIDTH = "width"
    HEIGHT = "height"
    ORIGINAL = "original"


class Preferences(BaseModel):
    """How a reader likes to read one series; null means as the book or the reader's screen suggests."""

    layout: Layout | None = None
    fit: Fit | None = None
    direction: Direction | None = None
    language: str | None = Field(None, max_length=35)
    spread_offset: bool = Field(False, description="Pair pages from the second one on, for books without a cover.")
    guided: bool = Field(False, description="Go from panel to panel rather than from page to page.")
    zoom: float | None = Field(None, ge=0.1, le=10)
    background: str | None = Field(None, max_length=32)


class SeriesDetail(SeriesCard):
    """A series with all that is known of it."""

    summary: str | None
    publisher: str | None
    year: int | None
    language: str | None = Field(description="The original's.")
    credits: list[Credit]
    license: str | None
    attribution: str | None
    sort_title: str
    locked_fields: list[str] = Field(description="What a rescan leaves as a person set it.")
    preferences: Preferences
    missing_count: int = Field(description="Episodes whose file is gone.")


class Progress(BaseModel):
    """Where the reader is in an episode: the newest of all their devices."""

    episode_id: uuid.UUID = Field(description="The edition being read, when an episode has several.")
    order_index: int = Field(description="Of the page, from 0.")
    page_number: int | None = Field(description="What is printed on it, so to say; null on covers, titles and credits.")
    page_count: int
    finished: bool
    fraction: float = Field(description="From 0 to 1; 1 when finished.")
    language: str | None
    device: str
    device_name: str
    updated_at: datetime


class Edition(BaseModel):
    """Another file of the same episode. Its pages and seen pages are shared by position."""

    id: uuid.UUID
    label: str
    page_count: int
    missing: bool


class EpisodeCard(BaseModel):
    """An episode as a series' page shows it."""

    id: uuid.UUID
    slug: str
    series_slug: str
    series_title: str
    number: str | None
    title: str = Field(description="In the reader's language where there is one; empty where the reader hides it.")
    titles: dict[str, str] = Field(description="By language.")
    language: str | None = Field(description="The original's.")
    languages: list[str]
    published_at: date | None
    page_count: int
    cover: Cover | None
    progress: Progress | None
    read_state: ReadState
    new: bool
    state: EpisodeState
    missing: bool
    editions: list[Edition]
    plot_summary: str | None = Field(description="Only when the reader has seen every page.")
    credits_url: str | None
    license: str | None
    age_rating: str | None
    min_age: int | None = Field(description="The age from which it is for, by its rating; null: not rated.")
    labels: list[str] = Field(description="What rules of what fits an age go by.")
    added_at: datetime


class PageProblem(BaseModel):
    code: str
    message: str


class PageItem(BaseModel):
    """One page. Add `&lang=xx` to an address for that language."""

    id: uuid.UUID
    order_index: int
    page_number: int | None
    kind: PageKind
    width: int | None
    height: int | None
    double: bool
    blurhash: str | None
    dominant_color: str | None
    state: PageState
    error: PageProblem | None
    languages: list[str] = Field(description="Languages of lettering laid over the art; empty for a page as it is.")
    seen: bool
    media_type: str
    image_url: str
    thumbnail_url: str
    art_url: str | None = Field(description="Without lettering; null where art and lettering are one.")


class Facets(BaseModel):
    """What the shelf can be filtered by."""

    tags: list[str]
    languages: list[str]
    age_ratings: list[str]
    labels: list[str]


class EpisodeNeighbour(BaseModel):
    id: uuid.UUID
    slug: str
    title: str
    number: str | None


class SeriesOfEpisode(BaseModel):
    id: uuid.UUID
    slug: str
    title: str
    direction: Direction


class EpisodeDetail(EpisodeCard):
    """An episode with its pages, ready to be read."""

    series: SeriesOfEpisode
    direction: Direction = Field(description="Its own, else the series'.")
    pages: list[PageItem]
    previous: EpisodeNeighbour | None
    next: EpisodeNeighbour | None
    credits: list[Credit]
    commentary_url: str | None
    attribution: str | None = Field(description="The series'.")
    locked_fields: list[str]
    preferences: Preferences
    source_name: str | None = Field(description="Name of its file; for editors only.")
