"""Checkpoints of the graph, in PostgreSQL: ids and plain values, of the last turn of each session."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from fumetto.kernel.db.sessions import Database, WriteSession

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

POOL: Final = "langgraph"
TABLES: Final = ("checkpoint_writes", "checkpoint_blobs", "checkpoints")
TRIM: Final = """
WITH last AS (
    SELECT thread_id, checkpoint_ns, checkpoint_id, checkpoint -> 'channel_versions' AS versions
    FROM langgraph.checkpoints WHERE thread_id = %(thread)s ORDER BY checkpoint_id DESC LIMIT 1
), states AS (
    DELETE FROM langgraph.checkpoints c USING last
    WHERE c.thread_id = last.thread_id AND c.checkpoint_id < last.checkpoint_id
), values AS (
    DELETE FROM langgraph.checkpoint_blobs b USING last
    WHERE b.thread_id = last.thread_id AND b.version IS DISTINCT FROM last.versions ->> b.channel
)
DELETE FROM langgraph.checkpoint_writes w USING last
WHERE w.thread_id = last.thread_id AND w.checkpoint_id < last.checkpoint_id
"""


class Checkpoints:
    """Where the graph keeps its state between the turns of a session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def saver(self) -> AsyncPostgresSaver:
        """One for one turn: a saver lets nobody else to its pool while it works, however many there are."""
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

        pool: Any = self._database.pools[POOL].psycopg
        return AsyncPostgresSaver(pool)

    async def trim(self, thread_id: uuid.UUID) -> None:
        """Deletes what came before the last turn of a session."""
        async with self._database.pools[POOL].psycopg.connection() as connection:
            await connection.execute(TRIM, {"thread": str(thread_id)}, prepare=True)


async def forget(session: WriteSession, thread_ids: Collection[uuid.UUID]) -> None:
    """Deletes all that is kept of some sessions, with what else the transaction does."""
    for table in TABLES:
        await session.raw().execute(
            f"DELETE FROM langgraph.{table} WHERE thread_id = ANY (%s)",  # noqa: S608 - a name of ours
            [[str(one) for one in thread_ids]],
        )
