"""Accounts on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.accounts.kinds import AgeClass, Role, UserType

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
Mail = Annotated[str, StringConstraints(pattern=r"^[^@\s,;<>\x00-\x1f]+@[^@\s,;<>\x00-\x1f]+$", max_length=255)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class UserOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: Role
    language: str
    user_type: UserType
    age_class: AgeClass | None
    country: str | None
    onboarded: bool
    vouched: bool = Field(description="Whether another than themselves has said that they are an adult.")
    has_password: bool
    email: str | None
    is_active: bool
    created_at: datetime
    last_seen_at: datetime | None


class NewUserOut(UserOut):
    sign_in_token: str
    """Signs this person in, once; shown here only."""


class UserCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    role: Role = Role.READER
    language: Language = "en"
    user_type: UserType | None = Field(None, description="None, and they say it themselves when they first come in.")
    age_class: AgeClass | None = None
    country: Country | None = None
    email: Mail | None = None


class UserChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    role: Role | None = None
    is_active: bool | None = None
    language: Language | None = None
    user_type: UserType | None = None
    age_class: AgeClass | None = None
    country: Country | None = None
    email: Mail | None = None
    vouched: bool | None = Field(None, description="Say that this is an adult, or that one knows so no longer.")
