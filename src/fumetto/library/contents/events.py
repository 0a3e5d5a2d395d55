"""What is stated of pages for others to act on, in the transaction of the deed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fumetto.kernel.events import Event


@dataclass(frozen=True)
class PageTextChanged(Event):
    """The words, panels or description of a page are new, other, or gone: whoever indexes them reads them again."""

    page_id: UUID


@dataclass(frozen=True, slots=True)
class CharacterSeen:
    """Somebody on a page, by the name that its source gives them, and others they go by as far as that page tells."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageLookedAt(Event):
    """A page was looked at. `characters` are who a sidecar says is on it: None where no sidecar says anything.

    The names that its balloons give their speakers are in `balloons.speaker_name`.
    """

    page_id: UUID
    characters: tuple[CharacterSeen, ...] | None
