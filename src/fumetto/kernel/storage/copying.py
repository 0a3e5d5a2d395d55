"""Moving to another storage: copy everything, look at each copy, and never touch the source."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from fumetto.kernel.storage.errors import CopyDiffers
from fumetto.kernel.storage.objects import LocalStorage
from fumetto.kernel.storage.protocol import Storage, StoredObject

PARALLEL = 8
WHOLE = 8 * 1024**2  # bytes up to which one request is better than the three of a multipart upload
MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class CopyProgress:
    """Objects and bytes dealt with so far, of how many; `skipped` were there already and the same."""

    done: int
    total: int
    skipped: int
    bytes_done: int
    bytes_total: int


async def copy_storage(
    source: Storage, target: Storage, progress: Callable[[CopyProgress], None] | None = None
) -> CopyProgress:
    """Copy every object of `source` to `target` under the same key, eight at a time; the source is only read.

    Run again after an interruption, it skips what has arrived: objects of the same size and MD5, or, where a store does
    not tell the MD5, of the same size and not older than their source. Each copy is looked at after writing.
    Raises CopyDiffers, which names the key, when a copy is not what was read, and whatever the storages raise.
    """
    total = bytes_total = 0
    async for stored in source.list():
        total += 1
        bytes_total += stored.size
    done = skipped = bytes_done = 0

    def state() -> CopyProgress:
        return CopyProgress(done, total, skipped, bytes_done, bytes_total)

    async def copy(stored: StoredObject) -> None:
        nonlocal done, skipped, bytes_done
        if await has_arrived(stored, source, target):
            skipped += 1
        else:
            await copy_object(stored, source, target)
            await target.settle([stored.key])
        done += 1
        bytes_done += stored.size
        if progress:
            progress(state())

    running: set[asyncio.Task[None]] = set()
    try:
        async for stored in source.list():
            if len(running) >= PARALLEL:
                finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in finished:
                    task.result()
            running.add(asyncio.create_task(copy(stored)))
        for pending in list(running):
            await pending
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return state()


async def has_arrived(stored: StoredObject, source: Storage, target: Storage) -> bool:
    there = await target.head(stored.key)
    if there is None or there.size != stored.size:
        return False
    here_sum, there_sum = await checksum(stored, source), await checksum(there, target)
    if here_sum and there_sum:
        return here_sum == there_sum
    return there.modified >= stored.modified.replace(microsecond=0)  # S3 tells whole seconds


async def checksum(stored: StoredObject, storage: Storage) -> str | None:
    """The object's MD5 where it costs no traffic: S3 tells it of what was put in one piece, a local file is read."""
    if MD5.fullmatch(stored.etag):
        return stored.etag
    if not isinstance(storage, LocalStorage):
        return None
    digest = hashlib.md5(usedforsecurity=False)
    async for chunk in storage.stream(stored.key):
        digest.update(chunk)
    return digest.hexdigest()


async def copy_object(stored: StoredObject, source: Storage, target: Storage) -> None:
    digest = hashlib.md5(usedforsecurity=False)  # what S3 answers as the ETag of an object put in one piece
    count = 0

    async def read() -> AsyncIterator[bytes]:
        nonlocal count
        async for chunk in source.stream(stored.key):
            digest.update(chunk)
            count += len(chunk)
            yield chunk

    if stored.size <= WHOLE:
        await target.put(stored.key, b"".join([chunk async for chunk in read()]))
    else:
        await target.put(stored.key, read())
    there = await target.head(stored.key)
    if there is None:
        raise CopyDiffers(key=stored.key, reason="it is not there after writing")
    if not there.size == count == stored.size:
        raise CopyDiffers(key=stored.key, reason=f"it has {there.size} bytes, {count} were read of {stored.size}")
    if MD5.fullmatch(there.etag) and there.etag != digest.hexdigest():
        raise CopyDiffers(key=stored.key, reason="its checksum is another")
