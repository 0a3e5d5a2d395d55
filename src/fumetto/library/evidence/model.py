"""Evidence as other contexts have it: plain values, which carry where they are from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

from fumetto.library.contents.boxes import Box
from fumetto.library.search.kinds import PassageKind
from fumetto.library.world.kinds import EntityKind


@dataclass(frozen=True, slots=True)
class SeriesName:
    id: uuid.UUID
    slug: str
    title: str
    language: str | None


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A page within the horizon. Spots of a series sort in its reading order. Covers have no page number."""

    position: int
    page_id: uuid.UUID
    episode_id: uuid.UUID
    episode_number: Decimal | None
    page_number: int | None
    order_index: int


@dataclass(frozen=True, slots=True)
class Tie:
    """That `one` is tied to `other`, by names; `kind` as the world has it: `friend_of`."""

    one: str
    kind: str
    other: str


@dataclass(frozen=True, slots=True)
class Quotable:
    """Something said, shown or told. `spot` is None of safe lore alone; `about` is the article's or entity's name.

    `tie`: what its text says, where it says no more than how somebody is tied to somebody.
    `score` is the index's, where it was searched for, and `worded` whether it has words of the question.
    """

    id: uuid.UUID
    kind: PassageKind
    text: str
    language: str | None
    spot: Spot | None
    speaker: str | None = None
    about: str | None = None
    box: Box | None = None
    panel: int | None = None
    score: float = 0.0
    worded: bool = True
    is_sound: bool = False
    tie: Tie | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody or something with a name that the reader knows. `names` are all of them, its own first."""

    id: uuid.UUID
    names: tuple[str, ...]
    kind: EntityKind
    character_id: uuid.UUID | None
    entity_id: uuid.UUID | None

    @property
    def name(self) -> str:
        return self.names[0]
