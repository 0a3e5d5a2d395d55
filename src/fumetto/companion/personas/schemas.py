"""Personas as clients have them."""

from __future__ import annotations

import uuid

from pydantic import BaseModel, Field


class PersonaItem(BaseModel):
    """A voice. `shared`: everybody has it, and who manages the library changes it. `character_id` is the character's
    whose voice it is; their portrait is the persona's, unless it has a picture of its own."""

    id: uuid.UUID
    name: str
    handle: str = Field(description="What chat clients put behind a series: fumetto/pepper-carrot@handle.")
    voice: str
    opening: str
    series_id: uuid.UUID | None
    character_id: uuid.UUID | None
    shared: bool
    portrait: str | None = Field(None, description="Path of its own picture, which names its version.")


class PersonaList(BaseModel):
    items: list[PersonaItem]


class NewPersona(BaseModel):
    """With a `character_id`, a name that is left out is the character's, and a voice that is left out theirs."""

    name: str | None = Field(None, max_length=128)
    voice: str = Field("", max_length=4000)
    opening: str = Field("", max_length=1000)
    series_id: uuid.UUID | None = None
    character_id: uuid.UUID | None = None
    shared: bool = Field(False, description="For everybody; for who manages the library to say.")


class PersonaChange(BaseModel):
    """What is left out stays."""

    name: str | None = Field(None, max_length=128)
    voice: str | None = Field(None, max_length=4000)
    opening: str | None = Field(None, max_length=1000)
