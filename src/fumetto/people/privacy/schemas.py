"""Exports, erasure and terms on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.privacy.kinds import ExportKind, ExportState, Term


class ExportOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user_id: UUID
    requested_by: UUID | None
    kind: ExportKind
    reason: str = Field(description="Of a formal request; the person it is about is shown it.")
    state: ExportState
    size: int | None
    created_at: datetime
    expires_at: datetime | None


class ExportBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: UUID | None = Field(None, description="A child that one is the guardian of; none: oneself.")


class FormalExportBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000, pattern=r"^[^\x00]+$")
    ]


class ErasureBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: UUID | None = Field(None, description="A child, or for the owner anybody; none: oneself.")
    confirm: Annotated[str, StringConstraints(max_length=200)] = Field(description="The person's name.")


class TermOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    kind: Term
    what: str
    days: int
    standard: int = Field(description="The days that the program comes with.")
    changeable: bool


class TermBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(ge=1, le=36500)
