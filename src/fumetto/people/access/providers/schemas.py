"""Providers and logins on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.kernel.web.pagination import Listing


class ProviderOut(BaseModel):
    id: str
    name: str
    address: str = Field(description="Where its button leads; `?next=` and `?invitation=` are carried through.")


class ProvidersOut(Listing[ProviderOut]):
    mail: bool = Field(description="Whether a link for a forgotten password can be sent by mail.")


class LinkBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    next: Annotated[str, StringConstraints(max_length=500)] = "/"


class LinkOut(BaseModel):
    address: str = Field(description="Where to go; the provider sends back to `next`.")


class LoginOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    provider: str
    created_at: datetime
    last_used_at: datetime | None
