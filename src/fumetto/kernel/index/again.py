"""For who keeps what a search found, to use it again: what was searched, and whether what was found can still be seen.

Nothing here depends on a passage beyond the scope.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from psycopg import sql

from fumetto.kernel.db.sessions import ReadSession
from fumetto.kernel.index.embedding import question_vector
from fumetto.kernel.index.ranking import SCOPE, WITHIN, visible
from fumetto.kernel.index.scope import Scope
from fumetto.kernel.index.searching import Ground, ground_of
from fumetto.kernel.index.spaces import LiveSpace, known_spaces

if TYPE_CHECKING:
    from fumetto.kernel.providers.embeddings import Vectors

UNFILTERED: Final = (False, False, False)
DIGEST: Final = """
uuid_hash_extended(s.id, s.words + (1e6 * public.l2_norm(s.terms))::bigint
    + coalesce((1e15 * public.l2_norm(public.subvector(s.embedding, 1, 8)))::bigint, 0)) AS digest
"""
"""Lengths of its terms and of the first numbers of its vector stand for a passage's words: hashing all of them takes as
long as a search."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a search in a scope looks at: the space with its model, and a digest of all the passages that are visible,
    with their words and vectors. It is another when a search might find something else, and by nothing else."""

    space: int
    model: str
    digest: str


async def corpus_of(session: ReadSession, scope: Scope) -> Corpus | None:
    """None where there is nothing to search."""
    ground = await ground_of(session, scope, fresh=False)
    if ground is None:
        return None
    statement = sql.SQL("{scope} SELECT count(*), coalesce(sum(digest), 0) FROM {seen}").format(
        scope=sql.SQL(SCOPE), seen=visible(ground.space.number, DIGEST, UNFILTERED)
    )
    rows = await session.raw().execute(statement, ground.values(), prepare=True)
    count, digest = await rows.fetchone() or (0, 0)
    return Corpus(ground.space.number, ground.space.model, f"{ground.space.number}/{count}/{digest}")


async def still_visible(session: ReadSession, scope: Scope, ids: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of some passages that are there and within the scope."""
    wanted = list(ids)
    ground: Ground | None = await ground_of(session, scope, fresh=False)
    if ground is None or not wanted:
        return frozenset()
    statement = sql.SQL(
        "{scope} SELECT s.id FROM scope, LATERAL (SELECT s.id FROM {table} s WHERE s.id = ANY (%(ids)s)"
        " AND EXISTS (SELECT FROM unnest(%(lows)s::uuid[], %(highs)s::uuid[]) AS r (low, high)"
        " WHERE s.place BETWEEN r.low AND r.high) AND {within} OFFSET 0) AS s"
    ).format(
        scope=sql.SQL(SCOPE),
        table=sql.Identifier("rag", f"space_{ground.space.number}"),
        within=sql.SQL(WITHIN),
    )
    rows = await session.raw().execute(statement, ground.values() | {"ids": wanted}, prepare=True)
    return frozenset(row[0] for row in await rows.fetchall())


async def searched_space(session: ReadSession) -> LiveSpace | None:
    """The space that is searched now."""
    return next((space for space in await known_spaces(session) if space.state == "active"), None)


async def vector_for(session: ReadSession, space: LiveSpace, text: str) -> Vectors | None:
    """A question's vector as the space is searched with it; None where its model does not answer."""
    return await question_vector(session, space.number, space.model, text)
