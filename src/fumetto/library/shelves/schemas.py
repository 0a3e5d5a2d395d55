"""Shared shelves, previews and a class's progress as they are sent and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.library.catalogue.schemas import SeriesCard

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Ids = Annotated[list[UUID], Field(max_length=5000)]
FewIds = Annotated[list[UUID], Field(max_length=100)]


class ShelfCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Text = ""


class ShelfChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    description: Text | None = None


class ShelfCard(BaseModel):
    id: UUID
    name: str
    description: str
    series_count: int = Field(description="Of those that fit whoever asks.")
    collective_ids: list[UUID] = Field(description="Whom it is shared with: all for who made it, else one's own.")
    mine: bool
    updated_at: datetime


class ShelfDetail(ShelfCard):
    series: list[SeriesCard]


class ShelfList(BaseModel):
    items: list[ShelfCard]
    total: int


class RulePreview(BaseModel):
    """What rules leave of the library that the viewer sees themselves."""

    shown: int
    hidden: int
    unrated: int = Field(description="How many of the hidden have no rating: rate them, and they may fit.")
    examples: list[str] = Field(description="Titles of up to twenty that are hidden.")


class ProgressOfSeries(BaseModel):
    series_id: UUID
    read: int = Field(description="Episodes read to the end.")
    begun: int
    last_read_at: datetime | None


class ProgressOfMember(BaseModel):
    user_id: UUID
    name: str
    series: list[ProgressOfSeries] = Field(description="Those that they have begun.")


class SeriesOfClass(BaseModel):
    id: UUID
    slug: str
    title: str
    episode_count: int


class ClassProgress(BaseModel):
    collective_id: UUID
    series: list[SeriesOfClass]
    members: list[ProgressOfMember]
    not_shown: int = Field(description="Members who have not agreed to be seen.")
