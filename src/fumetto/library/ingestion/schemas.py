"""What the API says about roots, imports and what could not be read."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from fumetto.library.ingestion.kinds import ProblemKind, RootState

PathText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]+$")
]
SeriesTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]


class Notice(BaseModel):
    """Something that the owner should know."""

    code: str
    message: str


class RootItem(BaseModel):
    """A folder or file of the library."""

    id: uuid.UUID
    path: str
    series_title: str | None = Field(
        description="The one series that all of it belongs to; null: as files and folders say."
    )
    managed: bool = Field(description="Whether copies and uploads are kept here.")
    state: RootState
    notice: Notice | None
    episode_count: int
    missing_count: int
    failed_count: int
    last_scanned_at: datetime | None


class RootCreate(BaseModel):
    path: PathText
    series_title: SeriesTitle | None = None


class ImportCreate(BaseModel):
    paths: list[PathText] = Field(min_length=1, max_length=100)
    series_title: SeriesTitle | None = None


class Started(BaseModel):
    """Work that goes on: follow it under /activities."""

    activity_id: uuid.UUID


class RootStarted(RootItem, Started):
    """A root, and the activity of its first scan."""


class ProblemItem(BaseModel):
    """Something that could not be read, and why."""

    path: str
    code: str
    message: str
    at: datetime
    kind: ProblemKind
    episode_id: uuid.UUID | None = Field(description="The episode that it is part of, where it has become one.")
