"""Where the texts of passages are: the index keeps none, and asks those who do when a new model is to read them."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence

from fumetto.kernel.db.sessions import ReadSession

TextsOf = Callable[[ReadSession, Sequence[uuid.UUID]], Awaitable[Mapping[uuid.UUID, str]]]
"""The texts of passages by id, as they would be put now, without those that it does not have. Asked in sessions of
EVERY_READER."""

_SOURCES: dict[str, TextsOf] = {}


def register_texts(name: str, source: TextsOf) -> None:
    """Have a room asked for texts. The same room again replaces itself."""
    _SOURCES[name] = source


async def texts_of(session: ReadSession, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The texts of passages, without those of rows that are gone."""
    found: dict[uuid.UUID, str] = {}
    for source in _SOURCES.values():
        missing = [one for one in ids if one not in found]
        if not missing:
            break
        found |= await source(session, missing)
    return found
