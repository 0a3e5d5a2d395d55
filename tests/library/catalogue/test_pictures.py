"""Page images over HTTP: from files, from the storage, made on demand; cached, in parts, honest about what is gone."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import select, update

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import Busy
from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.models import Page
from fumetto.library.catalogue.pictures.books import OpenBooks, signature_of
from fumetto.library.catalogue.pictures.rules import Place
from fumetto.library.catalogue.pictures.service import CHUNK, ByteCache, Pictures, Turnstile, read_range
from fumetto.library.ingestion.books import Limits, PlainRange
from fumetto.library.ingestion.books.errors import PageChanged
from fumetto.people.public import Role
from tests.builders.api import a_client_as, an_app
from tests.builders.archives import book_of, folder_of, picture, tar_of, zip_of
from tests.builders.readable import a_readable_episode
from tests.shared_data import shared_data

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="120" viewBox="0 0 80 120">'
    b'<rect x="10" y="10" width="60" height="40" fill="#ffffff"/></svg>'
)


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    made = an_app(settings, database)
    yield made
    await made.state.pictures.close()


@pytest.fixture
async def reader(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, Role.READER) as client:
        yield client


async def pages_of(client: httpx.AsyncClient, episode_id: object) -> list[dict[str, object]]:
    pages: list[dict[str, object]] = (await client.get(f"/api/v1/episodes/{episode_id}")).json()["pages"]
    return pages


async def an_archive(
    database: Database, folder: Path, name: str = "one.cbz", method: int = zipfile.ZIP_DEFLATED
) -> str:
    path = zip_of(folder / name, {f"{n}.png": picture(n) for n in (1, 2, 3)}, method)
    async with database.write() as session:
        return str((await a_readable_episode(session, folder, path)).id)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
async def test_original_a_browser_shows_is_sent_as_it_is_and_may_be_kept_for_ever(
    database: Database, reader: httpx.AsyncClient, tmp_path: Path, method: int
) -> None:
    pages = await pages_of(reader, await an_archive(database, tmp_path, method=method))
    answer = await reader.get(str(pages[1]["image_url"]))
    assert answer.status_code == 200
    assert answer.content == picture(2)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    stale = await reader.get(f"/api/v1/pages/{pages[1]['id']}/image/display?v=somethingelse")
    assert stale.headers["cache-control"] == "private, no-cache"
    assert stale.content == picture(2)


async def test_known_picture_is_304_a_part_is_206_and_beyond_the_end_is_416(
    database: Database, reader: httpx.AsyncClient, tmp_path: Path
) -> None:
    url = str((await pages_of(reader, await an_archive(database, tmp_path)))[0]["image_url"])
    etag = (await reader.get(url)).headers["etag"]
    known = await reader.get(url, headers={"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")
    part = await reader.get(url, headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, picture(1)[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(picture(1))}"
    beyond = await reader.get(url, headers={"Range": "bytes=99999-"})
    assert beyond.status_code == 416
    head = await reader.head(url)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(picture(1))))


async def test_thumbnail_that_is_not_ready_is_made_once_however_many_ask(
    database: Database, reader: httpx.AsyncClient, tmp_path: Path
) -> None:
    url = str((await pages_of(reader, await an_archive(database, tmp_path)))[0]["thumbnail_url"])
    answers = await asyncio.gather(*(reader.get(url) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    with Image.open(io.BytesIO(answers[0].content)) as image:
        assert image.format == "WEBP"


async def test_stored_picture_is_streamed_and_one_that_the_storage_lost_is_made_again(
    app: FastAPI, database: Database, reader: httpx.AsyncClient, tmp_path: Path
) -> None:
    pages = await pages_of(reader, await an_archive(database, tmp_path))
    await app.state.storage.put("thumbs/a.webp", b"RIFF stored")
    async with database.write() as session:
        await session.execute(update(Page).where(Page.order_index == 0).values(thumbnail_key="thumbs/a.webp"))
        await session.execute(update(Page).where(Page.order_index == 1).values(thumbnail_key="thumbs/lost.webp"))
    stored = await reader.get(str(pages[0]["thumbnail_url"]), headers={"Range": "bytes=5-"})
    assert (stored.status_code, stored.content) == (206, b"stored")
    made = await reader.get(str(pages[1]["thumbnail_url"]))
    assert made.status_code == 200
    assert made.content[:4] == b"RIFF"


async def test_art_is_lettered_in_the_language_asked_for_and_bare_when_asked_for_art(
    database: Database, reader: httpx.AsyncClient, tmp_path: Path
) -> None:
    art = Image.new("RGB", (80, 120), "#336699")
    buffer = io.BytesIO()
    art.save(buffer, "PNG")
    members = {"gfx_E01P01.png": buffer.getvalue(), "fr/E01P01.svg": SVG, "en/E01P01.svg": b"<svg broken"}
    path = folder_of(tmp_path / "ep01", members)
    async with database.write() as session:
        episode = await a_readable_episode(session, tmp_path, path, language="fr")
    (page,) = await pages_of(reader, episode.id)
    assert page["languages"] == ["en", "fr"]
    bare = await reader.get(str(page["art_url"]))
    assert bare.content == buffer.getvalue()
    lettered = await reader.get(f"{page['image_url']}&lang=fr")
    assert colour_at(lettered.content, 30, 30) == (255, 255, 255)
    # A drawing that cannot be read costs its language only: the art comes in its place
    broken = await reader.get(f"{page['image_url']}&lang=en")
    assert broken.status_code == 200
    assert colour_at(broken.content, 30, 30) != (255, 255, 255)


def colour_at(data: bytes, x: int, y: int) -> tuple[int, ...]:
    with Image.open(io.BytesIO(data)) as image:
        found = image.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(255 if value > 250 else int(value) for value in found)


async def test_book_that_only_a_parser_may_open_is_read_with_the_pages_that_follow(
    app: FastAPI, database: Database, reader: httpx.AsyncClient, tmp_path: Path
) -> None:
    path = tar_of(tmp_path / "one.cbt", {f"{n}.png": picture(n) for n in range(1, 6)})
    async with database.write() as session:
        episode = await a_readable_episode(session, tmp_path, path)
    pages = await pages_of(reader, episode.id)
    assert (await reader.get(str(pages[0]["image_url"]))).content == picture(1)
    path.rename(tmp_path / "elsewhere.cbt")
    assert (await reader.get(str(pages[1]["image_url"]))).status_code == 503


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
async def test_file_that_is_gone_changed_or_damaged_is_named_to_editors_and_never_to_readers(
    app: FastAPI, database: Database, tmp_path: Path, role: Role
) -> None:
    episode = await an_archive(database, tmp_path, "secret name.cbz")
    async with a_client_as(app, role) as client:
        pages = await pages_of(client, episode)
        found: list[httpx.Response] = []
        zip_of(tmp_path / "secret name.cbz", {"1.png": picture(9), "2.png": picture(2)})
        found.append(await client.get(str(pages[0]["image_url"])))
        found.append(await client.get(str(pages[2]["image_url"])))
        whole = (tmp_path / "secret name.cbz").read_bytes()
        (tmp_path / "secret name.cbz").write_bytes(whole[: len(whole) // 2])
        found.append(await client.get(str(pages[1]["image_url"])))
        (tmp_path / "secret name.cbz").unlink()
        found.append(await client.get(str(pages[1]["image_url"])))
    assert [answer.json()["code"] for answer in found] == [
        "page_source_changed",
        "page_source_changed",
        "page_broken",
        "page_unavailable",
    ]
    for answer in found:
        assert ("secret name.cbz" in answer.text) == (role is Role.EDITOR)
        assert str(tmp_path) not in answer.text


@pytest.mark.parametrize("name", ["a.cbz", "a.cbt", "a.cb7", "a.pdf", "folder"])
async def test_file_that_changed_behind_our_back_never_shows_another_page_under_an_old_pages_name(
    database: Database, reader: httpx.AsyncClient, tmp_path: Path, name: str
) -> None:
    path = book_of(tmp_path / name, 1, 2, 3)
    async with database.write() as session:
        episode = await a_readable_episode(session, tmp_path, path)
    pages = await pages_of(reader, episode.id)
    assert (await reader.get(str(pages[0]["image_url"]))).status_code == 200
    book_of(tmp_path / name, 4, 5, 6)
    for page in pages[1:]:
        for address in ("image_url", "thumbnail_url"):
            answer = await reader.get(str(page[address]))
            assert (answer.status_code, answer.json()["code"]) == (409, "page_source_changed")
    book_of(tmp_path / name, 1, 2, 3)
    assert (await reader.get(str(pages[2]["image_url"]))).status_code == 200


@pytest.mark.shared_data
async def test_page_of_a_rar_that_is_not_the_one_that_was_scanned_is_not_shown(
    database: Database, reader: httpx.AsyncClient
) -> None:
    path = shared_data("archives", "komga", "archives", "rar5.rar")
    async with database.write() as session:
        episode = await a_readable_episode(session, path.parent, path)
    pages = await pages_of(reader, episode.id)
    assert (await reader.get(str(pages[0]["image_url"]))).status_code == 200
    async with database.write() as session:
        await session.execute(update(Page).values(fingerprint="of another scan"))
    assert (await reader.get(str((await pages_of(reader, episode.id))[0]["image_url"]))).status_code == 409


@pytest.mark.parametrize("packed", [True, False])
async def test_changed_lettering_is_not_laid_over_the_page_that_was_scanned_with_another(
    database: Database, reader: httpx.AsyncClient, tmp_path: Path, packed: bool
) -> None:
    members = {"gfx_E01P01.png": picture(1, 80, 120), "en/E01P01.svg": SVG}

    def made(lettering: bytes) -> Path:
        now = members | {"en/E01P01.svg": lettering}
        return zip_of(tmp_path / "a.cbz", now) if packed else folder_of(tmp_path / "ep01", now)

    async with database.write() as session:
        episode = await a_readable_episode(session, tmp_path, made(SVG))
    [page] = await pages_of(reader, episode.id)
    made(SVG.replace(b"#ffffff", b"#123456"))
    answer = await reader.get(str(page["image_url"]) + "&lang=en")
    assert (answer.status_code, answer.json()["code"]) == (409, "page_source_changed")
    assert (await reader.get(str(page["art_url"]))).status_code == 200


async def test_large_page_that_is_replaced_while_it_is_sent_ends_there(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(b"a" * (2 * CHUNK))
    sent = read_range(PlainRange(str(path), 0, 2 * CHUNK), 0, 2 * CHUNK, signature_of(path))
    assert set(await anext(sent)) == {ord("a")}
    (tmp_path / "new.bin").write_bytes(b"b" * (2 * CHUNK))
    (tmp_path / "new.bin").rename(path)
    with pytest.raises(PageChanged):
        await anext(sent)


async def test_unknown_page_and_variant_are_404_and_422(reader: httpx.AsyncClient) -> None:
    nowhere = "/api/v1/pages/00000000-0000-7000-8000-000000000000/image"
    assert (await reader.get(f"{nowhere}/display")).json()["code"] == "page_not_found"
    assert (await reader.get(f"{nowhere}/secret")).status_code == 422


async def test_turnstile_sends_away_who_comes_when_all_places_are_taken() -> None:
    turnstile = Turnstile(at_once=1, waiting=1)
    inside = asyncio.Event()
    leave = asyncio.Event()

    async def pass_through() -> None:
        async with turnstile.enter():
            inside.set()
            await leave.wait()

    tasks = [asyncio.create_task(pass_through()) for _ in range(2)]
    await inside.wait()
    with pytest.raises(Busy):
        async with turnstile.enter():
            pass
    leave.set()
    await asyncio.gather(*tasks)
    async with turnstile.enter():
        pass


def test_byte_cache_stays_within_its_budget_and_drops_what_was_used_longest_ago() -> None:
    cache = ByteCache(budget=100, largest=60)
    cache.put(("a",), b"a" * 40, "x")
    cache.put(("b",), b"b" * 40, "x")
    assert cache.get(("a",)) is not None
    cache.put(("c",), b"c" * 40, "x")
    cache.put(("huge",), b"d" * 61, "x")
    assert cache.size <= 100
    assert [cache.get((name,)) is not None for name in ("a", "b", "c", "huge")] == [True, False, True, False]


async def test_only_so_many_books_stay_open_and_a_replaced_one_is_opened_anew(tmp_path: Path) -> None:
    async with ParserPool(size=1) as pool:
        books = OpenBooks(Limits(), pool, kept=2)
        for number in range(4):
            path = zip_of(tmp_path / f"{number}.cbz", {"1.png": picture(number)})
            found = await books.look(Place(path, tmp_path, path.name, "cbz"), "1.png", most=2**20)
            assert found is not None
            assert found.data == picture(number)
        assert len(books._books) == 2
        place = Place(tmp_path / "3.cbz", tmp_path, "3.cbz", "cbz")
        before = await books.look(place, "1.png")
        zip_of(tmp_path / "new.cbz", {"1.png": picture(77)}).rename(tmp_path / "3.cbz")
        after = await books.look(place, "1.png")
        assert before is not None
        assert after is not None
        assert before.fingerprint != after.fingerprint
        assert after.data is None
        books.close()


async def test_download_is_made_page_by_page_and_leaves_out_what_cannot_be_read(
    app: FastAPI, database: Database, reader: httpx.AsyncClient, tmp_path: Path
) -> None:
    episode = await an_archive(database, tmp_path)
    async with database.write() as session:
        page = (await session.scalars(select(Page).where(Page.order_index == 1))).one()
        page.member = "gone.png"
    answer = await reader.get(f"/api/v1/episodes/{episode}/download")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["ComicInfo.xml", "0000.png", "0002.png"]
        assert archive.read("0002.png") == picture(3)
    assert isinstance(app.state.pictures, Pictures)
