"""Queries of what is still to be made of an episode's pages, and of what was made."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.jobs.context import failure as as_plain
from fumetto.library.catalogue.kinds import Direction, PageKind
from fumetto.library.ingestion.deriving import Failure
from fumetto.library.ingestion.lettering.model import LetteredBalloon
from fumetto.library.ingestion.parsing import Size
from fumetto.library.ingestion.walk import file_of


@dataclass(frozen=True, slots=True)
class TextToMake:
    id: uuid.UUID
    member: str
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class PageToMake:
    """A page whose own images are `pending`, or whose lettering in the languages of `texts` is."""

    id: uuid.UUID
    member: str
    kind: PageKind
    fingerprint: str
    pending: bool
    size: Size | None
    texts: Mapping[str, TextToMake]

    @property
    def letterings(self) -> dict[str, tuple[str, str | None]]:
        return {language: (text.member, text.fingerprint) for language, text in self.texts.items()}


@dataclass(frozen=True, slots=True)
class EpisodeToMake:
    """An episode with a file that is there, and its pages that are not done, in reading order.

    `has_title`: there is a page that is a title strip.
    """

    id: uuid.UUID
    path: Path
    kind: str
    number: Decimal | None
    direction: Direction
    page_count: int
    has_title: bool
    pages: list[PageToMake]


@dataclass(frozen=True, slots=True)
class MadePage:
    """`fingerprint` is of what was read: a page that has changed since keeps waiting."""

    page_id: uuid.UUID
    fingerprint: str
    thumbnail_key: str | None
    image_key: str | None
    about: Mapping[str, Any]
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class MadeText:
    text_id: uuid.UUID
    fingerprint: str | None
    image_key: str | None
    thumbnail_key: str | None
    balloons: Sequence[LetteredBalloon]
    warning_code: str | None
    warning_detail: Mapping[str, Any] | None
    readable: bool


async def episode_to_make(
    session: ReadSession, episode_id: uuid.UUID, *, first_only: bool = False
) -> EpisodeToMake | None:
    """What is still to be made of an episode; None when it or every file of it is gone."""
    raw = session.raw()
    found = await raw.execute(
        "SELECT r.path, s.path, s.kind, e.episode_number, coalesce(e.direction, series.direction), e.page_count,"
        " EXISTS (SELECT 1 FROM library.pages p WHERE p.episode_id = e.id AND p.kind = 'title')"
        " FROM library.episodes e JOIN library.series ON series.id = e.series_id"
        " JOIN library.sources s ON s.episode_id = e.id JOIN library.library_roots r ON r.id = s.root_id"
        " WHERE e.id = %s AND s.state = 'present' ORDER BY s.id LIMIT 1",
        (episode_id,),
    )
    episode = await found.fetchone()
    if episode is None:
        return None
    pages = await raw.execute(
        "SELECT p.id, p.member, p.kind, p.fingerprint, p.state = 'pending', p.image_metadata, t.id, t.language,"
        " t.locator, t.fingerprint FROM library.pages p LEFT JOIN library.page_texts t ON t.page_id = p.id"
        " AND t.source = 'lettering' AND t.state = 'pending' AND t.locator IS NOT NULL"
        " WHERE p.episode_id = %s AND (p.state = 'pending' OR t.id IS NOT NULL) AND (p.order_index = 0 OR NOT %s)"
        " ORDER BY p.order_index, t.language",
        (episode_id, first_only),
    )
    waiting: dict[uuid.UUID, PageToMake] = {}
    for (
        page_id,
        member,
        kind,
        fingerprint,
        pending,
        about,
        text_id,
        language,
        locator,
        text_print,
    ) in await pages.fetchall():
        page = waiting.get(page_id)
        if page is None:
            size = (about["width"], about["height"]) if about.get("width") and about.get("height") else None
            page = waiting[page_id] = PageToMake(page_id, member, PageKind(kind), fingerprint, pending, size, {})
        if text_id is not None:
            page.texts[language] = TextToMake(text_id, locator, text_print)  # type: ignore[index]  # made here
    return EpisodeToMake(
        id=episode_id,
        path=file_of(episode[0], episode[1]),
        kind=episode[2],
        number=episode[3],
        direction=Direction(episode[4]),
        page_count=episode[5],
        has_title=episode[6],
        pages=list(waiting.values()),
    )


async def store_sizes(session: WriteSession, sizes: Mapping[uuid.UUID, Size]) -> dict[uuid.UUID, Size]:
    """Keep sizes of pages of one episode; all sizes of that episode that are known now."""
    raw = session.raw()
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "UPDATE library.pages SET image_metadata = image_metadata || %s WHERE id = %s AND state = 'pending'",
            [(Jsonb({"width": width, "height": height}), page_id) for page_id, (width, height) in sizes.items()],
        )
    known = await raw.execute(
        "SELECT id, (image_metadata ->> 'width')::int, (image_metadata ->> 'height')::int FROM library.pages"
        " WHERE episode_id IN (SELECT episode_id FROM library.pages WHERE id = ANY(%s)) AND image_metadata ? 'height'",
        (list(sizes),),
    )
    return {page_id: (width, height) for page_id, width, height in await known.fetchall() if width and height}


async def store_spreads(session: WriteSession, page_ids: Iterable[uuid.UUID]) -> None:
    """Mark pages as two facing pages; one that its book calls double stays so."""
    await session.raw().execute(
        "UPDATE library.pages SET double = true WHERE id = ANY(%s) AND NOT double",
        (list(page_ids),),
    )


async def store_made(session: WriteSession, pages: Iterable[MadePage], texts: Iterable[MadeText]) -> None:
    """Keep what was made, of pages and letterings that are still what they were when they were read."""
    raw = session.raw()
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "UPDATE library.pages SET state = %s, thumbnail_key = %s, image_key = %s,"
            " image_metadata = image_metadata || %s, error_code = %s, error_detail = %s"
            " WHERE id = %s AND fingerprint = %s",
            [
                (
                    "failed" if page.failure else "ready", page.thumbnail_key, page.image_key, Jsonb(dict(page.about)),
                    page.failure.code if page.failure else None,
                    Jsonb(as_plain("", page.failure.as_error())["detail"]) if page.failure else None,
                    page.page_id, page.fingerprint,
                )
                for page in pages
            ],
        )  # fmt: skip
    for text in texts:
        written = await raw.execute(
            "UPDATE library.page_texts SET state = %s, image_key = %s, thumbnail_key = %s,"
            " warning_code = %s, warning_detail = %s WHERE id = %s AND fingerprint IS NOT DISTINCT FROM %s",
            (
                "ready" if text.readable else "failed", text.image_key, text.thumbnail_key,
                text.warning_code,
                Jsonb(dict(text.warning_detail)) if text.warning_detail is not None else None,
                text.text_id, text.fingerprint,
            ),
        )  # fmt: skip
        if written.rowcount:
            await _store_balloons(session, text)


async def _store_balloons(session: WriteSession, text: MadeText) -> None:
    raw = session.raw()
    await raw.execute("DELETE FROM library.balloons WHERE page_text_id = %s", (text.text_id,))
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO library.balloons (id, page_text_id, order_index, text, kind, x, y, width, height)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (uuid7(), text.text_id, b.order, b.text, b.kind.value, b.x, b.y, b.width, b.height)
                for b in text.balloons
            ],
        )


async def store_titles(session: WriteSession, episode_id: uuid.UUID, titles: Mapping[str, str]) -> None:
    """Titles by language, where there is none; the episode's own, where it was called by its number only."""
    if not titles:
        return
    raw = session.raw()
    found = await raw.execute(
        "SELECT language, title, locked_fields FROM library.episodes WHERE id = %s FOR NO KEY UPDATE", (episode_id,)
    )
    row = await found.fetchone()
    if row is None:
        return
    language, title, locked = row
    if "titles" not in locked:
        async with raw.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO library.episode_titles (episode_id, language, title) VALUES (%s, %s, %s)"
                " ON CONFLICT (episode_id, language) DO NOTHING",
                [(episode_id, code, value) for code, value in titles.items()],
            )
    own = titles.get(language or "")
    if own and "title" not in locked and title.startswith("#"):
        await raw.execute("UPDATE library.episodes SET title = %s WHERE id = %s", (own, episode_id))


async def finish_episode(session: WriteSession, episode_id: uuid.UUID) -> uuid.UUID | None:
    """Set the episode's state by its pages' once none is pending; its series when that is so."""
    done = await session.raw().execute(
        "UPDATE library.episodes e SET state = CASE WHEN counts.failed = 0 THEN 'ready'"
        " WHEN counts.failed < counts.pages THEN 'partial' ELSE 'failed' END"
        " FROM (SELECT count(*) AS pages, count(*) FILTER (WHERE state = 'failed') AS failed,"
        " count(*) FILTER (WHERE state = 'pending') AS pending FROM library.pages WHERE episode_id = %s) counts"
        " WHERE e.id = %s AND counts.pending = 0 AND counts.pages > 0 RETURNING e.series_id",
        (episode_id, episode_id),
    )
    row = await done.fetchone()
    return row[0] if row else None


async def keys_in_use(session: ReadSession, episode_id: uuid.UUID) -> set[str]:
    """Storage keys that the episode's pages and letterings refer to."""
    found = await session.raw().execute(
        "SELECT unnest(ARRAY[p.thumbnail_key, p.image_key]) FROM library.pages p WHERE p.episode_id = %(id)s"
        " UNION SELECT unnest(ARRAY[t.thumbnail_key, t.image_key]) FROM library.page_texts t"
        " JOIN library.pages p ON p.id = t.page_id WHERE p.episode_id = %(id)s",
        {"id": episode_id},
    )
    return {key for (key,) in await found.fetchall() if key}
