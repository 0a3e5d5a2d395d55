"""Passages taken out of every space by their ids, on a bare connection: for erasing what is left of somebody."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, sql

IN_SIGHT = "SELECT set_config('fumetto.scope', %s, true)"
ALL = "{(,)}"
NONE = ""


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
