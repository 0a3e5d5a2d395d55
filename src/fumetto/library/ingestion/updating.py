"""A book whose file changed: episode, pages and lettering are brought up to it, and what hangs on them is kept."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.kinds import PageKind
from fumetto.library.ingestion.alignment import PageIdentity, align
from fumetto.library.ingestion.parsing import BookRead
from fumetto.library.ingestion.rules import Known, spread_flags
from fumetto.library.ingestion.summaries import write_summaries
from fumetto.library.ingestion.writing import (
    NewBook,
    credits_json,
    language_of,
    languages_of,
    link_source,
    short,
    size_json,
)
from fumetto.library.reading.rules import Ranges, block_of, cell_of, contains, merged, positions_of, within, without

BLANK = {"thumbnail_key": None, "image_key": None, "state": "pending", "error_code": None, "error_detail": None}


@dataclass(frozen=True, slots=True)
class Updated:
    """What came of it. `to_derive` counts pages and letterings whose images have to be made again."""

    episode_id: uuid.UUID
    series_id: uuid.UUID
    page_count: int
    to_derive: int


async def update_book(session: WriteSession, book: NewBook, known: Known, episode_id: uuid.UUID) -> Updated | None:
    """Bring an episode up to its changed file. The session must see every reader's rows. None when the episode is gone.

    Pages are recognised by content, else by name, else by order (`alignment.align`); the rows of those that stay keep
    their ids, and readers keep having seen them. Fields that a person has locked are left alone. The place in the
    series is not decided here: `refiling` has put the episode where its file says.
    """
    raw = session.raw()
    async with raw.cursor(row_factory=dict_row) as cursor:
        await cursor.execute("SELECT * FROM library.episodes WHERE id = %s FOR NO KEY UPDATE", (episode_id,))
        episode = await cursor.fetchone()
        if episode is None:
            return None
        await cursor.execute("SELECT * FROM library.pages WHERE episode_id = %s ORDER BY order_index", (episode_id,))
        old = await cursor.fetchall()
    matched = align(
        [PageIdentity(page["member"], page["fingerprint"]) for page in old],
        [PageIdentity(page.member, page.fingerprint) for page in book.read.pages],
    )
    page_ids = [old[index]["id"] if index is not None else uuid7() for index in matched]
    kinds = [(PageKind(page.kind), page.page_number) for page in book.read.pages]
    positions = positions_of(episode["sort_key"], kinds)
    await _carry_readers(session, episode, old, matched, positions)
    changed = await _write_pages(session, episode_id, book.read, old, matched, page_ids, positions)
    lettered = await _write_texts(session, book.read, page_ids, changed)
    await _write_episode(session, episode, book)
    await link_source(session, book, known, episode_id)
    await raw.execute("UPDATE library.series SET updated_at = now() WHERE id = %s", (episode["series_id"],))
    return Updated(episode_id, episode["series_id"], len(page_ids), len(changed) + lettered)


async def _write_pages(
    session: WriteSession,
    episode_id: uuid.UUID,
    read: BookRead,
    old: Sequence[Mapping[str, Any]],
    matched: Sequence[int | None],
    page_ids: Sequence[uuid.UUID],
    positions: Sequence[int],
) -> set[uuid.UUID]:
    """Write the pages as they are now; the ids of those whose picture is new or another."""
    raw = session.raw()
    staying = {index for index in matched if index is not None}
    gone = [page["id"] for index, page in enumerate(old) if index not in staying]
    await raw.execute("DELETE FROM library.pages WHERE id = ANY(%s)", (gone,))
    await raw.execute("UPDATE library.pages SET page_number = NULL WHERE episode_id = %s", (episode_id,))
    changed: set[uuid.UUID] = set()
    rows: list[dict[str, Any]] = []
    spreads = spread_flags(read.sizes)
    for index, page in enumerate(read.pages):
        before = old[was] if (was := matched[index]) is not None else None
        same = before is not None and before["fingerprint"] == page.fingerprint
        if not same:
            changed.add(page_ids[index])
        kept = {name: before[name] for name in BLANK} if before is not None and same else BLANK
        about = json.dumps(before["image_metadata"]) if before is not None and same else size_json(read, index)
        detail = json.dumps(kept["error_detail"]) if kept["error_detail"] is not None else None
        rows.append(
            dict(kept)
            | {
                "id": page_ids[index], "episode_id": episode_id, "order_index": index, "position": positions[index],
                "page_number": page.page_number, "kind": page.kind, "member": page.member,
                "media_type": page.media_type, "byte_size": page.byte_size, "fingerprint": page.fingerprint,
                "double": before["double"] if before is not None and same else page.double or spreads[index],
                "image_metadata": about, "error_detail": detail,
            }
        )  # fmt: skip
    if rows:
        columns = list(rows[0])
        statement = sql.SQL(
            "INSERT INTO library.pages ({columns}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET {updates}"
        ).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(map(sql.Placeholder, columns)),
            updates=sql.SQL(", ").join(
                sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns if name != "id"
            ),
        )
        async with raw.cursor() as cursor:
            await cursor.executemany(statement, rows)
    return changed


async def _write_texts(
    session: WriteSession, read: BookRead, page_ids: Sequence[uuid.UUID], changed: set[uuid.UUID]
) -> int:
    """Write which lettering there is; how many must be composed again."""
    raw = session.raw()
    wanted = {
        (page_ids[index], language): member
        for index, by_language in read.letterings.items()
        for language, member in by_language.items()
    }
    rows = await raw.execute(
        "SELECT id, page_id, language, fingerprint, locator FROM library.page_texts"
        " WHERE page_id = ANY(%s) AND source = 'lettering'",
        (list(page_ids),),
    )
    stale = 0
    gone: list[uuid.UUID] = []
    for text_id, page_id, language, fingerprint, locator in await rows.fetchall():
        member = wanted.pop((page_id, language), None)
        if member is None:
            gone.append(text_id)
            continue
        now = read.lettering_fingerprints[member]
        if now != fingerprint or page_id in changed:
            stale += 1
            await raw.execute(
                "UPDATE library.page_texts SET locator = %s, fingerprint = %s, state = 'pending', image_key = NULL,"
                " thumbnail_key = NULL, warning_code = NULL, warning_detail = NULL WHERE id = %s",
                (member, now, text_id),
            )
        elif locator != member:
            await raw.execute("UPDATE library.page_texts SET locator = %s WHERE id = %s", (member, text_id))
    await raw.execute("DELETE FROM library.page_texts WHERE id = ANY(%s)", (gone,))
    async with raw.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO library.page_texts (id, page_id, language, source, locator, fingerprint, state)"
            " VALUES (%s, %s, %s, 'lettering', %s, %s, 'pending')",
            [
                (uuid7(), page_id, language, member, read.lettering_fingerprints[member])
                for (page_id, language), member in wanted.items()
            ],
        )
    return stale + len(wanted)


async def _write_episode(session: WriteSession, episode: Mapping[str, Any], book: NewBook) -> None:
    about = book.read.metadata
    told: dict[str, Any] = {
        "title": book.proposal.title if about.title else None,
        "language": language_of(book.read),
        "published_at": about.published,
        "credits": credits_json(about) if about.credits else None,
        "credits_url": about.credits_url,
        "commentary_url": about.commentary_url,
        "license": short(about.license, 512),
        "age_rating": short(about.age_rating, 32),
        "direction": about.direction,
    }
    locked = set(episode["locked_fields"])
    values = {name: value for name, value in told.items() if value is not None and name not in locked}
    values |= {"languages": languages_of(book.read), "page_count": len(book.read.pages), "state": "indexed"}
    statement = sql.SQL(
        "UPDATE library.episodes SET {}, missing_since = NULL, updated_at = now() WHERE id = {}"
    ).format(
        sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values),
        sql.Placeholder("id"),
    )
    await session.raw().execute(statement, values | {"id": episode["id"]})
    if about.summary and "plot_summary" not in locked:
        await write_summaries(session, [(episode["id"], about.summary)])
    if "titles" not in locked:
        async with session.raw().cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO library.episode_titles (episode_id, language, title) VALUES (%s, %s, %s)"
                " ON CONFLICT (episode_id, language) DO UPDATE SET title = excluded.title",
                [(episode["id"], code[:35], title[:512]) for code, title in about.titles.items() if title],
            )


async def _carry_readers(
    session: WriteSession,
    episode: Mapping[str, Any],
    old: Sequence[Mapping[str, Any]],
    matched: Sequence[int | None],
    positions: Sequence[int],
) -> None:
    """Let what readers have seen, and where they are, follow the pages to where those are now.

    Other editions of the episode share its positions, and a ledger does not say in which of them a page was seen: where
    there are some, it stays as it is.
    """
    raw = session.raw()
    moves = {old[was]["position"]: positions[index] for index, was in enumerate(matched) if was is not None}
    same_places = all(was == index for index, was in enumerate(matched)) and len(matched) == len(old)
    if same_places and all(before == after for before, after in moves.items()):
        return
    await raw.execute(
        "UPDATE library.reading_progress p SET order_index = v.now, position = v.position"
        " FROM unnest(%s::int[], %s::int[], %s::bigint[]) AS v (was, now, position)"
        " WHERE p.episode_id = %s AND p.order_index = v.was",
        (
            [was for was in matched if was is not None],
            [index for index, was in enumerate(matched) if was is not None],
            [positions[index] for index, was in enumerate(matched) if was is not None],
            episode["id"],
        ),
    )
    editions = await raw.execute(
        "SELECT 1 FROM library.episodes WHERE id <> %s AND series_id = %s AND sort_key = %s LIMIT 1",
        (episode["id"], episode["series_id"], episode["sort_key"]),
    )
    if await editions.fetchone() is not None:
        return
    block = block_of(episode["sort_key"])
    ledgers = await raw.execute(
        "SELECT reader_id, seen FROM library.reading_ledgers"
        " WHERE series_id = %s AND seen && int8multirange(int8range(%s, %s)) FOR UPDATE",
        (episode["series_id"], *block),
    )
    for reader_id, seen in await ledgers.fetchall():
        ranges = tuple((part.lower, part.upper) for part in seen)
        carried = carry_seen(ranges, block, moves)
        await raw.execute(
            "UPDATE library.reading_ledgers SET seen = %s::int8multirange WHERE reader_id = %s AND series_id = %s",
            ("{" + ",".join(f"[{start},{end})" for start, end in carried) + "}", reader_id, episode["series_id"]),
        )


def carry_seen(seen: Ranges, block: tuple[int, int], moves: Mapping[int, int]) -> Ranges:
    """A ledger after pages of one episode moved within its block: what was seen still is, and nothing else. Pure."""
    here = within(seen, block)
    cells = [cell_of(after) for before, after in moves.items() if contains(here, before)]
    return merged((*without(seen, [block]), *cells))
