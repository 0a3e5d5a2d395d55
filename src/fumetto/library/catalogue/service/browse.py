"""What the shelf, a series' page and the reader ask for."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.text.catalogues import say
from fumetto.kernel.web.pagination import Listing, decode_cursor, encode_cursor
from fumetto.library.catalogue.addresses import version_of
from fumetto.library.catalogue.errors import EpisodeNotFound, SeriesNotFound
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.catalogue.repository import episodes as episode_rows
from fumetto.library.catalogue.repository import series as series_rows
from fumetto.library.catalogue.repository.opened import NeighbourRow, OpenEpisode, PageRow, open_episode, open_pages
from fumetto.library.catalogue.repository.pages import Lettered
from fumetto.library.catalogue.repository.series import NOTHING, SeriesQuery
from fumetto.library.catalogue.repository.summaries import summaries_of
from fumetto.library.catalogue.rules import spoken_number, title_for
from fumetto.library.catalogue.schemas import (
    Cover,
    Credit,
    EpisodeCard,
    EpisodeDetail,
    EpisodeNeighbour,
    Facets,
    PageItem,
    PageProblem,
    Preferences,
    ReadState,
    SeriesCard,
    SeriesDetail,
    SeriesOfEpisode,
    SeriesSort,
)
from fumetto.library.catalogue.service.cards import (
    Beside,
    cover_of,
    edition_from,
    episode_cards,
    episode_covers,
    fields_of,
    progress_from,
    series_cards,
    series_covers,
    series_fields,
    state_of,
)
from fumetto.library.catalogue.service.viewer import Viewer
from fumetto.library.reading import repository as reading


async def shelf(session: ReadSession, viewer: Viewer, query: SeriesQuery, cursor: str | None) -> Listing[SeriesCard]:
    """One stretch of the series that `query` asks for. Raises CursorInvalid."""
    order = f"series:{query.sort.value}:{'desc' if query.descending else 'asc'}"
    value = str if query.sort is SeriesSort.TITLE else datetime
    after = decode_cursor(cursor, order, [value, uuid.UUID])
    asked = replace(query, after=after, limit=query.limit + 1, search_unread_titles=not viewer.hides_titles)
    rows, values, total = await series_rows.list_series(session, asked)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    cards = await series_cards(session, rows, viewer)
    following = encode_cursor(order, [values[query.limit - 1], rows[-1].id]) if more else None
    return Listing[SeriesCard](items=cards, total=total, next_cursor=following)


async def facets(session: ReadSession) -> Facets:
    return Facets(**await series_rows.facets(session))


async def series_detail(session: ReadSession, viewer: Viewer, key: str) -> SeriesDetail:
    """A series by slug or id. Raises SeriesNotFound."""
    series = await require_series(session, key)
    counts = (await series_rows.count_series(session, viewer.reader_id, [series.id])).get(series.id, NOTHING)
    covers = await series_covers(session, [series], viewer)
    preferences = await reading.preference(session, viewer.reader_id, series.id)
    return SeriesDetail(
        **series_fields(series, counts, covers.get(series.id)),
        summary=series.summary,
        publisher=series.publisher,
        year=series.year,
        language=series.language,
        credits=credits_from(series.credits),
        license=series.license,
        attribution=series.attribution,
        sort_title=series.sort_title,
        locked_fields=list(series.locked_fields),
        preferences=Preferences.model_validate(preferences),
        missing_count=counts.missing_count,
    )


async def require_series(session: ReadSession, key: str | uuid.UUID) -> Series:
    """By slug, or by id as either. Raises SeriesNotFound."""
    series = await series_rows.find_series(session, key)
    if series is None and isinstance(key, str) and (as_id := id_from(key)):
        series = await series_rows.find_series(session, as_id)
    if series is None:
        raise SeriesNotFound
    return series


def id_from(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


async def series_episodes(
    session: ReadSession, viewer: Viewer, key: str, cursor: str | None, limit: int
) -> Listing[EpisodeCard]:
    """The episodes of a series in reading order. Raises SeriesNotFound, CursorInvalid."""
    series = await require_series(session, key)
    rows, total, following = await episodes_after(session, series, cursor, limit)
    cards = await episode_cards(session, [(row, series) for row in rows], viewer)
    return Listing[EpisodeCard](items=cards, total=total, next_cursor=following)


async def episodes_after(
    session: ReadSession, series: Series, cursor: str | None, limit: int
) -> tuple[list[Episode], int, str | None]:
    """One stretch of a series' episodes, how many there are in all, and where it goes on. Raises CursorInvalid."""
    order = f"episodes:{series.id}"
    after = decode_cursor(cursor, order, [Decimal, uuid.UUID])
    rows, total = await episode_rows.list_episodes(session, series.id, after, limit + 1)
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(order, [rows[-1].sort_key, rows[-1].id])
    return rows, total, following


async def episode_detail(database: Database, viewer: Viewer, episode_id: uuid.UUID) -> EpisodeDetail:
    """An episode with its pages, found in one round trip. Raises EpisodeNotFound."""
    found = await open_episode(database, viewer.reader_id, episode_id)
    if found is None:
        raise EpisodeNotFound
    episode, series = found.opened.episode, found.opened.series
    fields = fields_of(
        episode,
        series,
        viewer,
        Beside(
            titles=found.opened.titles,
            editions=[edition_from(one, one.path) for one in found.editions],
            cover=await cover_among(database, viewer, found),
            state=state_of(found.opened.reading),
            progress=progress_from(*found.standing) if found.standing else None,
            summaries=await summaries_in(database, viewer, found),
        ),
    )
    return EpisodeDetail(
        **fields,
        series=SeriesOfEpisode(id=series.id, slug=series.slug, title=series.title, direction=series.direction),
        direction=episode.direction or series.direction,
        pages=[page_item(page, lettered, seen, viewer) for page, lettered, seen in found.pages],
        previous=neighbour(found.before, viewer),
        next=neighbour(found.after, viewer),
        credits=credits_from(episode.credits),
        commentary_url=episode.commentary_url,
        attribution=series.attribution,
        locked_fields=list(episode.locked_fields),
        preferences=Preferences.model_validate(found.opened.preferences),
        source_name=found.opened.path if viewer.edits else None,
    )


async def summaries_in(database: Database, viewer: Viewer, found: OpenEpisode) -> dict[str, str]:
    """What happens in the episode, by language: hidden by the horizon until all pages are seen, so asked for then."""
    if not found.pages or not all(seen for _, _, seen in found.pages):
        return {}
    episode_id, series_id = found.opened.episode.id, found.opened.series.id
    async with database.read(reader=viewer.reader_id) as session:
        return (await summaries_of(session, viewer.reader_id, [(episode_id, series_id)])).get(episode_id, {})


async def cover_among(database: Database, viewer: Viewer, found: OpenEpisode) -> Cover | None:
    """The episode's cover, from its pages where it is one of them; an edition's page may have been chosen."""
    chosen = found.opened.episode.cover_page_id
    for page, lettered, _ in found.pages:
        if chosen is None or page.id == chosen:
            return cover_of(page, lettered, viewer)
    async with database.read(reader=viewer.reader_id) as session:
        return (await episode_covers(session, [found.opened.episode.id], viewer)).get(found.opened.episode.id)


def neighbour(episode: NeighbourRow | None, viewer: Viewer) -> EpisodeNeighbour | None:
    if episode is None:
        return None
    hidden = viewer.hides_titles and state_of(episode.state) is ReadState.UNREAD
    title = "" if hidden else title_for(viewer.language, episode.title, episode.titles or {})
    return EpisodeNeighbour(id=episode.id, slug=episode.slug, title=title, number=spoken_number(episode.episode_number))


async def page_items(session: ReadSession, viewer: Viewer, episode: Episode) -> list[PageItem]:
    pages = await open_pages(session, viewer.reader_id, episode.id)
    return [page_item(page, lettered, seen, viewer) for page, lettered, seen in pages]


def page_item(page: Page | PageRow, lettered: Lettered, seen: bool, viewer: Viewer) -> PageItem:
    about = page.image_metadata
    version = version_of(page.fingerprint, lettered.fingerprints)
    problem = None
    if page.error_code:
        problem = PageProblem(code=page.error_code, message=explained(page, viewer))
    return PageItem(
        id=page.id,
        order_index=page.order_index,
        page_number=page.page_number,
        kind=page.kind,
        width=about.get("width"),
        height=about.get("height"),
        double=page.double,
        blurhash=about.get("blurhash"),
        dominant_color=about.get("dominant_color"),
        state=page.state,
        error=problem,
        languages=list(lettered.languages),
        seen=seen,
        media_type=page.media_type,
        image_url=viewer.addresses.picture(page.id, "display", version),
        thumbnail_url=viewer.addresses.picture(page.id, "thumbnail", version),
        art_url=viewer.addresses.picture(page.id, "art", version) if lettered.languages else None,
    )


def explained(page: Page | PageRow, viewer: Viewer) -> str:
    """Why a page cannot be shown, in the viewer's language; readers are told no names of files."""
    language = viewer.language or "en"
    if viewer.edits:
        try:
            return say(language, f"errors.{page.error_code}", **(page.error_detail or {}))
        except (KeyError, ValueError):
            pass
    return say(language, "errors.page_broken", page=page.order_index + 1, file="none", reason=page.error_code)


def credits_from(rows: list[dict[str, Any]]) -> list[Credit]:
    """Credits as they are stored, those without a name left out."""
    return [
        Credit(role=str(row.get("role") or ""), name=str(row["name"]), url=row.get("url"))
        for row in rows
        if row.get("name")
    ]
