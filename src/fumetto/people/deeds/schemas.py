"""The audit log on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class Word(BaseModel):
    """A code of the log, and what it is called in the language that was asked for."""

    code: str
    label: str


class Doer(BaseModel):
    """Who did it. `name` is null for an account that is no more."""

    id: UUID
    name: str | None


class Difference(BaseModel):
    """One thing that was changed; `old` is null for what was not there, `new` for what is gone."""

    field: str
    label: str
    old: Any = None
    new: Any = None


class Deed(BaseModel):
    id: UUID
    created_at: datetime
    actor: Doer | None
    """Null for the machine itself: a schedule, or the command line."""
    sentence: str
    """What was done, in the language that was asked for."""
    action: str
    entity_type: str
    entity_id: str
    entity_name: str
    """The present name; of what is no more, the one it had; of what never had one, the end of its id."""
    entity_label: str
    names: dict[str, str]
    """People by their ids, wherever the values name them."""
    changes: list[Difference]
    details: dict[str, Any] | None
    request_id: str | None
    ip_address: str | None
    user_agent: str | None


class DeedWords(BaseModel):
    """What the log can be filtered by."""

    actions: list[Word]
    rooms: list[str]
    """The beginnings of actions, such as "series.", by which all of a room are had."""
    entity_types: list[Word]
