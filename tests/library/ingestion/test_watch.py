"""Noticing what changes on the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fumetto.library.ingestion.roots import root_for
from fumetto.library.ingestion.watch import Watcher, concerns_books, kind_of_mount
from tests.library.ingestion.conftest import Library, Shelf

MOUNTS = [
    "/dev/sda1 / ext4 rw 0 0",
    "tank:/comics /mnt/comics nfs4 rw 0 0",
    "//nas/share /mnt/my\\040share cifs rw 0 0",
    "broken",
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/x", "ext4"),
        ("/mnt/comics", "nfs4"),
        ("/mnt/comics/a", "nfs4"),
        ("/mnt/comics2", "ext4"),
        ("/mnt/my share/b", "cifs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert kind_of_mount(path, MOUNTS) == kind


@pytest.mark.parametrize("name", [".hidden", "a.cbz.part", "b.crdownload", "c.cbz~", "__MACOSX"])
def test_what_is_hidden_or_still_on_its_way_concerns_no_book(name: str) -> None:
    assert not concerns_books(f"/comics/{name}")
    assert concerns_books("/comics/a.cbz")


async def scans(library: Library) -> int:
    count: int = await library.one("SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'library.scan_root'")
    return count


async def watching(library: Library, root: Path) -> asyncio.Task[None]:
    async with library.database.write() as session:
        await root_for(session, library.settings, root, None)
    watcher = Watcher(library.database, library.settings)
    watcher.quiet_seconds = 0.1
    task = asyncio.create_task(watcher.run())
    await asyncio.sleep(0.3)
    return task


async def scanned_when(library: Library, shelf: Shelf, member: str) -> None:
    """Writes a book until a scan is due, again and again: the watcher may not be there yet the first time."""
    for attempt in range(600):
        if attempt % 20 == 0:
            for shade in range(2, 5):
                shelf.book(member, attempt + shade)
        await asyncio.sleep(0.05)
        if await scans(library):
            return


@pytest.mark.parametrize("single", [False, True])
async def test_a_book_that_comes_or_changes_is_scanned_once(library: Library, shelf: Shelf, single: bool) -> None:
    place = shelf.book("S/1.cbz", 1)
    task = await watching(library, place if single else shelf.path)
    try:
        await scanned_when(library, shelf, "S/1.cbz")
        await asyncio.sleep(0.3)
        assert await scans(library) == 1
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_fumettos_own_files_below_a_folder_start_no_scan(library: Library, shelf: Shelf) -> None:
    shelf.book("S/1.cbz", 1)
    library.settings.data_dir.mkdir(exist_ok=True)
    task = await watching(library, library.settings.data_dir.parent)
    try:
        (library.settings.data_dir / "postgres.cbz").write_bytes(b"x")
        await asyncio.sleep(0.6)
        assert await scans(library) == 0
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("folder", ["acquired", "acquired/peppercarrot", "library"])
async def test_what_comes_where_books_are_kept_below_the_data_directory_is_scanned(
    library: Library, folder: str
) -> None:
    own = Shelf(library.settings.data_dir / folder)
    own.book("S/1.cbz", 1)
    task = await watching(library, own.path)
    try:
        await scanned_when(library, own, "S/2.cbz")
        assert await scans(library) == 1
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_folder_that_cannot_be_watched_is_told(
    library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("OS file watch limit reached. (os error 28)")

    monkeypatch.setattr("fumetto.library.ingestion.watch.awatch", refused)
    task = await watching(library, shelf.path)
    told = "SELECT notice_code, notice_detail FROM library.library_roots"
    async with asyncio.timeout(60):
        while (await library.rows(told))[0][0] is None:  # noqa: ASYNC110 - the event is in a database
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await library.rows(told) == [("root_not_watched", {"reason": "limit"})]
