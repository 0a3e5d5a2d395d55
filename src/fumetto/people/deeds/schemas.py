"""The audit log on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class Doer(BaseModel):
    """Who did it. `name` is null for an account that is no more."""

    id: UUID
    name: str | None


class Difference(BaseModel):
    """One thing that was changed; `old` is null for what was not there, `new` for what is gone."""

    field: str
    old: Any = None
    new: Any = None


class Deed(BaseModel):
    id: UUID
    created_at: datetime
    actor: Doer | None
    """Null for the machine itself: a schedule, or the command line."""
    action: str
    entity_type: str
    entity_id: str
    entity_name: str | None
    """The present name, where the thing is a person."""
    changes: list[Difference]
    details: dict[str, Any] | None
    request_id: str | None
    ip_address: str | None
    user_agent: str | None


class DeedWords(BaseModel):
    """What the log can be filtered by."""

    actions: list[str]
    entity_types: list[str]
