"""A worker that is killed at any moment of an import: the next one finishes it, with nothing twice and nothing lost."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fumetto.kernel.jobs.models import ActivityState
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion.intake import import_path, wait_for
from tests.library.ingestion.conftest import Library, Shelf, a_picture

WORKER = Path(__file__).with_name("worker_process.py")
BOOKS = 60
PAGES = 4


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    assert settings.conninfo is not None
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, WORKER, settings.conninfo, settings.data_dir], env=environment, stdout=subprocess.DEVNULL
    )


@pytest.mark.timeout(400)
async def test_an_import_that_is_killed_again_and_again_ends_complete(
    library: Library, shelf: Shelf, settings_with_database: Settings
) -> None:
    chance = random.Random(1)  # noqa: S311 - the same moments each time
    for number in range(BOOKS):
        pages = {f"{page}.png": a_picture(number * PAGES + page, 300, 400) for page in range(PAGES)}
        shelf.archive(f"Series {number // 20}/{number % 20 + 1:02}.cbz", pages)
    shelf.file("Series 0/broken.cbz", b"PK\x03\x04 and no more")
    async with library.database.write() as session:
        activity = await import_path(session, settings_with_database, shelf.path)
    ending = asyncio.create_task(wait_for(library.database, activity))
    kills = 0
    while not ending.done():
        worker = start_worker(settings_with_database)
        try:
            seconds = chance.uniform(0.9, 2.4) if kills < 5 else 300
            await asyncio.wait([ending], timeout=seconds)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            kills += 1
    standing = ending.result()
    assert kills > 1, "the import was too quick to be disturbed"
    assert standing.state is ActivityState.SUCCEEDED
    assert await library.one("SELECT count(*) FROM library.series") == BOOKS // 20
    assert await library.one("SELECT count(*) FROM library.episodes WHERE state = 'ready'") == BOOKS
    assert await library.one("SELECT count(*) FROM library.episodes") == BOOKS
    assert await library.one("SELECT count(*) FROM library.sources WHERE state = 'present'") == BOOKS
    assert await library.one("SELECT count(*) FROM library.pages WHERE state = 'ready'") == BOOKS * PAGES
    assert await library.one("SELECT count(*) FROM library.pages") == BOOKS * PAGES
    assert await library.one("SELECT count(DISTINCT path) FROM library.sources") == BOOKS + 1
    keys = {key for (key,) in await library.rows("SELECT thumbnail_key FROM library.pages")}
    assert all((settings_with_database.image_dir / key).stat().st_size > 0 for key in keys)
    assert standing.failed == 1
    assert standing.done == BOOKS + BOOKS * PAGES
