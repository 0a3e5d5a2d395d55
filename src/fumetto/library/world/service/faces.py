"""Choosing which panels stand for whom: their portraits, as far as a reader has seen the page."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection

from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.world.kinds import Presence
from fumetto.library.world.repository import faces as rows
from fumetto.library.world.rules.faces import Face, Seen, faces_of
from fumetto.library.world.rules.names import NameFinder


async def choose_faces(
    session: WriteSession,
    series_id: uuid.UUID,
    page_ids: Collection[uuid.UUID] | None,
    finder: NameFinder[tuple[uuid.UUID, uuid.UUID | None]],
) -> None:
    """Choose anew, on some pages of a series or on all, a panel for everybody who is on them more than by name.

    `finder` knows everybody's names; of what a panel's description says, only names proper count, not aliases: those
    may be secrets that another page tells. In a session that was begun for EVERY_READER.
    """
    people = await rows.people_on(session, series_id, page_ids)
    panels = await rows.panels_on(session, people)
    spoken = await rows.spoken_on(session, people)

    def choose() -> dict[uuid.UUID, list[Face[uuid.UUID]]]:
        return {
            page_id: faces_of(
                [Seen(box, frozenset(named_in(text, finder))) for box, text in panels.get(page_id, ())],
                spoken.get(page_id, ()),
                [who for who, presence in here.items() if presence is Presence.SHOWN],
                [who for who, presence in here.items() if presence is not Presence.MENTIONED],
            )
            for page_id, here in people.items()
        }

    await rows.put_faces(session, await asyncio.to_thread(choose))


def named_in(text: str | None, finder: NameFinder[tuple[uuid.UUID, uuid.UUID | None]]) -> set[uuid.UUID]:
    return {name.owner[0] for name in finder.find(text or "") if name.owner[1] is None}
