"""Collections of series and reading lists of episodes, each a person's own."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from fumetto.library.catalogue.schemas import Cover, EpisodeCard, SeriesCard

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
ManyIds = Annotated[list[uuid.UUID], Field(max_length=10_000)]


class Named(BaseModel):
    name: Name


class CollectionCard(BaseModel):
    id: uuid.UUID
    name: str
    series_count: int
    covers: list[Cover] = Field(description="Of its first four series.")
    created_at: datetime


class CollectionList(BaseModel):
    items: list[CollectionCard]


class CollectionDetail(CollectionCard):
    series: list[SeriesCard] = Field(description="In the order the person gave them.")


class ReadingListCard(BaseModel):
    id: uuid.UUID
    name: str
    episode_count: int
    unread_count: int
    covers: list[Cover] = Field(description="Of its first four episodes.")
    created_at: datetime


class ReadingListList(BaseModel):
    items: list[ReadingListCard]


class ReadingListDetail(ReadingListCard):
    episodes: list[EpisodeCard] = Field(description="In the order the person gave them.")
