"""Processes hear what others changed, and that they may have missed something."""

from __future__ import annotations

import asyncio

from fumetto.kernel.db.notices import Listening, publish
from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.sessions import Database

CHANNEL = "fumetto_test"


class Heard:
    def __init__(self) -> None:
        self.all: list[frozenset[str] | None] = []
        self.news = asyncio.Event()

    async def __call__(self, payloads: frozenset[str] | None) -> None:
        self.all.append(payloads)
        self.news.set()

    async def next(self) -> frozenset[str] | None:
        await asyncio.wait_for(self.news.wait(), 60)
        self.news.clear()
        return self.all[-1]


async def tell(database: Database, *payloads: str) -> None:
    async with database.write() as session:
        for payload in payloads:
            await publish(session, CHANNEL, payload)


async def test_notice_is_heard_when_its_transaction_is_committed_and_not_when_it_is_rolled_back(
    database: Database,
) -> None:
    heard = Heard()
    async with Listening(database.server, {CHANNEL: heard}) as listening:
        await asyncio.wait_for(listening.ready.wait(), 60)
        try:
            async with database.write() as session:
                await publish(session, CHANNEL, "never")
                raise LookupError
        except LookupError:
            await tell(database, "one")
        assert await heard.next() == {"one"}
    assert heard.all == [{"one"}]


async def test_listener_whose_connection_was_cut_says_that_anything_may_have_happened_and_hears_on(
    database: Database,
) -> None:
    heard = Heard()
    async with Listening(database.server, {CHANNEL: heard}) as listening:
        await asyncio.wait_for(listening.ready.wait(), 60)
        async with database.server.connect(Role.ADMIN) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        assert await heard.next() is None
        await tell(database, "two")
        assert await heard.next() == {"two"}
