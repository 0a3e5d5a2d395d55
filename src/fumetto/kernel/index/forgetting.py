"""Passages taken out of every space by their ids, with what models made of their texts, on a bare connection: for
erasing what is left of somebody."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, sql

from fumetto.kernel.index.cached import OF_QUESTIONS, digest

IN_SIGHT = "SELECT set_config('fumetto.scope', %s, true)"
ALL = "{(,)}"
NONE = ""
OF_QUESTIONS_MATCH = (len(OF_QUESTIONS), OF_QUESTIONS)


async def forget_passages(connection: AsyncConnection[Any], ids: Sequence[uuid.UUID]) -> dict[str, int]:
    """Delete them, vectors and terms, in the transaction that there is; how many rows, by the name of the table."""
    if not ids:
        return {}
    spaces = await (await connection.execute("SELECT number FROM rag.spaces")).fetchall()
    await connection.execute(IN_SIGHT, [ALL])  # who may not see a passage may not delete it either
    gone: dict[str, int] = {}
    for (number,) in spaces:
        space = sql.Identifier("rag", f"space_{number}")
        done = await connection.execute(sql.SQL("DELETE FROM {} WHERE id = ANY (%s)").format(space), [list(ids)])
        gone[f"rag.space_{number}"] = done.rowcount
    await connection.execute(IN_SIGHT, [NONE])
    return gone


async def forget_vectors(connection: AsyncConnection[Any], texts: Sequence[str]) -> dict[str, int]:
    """Delete what any model made of these texts. Somebody else's of the same words is made again when it is wanted."""
    digests = list({digest(text) for text in texts})
    done = await connection.execute("DELETE FROM cache.embeddings WHERE digest = ANY (%s)", [digests])
    return {"cache.embeddings": done.rowcount}


async def forget_questions(connection: AsyncConnection[Any]) -> dict[str, int]:
    """Delete what models made of questions, everybody's: the rows do not say who asked."""
    done = await connection.execute("DELETE FROM cache.embeddings WHERE right(model, %s) = %s", OF_QUESTIONS_MATCH)
    return {"cache.embeddings": done.rowcount}
