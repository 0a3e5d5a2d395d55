"""Storage out of reach, out of space, or set up wrongly: each says what it is."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from fumetto.kernel.errors import DiskFull, SettingsInvalid
from fumetto.kernel.storage import Storage, check_disk_space, check_storage, make_key, open_storage
from fumetto.kernel.storage.errors import BucketMissing, KeyInvalid, StorageDenied, StorageUnreachable
from tests.kernel.storage.conftest import OpenStore, free_port, settings_of


async def test_a_server_that_does_not_answer_is_named(open_s3: OpenStore) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    storage = open_s3(S3_ENDPOINT=address)
    for attempt in (check_storage(storage), storage.put("a.txt", b"1"), storage.get("a.txt"), storage.head("a.txt")):
        with pytest.raises(StorageUnreachable) as caught:
            await attempt
        assert address in str(caught.value)
        assert caught.value.status == 503


async def test_a_bucket_that_does_not_exist_is_named(open_s3: OpenStore) -> None:
    storage = open_s3(S3_BUCKET="nobodys-bucket")
    for attempt in (check_storage(storage), storage.put("a.txt", b"1"), storage.get("a.txt")):
        with pytest.raises(BucketMissing) as caught:
            await attempt
        assert "nobodys-bucket" in str(caught.value)


@pytest.fixture
def suspicious_server(s3_server: str) -> Iterator[str]:
    """The same server, which from now on wants keys that it has issued."""

    def tell(count: str) -> None:
        httpx.post(f"{s3_server}/moto-api/reset-auth", content=count).raise_for_status()

    tell("0")
    yield s3_server
    tell("inf")


async def test_wrong_keys_are_told_from_a_broken_store(open_s3: OpenStore, suspicious_server: str) -> None:
    storage = open_s3(S3_ACCESS_KEY_ID="nobody", S3_SECRET_ACCESS_KEY="very-secret")
    for attempt in (check_storage(storage), storage.put("a.txt", b"1"), storage.get("a.txt"), storage.head("a.txt")):
        with pytest.raises(StorageDenied) as caught:
            await attempt
        assert "S3_ACCESS_KEY_ID" in str(caught.value)
        assert "very-secret" not in repr(caught.value)


async def test_a_write_below_the_reserve_is_refused_and_reads_go_on(open_local: OpenStore, tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    await open_local().put("before.txt", b"still here")
    storage = open_local(disk_reserve_bytes=free * 2)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"1"

    for attempt in (storage.put("a.txt", b"1"), storage.put("a.txt", pieces())):
        with pytest.raises(DiskFull) as caught:
            await attempt
        assert caught.value.status == 507
    assert await storage.get("before.txt") == b"still here"
    assert await storage.head("a.txt") is None


async def test_a_long_write_stops_when_the_disk_runs_low(open_local: OpenStore, tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    storage = open_local(disk_reserve_bytes=free - 30_000_000)
    written = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal written
        while written < 400_000_000:
            written += 1_000_000
            yield b"x" * 1_000_000

    with pytest.raises(DiskFull):
        await storage.put("long.bin", endless())
    assert written < 200_000_000
    assert [path for path in (tmp_path / "images").rglob("*") if path.is_file()] == []


def test_space_is_counted_with_what_is_still_to_come(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    check_disk_space(tmp_path, reserve=1000, needed=1000)
    with pytest.raises(DiskFull):
        check_disk_space(tmp_path, reserve=0, needed=free * 2)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageDenied) as caught:
        open_storage(settings_of({"LOCAL_IMAGE_DIR": tmp_path / "file" / "images"}))
    assert str(tmp_path / "file" / "images") in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
async def test_a_folder_that_may_not_be_written_is_named(open_local: OpenStore, tmp_path: Path) -> None:
    storage = open_local()
    (tmp_path / "images").chmod(0o500)
    with pytest.raises(StorageDenied):
        await storage.put("a.txt", b"1")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"STORAGE_BACKEND": "r2", "S3_BUCKET": "b"}, "S3_ENDPOINT"),
        ({"STORAGE_BACKEND": "s3", "S3_BUCKET": "b", "S3_ENDPOINT": "minio:9000"}, "S3_ENDPOINT"),
    ],
)
def test_an_impossible_setting_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        open_storage(settings_of(given))
    assert caught.value.detail["key"] == named


async def test_r2_is_an_s3_endpoint(open_s3: OpenStore) -> None:
    storage = open_s3(STORAGE_BACKEND="r2")
    await storage.put("a.txt", b"1")
    assert await storage.get("a.txt") == b"1"


def test_local_addresses_begin_with_the_prefix_setting(open_local: OpenStore) -> None:
    assert open_local(LOCAL_IMAGE_URL_PREFIX="/images/").url("a/b.webp") == "/images/a/b.webp"
    assert open_local().url("a/b.webp") is None


def test_keys_are_made_of_parts_that_any_store_takes() -> None:
    assert make_key("lettered", 12, "pt_BR.webp") == "lettered/12/pt_br.webp"
    assert make_key("..", "A b/c.png") == "_/a-b-c.png"
    with pytest.raises(KeyInvalid):
        make_key("x" * 300)


async def test_a_storage_is_a_storage(open_local: OpenStore, open_s3: OpenStore) -> None:
    stores: list[Storage] = [open_local(), open_s3()]
    assert ["very" not in store.place for store in stores] == [True, True]


KILLED = """
import asyncio, os, sys
from pathlib import Path
from fumetto.kernel.storage.objects import LocalStorage

async def endless():
    for number in range(10**6):
        if number == 20:
            os.kill(os.getpid(), 9)
        yield b"x" * 1_000_000

asyncio.run(LocalStorage(Path(sys.argv[1])).put("a/long.bin", endless()))
"""


async def test_a_write_that_was_killed_leaves_nothing_to_see_and_is_swept_away(
    open_local: OpenStore, tmp_path: Path
) -> None:
    storage = open_local()
    await storage.put("a/kept.txt", b"kept")
    images = tmp_path / "images"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(images), env={"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert await process.wait() == -9
    left = [path.name for path in images.rglob("*") if path.is_file() and path.name != "kept.txt"]
    assert left
    assert [stored.key async for stored in storage.list()] == ["a/kept.txt"]
    assert await storage.head("a/long.bin") is None
    assert await storage.sweep(older_than=3600) == 0
    assert await storage.sweep(older_than=-1) == len(left)
    assert [path.name for path in images.rglob("*") if path.is_file()] == ["kept.txt"]
