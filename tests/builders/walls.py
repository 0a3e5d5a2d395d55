"""Both walls before what does not fit, or one of them alone: each has to hold without the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fumetto.entry.models import METADATA
from fumetto.kernel.db import narrowing
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.rowsecurity import FITTING
from fumetto.kernel.db.sessions import Database

WALLS = ("both walls", "the application's wall", "the database's wall")


@asynccontextmanager
async def only_this_wall(database: Database, which: str) -> AsyncIterator[None]:
    """Takes down the other wall for the block: the condition on queries, or the policies in the database."""
    if which == "the application's wall":
        await take_down_policies(database)
    with pytest.MonkeyPatch.context() as patch:
        if which == "the database's wall":
            patch.setattr(narrowing, "narrowed", lambda statement, what: statement)
            patch.setattr("fumetto.kernel.db.questions.narrowed", lambda statement, what: statement)
            patch.setattr("fumetto.kernel.db.questions.narrowing", lambda: None)
            patch.setattr("fumetto.kernel.db.sessions.narrowing", lambda: None)
        yield


async def take_down_policies(database: Database) -> None:
    """For good: the database is the test's own."""
    async with database.server.connect(Role.OWNER) as connection:
        for table in METADATA.sorted_tables:
            if FITTING in table.info:
                await connection.execute(f"ALTER POLICY fits ON {table.schema}.{table.name} USING (true)".encode())
        await connection.commit()
