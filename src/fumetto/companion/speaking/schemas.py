"""Chat models, as the API tells of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class ModelState(StrEnum):
    READY = "ready"
    RESTING = "resting"  # it failed several times; `until` says when it is asked again
    OVER_LIMIT = "over_limit"
    NO_KEY = "no_key"
    NOT_ALLOWED = "not_allowed"  # for want of consent to the cloud, or by what their family or class decided


class CompanionModel(BaseModel):
    name: str = Field(description="provider/model, or builtin.")
    provider: str
    model: str
    metered: bool = Field(description="Asking it costs something; see GET /usage/limits.")
    state: ModelState
    until: datetime | None = Field(description="When it is asked again, where it rests.")
    note: str = Field(description="Why it is not ready, or what went wrong when it was asked last; else empty.")
    by_default: bool = Field(description="It answers where none is chosen.")


class CompanionModels(BaseModel):
    items: list[CompanionModel]


class SeriesModel(BaseModel):
    """Which model answers about a series."""

    model: str | None = Field(max_length=255, description="One of GET /companion/models; None: the one by default.")


class CollectiveModels(BaseModel):
    """Which models speak to who belongs to a family, a class or a school. For minors these are rules."""

    model: str | None = Field(max_length=128, description="One of GET /companion/models; None: the usual one.")
    cloud_off: bool = Field(description="No model on another company's servers answers a minor of this collective.")
