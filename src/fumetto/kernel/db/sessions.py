"""Sessions: one transaction each, of a type that says whether it can write, for one reader where rows are theirs."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import uuid
from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any, Self

from psycopg import Error as PsycopgError
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Engine, NullPool
from sqlalchemy.ext.asyncio import AsyncConnection as SqlConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from fumetto.kernel.db.narrowing import NarrowedSession, narrowing
from fumetto.kernel.db.pools import Connection, Pool, sent
from fumetto.kernel.db.questions import Asked
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.schemas import Schema
from fumetto.kernel.db.server import DatabaseServer, running_database, watch
from fumetto.kernel.giving_way import give_way
from fumetto.kernel.settings import Settings

STATEMENT_TIMEOUT = "60s"
READ_ONLY = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
IDLE_TIMEOUT = "5min"  # in a transaction; one forgotten open would hold back vacuum and migrations for ever
ALONG_THE_INDEX = {"enable_sort": "off", "enable_bitmapscan": "off", "enable_seqscan": "off"}
"""The queue grows and shrinks faster than statistics follow; planned by them, fetching a job sorts all that wait."""
GRAPH_CONNECTIONS = 4  # for checkpoints, each of which takes some milliseconds
GRAPH_TIMEOUT = 60.0  # seconds that a turn, which is answered already, waits to keep its checkpoint
CONNECTIONS_BESIDE_JOBS = 3  # of a worker: one listens, one keeps the heart beating, one is to spare

Reader = uuid.UUID | str | None
"""Whose rows a transaction sees where rows are a reader's own: one reader's, everybody's (EVERY_READER), nobody's."""


class ReadSession:
    """A read-only transaction with one unchanging view of the data: PostgreSQL refuses writes in it, and mypy before.

    What it offers are SQLAlchemy's own methods, with their types. Relationships are not used: load what is needed.
    """

    def __init__(self, session: AsyncSession, connection: Connection) -> None:
        self._session = session
        self._raw = connection
        self.execute = session.execute
        self.scalars = session.scalars
        self.scalar = session.scalar
        self.get = session.get
        self.get_one = session.get_one
        self.stream = session.stream
        self.stream_scalars = session.stream_scalars
        self.refresh = session.refresh
        self.run_sync = session.run_sync
        self.expunge_all = session.expunge_all

    def raw(self) -> Connection:
        """The psycopg connection, in the same transaction: for COPY, and for enqueuing jobs."""
        return self._raw

    async def ask(self, *questions: Asked[Any]) -> None:
        """Fills in the rows of some questions, in the same transaction."""
        for question in questions:
            question.answer(await (await sent(self._raw, question)).fetchall())

    async def connection(self) -> SqlConnection:
        """SQLAlchemy's connection, in the same transaction."""
        return await self._session.connection()


class WriteSession(ReadSession):
    """A transaction that may write. It commits when its block ends well and rolls back when it does not; nobody else
    commits. It goes wherever a ReadSession is wanted."""

    def __init__(self, session: AsyncSession, connection: Connection) -> None:
        super().__init__(session, connection)
        self.add = session.add
        self.add_all = session.add_all
        self.delete = session.delete
        self.flush = session.flush
        self.merge = session.merge
        self.begin_nested = session.begin_nested
        self.expunge = session.expunge
        self.expire = session.expire
        self.expire_all = session.expire_all


_handed_over: ContextVar[Connection] = ContextVar("connection for the engine to use next")


async def handed_over(*_: object, **__: object) -> Connection:
    return _handed_over.get()


@functools.cache
def engine() -> AsyncEngine:
    """SQLAlchemy's, which has no connections of its own: one for all databases of a process, with what it compiled."""
    return create_async_engine(
        "postgresql+psycopg://", poolclass=NullPool, async_creator=handed_over, use_native_hstore=False
    )


class LentSession(Session):
    """A session on a connection that is lent to it. It takes it when first asked for something: what asks the
    connection itself is spared SQLAlchemy, whose sessions take longer to begin and end than the database does."""

    def __init__(self, *given: Any, connection: Connection, **named: Any) -> None:
        super().__init__(*given, **named)
        self._lent = connection

    def get_bind(self, *given: Any, **named: Any) -> Engine | SyncConnection:
        """Asked by SQLAlchemy before each use. Another session may have been begun in this task meanwhile."""
        _handed_over.set(self._lent)
        return super().get_bind(*given, **named)


class LentNarrowedSession(LentSession, NarrowedSession):
    """The same for a reader whom not everything fits."""


class Database:
    """The database as one process uses it: opened once, closed at the end.

    pools: `general` for sessions, `jobs` for Procrastinate, which needs its own search path and long-lived connections,
    `langgraph` for the graph's checkpoints, whose tables are named without a schema too.
    """

    def __init__(
        self, server: DatabaseServer, settings: Settings, role: Role, stack: contextlib.AsyncExitStack
    ) -> None:
        self.server = server
        self.role = role
        self._stack = stack
        # Procrastinate's SQL names its tables without a schema, on a session's connection too.
        common = {"search_path": f"{Schema.JOBS},public", "idle_in_transaction_session_timeout": IDLE_TIMEOUT}
        size = settings.database_pool_size
        self._turns = asyncio.Semaphore(max(1, size // 2))
        self.pools: dict[str, Pool] = {
            "general": Pool(
                server.conninfo(role, application="fumetto", statement_timeout=STATEMENT_TIMEOUT, **common),
                name="general",
                size=size,
                timeout=settings.database_pool_timeout,
                spare=1,
                here=server.embedded,
            ),
            "langgraph": Pool(
                server.conninfo(role, application="fumetto graph", search_path=f"{Schema.LANGGRAPH},public"),
                name="langgraph",
                size=GRAPH_CONNECTIONS,
                timeout=GRAPH_TIMEOUT,
                patient=True,
                check=True,
                here=server.embedded,
            ),
            "jobs": Pool(
                server.conninfo(role, application="fumetto jobs", **common, **ALONG_THE_INDEX),
                name="jobs",
                size=settings.worker_concurrency + CONNECTIONS_BESIDE_JOBS,
                timeout=30.0,
                check=True,
                here=server.embedded,
            ),
        }
        self._engine = engine()

    @classmethod
    async def open(cls, settings: Settings, *, role: Role = Role.APP, wait_until_stopped: bool = False) -> Self:
        """Starts or joins the server and connects. The schema is not looked at: `migrate.upgrade` comes first.

        wait_until_stopped: see `running_database`. Raises what that raises, and DatabaseUnreachable.
        """
        async with contextlib.AsyncExitStack() as stack:
            server = await stack.enter_async_context(running_database(settings, wait_until_stopped=wait_until_stopped))
            return await cls.on(server, settings, role=role, stack=stack.pop_all())

    @classmethod
    async def on(
        cls,
        server: DatabaseServer,
        settings: Settings,
        *,
        role: Role = Role.APP,
        stack: contextlib.AsyncExitStack | None = None,
    ) -> Self:
        """The same on a server that runs already. `stack` is closed with the database."""
        database = cls(server, settings, role, stack or contextlib.AsyncExitStack())
        try:
            for pool in database.pools.values():
                await pool.psycopg.open()
                database._stack.push_async_callback(pool.psycopg.close)
            # The first connection of a process asks the server who it is, and rolls back what was begun on it.
            async with database._lend("SELECT 1"), database._engine.connect():
                pass
            watcher = asyncio.create_task(watch(server, database.check_pools), name="database-watch")
            database._stack.push_async_callback(cancelled, watcher)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        await self._stack.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @contextlib.asynccontextmanager
    async def read(self, reader: Reader = None, *, patient: bool = False) -> AsyncIterator[ReadSession]:
        """A read-only transaction. Raises DatabaseBusy or DatabaseUnreachable, both 503, within the pool's timeout.

        patient: for work that nobody would rather have refused than late. It waits for its turn among others of its
        kind, who have half of the connections at most. It may not be begun within another such transaction.
        """
        async with self._turn(patient), self._session(READ_ONLY, reader) as (session, connection):
            yield ReadSession(session, connection)
            # Not rolled back, though there is nothing to keep: psycopg forgets its prepared statements on a ROLLBACK.
            await connection.commit()

    @contextlib.asynccontextmanager
    async def write(self, reader: Reader = None, *, patient: bool = False) -> AsyncIterator[WriteSession]:
        """One transaction, committed when the block ends well. patient: see `read`. Raises as `read` does."""
        async with self._turn(patient), self._session("BEGIN", reader) as (session, connection):
            await session.connection()
            yield WriteSession(session, connection)
            await session.commit()

    def _turn(self, patient: bool) -> contextlib.AbstractAsyncContextManager[object]:
        return self._turns if patient else contextlib.nullcontext()

    async def ask(self, *questions: Asked[Any], reader: Reader = None) -> None:
        """Fills in the rows of some questions, all seen at one moment, in one round trip. Raises as `read` does."""
        alone = len(questions) == 1 and reader is None
        await self.pools["general"].ask([] if alone else [READ_ONLY, *as_reader(reader)], questions)

    async def check_pools(self) -> None:
        """Throws out connections that a restart of the server has broken, before somebody has to find out."""
        for pool in self.pools.values():
            await pool.psycopg.check()

    async def give_way(self) -> None:
        """From now on this process gives way to others, and so do the embedded server's processes that work for it."""
        give_way()
        for pool in self.pools.values():
            await pool.psycopg.drain()  # connections are told when they are made

    def statistics(self) -> dict[str, dict[str, int]]:
        """The counters of each pool, by its name."""
        return {name: pool.statistics() for name, pool in self.pools.items()}

    @contextlib.asynccontextmanager
    async def _session(self, begin: str, reader: Reader) -> AsyncIterator[tuple[AsyncSession, Connection]]:
        async with self._lend("; ".join([begin, *as_reader(reader)])) as connection:
            narrow = None if reader == EVERY_READER else narrowing()
            kind = LentSession if narrow is None else LentNarrowedSession
            session = AsyncSession(self._engine, sync_session_class=kind, expire_on_commit=False, connection=connection)
            if narrow is not None:
                session.info["narrowing"] = narrow
            try:
                yield session, connection
            finally:
                if session.in_transaction():
                    await asyncio.shield(session.close())
                elif connection.info.transaction_status != TransactionStatus.IDLE:
                    with contextlib.suppress(PsycopgError):  # a broken one the pool throws away
                        await asyncio.shield(connection.rollback())

    @contextlib.asynccontextmanager
    async def _lend(self, begin: str) -> AsyncIterator[Connection]:
        """A connection of the general pool, where the engine's next `connect` in this task will find it."""
        async with self.pools["general"].transaction(begin) as connection:
            token = _handed_over.set(connection)
            try:
                yield connection
            finally:
                _handed_over.reset(token)


def as_reader(reader: Reader) -> list[str]:
    """The statement that row-level security looks for. Sent with BEGIN, so that it costs no round trip."""
    if reader is None:
        return []
    name = reader if reader == EVERY_READER else str(uuid.UUID(str(reader)))
    return [f"SET LOCAL fumetto.reader = '{name}'"]


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
