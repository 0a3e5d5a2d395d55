"""Paired devices and children's sign-ins on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from fumetto.people.access.devices.rules import Picture
from fumetto.people.access.schemas import Capabilities

Children = Annotated[list[UUID], Field(max_length=60)]
Pin = Annotated[str, StringConstraints(min_length=1, max_length=12), Field(description="Four to six digits.")]


class NewCodeOut(BaseModel):
    user_code: str = Field(description="What the device shows, to be typed by a grown-up.")
    number: str = Field(description="What both screens show, to be compared.")
    device_code: str = Field(description="What the device keeps to itself, for POST /devices/claim.")
    address: str = Field(description="Where a grown-up allows it, with the code in it; for a QR code.")
    interval: int = Field(description="Seconds between two claims.")
    expires_at: datetime


class AskingDeviceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    user_code: str
    number: str
    device_name: str
    expires_at: datetime
    state: Literal["open", "allowed", "refused"]


class DeviceDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    allow: bool = True
    number: Annotated[str, StringConstraints(max_length=2)] = Field("", description="The number that the device shows.")
    name: Annotated[str, StringConstraints(max_length=100)] = Field("", description="What to call the device.")
    children: Children = []


class ChildOnDevice(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    ready: bool = Field(description="Whether they have a picture and a PIN to sign in with.")


class PairedDeviceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    children: list[ChildOnDevice]


class DecidedOut(BaseModel):
    device: PairedDeviceOut | None = Field(description="None where it was refused.")


class ClaimBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    device_code: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ChildrenHere(BaseModel):
    """Who may sign in on this device; `paired` is False on one that is not paired."""

    paired: bool
    device_name: str | None
    items: list[ChildOnDevice]
    pictures: list[Picture]


class ChildrenChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    children: Children


class ChildSignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    picture: Picture
    pin: Pin
    capabilities: Capabilities = []


class SecretBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    picture: Picture
    pin: Pin
