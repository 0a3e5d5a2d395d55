"""Queries of roots and sources; those that a scan of thousands needs are SQL on the session's own connection."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import func, select

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.context import failure
from fumetto.library.ingestion.kinds import RootState, SourceState
from fumetto.library.ingestion.models import LibraryRoot, Source
from fumetto.library.ingestion.rules import Found, Known, Settled

ROOTS_LOCK = 0x46756D66
IMAGES_KEY = "library.images:"  # and the episode's id: what jobs that make its images are locked by
KNOWN = "SELECT id, root_id, path, byte_size, modified_ns, fingerprint, state, episode_id FROM library.sources"


async def find_root(session: ReadSession, root_id: uuid.UUID) -> LibraryRoot | None:
    return await session.get(LibraryRoot, root_id)


async def list_roots(session: ReadSession) -> list[LibraryRoot]:
    return list(await session.scalars(select(LibraryRoot).order_by(LibraryRoot.created_at, LibraryRoot.id)))


async def managed_root(session: ReadSession) -> LibraryRoot | None:
    found: LibraryRoot | None = await session.scalar(select(LibraryRoot).where(LibraryRoot.managed).limit(1))
    return found


async def count_sources(session: ReadSession, root_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """How many sources of each root are in each state."""
    rows = await session.execute(
        select(Source.root_id, Source.state, func.count())
        .where(Source.root_id.in_(root_ids))
        .group_by(Source.root_id, Source.state)
    )
    counts: dict[uuid.UUID, dict[str, int]] = {root_id: {} for root_id in root_ids}
    for root_id, state, count in rows:
        counts[root_id][state] = count
    return counts


async def known_sources(session: ReadSession, root_id: uuid.UUID) -> list[Known]:
    rows = await session.raw().execute(KNOWN + " WHERE root_id = %s", (root_id,))
    return [_known(row) for row in await rows.fetchall()]


async def settled_sources(session: ReadSession, root_id: uuid.UUID) -> set[Settled]:
    """Those that a scan most likely finds unchanged, as little of each as it takes to see that."""
    rows = await session.raw().execute(
        "SELECT path, byte_size, modified_ns FROM library.sources"
        " WHERE root_id = %s AND state = 'present' AND episode_id IS NOT NULL",
        (root_id,),
        binary=True,
    )
    return set(await rows.fetchall())


async def unsettled_sources(session: ReadSession, root_id: uuid.UUID) -> list[Known]:
    """All others: missing, unreadable, or without an episode."""
    rows = await session.raw().execute(
        KNOWN + " WHERE root_id = %s AND NOT (state = 'present' AND episode_id IS NOT NULL)", (root_id,)
    )
    return [_known(row) for row in await rows.fetchall()]


async def known_at(session: ReadSession, root_id: uuid.UUID, paths: Sequence[str]) -> dict[str, Known]:
    rows = await session.raw().execute(KNOWN + " WHERE root_id = %s AND path = ANY(%s)", (root_id, list(paths)))
    return {row[2]: _known(row) for row in await rows.fetchall()}


async def known_elsewhere(session: ReadSession, root_id: uuid.UUID, sizes: Collection[int]) -> list[Known]:
    """Sources of other roots whose content may have moved here, as far as their sizes tell."""
    rows = await session.raw().execute(
        KNOWN + " WHERE root_id <> %s AND fingerprint IS NOT NULL AND byte_size = ANY(%s)", (root_id, list(sizes))
    )
    return [_known(row) for row in await rows.fetchall()]


async def episodes_of_content(session: ReadSession, fingerprints: Collection[str]) -> dict[str, uuid.UUID]:
    """The episodes that have a source with one of these contents already, the oldest of each."""
    rows = await session.raw().execute(
        "SELECT DISTINCT ON (s.fingerprint) s.fingerprint, coalesce(e.edition_of_id, e.id) FROM library.sources s"
        " JOIN library.episodes e ON e.id = s.episode_id WHERE s.fingerprint = ANY(%s) ORDER BY s.fingerprint, e.id",
        (list(fingerprints),),
    )
    return dict(await rows.fetchall())


async def mark_returned(session: WriteSession, sources: Iterable[Known]) -> None:
    ids = [source.id for source in sources]
    await session.raw().execute(
        "UPDATE library.sources SET seen_at = now(),"
        " state = CASE WHEN error_code IS NULL THEN 'present' ELSE 'failed' END WHERE id = ANY(%s)",
        (ids,),
    )
    await _refresh_missing(session, ids)


async def mark_gone(session: WriteSession, sources: Iterable[Known]) -> None:
    """Say that sources are not there any more. Nothing else of them, or of what hangs on them, is touched."""
    ids = [source.id for source in sources]
    await session.raw().execute(
        "UPDATE library.sources SET state = 'missing', seen_at = now() WHERE id = ANY(%s)", (ids,)
    )
    await _refresh_missing(session, ids)


async def mark_moved(session: WriteSession, root_id: uuid.UUID, moves: Iterable[tuple[Known, Found]]) -> None:
    """Give sources their new place; paths may be swapped, for their uniqueness is looked at when all is done."""
    values = [(source.id, found.path, found.byte_size, found.modified_ns) for source, found in moves]
    ids = [value[0] for value in values]
    await session.raw().execute(
        "UPDATE library.sources s SET root_id = %s, path = v.path, byte_size = v.byte_size,"
        " modified_ns = v.modified_ns, seen_at = now(),"
        " state = CASE WHEN s.error_code IS NULL THEN 'present' ELSE 'failed' END"
        " FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[]) AS v (id, path, byte_size, modified_ns)"
        " WHERE s.id = v.id",
        (root_id, ids, *([value[column] for value in values] for column in (1, 2, 3))),
    )
    await _refresh_missing(session, ids)


async def _refresh_missing(session: WriteSession, source_ids: Sequence[uuid.UUID]) -> None:
    """An episode is missing from when none of its sources was there until one is again."""
    await session.raw().execute(
        "UPDATE library.episodes e"
        " SET missing_since = CASE WHEN here.any_there THEN NULL ELSE coalesce(e.missing_since, now()) END"
        " FROM (SELECT episode_id, bool_or(state <> 'missing') AS any_there FROM library.sources WHERE episode_id IN"
        " (SELECT episode_id FROM library.sources WHERE id = ANY(%s)) GROUP BY episode_id) here"
        " WHERE e.id = here.episode_id AND (e.missing_since IS NULL) <> here.any_there",
        (list(source_ids),),
    )


async def make_way(session: WriteSession, sources: Iterable[Known]) -> None:
    """Take sources off paths that now hold what others were: missing, under a name that no scan finds."""
    ids = [source.id for source in sources]
    await session.raw().execute(
        "UPDATE library.sources SET state = 'missing', seen_at = now(), path = path || '.' || right(id::text, 8) || '~'"
        " WHERE id = ANY(%s)",
        (ids,),
    )
    await _refresh_missing(session, ids)


async def hold_root(session: WriteSession, root_id: uuid.UUID) -> bool:
    """Whether the root is one still; it stays so until the transaction ends."""
    row = await session.raw().execute(
        "SELECT 1 FROM library.library_roots WHERE id = %s AND state <> 'removed' FOR KEY SHARE", (root_id,)
    )
    return await row.fetchone() is not None


async def lock_roots(session: WriteSession) -> None:
    """Wait for the turn to decide which roots there are; held until the transaction ends."""
    await session.raw().execute("SELECT pg_advisory_xact_lock(%s)", (ROOTS_LOCK,))


async def hand_over(session: WriteSession, from_root: uuid.UUID, to_root: uuid.UUID, below: str) -> None:
    """Give the sources at and below a folder of one root to the root that this folder has become."""
    await session.raw().execute(
        "UPDATE library.sources SET root_id = %(to)s,"
        " path = CASE WHEN path = %(below)s THEN '.' ELSE substr(path, length(%(below)s) + 2) END"
        " WHERE root_id = %(from)s AND (path = %(below)s OR starts_with(path, %(below)s || '/'))",
        {"from": from_root, "to": to_root, "below": below},
    )


async def mark_all_gone(session: WriteSession, root_id: uuid.UUID) -> int:
    """Say that none of a root's sources is there any more; how many there are. Those that never were a book go."""
    raw = session.raw()
    await raw.execute("DELETE FROM library.sources WHERE root_id = %s AND episode_id IS NULL", (root_id,))
    left = await known_sources(session, root_id)
    await mark_gone(session, left)
    return len(left)


async def drop_forgotten(session: WriteSession, root_id: uuid.UUID) -> None:
    """Remove sources that are missing and whose episodes somebody has forgotten: nothing hangs on them any more."""
    await session.raw().execute(
        "DELETE FROM library.sources WHERE root_id = %s AND state = 'missing' AND episode_id IS NULL", (root_id,)
    )


async def retry_pages(session: WriteSession, root_id: uuid.UUID) -> list[tuple[uuid.UUID, int]]:
    """Let a root's pages and letterings that failed wait to be read again; their episodes and page counts."""
    raw = session.raw()
    of_root = (
        "SELECT p.id FROM library.pages p JOIN library.sources s ON s.episode_id = p.episode_id"
        " WHERE s.root_id = %s AND s.state = 'present'"
    )
    pages = await raw.execute(
        f"UPDATE library.pages SET state = 'pending', error_code = NULL, error_detail = NULL"  # noqa: S608 - ours
        f" WHERE state = 'failed' AND id IN ({of_root}) RETURNING episode_id".encode(),
        (root_id,),
    )
    episodes = {episode_id for (episode_id,) in await pages.fetchall()}
    texts = await raw.execute(
        f"UPDATE library.page_texts t SET state = 'pending', warning_code = NULL, warning_detail = NULL"  # noqa: S608
        f" FROM library.pages p WHERE t.state = 'failed' AND t.source = 'lettering' AND p.id = t.page_id"
        f" AND p.id IN ({of_root}) RETURNING p.episode_id".encode(),
        (root_id,),
    )
    episodes |= {episode_id for (episode_id,) in await texts.fetchall()}
    counts = await raw.execute("SELECT id, page_count FROM library.episodes WHERE id = ANY(%s)", (list(episodes),))
    return [(row[0], row[1]) for row in await counts.fetchall()]


async def waiting_episodes(session: ReadSession, source_ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, int]]:
    """Of these sources' episodes those with images still to be made, and their page counts."""
    rows = await session.raw().execute(
        "SELECT e.id, e.page_count FROM library.episodes e"
        " WHERE e.id IN (SELECT episode_id FROM library.sources WHERE id = ANY(%s))"
        " AND EXISTS (SELECT 1 FROM library.pages p WHERE p.episode_id = e.id AND p.state = 'pending')",
        (list(source_ids),),
    )
    return [(row[0], row[1]) for row in await rows.fetchall()]


async def neglected_episodes(session: ReadSession, root_id: uuid.UUID) -> list[tuple[uuid.UUID, int]]:
    """Episodes of a root with images still to be made and no job that will, whose last gave up; their page counts.

    By EXCEPT, which is hashed or sorted whatever the planner believes: right after a large import it knows nothing of
    these tables, and looked through all jobs for every episode.
    """
    rows = await session.raw().execute(
        "WITH neglected AS ("
        " SELECT %(key)s || episode_id::text AS lock"
        " FROM (SELECT DISTINCT episode_id FROM library.pages WHERE state = 'pending') waiting"
        " EXCEPT SELECT lock FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing'))"
        " SELECT e.id, e.page_count FROM neglected"
        " JOIN library.episodes e ON e.id = substr(neglected.lock, length(%(key)s) + 1)::uuid"
        " WHERE EXISTS (SELECT FROM library.sources s"
        " WHERE s.episode_id = e.id AND s.root_id = %(root)s AND s.state = 'present')",
        {"key": IMAGES_KEY, "root": root_id},
    )
    return [(row[0], row[1]) for row in await rows.fetchall()]


async def database_time(session: ReadSession) -> datetime:
    return (await session.scalars(select(func.now()))).one()


async def set_root_state(session: WriteSession, root_id: uuid.UUID, state: RootState) -> None:
    """What a scan found the root to be; its time is kept when the root could be looked at."""
    scanned = state is RootState.AVAILABLE
    await session.raw().execute(
        "UPDATE library.library_roots SET state = %s,"
        " last_scanned_at = CASE WHEN %s THEN now() ELSE last_scanned_at END WHERE id = %s AND state <> 'removed'",
        (state.value, scanned, root_id),
    )


async def record_failure(
    session: WriteSession, root_id: uuid.UUID, found: Found, known: Known | None, kind: str, error: FumettoError
) -> None:
    """Keep that a file could not be read, and why; an episode that it was before stays, and cannot be opened."""
    if known is None:
        known = (await known_at(session, root_id, [found.path])).get(found.path)
    detail = Jsonb(failure(found.path, error)["detail"])
    if known is None:
        await session.raw().execute(
            "INSERT INTO library.sources"
            " (id, root_id, path, kind, byte_size, modified_ns, state, error_code, error_detail)"
            " VALUES (%s, %s, %s, %s, %s, %s, 'failed', %s, %s)",
            (uuid7(), root_id, found.path, kind, found.byte_size, found.modified_ns, error.code, detail),
        )
        return
    await session.raw().execute(
        "UPDATE library.sources SET byte_size = %s, modified_ns = %s, state = 'failed',"
        " error_code = %s, error_detail = %s, seen_at = now() WHERE id = %s",
        (found.byte_size, found.modified_ns, error.code, detail, known.id),
    )
    if known.episode_id is not None:
        await session.raw().execute(
            "UPDATE library.episodes SET state = 'failed', updated_at = now() WHERE id = %s", (known.episode_id,)
        )
        await _refresh_missing(session, [known.id])


def _known(row: Sequence[Any]) -> Known:
    return Known(row[0], row[1], row[2], row[3], row[4], row[5], SourceState(row[6]), row[7])
