"""Connection pools with names and statistics, and what their failures mean to a request."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, OperationalError
from psycopg._connection_base import NoticeHandler
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from fumetto.kernel.db.errors import DatabaseBusy, DatabaseUnreachable
from fumetto.kernel.db.questions import Asked
from fumetto.kernel.db.server import unreachable
from fumetto.kernel.giving_way import give_way_as_we_do

WAITING_PER_CONNECTION = 40  # requests that may wait for each connection before the next is refused at once
RECONNECT_SECONDS = (
    5.0  # attempts to reconnect back off further and further; the next request starts a series of its own
)


class Connection(AsyncConnection[TupleRow]):
    """A connection that lives in a pool while SQLAlchemy believes it to open and close a new one each time."""

    lent = False

    async def close(self) -> None:
        """Closes it, unless it is lent: the lender takes it back, broken or not, so no place is lost."""
        if not self.lent:
            await super().close()

    def add_notice_handler(self, callback: NoticeHandler) -> None:
        """SQLAlchemy adds its handler at each use; one of them is enough."""
        with contextlib.suppress(ValueError):
            self.remove_notice_handler(callback)
        super().add_notice_handler(callback)


class Pool:
    """A psycopg pool that lends connections with a transaction begun on them.

    patient: however many may wait, instead of some for each connection.
    check: look whether a connection lives whenever psycopg's own pool gives it away, for libraries that use that.
    here: the server is on this machine, and its processes give way when this process does.
    """

    def __init__(
        self,
        conninfo: str,
        *,
        name: str,
        size: int,
        timeout: float,
        spare: int = 0,
        patient: bool = False,
        check: bool = False,
        here: bool = False,
    ) -> None:
        self.name = name
        self.size = size
        self.timeout = timeout
        self.lent = 0
        self.psycopg: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            conninfo,
            connection_class=Connection,
            kwargs={"autocommit": True},
            name=name,
            open=False,
            min_size=spare,
            max_size=size,
            max_waiting=0 if patient else size * WAITING_PER_CONNECTION,
            timeout=timeout,
            reconnect_timeout=RECONNECT_SECONDS,
            check=AsyncConnectionPool.check_connection if check else None,
            configure=give_way_as_we_do if here else None,
        )

    @contextlib.asynccontextmanager
    async def transaction(self, begin: str) -> AsyncIterator[Connection]:
        """A connection on which `begin` was executed: one round trip, which also shows whether it is still alive.

        The transaction is the caller's to end; what is left open is rolled back.
        Raises DatabaseBusy when none is free in time, DatabaseUnreachable when there is no server.
        """

        async def begun(connection: Connection) -> None:
            await connection.execute(begin.encode(), prepare=False)

        connection = await self._alive(begun)
        connection.lent = True
        self.lent += 1
        try:
            yield connection
        finally:
            self.lent -= 1
            connection.lent = False
            await asyncio.shield(self.psycopg.putconn(connection))

    async def ask(self, begin: Sequence[str], questions: Sequence[Asked[Any]]) -> None:
        """Answers questions in one round trip: one alone by itself, several in a transaction that `begin` begins.

        They must write nothing: they are asked again when the connection turns out to be dead. Raises as `transaction`
        does.
        """

        async def answered(connection: Connection) -> None:
            if begin:
                async with connection.pipeline():
                    for statement in begin:
                        await connection.execute(statement.encode(), prepare=False)
                    cursors = [await sent(connection, question) for question in questions]
                    await connection.execute(b"COMMIT", prepare=False)
            else:
                cursors = [await sent(connection, question) for question in questions]
            for question, cursor in zip(questions, cursors, strict=True):
                question.answer(await cursor.fetchall())

        await asyncio.shield(self.psycopg.putconn(await self._alive(answered)))

    async def _alive(self, first: Callable[[Connection], Awaitable[None]]) -> Connection:
        """A connection that lives, since `first` was done with it; one on which that fails is given back."""
        deadline = time.monotonic() + self.timeout
        while True:
            connection = await self._taken(deadline - time.monotonic())
            try:
                await first(connection)
            except OperationalError as error:
                closed = connection.closed
                await self.psycopg.putconn(connection)
                if not closed:
                    raise unreachable(error) from error
                # The server was restarted: all that idle here are as dead, and trying each would wait longer each time.
                await self.psycopg.check()
            except BaseException:
                await asyncio.shield(self.psycopg.putconn(connection))
                raise
            else:
                return connection

    async def _taken(self, seconds: float) -> Connection:
        try:
            return await self.psycopg.getconn(max(seconds, 0.0))
        except TooManyRequests as error:
            raise DatabaseBusy(pool=self.name) from error
        except PoolTimeout as error:
            if self.lent >= self.size:
                raise DatabaseBusy(pool=self.name) from error
            raise DatabaseUnreachable(reason=f"no connection within {self.timeout:g} s") from error

    def statistics(self) -> dict[str, int]:
        """psycopg's counters (https://www.psycopg.org/psycopg3/docs/advanced/pool.html#pool-stats), and `lent`."""
        return self.psycopg.get_stats() | {"lent": self.lent}


async def sent(connection: Connection, asked: Asked[Any]) -> AsyncCursor[TupleRow]:
    """Prepared at once: a question is asked again and again, and planning it can cost more than answering it."""
    return await connection.execute(asked.compiled[0], asked.values, prepare=True, binary=True)
