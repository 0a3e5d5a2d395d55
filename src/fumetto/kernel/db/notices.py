"""What processes tell each other through the database: PostgreSQL's NOTIFY, in the transaction of what it is about.

Each process listens on one connection of its own. A notice says that something is so, never what: whoever hears it
looks for themselves, once for all notices that came meanwhile. While the connection was lost anything may have
happened, and so handlers are told None when it is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Final, Self

import structlog
from psycopg import AsyncConnection, OperationalError, sql
from sqlalchemy import text

from fumetto.kernel.db.roles import Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import WriteSession
from fumetto.kernel.errors import FumettoError

log = structlog.get_logger(__name__)

STILL_THERE_SECONDS: Final = 15.0  # between two looks whether a silent connection still lives
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0

Handler = Callable[[frozenset[str] | None], Awaitable[None]]
"""Gets the notices that came since it was called last, or None: any may have been missed."""


async def publish(session: WriteSession, channel: str, payload: str) -> None:
    """Tell every process that listens, when the transaction commits; nobody when it does not."""
    await session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


class Listening:
    """Listens while its block runs. Each channel's handler is called one at a time; what comes meanwhile is gathered.

    `ready` is set while the connection stands.
    """

    def __init__(self, server: DatabaseServer, handlers: Mapping[str, Handler], role: Role = Role.APP) -> None:
        self.ready = asyncio.Event()
        self._server = server
        self._role = role
        self._handlers = handlers
        self._heard: dict[str, set[str] | None] = {}
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._listen(), name="notices"),
            asyncio.create_task(self._handle(), name="notices-handled"),
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        pause, lost = FIRST_PAUSE, False
        while True:
            try:
                async with self._server.connect(self._role, statement_timeout="10s") as connection:
                    for channel in self._handlers:
                        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                    if lost:
                        for channel in self._handlers:
                            self._hear(channel, None)
                    pause, lost = FIRST_PAUSE, True
                    self.ready.set()
                    await self._follow(connection)
            except (OperationalError, FumettoError) as error:
                log.warning("notices.lost", error=type(error).__name__)
            self.ready.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _follow(self, connection: AsyncConnection) -> None:
        """Raises OperationalError when the connection is gone."""
        while True:
            async for notice in connection.notifies(timeout=STILL_THERE_SECONDS):
                self._hear(notice.channel, notice.payload)
            await connection.execute("SELECT 1")

    def _hear(self, channel: str, payload: str | None) -> None:
        heard = self._heard.setdefault(channel, set())
        if payload is None:
            self._heard[channel] = None
        elif heard is not None:
            heard.add(payload)
        self._news.set()

    async def _handle(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            heard, self._heard = self._heard, {}
            for channel, payloads in heard.items():
                try:
                    await self._handlers[channel](None if payloads is None else frozenset(payloads))
                except FumettoError as error:
                    log.warning("notices.not_handled", channel=channel, code=error.code)
                    self._hear(channel, None)
                    await asyncio.sleep(FIRST_PAUSE)
                except Exception:
                    log.exception("notices.not_handled", channel=channel)
