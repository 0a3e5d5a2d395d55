"""Where derived files live: one protocol for this machine's disk and for S3-compatible stores.

The database holds keys only. Whoever answers a request checks first that the person may see the thing, and then streams
it or hands out a short-lived address.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Content = bytes | bytearray | memoryview | AsyncIterable[bytes]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store knows of an object: its size in bytes, a validator without quotes, and when it was written (UTC)."""

    key: str
    size: int
    etag: str
    modified: datetime
    content_type: str


class Storage(Protocol):
    """Objects by key. Every method raises KeyInvalid for an impossible key, StorageUnreachable, StorageDenied or
    BucketMissing when the store as a whole is out of reach, and otherwise only what it names."""

    @property
    def place(self) -> str:
        """The store in words for people: a folder, or a bucket at an address. Holds no secret."""

    async def put(self, key: str, data: Content, content_type: str | None = None) -> None:
        """Store under `key`, replacing what was there. Atomic: readers see the old or the new, never a part.

        The content type follows from the key's suffix; naming another is KeyInvalid. DiskFull below the reserve.
        What was put may still be lost with the machine's power, until `settle`.
        """

    async def settle(self, keys: Sequence[str]) -> None:
        """Return when what was put under these keys outlives a loss of power: before rows that name them are committed.

        Many at once cost little more than one. ObjectMissing for a key that is not there, DiskFull and StorageBroken
        where the disk could not keep what it had taken.
        """

    def check_space(self, needed: int = 0) -> None:
        """DiskFull when there is no room for `needed` bytes more; before work that would be for nothing then."""

    async def get(self, key: str) -> bytes:
        """The whole object. ObjectMissing when there is none."""

    def stream(self, key: str, start: int | None = None, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but not including `end`, in chunks of some 256 KiB; an `end` beyond is clipped.

        Errors come with the first chunk: ObjectMissing, and RangeOutside when `start` lies beyond the end.
        """

    async def head(self, key: str) -> StoredObject | None:
        """What is known of the object, or None when there is none."""

    async def delete(self, key: str) -> None:
        """Remove the object; nothing happens when there is none."""

    def list(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """All objects in the folder `prefix` and below, in no particular order, without holding them all in memory."""

    async def sweep(self, older_than: float) -> int:
        """Remove what writes that were killed left behind more than so many seconds ago, and return how much it was.

        Nothing of it is ever listed or served. An S3 store has rules of its own for incomplete uploads.
        """

    def url(self, key: str) -> str | None:
        """A short-lived or proxied address that a browser can load by itself; None when only the API serves it."""
