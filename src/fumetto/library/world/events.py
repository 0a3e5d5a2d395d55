"""What is stated of a story's world for others to act on, in the transaction of the deed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from fumetto.kernel.events import Event

if TYPE_CHECKING:
    from collections.abc import Iterable


class Thing(StrEnum):
    """What a row of the world is."""

    CHARACTER = "character"
    ALIAS = "alias"
    ENTITY = "entity"
    ENTITY_FACT = "entity_fact"
    RELATIONSHIP = "relationship"
    WIKI_ARTICLE = "wiki_article"
    WIKI_FACT = "wiki_fact"
    NOTE = "note"
    PAGE = "page"  # who is on it, or speaks there
    EPISODE = "episode"  # what its makers said of it


@dataclass(frozen=True)
class WorldChanged(Event):
    """Things of one kind are new, other, or gone, or the pages they may be known from are: read them again, by id.

    An id that is not there any more was deleted. An accepted, moved or rejected evidence is told as a change of what it
    is evidence of, a declaration of safe lore as a change of each fact. What belongs to something larger is told of
    that too: a fact of its entity or article, a note of its episode.
    """

    series_id: UUID
    thing: Thing
    ids: tuple[UUID, ...]


@dataclass(slots=True)
class Touched:
    """What one deed has changed, told once at its end."""

    series_id: UUID
    ids: dict[Thing, dict[UUID, None]] = field(default_factory=dict)

    def note(self, thing: Thing, ids: Iterable[UUID]) -> None:
        self.ids.setdefault(thing, {}).update(dict.fromkeys(ids))
