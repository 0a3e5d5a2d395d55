"""What a reader is told about their reading: made of ledgers and progress here, and of the catalogue's cards."""

from __future__ import annotations

import uuid

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.models import Episode, Page
from fumetto.library.catalogue.repository import episodes as episode_rows
from fumetto.library.catalogue.repository import pages as page_rows
from fumetto.library.catalogue.repository.pages import Lettered
from fumetto.library.catalogue.schemas import Progress, ReadState
from fumetto.library.catalogue.service.browse import page_item
from fumetto.library.catalogue.service.cards import episode_cards, progress_from, series_cards
from fumetto.library.catalogue.service.viewer import Viewer
from fumetto.library.reading import repository
from fumetto.library.reading.schemas import ContinueItem, Turned


async def turned(session: ReadSession, reader_id: uuid.UUID | None, episode_id: uuid.UUID) -> Turned:
    """Where the reader is in an episode, and which of its pages they have seen."""
    episode = await session.get(Episode, episode_id)
    if episode is None or reader_id is None:
        return Turned(progress=None, seen=[])
    return Turned(
        progress=await progress_in(session, reader_id, episode),
        seen=await repository.seen_pages(session, reader_id, episode),
    )


async def progress_in(session: ReadSession, reader_id: uuid.UUID, episode: Episode) -> Progress | None:
    """The newest standing of the reader's devices in an episode, in whichever edition."""
    rows = await repository.progress_of(session, reader_id, [episode.edition_of_id or episode.id])
    return progress_from(*rows[0][1:]) if rows else None


async def continue_reading(session: ReadSession, viewer: Viewer, limit: int) -> list[ContinueItem]:
    """One entry per series the reader is in the middle of, newest first."""
    if viewer.reader_id is None:
        return []
    places = await repository.continue_reading(session, viewer.reader_id, limit)
    episodes = await episode_rows.episodes_by_ids(session, [place[1] for place in places])
    found = [(episodes[place[1]], place[2]) for place in places if place[1] in episodes]
    series = await series_cards(session, [pair[1] for pair, _ in found], viewer)
    cards = await episode_cards(session, [pair for pair, _ in found], viewer)
    where = {
        card.id: (card.progress.episode_id, card.progress.order_index)
        if card.progress and card.read_state is not ReadState.READ
        else (card.id, 0)
        for card in cards
    }
    pages = await page_rows.pages_at(session, list(where.values()))
    lettered = await page_rows.lettering_of(session, [page.id for page in pages.values()])
    seen = await repository.seen_among(session, viewer.reader_id, [page.id for page in pages.values()])
    items = []
    for (_, reason), series_card, card in zip(found, series, cards, strict=True):
        page: Page | None = pages.get(where[card.id]) or pages.get((card.id, 0))
        if page is None:
            continue
        items.append(
            ContinueItem(
                series=series_card,
                episode=card,
                page=page_item(page, lettered.get(page.id, Lettered()), page.id in seen, viewer),
                progress=card.progress,
                reason="reading" if reason == "reading" else "next",
            )
        )
    return items
