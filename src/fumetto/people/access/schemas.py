"""Sessions, devices and keys on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from fumetto.people.access.kinds import Capability, KeyScope, SessionScope
from fumetto.people.access.notices import NoticeKind
from fumetto.people.accounts.kinds import AgeClass, Role, UserType
from fumetto.people.consent.kinds import Purpose

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
Purposes = Annotated[list[Purpose], BeforeValidator(lambda held: [each for each in Purpose if each in held])]
Capabilities = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=32)]],
    Field(max_length=32, description="What the client can do; what is not known here is left out of the answer."),
]


class SessionUser(BaseModel):
    id: UUID
    name: str
    role: Role
    language: str
    user_type: UserType
    age_class: AgeClass | None
    country: str | None
    is_minor: bool
    consents: Purposes = Field(description="What is agreed to now, by them or for them.")
    hide_unread_titles: bool
    hide_unread_covers: bool


class SessionOut(BaseModel):
    """Who is signed in, if anybody, and what the client needs to know before it asks for more."""

    user: SessionUser | None
    scope: SessionScope | None = Field(
        None, description="How far they have come; short of FULL only few routes are open to them."
    )
    waiting_for: Literal["onboarding", "guardian"] | None = Field(None, description="What they lack for FULL.")
    renewable: bool = Field(False, description="POST /session/renew would give a session that reaches further.")
    capabilities: list[Capability] = []
    expires_at: datetime | None = None
    token: str | None = Field(None, description="Only for a client with the capability bearer, when it signs in.")
    has_password: bool = False
    public_reading: bool
    version: str


class NoticeOut(BaseModel):
    """Something that another has done about how one signs in."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: NoticeKind
    by: str | None = Field(description="Their name; null for whoever looks after the machine, or is gone.")
    at: datetime


class SignInBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200, description="The token of a one-time link.")
    capabilities: Capabilities = []


class SessionChange(BaseModel):
    """What somebody may change about themselves; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    language: Language | None = None
    hide_unread_titles: bool | None = None
    hide_unread_covers: bool | None = None


class OnboardingBody(BaseModel):
    """Who somebody is, as far as Fumetto needs to know it."""

    model_config = ConfigDict(extra="forbid")

    user_type: UserType
    age_class: AgeClass
    language: Language
    country: Country | None = Field(None, description="ISO 3166-1, such as IT; it decides who has to agree.")


class DeviceOut(BaseModel):
    id: UUID
    name: str
    scope: SessionScope
    paired: bool = Field(description="Whether it is a child's sign-in on a device that a grown-up has paired.")
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
