"""Books whose changed files name another series or number: which they are, and putting their episodes there.

It happens before such a book is written, and finds its work done if it runs again: then its file says where it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession
from fumetto.library.catalogue.editing.refiling import Belonging, refile
from fumetto.library.catalogue.editing.repository import series_slugs
from fumetto.library.catalogue.kinds import Direction
from fumetto.library.catalogue.models import Series
from fumetto.library.catalogue.rules import slug_of, sort_title_of
from fumetto.library.ingestion.assembly import Proposal
from fumetto.library.ingestion.rules import Found, Known
from fumetto.library.ingestion.writing import NewBook, series_fields, series_of_keys


@dataclass(frozen=True, slots=True)
class Stray:
    """A changed book that is not where its file says; `book` of one of each key: what a new series learns from."""

    found: Found
    known: Known
    proposal: Proposal
    series_id: uuid.UUID
    book: NewBook | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a source's episode is, what its file said before, and what people have locked."""

    episode_id: uuid.UUID
    series_key: str | None
    series_id: uuid.UUID
    number: Decimal | None
    locked: frozenset[str]

    def wanted(self, proposal: Proposal) -> tuple[bool, bool]:
        """Whether the file names another series, and another number. What is locked, or not said, stays."""
        series = proposal.names_series and self.series_key is not None and proposal.key != self.series_key
        number = proposal.names_number and proposal.number != self.number
        return series and "series_id" not in self.locked, number and "episode_number" not in self.locked


async def find_strays(session: WriteSession, books: Sequence[tuple[NewBook, Known]]) -> dict[uuid.UUID, Stray]:
    """Those of the changed books that belong elsewhere now, by source."""
    standings = await standings_of(session, [known.id for _, known in books])
    strays: dict[uuid.UUID, Stray] = {}
    told: set[str] = set()
    for book, known in books:
        standing = standings.get(known.id)
        if standing is None or not any(standing.wanted(book.proposal)):
            continue
        first = book.proposal.key not in told
        told.add(book.proposal.key)
        strays[known.id] = Stray(book.found, known, book.proposal, standing.series_id, book if first else None)
    return strays


async def standings_of(session: WriteSession, source_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    rows = await session.raw().execute(
        "SELECT s.id, e.id, s.series_key, e.series_id, e.episode_number, e.locked_fields FROM library.sources s"
        " JOIN library.episodes e ON e.id = s.episode_id WHERE s.id = ANY(%s) ORDER BY e.id FOR NO KEY UPDATE OF e",
        (list(source_ids),),
    )
    return {
        source_id: Standing(episode_id, series_key, series_id, number, frozenset(locked))
        for source_id, episode_id, series_key, series_id, number, locked in await rows.fetchall()
    }


async def groups_of(session: WriteSession, strays: Sequence[Stray]) -> list[list[Stray]]:
    """The strays in groups that have no series in common: each can be put right on its own."""
    there = await series_of_keys(session, {stray.proposal.key: stray.proposal.series for stray in strays})
    parents: dict[Hashable, Hashable] = {}

    def root(node: Hashable) -> Hashable:
        while (above := parents.setdefault(node, node)) != node:
            node = above
        return node

    for stray in strays:
        key = stray.proposal.key
        parents[root(stray.series_id)] = root(there.get(key, key))
    groups: dict[Hashable, list[Stray]] = {}
    for stray in strays:
        groups.setdefault(root(stray.series_id), []).append(stray)
    return list(groups.values())


async def put_right(session: WriteSession, strays: Sequence[Stray]) -> int:
    """Move the strays' episodes to where their files say; how many moved. Call `placing` before.

    The session must see every reader's rows.
    """
    standings = await standings_of(session, [stray.known.id for stray in strays])
    series_of_key = await series_of_keys(session, {stray.proposal.key: stray.proposal.series for stray in strays})
    renamed = await renamed_series(session, strays, standings, series_of_key)
    series_of_key |= renamed
    new: dict[str, Series] = {}
    belonging: dict[uuid.UUID, Belonging] = {}
    for stray in strays:
        standing = standings.get(stray.known.id)
        if standing is None:
            continue
        proposal = stray.proposal
        other_series, other_number = standing.wanted(proposal)
        series_id = standing.series_id
        if other_series:
            if proposal.key not in series_of_key:
                new[proposal.key] = await new_series(session, proposal.key, strays, new)
                series_of_key[proposal.key] = new[proposal.key].id
            series_id = series_of_key[proposal.key]
        number = proposal.number if other_number else standing.number
        belonging[standing.episode_id] = Belonging(series_id, number)
    titles = {stray.proposal.key: stray.proposal.series for stray in strays}
    moved = await refile(
        session, belonging, list(new.values()), {series_id: titles[key] for key, series_id in renamed.items()}
    )
    async with session.raw().cursor() as cursor:
        await cursor.executemany(
            "UPDATE library.sources SET series_key = %s WHERE id = %s",
            [(stray.proposal.key, stray.known.id) for stray in strays],
        )
    return moved


async def renamed_series(
    session: WriteSession,
    strays: Sequence[Stray],
    standings: Mapping[uuid.UUID, Standing],
    there: Mapping[str, uuid.UUID],
) -> dict[str, uuid.UUID]:
    """Series that every book of theirs calls by one other name, which no series has: only their name is another."""
    leaving: dict[uuid.UUID, dict[uuid.UUID, str | None]] = {}
    for stray in strays:
        standing = standings.get(stray.known.id)
        if standing is not None:
            key = stray.proposal.key if standing.wanted(stray.proposal)[0] else None
            leaving.setdefault(standing.series_id, {})[standing.episode_id] = key
    rows = await session.raw().execute(
        "SELECT series_id, id FROM library.episodes WHERE series_id = ANY(%s) AND missing_since IS NULL",
        (list(leaving),),
    )
    keys: dict[uuid.UUID, set[str | None]] = {}
    for series_id, episode_id in await rows.fetchall():
        keys.setdefault(series_id, set()).add(leaving[series_id].get(episode_id))
    renamed: dict[str, uuid.UUID] = {}
    for series_id, said in sorted(keys.items()):
        (key,) = said if len(said) == 1 else (None,)
        if key is not None and key not in there:
            renamed.setdefault(key, series_id)
    return renamed


async def new_series(session: WriteSession, key: str, strays: Sequence[Stray], made: Mapping[str, Series]) -> Series:
    """A series as a first import of the book that tells of it would make it; not in the database yet."""
    title, book = next((one.proposal.series, one.book) for one in strays if one.proposal.key == key and one.book)
    about = book.read.metadata
    taken = await series_slugs(session, slug_of(title)) | {series.slug for series in made.values()}
    return Series(
        id=uuid7(),
        slug=slug_of(title, taken),
        title=title,
        sort_title=sort_title_of(title),
        direction=about.direction or Direction.LEFT_TO_RIGHT,
        tags=list(about.tags),
        credits=[credit.as_dict() for credit in about.credits],
        **series_fields(book.read),
    )
