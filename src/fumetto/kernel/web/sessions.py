"""One transaction per request, ended before the answer leaves: what was acknowledged is stored, and a slow client holds
no connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.web.identity import CurrentIdentity


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def read_session(request: Request, identity: CurrentIdentity) -> AsyncIterator[ReadSession]:
    async with database_of(request).read(reader=identity.reader) as session:
        yield session


async def write_session(request: Request, identity: CurrentIdentity) -> AsyncIterator[WriteSession]:
    async with database_of(request).write(reader=identity.reader) as session:
        yield session


# scope="function" is what closes the transaction before the response is sent; without it, FastAPI does so afterwards.
ReadTransaction = Annotated[ReadSession, Depends(read_session, scope="function")]
WriteTransaction = Annotated[WriteSession, Depends(write_session, scope="function")]
