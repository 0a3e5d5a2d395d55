"""What every storage promises, asked of each kind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fumetto.kernel.storage import Storage, check_storage
from fumetto.kernel.storage.errors import KeyInvalid, ObjectMissing, RangeOutside

BAD_KEYS = [
    "",
    "/absolute.webp",
    "../outside.webp",
    "a/../../outside.webp",
    "a/./b.webp",
    "a//b.webp",
    "a/",
    "a/.hidden",
    "a\0b.webp",
    "a\\b.webp",
    "A.webp",
    "é.webp",
    "a b.webp",
    "a#1",
    "a%2fb",
    "a/b.",
    "x" * 201,
    "/".join(["part"] * 110),
    "a\nb",
]


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        await asyncio.sleep(0)
        yield part


async def collected(stream: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in stream])


async def keys(storage: Storage, prefix: str = "") -> list[str]:
    return sorted([stored.key async for stored in storage.list(prefix)])


async def test_what_was_put_is_got(storage: Storage) -> None:
    await storage.put("a/b/page.webp", b"bytes of a page")
    assert await storage.get("a/b/page.webp") == b"bytes of a page"


async def test_a_second_put_replaces_the_first(storage: Storage) -> None:
    await storage.put("page.webp", b"first, and longer")
    before = await storage.head("page.webp")
    await storage.put("page.webp", b"second")
    after = await storage.head("page.webp")
    assert await storage.get("page.webp") == b"second"
    assert before
    assert after
    assert before.etag != after.etag


async def test_an_empty_object_is_an_object(storage: Storage) -> None:
    await storage.put("empty.bin", b"")
    await storage.put("streamed.bin", pieces())
    for key in ("empty.bin", "streamed.bin"):
        stored = await storage.head(key)
        assert stored
        assert stored.size == 0
        assert await storage.get(key) == b""
        assert await collected(storage.stream(key)) == b""


async def test_head_knows_size_time_type_and_a_validator(storage: Storage) -> None:
    await storage.put("pages/one.webp", memoryview(b"12345"), "image/webp")
    stored = await storage.head("pages/one.webp")
    assert stored
    assert (stored.key, stored.size, stored.content_type) == ("pages/one.webp", 5, "image/webp")
    assert abs(datetime.now(UTC) - stored.modified) < timedelta(minutes=5)
    assert stored.etag
    assert '"' not in stored.etag


async def test_nothing_is_there_until_it_is_put(storage: Storage) -> None:
    assert await storage.head("none.webp") is None
    with pytest.raises(ObjectMissing) as caught:
        await storage.get("none.webp")
    assert caught.value.detail["key"] == "none.webp"
    with pytest.raises(ObjectMissing):
        await collected(storage.stream("none.webp"))
    await storage.delete("none.webp")


async def test_a_folder_is_not_an_object(storage: Storage) -> None:
    await storage.put("folder/page.webp", b"1")
    assert await storage.head("folder") is None
    with pytest.raises(ObjectMissing):
        await storage.get("folder")


async def test_what_is_deleted_is_gone_and_the_rest_stays(storage: Storage) -> None:
    await storage.put("a/one.webp", b"1")
    await storage.put("a/two.webp", b"2")
    await storage.delete("a/one.webp")
    assert await storage.head("a/one.webp") is None
    assert await keys(storage) == ["a/two.webp"]


async def test_a_long_stream_goes_in_and_comes_out_whole(storage: Storage) -> None:
    block = bytes(range(256)) * 4096
    await storage.put("long.bin", pieces(*[block] * 20))
    stored = await storage.head("long.bin")
    assert stored
    assert stored.size == 20 * len(block)
    assert await collected(storage.stream("long.bin")) == block * 20


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, b"0123456789"),
        (0, 4, b"0123"),
        (4, None, b"456789"),
        (3, 7, b"3456"),
        (9, 10, b"9"),
        (5, 5, b""),
        (8, 1000, b"89"),
        (None, 2, b"01"),
    ],
)
async def test_a_range_is_what_was_asked_for(
    storage: Storage, start: int | None, end: int | None, expected: bytes
) -> None:
    await storage.put("digits.txt", b"0123456789")
    assert await collected(storage.stream("digits.txt", start, end)) == expected


@pytest.mark.parametrize(("start", "end"), [(10, None), (11, 20), (-1, 3), (4, 2)])
async def test_a_range_outside_is_refused(storage: Storage, start: int, end: int | None) -> None:
    await storage.put("digits.txt", b"0123456789")
    with pytest.raises(RangeOutside) as caught:
        await collected(storage.stream("digits.txt", start, end))
    assert caught.value.status == 416


async def test_a_source_that_breaks_leaves_nothing_new_behind(storage: Storage) -> None:
    class SourceBrokeError(Exception):
        pass

    async def breaking() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 6_000_000
        raise SourceBrokeError

    await storage.put("kept.bin", b"old")
    for key in ("kept.bin", "new.bin"):
        with pytest.raises(SourceBrokeError):
            await storage.put(key, breaking())
    assert await storage.get("kept.bin") == b"old"
    assert await keys(storage) == ["kept.bin"]


async def test_readers_never_see_half_of_a_write(storage: Storage) -> None:
    versions = [bytes([65 + n]) * 200_000 for n in range(4)]
    await storage.put("page.bin", versions[0])

    async def write() -> None:
        for _ in range(5):
            for version in versions:
                await storage.put("page.bin", version)

    async def read() -> None:
        while not writing.done():
            assert await storage.get("page.bin") in versions

    writing = asyncio.create_task(write())
    await asyncio.gather(writing, read(), read())


async def test_list_shows_a_folder_and_what_is_below(storage: Storage) -> None:
    for key in ("a/one.webp", "a/b/two.webp", "ab/three.webp", "four.webp"):
        await storage.put(key, key.encode())
    assert await keys(storage) == ["a/b/two.webp", "a/one.webp", "ab/three.webp", "four.webp"]
    assert await keys(storage, "a") == ["a/b/two.webp", "a/one.webp"]
    assert await keys(storage, "a/") == ["a/b/two.webp", "a/one.webp"]
    assert await keys(storage, "nothing") == []
    assert [stored.size async for stored in storage.list("ab")] == [len("ab/three.webp")]


async def test_a_list_longer_than_a_page_is_whole(storage: Storage) -> None:
    expected = [f"many/{n:04}.txt" for n in range(1100)]
    gate = asyncio.Semaphore(32)

    async def put(key: str) -> None:
        async with gate:
            await storage.put(key, b"")

    await asyncio.gather(*map(put, expected))
    assert await keys(storage, "many") == expected


@pytest.mark.parametrize("key", BAD_KEYS, ids=repr)
async def test_a_key_that_leads_out_or_means_two_things_is_refused(storage: Storage, key: str) -> None:
    for attempt in (
        storage.put(key, b""),
        storage.get(key),
        storage.head(key),
        storage.delete(key),
        collected(storage.stream(key)),
    ):
        with pytest.raises(KeyInvalid):
            await attempt
    with pytest.raises(KeyInvalid):
        storage.url(key)
    assert await keys(storage) == []


async def test_a_type_that_the_suffix_does_not_stand_for_is_refused(storage: Storage) -> None:
    with pytest.raises(KeyInvalid, match=r"image/webp"):
        await storage.put("page.webp", b"", "image/png")


async def test_an_address_serves_the_object_with_its_type(storage: Storage) -> None:
    await storage.put("pages/one.webp", b"a page", "image/webp")
    address = storage.url("pages/one.webp")
    if address is None:
        assert storage.place.startswith("/")  # a folder, which only the API serves
        return
    answer = await asyncio.to_thread(httpx.get, address)
    assert answer.content == b"a page"
    assert answer.headers["Content-Type"] == "image/webp"


async def test_a_store_in_order_passes_its_check(storage: Storage) -> None:
    await check_storage(storage)
    await storage.put("one.txt", b"1")
    await check_storage(storage)
