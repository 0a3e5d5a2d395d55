"""Collectives and invitations on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.access.schemas import Language
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.schemas import Name
from fumetto.people.collectives.kinds import CollectiveKind, InvitationState, MemberRole
from fumetto.people.collectives.rules import MOST_USES

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class CollectiveOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: CollectiveKind
    name: str
    parent_id: UUID | None = Field(description="The school of a class.")
    role: MemberRole | None = Field(description="One's own; null for the operator, who may look and dissolve.")
    members: int
    created_at: datetime


class CollectiveCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: CollectiveKind
    name: Title
    parent_id: UUID | None = Field(default=None, description="The school that a class is to be in.")


class CollectiveChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Title | None = None
    parent_id: UUID | None = None


class MemberOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: MemberRole
    joined_at: datetime
    minor: bool
    user_type: UserType
    age_class: AgeClass | None


class MemberChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: MemberRole


class InvitationCreate(BaseModel):
    """`usage_limit` left out: 1 for an age class or a guardian, else as often as wanted; null: as often as wanted."""

    model_config = ConfigDict(extra="forbid")

    role: MemberRole = MemberRole.MEMBER
    age_class: AgeClass | None = None
    guardian_of: UUID | None = Field(default=None, description="Whoever accepts becomes this child's guardian.")
    language: Language | None = None
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    usage_limit: int | None = Field(default=None, ge=1, le=MOST_USES)
    days: int = Field(default=7, ge=1, le=365, description="Until it expires.")


class InvitationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: InvitationState
    role: MemberRole
    age_class: AgeClass | None
    guardian_of: UUID | None
    language: str | None
    label: str
    usage_limit: int | None
    current_uses: int
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    accepted: list[str] = Field(description="Names of those who came in by it.")


class NewInvitationOut(BaseModel):
    token: str = Field(description="Shown here only.")
    address: str = Field(description="The whole link, as it can be sent.")
    qr: str = Field(description="The link as a picture to scan: an SVG document.")
    invitation: InvitationOut


class OfferOut(BaseModel):
    """What somebody with the link is shown, and no more."""

    model_config = ConfigDict(from_attributes=True)

    collective: str
    kind: CollectiveKind
    inviter: str
    role: MemberRole
    age_class: AgeClass | None
    for_guardian: bool
    language: str | None
    expires_at: datetime


class Acceptance(BaseModel):
    """`name` for somebody who has no account yet; left out by somebody signed in."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    language: Language | None = None
    capabilities: list[Annotated[str, StringConstraints(max_length=32)]] = Field(default=[], max_length=20)
