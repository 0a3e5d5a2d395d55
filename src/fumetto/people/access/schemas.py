"""Sessions, devices and keys on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.access.kinds import KeyScope
from fumetto.people.accounts.kinds import Role

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class SessionUser(BaseModel):
    id: UUID
    name: str
    role: Role
    language: str
    hide_unread_titles: bool
    hide_unread_covers: bool


class SessionOut(BaseModel):
    """Who is signed in, if anybody, and what the client needs to know before it asks for more."""

    user: SessionUser | None
    public_reading: bool
    version: str


class SignInBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200, description="The token of a one-time link.")


class SessionChange(BaseModel):
    """What somebody may change about themselves; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    language: Language | None = None
    hide_unread_titles: bool | None = None
    hide_unread_covers: bool | None = None


class DeviceOut(BaseModel):
    id: UUID
    name: str
    current: bool
    created_at: datetime
    last_seen_at: datetime


class DevicesEnded(BaseModel):
    ended: int


class ApiKeyOut(BaseModel):
    id: UUID
    name: str
    prefix: str
    scopes: list[KeyScope]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    token: str = Field(description="The key itself; shown here only.")


class ApiKeyCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    scopes: Annotated[list[KeyScope], Field(min_length=1, max_length=3)] = [KeyScope.READ_PROGRESS]
    expires_in_days: int | None = Field(default=None, ge=1, le=3650)


class SignInLinkOut(BaseModel):
    token: str
    address: str = Field(description="The whole link, as it can be sent.")
    expires_at: datetime
