"""What was put and settled outlives a loss of power."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from fumetto.kernel.errors import DiskFull, FumettoError
from fumetto.kernel.storage import Storage, copy_storage
from fumetto.kernel.storage.errors import ObjectMissing, StorageBroken
from tests.builders.disk import watched_disk
from tests.kernel.storage.conftest import OpenStore


async def test_settled_files_are_on_the_disk_with_every_folder_above_them(open_local: OpenStore) -> None:
    storage = open_local()
    root = Path(storage.place)
    with watched_disk() as kept:
        for key in ("pages/a/1.webp", "pages/a/2.webp", "pages/b/1.webp"):
            await storage.put(key, b"picture")
        await storage.settle(["pages/a/1.webp", "pages/b/1.webp"])
    assert kept == {
        root,
        root / "pages",
        root / "pages/a",
        root / "pages/a/1.webp",
        root / "pages/b",
        root / "pages/b/1.webp",
    }


async def test_nothing_to_settle_costs_nothing(storage: Storage) -> None:
    with watched_disk() as kept:
        await storage.settle([])
    assert kept == set()


async def test_what_is_not_there_cannot_be_settled(open_local: OpenStore) -> None:
    with pytest.raises(ObjectMissing) as missing:
        await open_local().settle(["pages/none.webp"])
    assert missing.value.detail["key"] == "pages/none.webp"


@pytest.mark.parametrize(("number", "expected"), [(errno.ENOSPC, DiskFull), (errno.EIO, StorageBroken)])
async def test_disk_that_cannot_keep_what_it_took_is_told(
    open_local: OpenStore, number: int, expected: type[FumettoError]
) -> None:
    storage = open_local()
    await storage.put("a.webp", b"picture")
    with watched_disk(failing_with=number), pytest.raises(expected):
        await storage.settle(["a.webp"])


async def test_a_copy_is_settled_before_it_counts_as_done(open_local: OpenStore, open_s3: OpenStore) -> None:
    source, target = open_s3(), open_local()
    await source.put("pages/a.webp", b"picture")
    with watched_disk() as kept:
        await copy_storage(source, target)
    assert Path(target.place) / "pages/a.webp" in kept
