"""One transaction per request, ended before the answer leaves."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update
from starlette.responses import Response, StreamingResponse

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import Conflict
from fumetto.kernel.web.identity import Identity
from fumetto.kernel.web.problems import install_problem_handlers
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction
from fumetto.people.accounts.models import User

READER = uuid.UUID(int=7)


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(openapi_url=None)
    install_problem_handlers(app, {})
    app.state.database = database

    async def identify(request: object) -> Identity:
        return Identity(reader=READER)

    app.state.identify = identify

    @app.post("/users/{name}")
    async def add(session: WriteTransaction, name: str, fail: bool = False) -> str:
        session.add(User(username=name))
        await session.flush()
        if fail:
            raise Conflict
        return name

    @app.post("/users/{name}/read-only")
    async def rename_read_only(session: ReadTransaction, name: str) -> None:
        await session.execute(update(User).values(username=name))

    @app.get("/reader")
    async def reader(session: ReadTransaction) -> str:
        return str(await session.scalar(text("SELECT current_setting('fumetto.reader', true)")))

    @app.get("/slow")
    async def slow(session: ReadTransaction) -> Response:
        await session.scalar(text("SELECT 1"))

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(3):
                await asyncio.sleep(0)
                yield b"%d" % database.pools["general"].lent

        return StreamingResponse(parts())

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://fumetto.test") as client:
        yield client


async def names(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.scalars(select(User.username))).all())


async def test_what_is_acknowledged_is_stored(client: httpx.AsyncClient, database: Database) -> None:
    assert (await client.post("/users/Ada")).json() == "Ada"
    assert await names(database) == ["Ada"]


async def test_request_that_fails_leaves_nothing(client: httpx.AsyncClient, database: Database) -> None:
    assert (await client.post("/users/Ada?fail=true")).status_code == 409
    assert await names(database) == []
    assert database.pools["general"].lent == 0


async def test_reading_request_cannot_write(client: httpx.AsyncClient, database: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        await client.post("/users/Ada/read-only")
    assert await names(database) == []


async def test_transaction_knows_whose_rows_it_may_see(client: httpx.AsyncClient) -> None:
    assert (await client.get("/reader")).json() == str(READER)


async def test_slow_client_holds_no_connection(client: httpx.AsyncClient) -> None:
    assert (await client.get("/slow")).text == "000"
