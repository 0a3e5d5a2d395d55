"""Activities on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from fumetto.kernel.jobs.models import ActivityState


class ActivityItem(BaseModel):
    """Long work, and how far it has come. `kind` is a word that the client has a text for."""

    id: UUID
    kind: str
    title: str
    state: ActivityState
    done: int
    total: int = Field(description="Units known so far; it grows while more is found.")
    failed_count: int
    rate: float | None = Field(description="Units per second since the start.")
    seconds_left: float | None = Field(description="At that rate.")
    detail: dict[str, Any]
    started_by: UUID | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class FailureItem(BaseModel):
    """One thing that could not be done. `message` is in the language of the request."""

    item: str
    code: str
    message: str
    at: datetime


class ActivityDetail(ActivityItem):
    failures: list[FailureItem] = Field(description="The first hundred.")
