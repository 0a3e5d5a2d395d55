"""What clients say about reading, and what they are told."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from fumetto.library.catalogue.schemas import EpisodeCard, PageItem, Progress, SeriesCard

OrderIndex = Annotated[int, Field(ge=0, le=1_000_000)]


class Turn(BaseModel):
    """A page turn: which pages are on the screen now; not those prefetched, nor thumbnails, nor the scrubber's."""

    episode_id: uuid.UUID
    shown: list[OrderIndex] = Field(
        max_length=1000,
        description="Order indexes of the pages shown since the last call; the last one is where the reader is.",
    )
    device: str = Field(min_length=1, max_length=128, description="An id the device made up for itself and keeps.")
    device_name: str = Field("", max_length=128, description="For people: 'Phone', 'Firefox on Linux'.")
    language: str | None = Field(None, max_length=35)
    at: AwareDatetime = Field(description="When it happened, by the device's clock; in the future counts as now.")
    finished: bool | None = Field(None, description="That the reader came to the end; null leaves it to the pages.")


class Turned(BaseModel):
    progress: Progress | None = Field(description="Where the reader is now; another device may be newer.")
    seen: list[int] = Field(description="Order indexes of all pages of this episode that the reader has seen.")


class MarkState(StrEnum):
    READ = "read"
    UNREAD = "unread"
    UP_TO = "up_to"


class Mark(BaseModel):
    """Say that a series or an episode was read, was not, or was read up to a page.

    `up_to` needs an episode; everything before it in the series, and its pages up to `order_index` (all when absent),
    count as seen.
    """

    series_id: uuid.UUID | None = None
    episode_id: uuid.UUID | None = None
    episode_ids: list[uuid.UUID] | None = Field(None, max_length=5000, description="Many at once; read or unread only.")
    state: MarkState
    order_index: OrderIndex | None = None

    @model_validator(mode="after")
    def names_one_thing(self) -> Mark:
        if sum(value is not None for value in (self.series_id, self.episode_id, self.episode_ids)) != 1:
            raise ValueError("give one of series_id, episode_id and episode_ids")
        if self.state is MarkState.UP_TO and self.episode_id is None:
            raise ValueError("up_to needs an episode_id")
        return self


class Marked(BaseModel):
    episodes: int = Field(description="How many episodes it touched.")


class ContinueItem(BaseModel):
    """Where to go on in one series: the page stopped at, or the first of the next episode."""

    series: SeriesCard
    episode: EpisodeCard
    page: PageItem
    progress: Progress | None = Field(description="Null when the next episode was not begun.")
    reason: Literal["reading", "next"] = Field(description="Stopped in the middle, or the one before is finished.")


class ContinueList(BaseModel):
    items: list[ContinueItem]


class DeviceProgress(BaseModel):
    """Where one device of the reader is in an episode."""

    device: str
    device_name: str
    order_index: int
    finished: bool
    language: str | None
    updated_at: datetime


class DeviceProgressList(BaseModel):
    items: list[DeviceProgress]


class ReadingDay(BaseModel):
    """A day, and how long a young person read on it."""

    date: date
    minutes: int = Field(description="Begun minutes; 0 when nothing was read.")
    begun: int | None = Field(description="The hour of the clock, 0 to 23, in which they read first.")
    ended: int | None = Field(description="The hour of the clock in which they read last.")


class ReadingTimes(BaseModel):
    days: list[ReadingDay] = Field(description="Two weeks, today last.")
