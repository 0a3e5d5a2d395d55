"""Passwords on the wire, inwards only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.access.schemas import Capabilities

Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
NewPassword = Annotated[
    Password, Field(description="At least 8 characters, better 15; none that is often used, or easily guessed.")
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class PasswordSignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    password: Password
    capabilities: Capabilities = []


class PasswordChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    old: Password | None = Field(None, description="The present one; not for somebody who has none yet.")
    new: NewPassword


class PasswordReset(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: NewPassword
    capabilities: Capabilities = []


class PasswordForgotten(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="The name here, or the address of mail.")


class ForgottenOut(BaseModel):
    mail: bool = Field(description="Whether this server sends mail; else a guardian or the owner can help.")


class ResetLinkOut(BaseModel):
    token: str
    address: str = Field(description="The whole link, as it can be sent.")
    expires_at: datetime
