"""What happens in episodes, for whoever has read them to the end."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select

from fumetto.kernel.db.among import among
from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.contents.models import EpisodeSummary
from fumetto.library.reading.horizon import horizons_of
from fumetto.library.reading.revealing import revealed


async def summaries_of(
    session: ReadSession, reader_id: uuid.UUID | None, episodes: Collection[tuple[uuid.UUID, uuid.UUID]]
) -> dict[uuid.UUID, dict[str, str]]:
    """Summaries by language, by episode, of those that the reader has seen every page of.

    episodes: pairs of the ids of episode and series.
    """
    if reader_id is None or not episodes:
        return {}
    horizons = await horizons_of(session, reader_id, {series_id for _, series_id in episodes})
    ids = [episode_id for episode_id, series_id in episodes if series_id in horizons.by_series]
    if not ids:
        return {}
    rows = await revealed(session, horizons).execute(
        select(EpisodeSummary.episode_id, EpisodeSummary.language, EpisodeSummary.text)
        .where(among(EpisodeSummary.episode_id, ids))
        .order_by(EpisodeSummary.language)
    )
    found: dict[uuid.UUID, dict[str, str]] = {}
    for episode_id, language, told in rows:
        found.setdefault(episode_id, {})[language] = told
    return found
