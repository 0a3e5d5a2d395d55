"""What editors send. A field that is left out stays; null clears it; what is set is locked against rescans."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.library.catalogue.kinds import Direction
from fumetto.library.catalogue.schemas import Credit

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=64)]
Rating = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
Number = Annotated[Decimal, Field(ge=-99_999, le=899_999, decimal_places=3)]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2048)]
Ids = Annotated[list[uuid.UUID], Field(min_length=1, max_length=5000)]


class Patch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    unlock: list[str] = Field(default_factory=list, max_length=32, description="Fields a rescan may set again.")


class SeriesPatch(Patch):
    title: Title = Field(default="")
    sort_title: Title = Field(default="")
    summary: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    publisher: Title | None = None
    year: Annotated[int, Field(ge=1000, le=9999)] | None = None
    language: Language | None = None
    direction: Direction = Direction.LEFT_TO_RIGHT
    age_rating: Rating | None = Field(None, description="ComicInfo's words, or an age (`12+`); `min_age` follows it.")
    labels: list[Label] = Field(default_factory=list, max_length=100)
    tags: list[Tag] = Field(default_factory=list, max_length=100)
    credits: list[Credit] = Field(default_factory=list, max_length=500)
    license: Title | None = None
    attribution: Annotated[str, StringConstraints(max_length=5000)] | None = None
    cover_page_id: uuid.UUID | None = None


class EpisodePatch(Patch):
    title: Title = Field(default="")
    titles: dict[Language, Title] = Field(
        default_factory=dict, max_length=200, description="By language; replaces all."
    )
    number: Number | None = Field(None, description="Moves the episode, and what was seen of it, to that number.")
    language: Language | None = None
    published_at: date | None = None
    plot_summary: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)] | None = (
        Field(None, description="Readers are told it when they have seen every page.")
    )
    credits: list[Credit] = Field(default_factory=list, max_length=500)
    credits_url: WebAddress | None = None
    commentary_url: WebAddress | None = None
    license: Title | None = None
    age_rating: Rating | None = Field(None, description="ComicInfo's words, or an age (`12+`); `min_age` follows it.")
    labels: list[Label] = Field(default_factory=list, max_length=100)
    direction: Direction | None = None
    cover_page_id: uuid.UUID | None = None


class BulkSeriesPatch(BaseModel):
    ids: Ids
    set: SeriesPatch
    add_tags: list[Tag] = Field(default_factory=list, max_length=100)
    remove_tags: list[Tag] = Field(default_factory=list, max_length=100)
    add_labels: list[Label] = Field(default_factory=list, max_length=100)
    remove_labels: list[Label] = Field(default_factory=list, max_length=100)
    labels_from_tags: bool = Field(False, description="Make each one's tags labels of it, too.")


class BulkEpisodePatch(BaseModel):
    ids: Ids
    set: EpisodePatch
    add_labels: list[Label] = Field(default_factory=list, max_length=100)
    remove_labels: list[Label] = Field(default_factory=list, max_length=100)


class SameNumber(StrEnum):
    """What to do when an episode comes to a number that is taken."""

    REFUSE = "refuse"
    EDITION = "edition"  # keep it beside the one there, as another edition of the same episode


class MergeSeries(BaseModel):
    into: uuid.UUID
    from_: Ids = Field(alias="from")
    same_number: SameNumber = SameNumber.REFUSE


class SplitSeries(BaseModel):
    episode_ids: Ids
    title: Title


class MoveEpisodes(BaseModel):
    episode_ids: Ids
    to_series_id: uuid.UUID
    same_number: SameNumber = SameNumber.REFUSE


class RenumberEpisodes(BaseModel):
    """Either a number for each, or `start` and `step` for `episode_ids` in their order."""

    numbers: dict[uuid.UUID, Number] | None = Field(None, min_length=1, max_length=5000)
    episode_ids: Ids | None = None
    start: Number = Decimal(1)
    step: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=3)] = Decimal(1)


class PlotSummary(BaseModel):
    plot_summary: str | None


class Edited(BaseModel):
    edit_id: uuid.UUID = Field(description="For POST /edits/{edit_id}/undo.")
    changed: int = Field(description="How many series or episodes it changed.")


class SplitDone(Edited):
    series_id: uuid.UUID
    slug: str


class Forgotten(BaseModel):
    episodes: int
    series: int


class EditItem(BaseModel):
    id: uuid.UUID
    action: str = Field(description="series.edit, series.merge, episode.move ...; with `.undone` when it undid one.")
    at: datetime
    actor_id: uuid.UUID | None
    undoes_id: uuid.UUID | None
    undone: bool
    things: list[str] = Field(description="Titles of the series and episodes that it changed, the first twenty.")


class EditList(BaseModel):
    items: list[EditItem]
    next_cursor: str | None
