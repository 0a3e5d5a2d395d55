"""A house with something in it to lose, and empty ones to bring it to."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql import Range

from fumetto.kernel.backup.rows import rows_in_database
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings, load_settings
from fumetto.kernel.storage import open_storage
from fumetto.library.reading.models import ReadingLedger
from tests.builders import a_series, a_user, an_episode
from tests.builders.server import TestServer

REMEMBER = "INSERT INTO langgraph.store (prefix, key, value) VALUES (%s, 'likes', %s)"
CHECKPOINT = "INSERT INTO langgraph.checkpoints (thread_id, checkpoint_id, checkpoint) VALUES (%s, 'last', %s)"


@dataclass(frozen=True)
class House:
    """Settings and the database that belongs to them."""

    settings: Settings
    server: DatabaseServer

    async def state(self) -> dict[str, Any]:
        """Everything that a backup keeps: rows, and digests of files."""
        async with self.server.connect(Role.ADMIN) as connection:
            rows = await rows_in_database(connection)
            ledgers = await (
                await connection.execute("SELECT seen::text FROM library.reading_ledgers ORDER BY 1")
            ).fetchall()
            names = await (await connection.execute("SELECT username FROM app.users ORDER BY 1")).fetchall()
            remembered = await (
                await connection.execute(
                    "SELECT prefix, value::text FROM langgraph.store"
                    " UNION ALL SELECT thread_id, checkpoint::text FROM langgraph.checkpoints ORDER BY 1"
                )
            ).fetchall()
        storage = open_storage(self.settings)
        files = {stored.key: digest(await storage.get(stored.key)) async for stored in storage.list()}
        told = {"rows": rows, "ledgers": ledgers, "names": names, "remembered": remembered}
        return told | {"files": files, "books": self.books()}

    def books(self) -> dict[str, str]:
        folder = self.settings.data_dir / "library"
        return {
            str(path.relative_to(folder)): digest(path.read_bytes()) for path in folder.rglob("*") if path.is_file()
        }


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def open_house(postgres: TestServer, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes houses: migrated ones, or with `empty=True` new machines. With a URL, as an outside server is used."""
    made: list[DatabaseServer] = []

    def make(name: str, *, empty: bool = False, **values: Any) -> House:
        server = postgres.empty() if empty else postgres.clone()
        made.append(server)
        environment = {"DATABASE_URL": postgres.url(server.database)}
        values = {"data_dir": tmp_path / name, "disk_reserve_bytes": 0} | values
        settings = load_settings(environment, **values)
        settings.data_dir.mkdir()
        return House(settings, server)

    yield make
    for server in made:
        postgres.drop(server.database)


@pytest.fixture
async def house(open_house: Callable[..., House]) -> House:
    """One with two readers, a series, pages, ledgers, something remembered of each reader, derived files, and a book of
    which there is no other copy."""
    made = open_house("house", log_level="DEBUG", s3_secret_access_key="very-secret")
    async with await Database.on(made.server, made.settings) as database, database.write(EVERY_READER) as session:
        series = await a_series(session, title="Pepper & Carrot")
        await an_episode(session, series, pages=20)
        for number in range(2):
            reader = await a_user(session, username=f"reader {number}")
            seen = [Range(10 * number, 10 * number + 5)]
            session.add(ReadingLedger(reader_id=reader.id, series_id=series.id, seen=seen))
            await session.raw().execute(REMEMBER, [f"memory.reader {number}.facts", '{"text": "Likes Carrot"}'])
            await session.raw().execute(CHECKPOINT, [f"thread {number}", '{"v": 4}'])
    storage = open_storage(made.settings)
    noise = random.Random(7)  # noqa: S311 - pictures to test with
    for number in range(12):
        await storage.put(f"pages/{number}/thumbnail-{number}.webp", noise.randbytes(20_000 * number + 1))
    keep_book(made.settings.data_dir / "library" / "Séries" / "un livre.cbz", noise.randbytes(100_000))
    return made


def keep_book(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(data)


def rewritten(file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """A copy of a backup with a changed manifest or entries, otherwise well made."""
    with zipfile.ZipFile(file) as source:
        entries = {name: source.read(name) for name in source.namelist()}
    manifest = json.loads(entries.pop("manifest.json"))
    change(manifest, entries)
    manifest["parts"] = [
        {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in entries.items()
    ]
    target = file.with_name(f"rewritten-{file.name}")
    with zipfile.ZipFile(target, "w") as made:
        for name, data in [*entries.items(), ("manifest.json", json.dumps(manifest).encode())]:
            made.writestr(name, data)
    return target
