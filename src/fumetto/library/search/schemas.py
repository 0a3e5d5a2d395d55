"""What a search answers with."""

from __future__ import annotations

import uuid

from pydantic import BaseModel, Field

from fumetto.library.search.kinds import PassageKind


class HitSeries(BaseModel):
    id: uuid.UUID
    slug: str
    title: str


class HitEpisode(BaseModel):
    id: uuid.UUID
    number: str | None
    title: str


class HitPage(BaseModel):
    """The page to open; of what takes several pages, the last of them."""

    id: uuid.UUID
    page_number: int | None
    order_index: int


class HitBox(BaseModel):
    """Fractions of the page's width and height."""

    x: float
    y: float
    width: float
    height: float


class SearchHit(BaseModel):
    """Something that was found, in a place that the reader has been to. Only safe lore has no episode and page."""

    id: uuid.UUID = Field(description="Of the balloon, description, panel, note, statement or fact.")
    kind: PassageKind
    series: HitSeries
    episode: HitEpisode | None
    page: HitPage | None
    language: str | None
    title: str | None = Field(description="The article's or the entity's, where the hit is a statement of one.")
    owner_id: uuid.UUID | None = Field(description="That article or entity.")
    speaker: str | None = Field(description="Who says it, where that is known.")
    text: str
    ranges: list[tuple[int, int]] = Field(description="Where the words that were looked for are: start and end.")
    box: HitBox | None = Field(description="Where it is written.")
    panel: int | None = Field(description="In which panel, from 1.")
    crop: HitBox | None = Field(description="The part of the page to show with it.")
    score: float


class SearchPage(BaseModel):
    """A page of hits, best first. There is no count: it would have to look at everything."""

    items: list[SearchHit]
    next_cursor: str | None = Field(default=None, description="Give it as `cursor` to have the page after this one.")
    words_alone: bool = Field(
        default=False, description="The embedding model did not answer: nothing was looked for by its meaning."
    )
    corrected: str | None = Field(
        default=None,
        description="What was looked for in place of words that are on no page that was read, one slip away from them.",
    )
