"""The whole application in this process, and clients that talk to it as somebody or as nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from fastapi import FastAPI

from fumetto.entry.api import create_app
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage.opening import open_storage
from fumetto.people.access.service import create_api_key, create_sign_in_link, sign_in
from fumetto.people.public import COOKIE, Account, KeyScope, Role, create_user

BASE = "http://fumetto.test"


def an_app(settings: Settings, database: Database) -> FastAPI:
    """The application on a local storage below the test's data directory."""
    return create_app(settings, database, open_storage(settings))


@asynccontextmanager
async def a_client(app: FastAPI, address: str = "192.0.2.7", **options: object) -> AsyncIterator[httpx.AsyncClient]:
    """A client of nobody in particular, at `address`. It behaves as a browser's page of the application does."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 50000))
    headers = {"Sec-Fetch-Site": "same-origin"} | dict(options.pop("headers", {}))  # type: ignore[call-overload]
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers, **options) as client:  # type: ignore[arg-type]
        yield client


@asynccontextmanager
async def a_client_as(
    app: FastAPI, role: Role | str = Role.READER, name: str | None = None, account: Account | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client signed in as a new user of that role, or as an account that there is; `client.account` tells whom."""
    async with app.state.database.write() as session:
        if account is None:
            account = await create_user(session, name=name or f"{Role(role).value}-{id(session):x}", role=Role(role))
        link = await create_sign_in_link(session, account.id)
    async with app.state.database.write() as session:
        started = await sign_in(session, link.token, app.state.settings, user_agent="Firefox/140.0 (X11; Linux)")
    async with a_client(app) as client:
        client.cookies.set(COOKIE, started.token, domain=client.base_url.host)  # as if the server had set it
        client.account = account  # type: ignore[attr-defined]
        yield client


async def an_api_key(
    database: Database, account: Account, *scopes: KeyScope, expires_in: timedelta | None = None
) -> str:
    """A key of that account, by default one that may read and keep progress."""
    async with database.write() as session:
        key = await create_api_key(
            session, account.id, "test", scopes or (KeyScope.READ_PROGRESS,), expires_in=expires_in
        )
    return key.token
