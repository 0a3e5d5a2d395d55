"""Roots, imports, uploads and problems as clients see them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from fumetto.kernel.jobs.models import ActivityState
from fumetto.kernel.jobs.worker import run_worker
from fumetto.kernel.storage import open_storage
from fumetto.library.ingestion.intake import Standing, import_path, scan_all, wait_for
from fumetto.library.ingestion.parsers import close_parsers
from fumetto.library.ingestion.roots import managed_folder
from tests.builders.api import a_client_as, an_app
from tests.library.ingestion.conftest import Library, Shelf, a_picture
from tests.library.ingestion.worker_process import QUICK


@pytest.fixture
async def owner(library: Library) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(an_app(library.settings, library.database), "owner") as client:
        yield client


@pytest.fixture
async def working(library: Library) -> AsyncIterator[None]:
    """A worker in this process, for as long as the test runs."""
    stop = asyncio.Event()
    worker = asyncio.create_task(
        run_worker(library.settings, library.database, open_storage(library.settings), stop_event=stop, pace=QUICK)
    )
    yield
    stop.set()
    await asyncio.wait_for(worker, 60)
    await close_parsers()


async def ended(library: Library, answer: httpx.Response) -> Standing:
    assert answer.status_code in (200, 201, 202), answer.text
    async with asyncio.timeout(120):
        return await wait_for(library.database, uuid.UUID(answer.json()["activity_id"]))


async def test_a_folder_is_added_read_and_listed(
    owner: httpx.AsyncClient, library: Library, shelf: Shelf, working: None
) -> None:
    shelf.book("Saga/1.cbz", 1)
    shelf.file("Saga/2.cbz", b"nothing")
    answer = await owner.post("/api/v1/roots", json={"path": str(shelf.path)})
    standing = await ended(library, answer)
    assert (standing.state, standing.done, standing.failed) == (ActivityState.SUCCEEDED, 1 + 1, 1)
    listing = (await owner.get("/api/v1/roots")).json()
    assert listing["total"] == 1
    root = listing["items"][0]
    assert (root["path"], root["state"], root["episode_count"], root["failed_count"]) == (
        str(shelf.path),
        "available",
        1,
        1,
    )
    problems = (await owner.get("/api/v1/problems")).json()
    assert [(item["path"], item["code"], item["kind"]) for item in problems["items"]] == [
        (str(shelf.path / "Saga/2.cbz"), "book_not_recognised", "book")
    ]
    assert "2.cbz" in problems["items"][0]["message"]


async def test_the_same_path_twice_brings_nothing_in_twice(
    owner: httpx.AsyncClient, library: Library, shelf: Shelf, working: None
) -> None:
    shelf.book("Saga/1.cbz", 1)
    for path in (shelf.path, shelf.path / "Saga", shelf.path / "Saga" / "1.cbz", shelf.path / "." / "Saga" / ".."):
        await ended(library, await owner.post("/api/v1/imports", json={"paths": [str(path)]}))
    assert await library.one("SELECT count(*) FROM library.episodes") == 1
    assert await library.one("SELECT count(*) FROM library.library_roots") == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nowhere", 404, "import_path_missing"),
        ("empty", 422, "import_path_empty"),
        ("data", 422, "import_path_refused"),
    ],
)
async def test_a_path_that_cannot_be_imported_says_why(
    owner: httpx.AsyncClient, library: Library, tmp_path: Path, path: str, status: int, code: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "data").mkdir(exist_ok=True)
    answer = await owner.post("/api/v1/imports", json={"paths": [str(tmp_path / path)]})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert str(tmp_path / path) in answer.json()["detail"]
    assert await library.one("SELECT count(*) FROM library.library_roots") == 0


async def test_what_was_acquired_into_the_data_directory_can_be_imported_from_there(
    owner: httpx.AsyncClient, library: Library, shelf: Shelf, tmp_path: Path, working: None
) -> None:
    acquired = tmp_path / "data" / "acquired"
    acquired.mkdir(parents=True)
    shelf.book("Saga/1.cbz", 1).rename(acquired / "1.cbz")
    await ended(library, await owner.post("/api/v1/imports", json={"paths": [str(acquired)]}))
    assert await library.one("SELECT count(*) FROM library.episodes") == 1


async def test_an_unmounted_folder_is_told_and_not_touched(
    owner: httpx.AsyncClient, library: Library, shelf: Shelf, working: None
) -> None:
    shelf.book("Saga/1.cbz", 1)
    await ended(library, await owner.post("/api/v1/roots", json={"path": str(shelf.path)}))
    shelf.path.rename(shelf.path.with_name("unplugged"))
    standing = await ended(library, await owner.post("/api/v1/scan"))
    assert standing.state is ActivityState.FAILED
    root = (await owner.get("/api/v1/roots")).json()["items"][0]
    assert (root["state"], root["notice"]["code"], root["missing_count"]) == ("unmounted", "root_unavailable", 0)
    assert (await owner.get("/api/v1/problems")).json()["items"][0]["kind"] == "root"


async def test_removing_a_folder_keeps_its_books_as_missing(
    owner: httpx.AsyncClient, library: Library, shelf: Shelf, working: None
) -> None:
    place = shelf.book("Saga/1.cbz", 1)
    added = await owner.post("/api/v1/roots", json={"path": str(shelf.path)})
    await ended(library, added)
    assert (await owner.delete(f"/api/v1/roots/{added.json()['id']}")).status_code == 204
    assert (await owner.get("/api/v1/roots")).json()["items"] == []
    assert place.exists()
    assert await library.one("SELECT count(*) FROM library.episodes WHERE missing_since IS NOT NULL") == 1
    assert (await owner.delete(f"/api/v1/roots/{added.json()['id']}")).status_code == 404


async def test_uploaded_books_are_kept_read_and_not_doubled(
    owner: httpx.AsyncClient, library: Library, shelf: Shelf, working: None
) -> None:
    book = shelf.book("Saga 001.cbz", 1).read_bytes()
    for _ in range(2):
        files = [("files", ("Saga 001.cbz", book)), ("files", ("notes.txt", b"no book"))]
        await ended(library, await owner.post("/api/v1/uploads", files=files))
    assert await library.episodes() == [("Saga", "1", "#1")]
    kept = managed_folder(library.settings)
    assert [str(place.relative_to(kept)) for place in kept.rglob("*") if place.is_file()] == ["Saga/Saga 001.cbz"]
    assert not [place for place in kept.iterdir() if place.name.startswith(".incoming")]


async def test_uploaded_folders_and_loose_pages_become_books_of_one_series(
    owner: httpx.AsyncClient, library: Library, working: None
) -> None:
    files = [("files", (f"Chapter {n}/{page}.png", a_picture(10 * n + page))) for n in (1, 2) for page in (1, 2)]
    await ended(library, await owner.post("/api/v1/uploads", files=files, data={"series_title": "My Webtoon"}))
    assert await library.episodes() == [("My Webtoon", "1", "#1"), ("My Webtoon", "2", "#2")]
    loose = [("files", (f"{page}.png", a_picture(90 + page))) for page in (1, 2)]
    await ended(library, await owner.post("/api/v1/uploads", files=loose, data={"series_title": "My Webtoon"}))
    assert await library.episodes() == [
        ("My Webtoon", "1", "#1"),
        ("My Webtoon", "2", "#2"),
        ("My Webtoon", "-", "My Webtoon"),
    ]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("../../evil.cbz", 422, "upload_name_unsafe"),
        ("/etc/x.cbz", 422, "upload_name_unsafe"),
        ("x.txt", 422, "upload_empty"),
    ],
)
async def test_an_upload_that_cannot_be_kept_says_why_and_leaves_nothing(
    owner: httpx.AsyncClient, library: Library, name: str, status: int, code: str
) -> None:
    answer = await owner.post("/api/v1/uploads", files=[("files", (name, b"x"))])
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not [place for place in managed_folder(library.settings).rglob("*") if place.is_file()]


async def test_what_is_no_form_is_refused(owner: httpx.AsyncClient) -> None:
    answer = await owner.post("/api/v1/uploads", content=b"x", headers={"Content-Type": "application/zip"})
    assert (answer.status_code, answer.json()["code"]) == (400, "upload_malformed")


async def test_a_form_that_is_cut_off_leaves_nothing(owner: httpx.AsyncClient, library: Library) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.cbz"\r\n\r\nhalf a bo'
    answer = await owner.post(
        "/api/v1/uploads", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "upload_malformed")
    assert not [place for place in managed_folder(library.settings).rglob("*") if place.is_file()]


@pytest.mark.parametrize("role", ["reader", "editor"])
async def test_who_may_not_look_at_the_disk_may_not(library: Library, shelf: Shelf, role: str) -> None:
    shelf.book("1.cbz", 1)
    async with a_client_as(an_app(library.settings, library.database), role) as client:
        answer = await client.post("/api/v1/imports", json={"paths": [str(shelf.path)]})
        assert answer.status_code == 403
        assert (await client.get("/api/v1/roots")).status_code == (404 if role == "reader" else 200)


async def test_a_scan_that_waits_already_is_joined(library: Library, shelf: Shelf) -> None:
    shelf.book("1.cbz", 1)
    async with library.database.write() as session:
        one = await import_path(session, library.settings, shelf.path)
    async with library.database.write() as session:
        other = await import_path(session, library.settings, shelf.path)
    assert one == other
    waiting = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'library.scan_root'"
    assert await library.one(waiting) == 1


async def test_scanning_a_library_without_folders_ends_at_once(library: Library) -> None:
    async with library.database.write() as session:
        activity = await scan_all(session)
    assert (await wait_for(library.database, activity)).state is ActivityState.SUCCEEDED


async def test_a_managed_copy_is_read_from_the_data_directory(library: Library, shelf: Shelf, working: None) -> None:
    shelf.book("Saga/1.cbz", 1)
    settings = library.settings.model_copy(update={"managed_copy": True})
    async with library.database.write() as session:
        activity = await import_path(session, settings, shelf.path / "Saga")
    async with asyncio.timeout(120):
        assert (await wait_for(library.database, activity)).state is ActivityState.SUCCEEDED
    assert await library.episodes() == [("Saga", "1", "#1")]
    assert await library.rows("SELECT path, managed FROM library.library_roots") == [
        (str(managed_folder(library.settings)), True)
    ]
    assert (managed_folder(library.settings) / "Saga/1.cbz").exists()


async def test_home_of_somebody_unknown_is_a_folder_that_is_not_there(owner: httpx.AsyncClient) -> None:
    answer = await owner.post("/api/v1/roots", json={"path": "~nobody-has-this-name/comics"})
    assert (answer.status_code, answer.json()["code"]) == (404, "import_path_missing")
