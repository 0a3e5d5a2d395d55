"""Where somebody stands who asks: looked up anew for each look, from the database and from nothing that was sent."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fumetto.companion.answering.ports import Look
from fumetto.companion.conversations import repository
from fumetto.companion.conversations.errors import ChatSessionNotFound
from fumetto.companion.conversations.models import ChatSession, Conversation
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.library.public import Horizon, Horizons, Place, Spot, evidence, horizons_at


@dataclass(frozen=True, slots=True)
class ReaderStandpoint:
    """A reader beside a page: that of their session as it is now."""

    database: Database
    reader_id: uuid.UUID
    series_id: uuid.UUID
    session_id: uuid.UUID

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """Raises ChatSessionNotFound where the session was deleted meanwhile."""
        async with self.database.read(self.reader_id, patient=True) as session:
            found = await repository.chat_session(session, self.reader_id, self.session_id)
            if found is None:
                raise ChatSessionNotFound
            horizon, here = await standing(session, *found)
            yield Look(session, horizon.of(self.series_id), here)


async def standing(session: ReadSession, chat: ChatSession, conversation: Conversation) -> tuple[Horizons, Spot | None]:
    """What may be told in a session, and the page that its reader is on where they have seen it."""
    if conversation.series_id is None:
        return await horizons_at(session, chat.user_id, []), None
    place = Place(conversation.series_id, chat.episode_id, chat.page_id, chat.everything)
    return await evidence.standing(session, chat.user_id, place)


async def stood_at(session: ReadSession, horizon: Horizon, here: Spot | None) -> frozenset[uuid.UUID]:
    """The pages that a word said here needs, since it may speak of anything that is known here: the present one, and
    the last that is known, which comes after it where everything that was read may be told."""
    last = await evidence.last_pages(session, horizon, 1)
    return frozenset({spot.page_id for spot in [*last, *([here] if here else [])]})
