"""How long passages are: texts that are longer than their kind allows are cut at the ends of sentences.

The sizes are settings. A change holds for what is indexed from then on; `index rebuild` applies it to all there is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from fumetto.library.search.kinds import PassageKind
from fumetto.library.world.rules.words import STOPS

if TYPE_CHECKING:
    from fumetto.kernel.settings import Settings


class Piece(NamedTuple):
    """A part of a row's text, from character `start` to before `stop`, with the id that the index knows it by."""

    id: uuid.UUID
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Chunking:
    """The most characters of a passage, by kind. A fact of an entity is as a statement of the wiki, what a panel shows
    as what a page does."""

    dialogue: int = 1000
    description: int = 800
    note: int = 1000
    wiki: int = 1000

    def size_of(self, kind: PassageKind) -> int:
        match kind:
            case PassageKind.DIALOGUE:
                return self.dialogue
            case PassageKind.DESCRIPTION | PassageKind.PANEL:
                return self.description
            case PassageKind.NOTE:
                return self.note
            case PassageKind.WIKI | PassageKind.FACT:
                return self.wiki

    def pieces(self, row_id: uuid.UUID, kind: PassageKind, text: str) -> Iterator[Piece]:
        """A row's text as passages: the first has the row's own id, those after it ids made of that and their number.

        They are cut after a sentence where one ends in the second half of what fits, else after a word, else anywhere.
        """
        size, start, number = self.size_of(kind), 0, 0
        while len(text) - start > size:
            stop = cut_before(text, start, start + size)
            yield Piece(piece_id(row_id, number), start, stop)
            start, number = stop, number + 1
        yield Piece(piece_id(row_id, number), start, len(text))


def cut_before(text: str, start: int, end: int) -> int:
    """Where to cut a text that is too long: after `start`, at `end` at the latest."""
    middle = start + (end - start) // 2
    ends = [stop.end() for stop in STOPS.finditer(text, start, end) if stop.end() > middle]
    if ends:
        return ends[-1]
    space = max(text.rfind(" ", middle, end), text.rfind("\n", middle, end))
    return space + 1 if space > start else end


def piece_id(row_id: uuid.UUID, number: int) -> uuid.UUID:
    return row_id if number == 0 else uuid.uuid5(row_id, str(number))


_present: list[Chunking] = [Chunking()]
"""What this process cuts by: events that renew the index come from rooms that know of no settings."""


def present_chunking() -> Chunking:
    """How this process cuts texts into passages."""
    return _present[-1]


def chunk_by(settings: Settings) -> None:
    """Have this process cut texts as the settings say."""
    _present[:] = [
        Chunking(
            dialogue=settings.chunk_dialogue,
            description=settings.chunk_description,
            note=settings.chunk_note,
            wiki=settings.chunk_wiki,
        )
    ]
