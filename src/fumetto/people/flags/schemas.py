"""Flags on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.flags.kinds import Audience, Environment, FlagKind, Reason, Visibility

FlagName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class FlagBody(BaseModel):
    """A flag as it shall be. `targeting` is flagd's JsonLogic; `variants` are the values by name."""

    model_config = ConfigDict(extra="forbid")

    description: Annotated[str, StringConstraints(max_length=2000)] = ""
    kind: FlagKind = FlagKind.BOOLEAN
    is_enabled: bool = True
    environment: Environment = Environment.ALL
    visibility: Visibility = Visibility.ALL
    variant: Audience = Field(Audience.ALL, description="For whom: teenagers are all minors, parents all grown-ups.")
    targeting_rules: dict[str, Any] | None = Field(
        None, description="Claims by name with the value, or the values, that they have to have."
    )
    variants: dict[str, Any] = Field(default_factory=dict)
    default_variant: str | None = None
    targeting: dict[str, Any] | None = None


class FlagPut(FlagBody):
    version: int | None = Field(None, ge=0, description="The version that was looked at; none: whatever it is now.")


class FlagOut(FlagBody):
    name: str
    version: int = Field(description="How often it was set; 0 for one that is as it was shipped.")
    is_shipped: bool = Field(description="Whether the program itself has one of this name.")
    is_set: bool = Field(description="Whether somebody has set it here.")
    updated_by: UUID | None = None
    updated_at: datetime | None = None


class FieldChange(BaseModel):
    old: Any = None
    new: Any = None


class FlagDeed(BaseModel):
    """Something that was done to a flag, with what it changed."""

    action: str
    actor_id: UUID | None
    actor_name: str | None
    at: datetime
    changes: dict[str, FieldChange]


class Draft(FlagBody):
    name: FlagName


class PreviewBody(BaseModel):
    """For whom to evaluate: a user, or made-up claims; and what: some flags, all, or one that is not set yet."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID | None = None
    claims: dict[str, Any] | None = Field(None, description="userType, ageClass, language, country, role, collectives.")
    audience: Audience = Audience.ALL
    names: list[FlagName] | None = Field(None, max_length=200)
    draft: Draft | None = None


class Bucket(BaseModel):
    """Where somebody falls among the shares: `place` from 0 to before `of`, the sum of the weights."""

    place: int
    of: int


class Previewed(BaseModel):
    name: str
    value: Any
    reason: Reason
    variant: str | None
    rule: str | None = Field(description="The part of the flag that decided, such as targeting.if[1].")
    bucket: Bucket | None
    fault: str | None
    message: str


class Preview(BaseModel):
    """What somebody would get, and what was known of them when it was decided."""

    audience: Audience
    claims: dict[str, Any]
    targeting_key: str | None
    flags: list[Previewed]
