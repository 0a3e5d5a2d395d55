"""What the tests of spaces share: texts in a table, and what each space should hold of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import numpy as np
from psycopg import sql

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.index import Passage
from fumetto.kernel.index.spaces import SET_SCOPE, UNIVERSE
from tests.builders.embeddings import EmbeddingServer
from tests.kernel.index.builders import page

SERIES = uuid.UUID(int=77)
KEEP = """
INSERT INTO app.index_documents (id, key, owner_id, name, content) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET content = excluded.content
"""


async def texts_in_table(session: ReadSession, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    rows = await session.raw().execute("SELECT id, content FROM app.index_documents WHERE id = ANY (%s)", [list(ids)])
    return dict(await rows.fetchall())


async def write(session: WriteSession, texts: Mapping[uuid.UUID, str], key: uuid.UUID = SERIES) -> None:
    """Keep texts and index them, each on a page of its own."""
    for one, text in sorted(texts.items()):
        await session.raw().execute(KEEP, [one, key, key, str(one), text])
    passages = [
        Passage(one, key, "dialogue", "en", text, ((page(one.int % 1000),),)) for one, text in sorted(texts.items())
    ]
    await index.put(session, passages)


async def erase(session: WriteSession, ids: Sequence[uuid.UUID]) -> None:
    """Those that are there: what somebody else is about to put for the first time is theirs."""
    gone = await session.raw().execute("DELETE FROM app.index_documents WHERE id = ANY (%s) RETURNING id", [list(ids)])
    await index.remove(session, [row[0] for row in await gone.fetchall()])


async def held(session: ReadSession, number: int) -> dict[uuid.UUID, list[float] | None]:
    """The vectors of a space by passage."""
    await session.raw().execute(SET_SCOPE, [UNIVERSE])
    table = sql.Identifier(f"space_{number}")
    rows = await session.raw().execute(sql.SQL("SELECT id, embedding::real[] FROM rag.{}").format(table))
    return dict(await rows.fetchall())


async def all_texts(session: ReadSession) -> dict[uuid.UUID, str]:
    return dict(await (await session.raw().execute("SELECT id, content FROM app.index_documents")).fetchall())


async def check(database: Database, number: int, server: EmbeddingServer, *, complete: bool) -> int:
    """That a space holds the passages there are, each with the vector of its present text by the server's model, or
    none yet where it need not be complete. Returns how many have theirs."""
    async with database.read(EVERY_READER) as session:
        texts, vectors = await all_texts(session), await held(session, number)
    assert vectors.keys() == texts.keys()
    made = {one: vector for one, vector in vectors.items() if vector is not None}
    wrong = [one for one, vector in made.items() if not np.allclose(vector, server.vector(texts[one]), atol=2e-3)]
    assert wrong == []
    assert not complete or len(made) == len(texts)
    return len(made)
