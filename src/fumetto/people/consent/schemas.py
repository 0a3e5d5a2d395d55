"""Consent on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.access.schemas import Language
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.consent.kinds import EndReason, Method, Purpose, RequestState, Seen, Viewer, Whom

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class PolicyOut(BaseModel):
    """What is agreed to, in words for a child of ten."""

    purpose: Purpose
    version: int | None = Field(description="Null until it is first agreed to.")
    edition: int
    hash: str = Field(description="SHA-256 of title, what, why and stop, with a newline between.")
    language: str
    title: str
    what: str
    why: str
    stop: str


class SightOut(BaseModel):
    """Who sees what of somebody. `lines` say the same in words."""

    model_config = ConfigDict(from_attributes=True)

    viewer: Viewer
    whose: str
    names: list[str]
    sees: list[Seen]
    never: list[Seen]
    on_request: list[Seen]
    lines: list[str]


class ReceiptOut(BaseModel):
    """That something was agreed to. `by` is the guardian's name, null where it was the person's own."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    purpose: Purpose
    policy_version: int
    policy_edition: int
    language: str
    method: Method
    by: str | None
    evidence: dict[str, Any]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    end_reason: EndReason | None


class ConsentOut(BaseModel):
    """One purpose as it stands. `asked`: it is needed for something that there is here. `whose`: who can agree to it.
    `declare_age`: how old they have to say they are. `until`: when it is asked again."""

    policy: PolicyOut
    held: bool
    asked: bool
    whose: str = Field(description="`own` or `guardian`.")
    declare_age: int | None
    until: datetime | None


class MyConsents(BaseModel):
    items: list[ConsentOut]
    receipts: list[ReceiptOut]
    requests: list[RequestState] = Field(description="Of the last request, if any.")
    sees: list[SightOut]


class Agreement(BaseModel):
    """`version` is that of the policy that was read; another one means that it has to be read again."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    language: Language | None = None
    version: int | None = Field(default=None, ge=1)
    age: int | None = Field(default=None, ge=0, le=120, description="Where `declare_age` asks for it.")


class RequestCreate(BaseModel):
    """`purposes` left out: all that is asked here and a guardian has to agree to."""

    model_config = ConfigDict(extra="forbid")

    purposes: Annotated[list[Purpose], Field(min_length=1, max_length=5)] | None = None


class NewRequestOut(BaseModel):
    id: UUID
    token: str = Field(description="Shown here only.")
    code: str = Field(description="The same to be read out or typed; shown here only.")
    address: str
    qr: str = Field(description="The link as a picture to scan: an SVG document.")
    purposes: list[Purpose]
    expires_at: datetime


class RequestOut(BaseModel):
    """A request as a guardian sees it. `mine`: whether who looks may decide; null where nobody is signed in."""

    id: UUID
    child_id: UUID
    child: str
    age_class: AgeClass
    purposes: list[Purpose]
    policies: list[PolicyOut]
    state: RequestState
    created_at: datetime
    expires_at: datetime
    has_guardian: bool
    mine: bool | None


class DecisionIn(BaseModel):
    """`purposes` left out: all that were asked for. `whom` = collective: for all of one's minors in the collective
    named, or in the family shared with the child, also those who come later."""

    model_config = ConfigDict(extra="forbid")

    approve: bool
    purposes: Annotated[list[Purpose], Field(max_length=5)] | None = None
    whom: Whom = Whom.ONE
    collective_id: UUID | None = None


class ChildOut(BaseModel):
    """A minor as their guardian sees them in a list."""

    id: UUID
    name: str
    user_type: UserType
    age_class: AgeClass | None
    country: str | None
    language: str
    onboarded: bool
    held: list[Purpose]
    waiting: list[UUID] = Field(description="Requests that wait for a decision.")


class ChildRequestOut(BaseModel):
    id: UUID
    purposes: list[Purpose]
    state: RequestState
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class ChildDetail(ChildOut):
    guardians: list[str]
    items: list[ConsentOut]
    receipts: list[ReceiptOut]
    requests: list[ChildRequestOut]
    sees: list[SightOut]


class GuardianAgreement(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Language | None = None


class CountryOut(BaseModel):
    """From which age people agree for themselves. Counts once it is confirmed; until then a guardian is asked."""

    model_config = ConfigDict(from_attributes=True)

    country: str
    age: int
    ai_age: int | None = Field(description="Below it a guardian has to agree to any use of AI.")
    law: str
    source: str
    as_of: date
    note: str
    confirmed_at: datetime | None
    shipped_age: int | None = Field(description="What this version brings, where that is something else.")


class CountryIn(BaseModel):
    """Only `country`: confirm the row as shipped."""

    model_config = ConfigDict(extra="forbid")

    country: CountryCode
    age: int | None = Field(default=None, ge=0, le=21)
    ai_age: int | None = Field(default=None, ge=0, le=21)
    law: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    as_of: date | None = None


class CountriesIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    confirm: Annotated[list[CountryIn], Field(max_length=300)] = []
    doubt: Annotated[list[CountryCode], Field(max_length=300)] = []
