"""Moving to another storage and back."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from fumetto.kernel.storage import CopyProgress, Storage, copy_storage
from fumetto.kernel.storage.copying import copy_object
from fumetto.kernel.storage.errors import CopyDiffers
from fumetto.kernel.storage.objects import LocalStorage
from tests.kernel.storage.conftest import OpenStore


async def contents(storage: Storage) -> dict[str, bytes]:
    return {stored.key: await storage.get(stored.key) async for stored in storage.list()}


async def fill(storage: Storage, count: int = 30) -> None:
    for n in range(count):
        await storage.put(f"pages/{n % 3}/{n}.webp", hashlib.sha256(bytes([n])).digest() * (n + 1))
    await storage.put("pages/long.bin", b"z" * 9_000_000)


async def test_everything_arrives_and_the_source_keeps_it(open_local: OpenStore, open_s3: OpenStore) -> None:
    source, target = open_local(), open_s3()
    await fill(source)
    before = await contents(source)
    seen: list[CopyProgress] = []
    result = await copy_storage(source, target, seen.append)
    assert await contents(target) == before == await contents(source)
    assert (result.done, result.total, result.skipped) == (31, 31, 0)
    assert result.bytes_done == result.bytes_total == sum(map(len, before.values()))
    assert [progress.done for progress in seen] == list(range(1, 32))


async def test_the_way_back_gives_the_same(open_local: OpenStore, open_s3: OpenStore) -> None:
    source, target = open_s3(), open_local()
    await fill(source, 5)
    await copy_storage(source, target)
    assert await contents(target) == await contents(source)


async def test_an_interrupted_copy_goes_on_where_it_stopped(open_local: OpenStore, open_s3: OpenStore) -> None:
    class InterruptedHereError(Exception):
        pass

    source, target = open_local(), open_s3()
    await fill(source)

    def interrupt(progress: CopyProgress) -> None:
        if progress.done == 12:
            raise InterruptedHereError

    with pytest.raises(InterruptedHereError):
        await copy_storage(source, target, interrupt)
    arrived = len(await contents(target))
    assert 11 <= arrived < 31
    result = await copy_storage(source, target)
    assert result.skipped >= 11
    assert result.done == 31
    assert await contents(target) == await contents(source)


async def test_a_second_copy_moves_nothing(open_local: OpenStore, open_s3: OpenStore) -> None:
    source, target = open_local(), open_s3()
    await fill(source, 4)
    await copy_storage(source, target)
    assert (await copy_storage(source, target)).skipped == 5


async def test_an_object_that_changed_since_is_copied_again(open_local: OpenStore, open_s3: OpenStore) -> None:
    source, target = open_s3(), open_s3(S3_PREFIX="other")
    await source.put("a.bin", b"old")
    await target.put("a.bin", b"new")  # the same size, and younger
    result = await copy_storage(source, target)
    assert result.skipped == 0
    assert await target.get("a.bin") == b"old"


class Damaging(LocalStorage):
    """A disk that loses the end of what it writes."""

    async def put(self, key: str, data: object, content_type: str | None = None) -> None:
        assert isinstance(data, bytes)
        await super().put(key, data[:-1], content_type)


async def test_a_copy_that_is_not_the_same_is_reported_by_its_key(
    open_local: OpenStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = open_local()
    await source.put("pages/one.webp", b"12345")
    with pytest.raises(CopyDiffers) as caught:
        await copy_storage(source, Damaging(tmp_path_factory.mktemp("damaged")))
    assert caught.value.detail["key"] == "pages/one.webp"
    assert await source.get("pages/one.webp") == b"12345"


class Forgetful(LocalStorage):
    """Gives other bytes of the same number than its target is told."""

    async def stream(self, key: str, start: int | None = None, end: int | None = None) -> AsyncIterator[bytes]:
        async for chunk in super().stream(key, start, end):
            yield bytes(len(chunk) - 1)


async def test_a_source_that_gives_less_than_it_has_is_reported(
    open_s3: OpenStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = Forgetful(tmp_path_factory.mktemp("source"))
    await source.put("one.bin", b"12345")
    stored = await source.head("one.bin")
    assert stored
    with pytest.raises(CopyDiffers):
        await copy_object(stored, source, open_s3())
