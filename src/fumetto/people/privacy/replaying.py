"""Erasures that an older backup has undone, done again while it is restored.

A tombstone is a row, and an object in the storage beside it: a backup is older than either, and one of them outlives
whatever else was lost.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import AsyncConnection
from sqlalchemy import MetaData

from fumetto.kernel.storage.errors import ObjectMissing
from fumetto.kernel.storage.protocol import Storage
from fumetto.people.privacy.erasing import erase
from fumetto.people.privacy.rules.who import subject_of

FOLDER = "erasures"
KEPT = "SELECT subject, pseudonym FROM app.erasures"
KEEP = """
INSERT INTO app.erasures (subject, pseudonym, finished_at) VALUES (%s, %s, now()) ON CONFLICT (subject) DO NOTHING
"""

Tombstones = dict[bytes, uuid.UUID]


def key_of(subject: bytes) -> str:
    return f"{FOLDER}/{subject.hex()}.json"


async def put_tombstone(storage: Storage, subject: bytes, pseudonym: uuid.UUID) -> None:
    """Beside the row, before whatever the person had is gone."""
    told = {"pseudonym": str(pseudonym), "erased_at": datetime.now(UTC).isoformat()}
    await storage.put(key_of(subject), json.dumps(told).encode())
    await storage.settle([key_of(subject)])


async def stored_tombstones(storage: Storage) -> Tombstones:
    """Those in the storage."""
    found: Tombstones = {}
    async for entry in storage.list(FOLDER):
        try:
            told = json.loads(await storage.get(entry.key))
            subject = bytes.fromhex(entry.key.removeprefix(f"{FOLDER}/").removesuffix(".json"))
            found[subject] = uuid.UUID(told["pseudonym"])
        except (ObjectMissing, ValueError, KeyError):
            continue  # not ours, or not whole: its row will do
    return found


async def kept_tombstones(connection: AsyncConnection[Any]) -> Tombstones:
    """Those in a database; none in one that is older than they are."""
    try:
        async with connection.transaction():
            rows = await (await connection.execute(KEPT)).fetchall()
    except psycopg.errors.UndefinedTable:
        return {}
    return {bytes(subject): pseudonym for subject, pseudonym in rows}


async def replay(
    connection: AsyncConnection[Any], metadata: MetaData, tombstones: Tombstones
) -> AsyncIterator[list[str]]:
    """Erases whoever the connection's database has and should not; gives the storage's keys of each, to be deleted.

    The connection sees every reader's rows and is in a transaction.
    """
    tombstones = {**await kept_tombstones(connection), **tombstones}
    people = [row[0] for row in await (await connection.execute("SELECT id FROM app.users")).fetchall()]
    for subject, pseudonym in tombstones.items():
        await connection.execute(KEEP, [subject, pseudonym])
    for user_id in people:
        pseudonym_of = tombstones.get(subject_of(user_id))
        if pseudonym_of is not None:
            yield (await erase(connection, metadata, user_id, pseudonym_of)).keys
