"""What a job reads of a page before it is looked at, and writes after. Its sessions are begun for every reader."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.library.catalogue.kinds import BalloonKind, Direction, PageKind, TextSource
from fumetto.library.contents.boxes import Box
from fumetto.library.contents.kinds import DescriptionSource, Look, LookState, PanelSource
from fumetto.library.ingestion.walk import file_of


@dataclass(frozen=True, slots=True)
class LookRow:
    state: LookState
    version: int
    fingerprint: str | None
    reason_code: str | None
    reason_detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PageToLookAt:
    """A page with its file. `language` is the episode's, or the series', or the only one it can be read in.

    `texts` are the sources there are per language; `panels` and `panel_source` what panels it has.
    """

    id: uuid.UUID
    episode_id: uuid.UUID
    path: Path
    book_kind: str
    member: str
    kind: PageKind
    fingerprint: str
    readable: bool
    size: tuple[int, int] | None
    direction: Direction
    language: str
    ocr: bool
    looks: Mapping[Look, LookRow]
    texts: frozenset[tuple[str, TextSource]]
    panels: tuple[Box, ...]
    panel_source: PanelSource | None
    described_by: frozenset[DescriptionSource]


@dataclass(frozen=True, slots=True)
class BalloonRow:
    """A balloon as it is stored; all but its id."""

    text: str
    kind: BalloonKind
    box: Box
    speaker_name: str | None = None
    panel_number: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class PanelRow:
    box: Box
    confidence: float | None = None
    description: str | None = None
    language: str | None = None


@dataclass(slots=True)
class Noted:
    """How a look ended, to be written down."""

    look: Look
    state: LookState
    version: int
    fingerprint: str | None = None
    reason_code: str | None = None
    reason_detail: dict[str, Any] = field(default_factory=dict)


async def page_to_look_at(session: ReadSession, page_id: uuid.UUID) -> PageToLookAt | None:
    """None when the page, or every file of its episode, is gone."""
    raw = session.raw()
    found = await raw.execute(
        "SELECT p.episode_id, r.path, s.path, s.kind, p.member, p.kind, p.fingerprint, p.state <> 'failed',"
        " (p.image_metadata ->> 'width')::int, (p.image_metadata ->> 'height')::int,"
        " coalesce(e.direction, series.direction), coalesce(e.language, series.language,"
        " CASE WHEN cardinality(e.languages) = 1 THEN e.languages[1] END, 'und'), series.ocr"
        " FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id"
        " JOIN library.series ON series.id = e.series_id"
        " JOIN library.sources s ON s.episode_id = e.id JOIN library.library_roots r ON r.id = s.root_id"
        " WHERE p.id = %s AND s.state = 'present' ORDER BY s.id LIMIT 1",
        (page_id,),
    )
    row = await found.fetchone()
    if row is None:
        return None
    looks = await raw.execute(
        "SELECT look, state, version, fingerprint, reason_code, coalesce(reason_detail, '{}') FROM library.page_looks"
        " WHERE page_id = %s",
        (page_id,),
    )
    texts = await raw.execute(
        "SELECT language, source FROM library.page_texts WHERE page_id = %s AND state <> 'failed'", (page_id,)
    )
    panels = await raw.execute(
        "SELECT x, y, width, height, source FROM library.panels WHERE page_id = %s ORDER BY order_index", (page_id,)
    )
    placed = await panels.fetchall()
    described = await raw.execute("SELECT source FROM library.page_descriptions WHERE page_id = %s", (page_id,))
    return PageToLookAt(
        id=page_id,
        episode_id=row[0],
        path=file_of(row[1], row[2]),
        book_kind=row[3],
        member=row[4],
        kind=PageKind(row[5]),
        fingerprint=row[6],
        readable=row[7],
        size=(row[8], row[9]) if row[8] and row[9] else None,
        direction=Direction(row[10]),
        language=row[11],
        ocr=row[12],
        looks={Look(look): LookRow(LookState(state), *rest) for look, state, *rest in await looks.fetchall()},
        texts=frozenset((language, TextSource(source)) for language, source in await texts.fetchall()),
        panels=tuple(Box(*each[:4]) for each in placed),
        panel_source=PanelSource(placed[0][4]) if placed else None,
        described_by=frozenset(DescriptionSource(source) for (source,) in await described.fetchall()),
    )


async def hold_page(session: WriteSession, page_id: uuid.UUID, fingerprint: str | None = None) -> bool:
    """Keep others from writing what is on the page until the transaction ends; False when it is gone, or is not what
    was looked at any more."""
    found = await session.raw().execute(
        "SELECT fingerprint FROM library.pages WHERE id = %s FOR NO KEY UPDATE", (page_id,)
    )
    row = await found.fetchone()
    return row is not None and (fingerprint is None or row[0] == fingerprint)


async def note(session: WriteSession, page_id: uuid.UUID, looks: Iterable[Noted]) -> None:
    async with session.raw().cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO library.page_looks"
            " (page_id, look, state, version, fingerprint, reason_code, reason_detail, looked_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, now()) ON CONFLICT (page_id, look) DO UPDATE SET"
            " state = excluded.state, version = excluded.version, fingerprint = excluded.fingerprint,"
            " reason_code = excluded.reason_code, reason_detail = excluded.reason_detail, looked_at = now()",
            [
                (page_id, each.look.value, each.state.value, each.version, each.fingerprint, each.reason_code,
                 Jsonb(each.reason_detail))
                for each in looks
            ],
        )  # fmt: skip


async def store_text(
    session: WriteSession,
    page_id: uuid.UUID,
    language: str,
    source: TextSource,
    balloons: Sequence[BalloonRow],
    *,
    locator: str | None = None,
    fingerprint: str | None = None,
) -> bool:
    """Make these the page's words of that source in that language; False when they were already."""
    raw = session.raw()
    written = await raw.execute(
        "INSERT INTO library.page_texts (id, page_id, language, source, locator, fingerprint, state)"
        " VALUES (%s, %s, %s, %s, %s, %s, 'ready') ON CONFLICT (page_id, language, source) DO UPDATE SET"
        " locator = excluded.locator, fingerprint = excluded.fingerprint, state = 'ready', warning_code = NULL,"
        " warning_detail = NULL RETURNING id, xmax = 0",
        (uuid7(), page_id, language, source.value, locator, fingerprint),
    )
    text_id, is_new = await written.fetchone() or (None, True)
    if not is_new and await balloons_in(session, text_id) == list(balloons):
        return False
    await raw.execute("DELETE FROM library.balloons WHERE page_text_id = %s", (text_id,))
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO library.balloons (id, page_text_id, order_index, text, kind, x, y, width, height,"
            " speaker_name, panel_number, confidence) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (uuid7(), text_id, order, each.text, each.kind.value, each.box.x, each.box.y, each.box.width,
                 each.box.height, each.speaker_name, each.panel_number, each.confidence)
                for order, each in enumerate(balloons)
            ],
        )  # fmt: skip
    return True


async def balloons_in(session: ReadSession, text_id: uuid.UUID | None) -> list[BalloonRow]:
    found = await session.raw().execute(
        "SELECT text, kind, x, y, width, height, speaker_name, panel_number, confidence FROM library.balloons"
        " WHERE page_text_id = %s ORDER BY order_index",
        (text_id,),
    )
    return [
        BalloonRow(text, BalloonKind(kind), Box(x, y, width, height), *rest)
        for text, kind, x, y, width, height, *rest in await found.fetchall()
    ]


async def drop_texts(session: WriteSession, page_id: uuid.UUID, source: TextSource, *, but: Iterable[str] = ()) -> bool:
    """Forget the page's words of a source, in all languages but those; whether there were any."""
    gone = await session.raw().execute(
        "DELETE FROM library.page_texts WHERE page_id = %s AND source = %s AND language <> ALL(%s)",
        (page_id, source.value, list(but)),
    )
    return gone.rowcount > 0


async def store_panels(
    session: WriteSession, page_id: uuid.UUID, source: PanelSource, panels: Sequence[PanelRow]
) -> bool:
    """Make these the page's panels; False when they were already."""
    raw = session.raw()
    found = await raw.execute(
        "SELECT source, x, y, width, height, confidence, description, language FROM library.panels"
        " WHERE page_id = %s ORDER BY order_index",
        (page_id,),
    )
    now = [(row[0], PanelRow(Box(*row[1:5]), *row[5:])) for row in await found.fetchall()]
    if now == [(source.value, each) for each in panels]:
        return False
    await raw.execute("DELETE FROM library.panels WHERE page_id = %s", (page_id,))
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO library.panels (id, page_id, order_index, x, y, width, height, source, confidence,"
            " description, language) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (uuid7(), page_id, order, each.box.x, each.box.y, each.box.width, each.box.height, source.value,
                 each.confidence, each.description, each.language)
                for order, each in enumerate(panels)
            ],
        )  # fmt: skip
    return True


async def drop_panels(session: WriteSession, page_id: uuid.UUID, source: PanelSource) -> bool:
    gone = await session.raw().execute(
        "DELETE FROM library.panels WHERE page_id = %s AND source = %s", (page_id, source.value)
    )
    return gone.rowcount > 0


async def store_description(
    session: WriteSession,
    page_id: uuid.UUID,
    language: str,
    source: DescriptionSource,
    description: str,
    mood_tags: Sequence[str],
    model: str | None = None,
) -> bool:
    """Make this the page's description of that source, which has one language only; False when it was already."""
    raw = session.raw()
    gone = await raw.execute(
        "DELETE FROM library.page_descriptions WHERE page_id = %s AND source = %s AND language <> %s",
        (page_id, source.value, language),
    )
    written = await raw.execute(
        "INSERT INTO library.page_descriptions AS d (id, page_id, language, source, visual_description, mood_tags,"
        " model) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (page_id, language, source) DO UPDATE SET"
        " visual_description = excluded.visual_description, mood_tags = excluded.mood_tags, model = excluded.model,"
        " updated_at = now() WHERE (d.visual_description, d.mood_tags, d.model) IS DISTINCT FROM"
        " (excluded.visual_description, excluded.mood_tags, excluded.model)",
        (uuid7(), page_id, language, source.value, description, list(mood_tags), model),
    )
    return gone.rowcount + written.rowcount > 0


async def drop_description(session: WriteSession, page_id: uuid.UUID, source: DescriptionSource) -> bool:
    gone = await session.raw().execute(
        "DELETE FROM library.page_descriptions WHERE page_id = %s AND source = %s", (page_id, source.value)
    )
    return gone.rowcount > 0


async def pages_to_describe(session: ReadSession, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Pages that wait for their description: those that a model could not be asked about, and those never asked."""
    found = await session.raw().execute(
        "SELECT e.id, p.id FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id"
        " JOIN library.page_looks done ON done.page_id = p.id AND done.look = 'panels'"
        " LEFT JOIN library.page_looks l ON l.page_id = p.id AND l.look = 'description'"
        " WHERE p.state = 'ready' AND (l.page_id IS NULL OR (l.state IN ('pending', 'failed')"
        " AND l.looked_at < now() - interval '10 minutes')) AND NOT EXISTS (SELECT 1 FROM library.page_descriptions d"
        " WHERE d.page_id = p.id) ORDER BY e.ingested_at, e.id, p.order_index LIMIT %s",
        (limit,),
    )
    return [(row[0], row[1]) for row in await found.fetchall()]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What reading words off a page came to."""

    page_id: uuid.UUID
    episode_number: Any
    page_number: int | None
    kind: str
    state: LookState
    reason_code: str | None
    reason_detail: Mapping[str, Any]
    language: str | None
    balloons: list[BalloonRow]


async def read_pages(session: ReadSession, page_ids: Sequence[uuid.UUID]) -> list[ReadPage]:
    """The words that were read off pages, in reading order, with the reason where none were."""
    raw = session.raw()
    found = await raw.execute(
        "SELECT p.id, e.episode_number, p.page_number, p.kind, coalesce(l.state, 'pending'), l.reason_code,"
        " coalesce(l.reason_detail, '{}'), t.id, t.language FROM library.pages p"
        " JOIN library.episodes e ON e.id = p.episode_id"
        " LEFT JOIN library.page_looks l ON l.page_id = p.id AND l.look = 'ocr'"
        " LEFT JOIN library.page_texts t ON t.page_id = p.id AND t.source = 'ocr'"
        " WHERE p.id = ANY(%s) ORDER BY p.position, p.id",
        (list(page_ids),),
    )
    return [
        ReadPage(row[0], row[1], row[2], row[3], LookState(row[4]), row[5], row[6], row[8],
                 await balloons_in(session, row[7]) if row[7] else [])
        for row in await found.fetchall()
    ]  # fmt: skip
