"""Cards: rows of the database made into what lists show, a whole list with a fixed number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fumetto.kernel.db.sessions import ReadSession
from fumetto.library.catalogue.addresses import version_of
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.catalogue.repository import episodes as episode_rows
from fumetto.library.catalogue.repository import pages as page_rows
from fumetto.library.catalogue.repository import series as series_rows
from fumetto.library.catalogue.repository.opened import EditionRow, EpisodeRow, PageRow, ProgressRow, SeriesRow
from fumetto.library.catalogue.repository.pages import Lettered
from fumetto.library.catalogue.repository.series import NEW_FOR, NOTHING, SeriesCounts
from fumetto.library.catalogue.repository.summaries import summaries_of
from fumetto.library.catalogue.rules import best_language, spoken_number, title_for
from fumetto.library.catalogue.schemas import Cover, Edition, EpisodeCard, Progress, ReadState, SeriesCard
from fumetto.library.catalogue.service.viewer import Viewer
from fumetto.library.reading import repository as reading
from fumetto.library.reading.models import ReadingProgress


def cover_of(page: Page | PageRow, lettered: Lettered, viewer: Viewer) -> Cover:
    about = page.image_metadata
    return Cover(
        page_id=page.id,
        url=viewer.addresses.picture(page.id, "thumbnail", version_of(page.fingerprint, lettered.fingerprints)),
        width=about.get("width"),
        height=about.get("height"),
        blurhash=about.get("blurhash"),
        dominant_color=about.get("dominant_color"),
    )


async def series_cards(session: ReadSession, series: Sequence[Series], viewer: Viewer) -> list[SeriesCard]:
    """Cards in the order of `series`."""
    counts = await series_rows.count_series(session, viewer.reader_id, [one.id for one in series])
    covers = await series_covers(session, series, viewer)
    return [series_card(one, counts.get(one.id, NOTHING), covers.get(one.id)) for one in series]


def series_card(series: Series, counts: SeriesCounts, cover: Cover | None) -> SeriesCard:
    return SeriesCard(**series_fields(series, counts, cover))


def series_fields(series: Series, counts: SeriesCounts, cover: Cover | None) -> dict[str, Any]:
    """What cards and details of a series have in common."""
    state = ReadState.READING
    if counts.opened_count == 0:
        state = ReadState.UNREAD
    elif counts.read_count >= counts.episode_count:
        state = ReadState.READ
    return {
        "id": series.id,
        "slug": series.slug,
        "title": series.title,
        "episode_count": counts.episode_count,
        "languages": list(counts.languages),
        "direction": series.direction,
        "age_rating": series.age_rating,
        "min_age": series.min_age,
        "labels": list(series.labels),
        "tags": list(series.tags),
        "cover": cover,
        "read_state": state,
        "unread_count": counts.episode_count - counts.read_count,
        "new_count": counts.new_count,
        "added_at": series.created_at,
        "updated_at": series.updated_at,
        "last_read_at": counts.last_read_at,
        "missing": 0 < counts.episode_count == counts.missing_count,
    }


async def series_covers(session: ReadSession, series: Sequence[Series], viewer: Viewer) -> dict[uuid.UUID, Cover]:
    """The cover of each series: the page somebody chose, else that of its first episode.

    A reader who hides what they have not read sees the first episode's all the same: a shelf needs something to show,
    and the beginning gives nothing away. A chosen page may lie anywhere, so for them it does not count.
    """
    chosen = {} if viewer.hides_covers else {one.id: one.cover_page_id for one in series if one.cover_page_id}
    pages = await page_rows.pages_by_ids(session, chosen.values())
    found = {series_id: pages[page_id] for series_id, page_id in chosen.items() if page_id in pages}
    bare = [one.id for one in series if one.id not in found]
    if bare:
        firsts = await episode_rows.first_episodes(session, bare)
        covers = await page_rows.covers_of_episodes(session, list(firsts.values()))
        found |= {series_id: covers[episode_id] for series_id, episode_id in firsts.items() if episode_id in covers}
    lettered = await page_rows.lettering_of(session, [page.id for page in found.values()])
    return {key: cover_of(page, lettered.get(page.id, Lettered()), viewer) for key, page in found.items()}


async def episode_covers(session: ReadSession, ids: Sequence[uuid.UUID], viewer: Viewer) -> dict[uuid.UUID, Cover]:
    pages = await page_rows.covers_of_episodes(session, ids)
    lettered = await page_rows.lettering_of(session, [page.id for page in pages.values()])
    return {key: cover_of(page, lettered.get(page.id, Lettered()), viewer) for key, page in pages.items()}


async def episode_cards(
    session: ReadSession, episodes: Sequence[tuple[Episode, Series]], viewer: Viewer
) -> list[EpisodeCard]:
    """Cards in the order of `episodes`, each given with its series."""
    fields = await episode_fields(session, episodes, viewer)
    return [EpisodeCard(**one) for one in fields]


async def episode_fields(
    session: ReadSession, episodes: Sequence[tuple[Episode, Series]], viewer: Viewer
) -> list[dict[str, Any]]:
    """What cards and details of episodes have in common."""
    ids = [episode.id for episode, _ in episodes]
    if not ids:
        return []
    mains = [episode.edition_of_id or episode.id for episode, _ in episodes]
    titles = await episode_rows.titles_of(session, ids)
    editions = await episode_rows.editions_of(session, ids)
    labels = await episode_rows.source_paths(session, [one.id for group in editions.values() for one in group])
    covers = await episode_covers(session, ids, viewer)
    readings = await reading.readings_of(session, viewer.reader_id, mains)
    standing = {row[0]: progress_from(*row[1:]) for row in await reading.progress_of(session, viewer.reader_id, mains)}
    pairs = {(episode.id, one.id) for episode, one in episodes}
    summaries = await summaries_of(session, viewer.reader_id, pairs)
    return [
        fields_of(
            episode,
            series,
            viewer,
            Beside(
                titles=titles.get(episode.id, {}),
                editions=[edition_from(one, labels.get(one.id)) for one in editions.get(episode.id, [])],
                cover=covers.get(episode.id),
                state=state_of(readings[main].state if main in readings else None),
                progress=standing.get(main),
                summaries=summaries.get(episode.id, {}),
            ),
        )
        for (episode, series), main in zip(episodes, mains, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a card of an episode shows that is not in its row."""

    titles: dict[str, str]
    editions: list[Edition]
    cover: Cover | None
    state: ReadState
    progress: Progress | None
    summaries: dict[str, str]


def fields_of(
    episode: Episode | EpisodeRow, series: Series | SeriesRow, viewer: Viewer, beside: Beside
) -> dict[str, Any]:
    """What cards and details of an episode have in common, without what the viewer hides or must not know yet."""
    unread = beside.state is ReadState.UNREAD
    hidden, covered = viewer.hides_titles and unread, viewer.hides_covers and unread
    return {
        "id": episode.id,
        "slug": episode.slug,
        "series_slug": series.slug,
        "series_title": series.title,
        "number": spoken_number(episode.episode_number),
        "title": "" if hidden else title_for(viewer.language, episode.title, beside.titles),
        "titles": {} if hidden else beside.titles,
        "language": episode.language,
        "languages": list(episode.languages),
        "published_at": episode.published_at,
        "page_count": episode.page_count,
        "cover": None if covered else beside.cover,
        "progress": beside.progress,
        "read_state": beside.state,
        "new": unread and datetime.now(UTC) - episode.ingested_at < NEW_FOR,
        "state": episode.state,
        "missing": episode.missing_since is not None,
        "editions": beside.editions,
        "plot_summary": summary_for(viewer, episode, beside.summaries),
        "credits_url": episode.credits_url,
        "license": episode.license,
        "age_rating": episode.age_rating,
        "min_age": episode.min_age,
        "labels": list(episode.labels),
        "added_at": episode.ingested_at,
    }


def summary_for(viewer: Viewer, episode: Episode | EpisodeRow, summaries: Mapping[str, str]) -> str | None:
    """In the viewer's language, else the episode's own, else any."""
    chosen = best_language([viewer.language, episode.language], set(summaries)) or min(summaries, default=None)
    return summaries[chosen] if chosen is not None else None


def state_of(state: str | None) -> ReadState:
    """Of a reading's state, None where there is no reading."""
    return ReadState(state) if state is not None else ReadState.UNREAD


def edition_from(episode: Episode | EditionRow, path: str | None) -> Edition:
    """An edition is called by its file's name, without the folders, which are nobody's business but the operator's."""
    label = (path or "").replace("\\", "/").rstrip("/").rpartition("/")[2] or episode.title
    return Edition(id=episode.id, label=label, page_count=episode.page_count, missing=episode.missing_since is not None)


def progress_from(progress: ReadingProgress | ProgressRow, page_number: int | None, page_count: int) -> Progress:
    fraction = 1.0 if progress.finished else min(1.0, (progress.order_index + 1) / max(page_count, 1))
    return Progress(
        episode_id=progress.episode_id,
        order_index=progress.order_index,
        page_number=page_number,
        page_count=page_count,
        finished=progress.finished,
        fraction=round(fraction, 4),
        language=progress.language,
        device=progress.device,
        device_name=progress.device_name,
        updated_at=progress.updated_at,
    )
