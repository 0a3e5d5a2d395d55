"""Shared shelves, previews and a class's progress as they are sent and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.library.catalogue.schemas import SeriesCard
from fumetto.people.public import AgeClass

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


class Span(BaseModel):
    """Of several people, the fewest and the most."""

    least: int
    most: int


class EffectOnPeople(BaseModel):
    """What a rule would do to one whom the asker answers for, by name, or to all others of an age."""

    name: str | None
    age_class: AgeClass
    people: int
    shown: Span = Field(description="Series that would fit.")
    gained: Span = Field(description="How many of them do not fit now.")
    lost: Span = Field(description="Series that fit now and would not.")


class RuleEffects(BaseModel):
    """What a rule that is not made yet would do, counted in what the asker sees themselves."""

    items: list[EffectOnPeople]
    examples: list[str] = Field(description="Titles of up to twenty that somebody would lose.")


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
