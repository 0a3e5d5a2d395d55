"""Erases somebody, decides a request or accepts an invitation, as its arguments say, and is killed while it does:
`python -m tests.people.killed_process WHAT DATA_DIR ARGUMENTS`."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import cast

from fumetto.entry import models
from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings, load_settings
from fumetto.kernel.storage import Storage, open_storage
from fumetto.people.access.service import reader_of
from fumetto.people.collectives import invitations
from fumetto.people.consent import requests
from fumetto.people.consent.requests import Decision
from fumetto.people.privacy.farewell import erase_everywhere


class NeverDone:
    """A storage that takes nothing any more: whoever asks it waits to be killed."""

    async def put(self, key: str, data: object, content_type: str | None = None) -> None:
        print("asked to keep", key, flush=True)
        await asyncio.sleep(3600)


async def erase(database: Database, settings: Settings, user_id: str) -> None:
    await erase_everywhere(database, open_storage(settings), uuid.UUID(user_id), actor=None)


async def erase_rows(database: Database, settings: Settings, user_id: str) -> None:
    await erase_everywhere(database, cast(Storage, NeverDone()), uuid.UUID(user_id), actor=None)


async def decide(database: Database, settings: Settings, guardian_id: str, token: str) -> None:
    async with database.write() as session:
        guardian = await reader_of(session, uuid.UUID(guardian_id))
        await requests.decide(session, guardian, token, Decision(approve=True))


async def join(database: Database, settings: Settings, token: str) -> None:
    async with database.write() as session:
        await invitations.join_as_new(session, token, "Pepe", "en")


async def main(what: str, data_dir: str, arguments: Sequence[str]) -> None:
    assert models.METADATA.tables
    bind_rooms()
    deeds: dict[str, Callable[..., Awaitable[None]]] = {
        "erase": erase,
        "erase_rows": erase_rows,
        "decide": decide,
        "join": join,
    }
    settings = load_settings(data_dir=Path(data_dir))
    async with await Database.open(settings) as database:
        await deeds[what](database, settings, *arguments)


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
