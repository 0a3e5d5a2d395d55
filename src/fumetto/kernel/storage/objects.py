"""Storage on obstore, whose Rust client speaks to local folders and S3-compatible stores alike."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import obstore
from obstore import exceptions
from obstore.store import LocalStore, S3Store

from fumetto.kernel.errors import DiskFull, FumettoError
from fumetto.kernel.storage.disk import FULL, check_disk_space, settle_files
from fumetto.kernel.storage.errors import (
    BucketMissing,
    ObjectMissing,
    RangeOutside,
    StorageBroken,
    StorageDenied,
    StorageUnreachable,
)
from fumetto.kernel.storage.keys import check_content_type, check_key, check_prefix, content_type_of
from fumetto.kernel.storage.protocol import Content, StoredObject

CHUNK = 256 * 1024  # bytes of one streamed chunk
PART = 8 * 1024**2  # bytes of one part of a multipart upload, and how often a long write looks at the disk
ANSWER_SECONDS = 60.0  # until a store's answer begins; obstore has tried several times by then
URL_LIFETIME = timedelta(minutes=10)
OS_ERROR = re.compile(r"\(os error (\d+)\)")
S3_CODE = re.compile(r"<Code>(\w+)</Code>")
STATUS = re.compile(r"status code: (\d{3})")
UNFINISHED = re.compile(r"#\d+$")
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class ObjectStorage(ABC):
    """What both kinds of store have in common."""

    def __init__(self, store: LocalStore | S3Store, place: str) -> None:
        self._store = store
        self._place = place

    @property
    def place(self) -> str:
        return self._place

    async def put(self, key: str, data: Content, content_type: str | None = None) -> None:
        check_key(key)
        content_type = check_content_type(key, content_type)
        source = None if not isinstance(data, AsyncIterable) else Source(data, self)
        self.check_space(0 if isinstance(data, AsyncIterable) else len(data))
        try:
            await obstore.put_async(self._store, key, source or data, chunk_size=PART, **self.attributes(content_type))
        except Exception as error:
            raise (source and source.error) or self.explain(error, key) from error

    async def get(self, key: str) -> bytes:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                result = await obstore.get_async(self._store, check_key(key))
            return bytes(await result.bytes_async())
        except Exception as error:
            raise self.explain(error, key) from error

    async def stream(self, key: str, start: int | None = None, end: int | None = None) -> AsyncIterator[bytes]:
        start = start or 0
        if start < 0 or (end is not None and end < start):
            raise RangeOutside(key=key, start=start, size=0)
        if start == end:
            return
        options: Any = {"range": {"offset": start} if end is None else (start, end)} if start or end else None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                result = await obstore.get_async(self._store, check_key(key), options=options)
            async for chunk in result.stream(min_chunk_size=CHUNK):
                yield bytes(chunk)
        except Exception as error:
            known = self.explain(error, key)
            stored = await self.head(key) if start and isinstance(known, StorageBroken) else None
            if stored and start >= stored.size:
                raise RangeOutside(key=key, start=start, size=stored.size) from error
            raise known from error

    async def head(self, key: str) -> StoredObject | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return stored_object(await obstore.head_async(self._store, check_key(key)))
        except Exception as error:
            known = self.explain(error, key)
            if isinstance(known, ObjectMissing):
                return None
            raise known from error

    async def delete(self, key: str) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await obstore.delete_async(self._store, check_key(key))
        except Exception as error:
            known = self.explain(error, key)
            if not isinstance(known, ObjectMissing):
                raise known from error

    async def list(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        folder = check_prefix(prefix)
        try:
            async for batch in obstore.list(self._store, folder or None, chunk_size=500):
                for meta in batch:
                    yield stored_object(meta)
        except Exception as error:
            raise self.explain(error, folder) from error

    @abstractmethod
    async def settle(self, keys: Sequence[str]) -> None: ...

    @abstractmethod
    def url(self, key: str) -> str | None: ...

    @abstractmethod
    async def sweep(self, older_than: float) -> int: ...

    @abstractmethod
    def check_space(self, needed: int = 0) -> None: ...

    @abstractmethod
    def attributes(self, content_type: str) -> dict[str, Any]:
        """Arguments of obstore's put that keep the content type, where the store can."""

    def explain(self, error: Exception, key: str) -> FumettoError:
        """What obstore's error means in our words; it has few types, so texts and system error numbers are read."""
        if isinstance(error, FumettoError):
            return error
        text = str(error)
        reason = text.partition("\n")[0].partition(": <?xml")[0][:300]
        if code := S3_CODE.search(text):
            reason = f"{reason} ({code[1]})"
        number = int(found[1]) if (found := OS_ERROR.search(text)) else getattr(error, "errno", None)
        if "NoSuchBucket" in text:
            return BucketMissing(place=self.place)
        if isinstance(error, FileNotFoundError):
            return ObjectMissing(key=key, place=self.place)
        if number in FULL:
            return DiskFull(path=self.place, free=0, needed=0, reserve=0)
        status = int(found[1]) if (found := STATUS.search(text)) else None
        denied = isinstance(error, exceptions.PermissionDeniedError | exceptions.UnauthenticatedError | PermissionError)
        if denied or number in REFUSED or status in {401, 403}:
            return StorageDenied(place=self.place, reason=reason)
        if isinstance(error, TimeoutError):
            return StorageUnreachable(place=self.place, reason=f"no answer within {ANSWER_SECONDS:.0f} s")
        if (status is None and "HTTP error" in text) or (status is not None and (status >= 500 or status == 429)):
            return StorageUnreachable(place=self.place, reason=reason)
        return StorageBroken(key=key, place=self.place, reason=reason)


class LocalStorage(ObjectStorage):
    """Files below one folder, each written aside and renamed. Symbolic links in it are the operator's and followed."""

    def __init__(self, folder: Path, *, reserve: int = 0, url_prefix: str = "") -> None:
        """`reserve`: bytes that stay free on the disk. StorageDenied when the folder cannot be made or written."""
        self._folder = folder.absolute()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            store = LocalStore(self._folder)
        except OSError as error:
            raise StorageDenied(place=str(self._folder), reason=error.strerror or str(error)) from error
        super().__init__(store, str(self._folder))
        self._reserve = reserve
        self._url_prefix = url_prefix.rstrip("/")

    def url(self, key: str) -> str | None:
        check_key(key)
        return f"{self._url_prefix}/{quote(key)}" if self._url_prefix else None

    async def settle(self, keys: Sequence[str]) -> None:
        files = [self._folder / check_key(key) for key in keys]
        try:
            await asyncio.to_thread(settle_files, self._folder, files)
        except OSError as error:
            raise self.explain(error, str(Path(error.filename or self._folder).relative_to(self._folder))) from error

    async def sweep(self, older_than: float) -> int:
        return await asyncio.to_thread(sweep_folder, self._folder, older_than)

    def check_space(self, needed: int = 0) -> None:
        check_disk_space(self._folder, self._reserve, needed)

    def attributes(self, content_type: str) -> dict[str, Any]:
        return {}  # a file has its suffix, and keys.check_content_type saw that it fits


class S3Storage(ObjectStorage):
    """A bucket, or a folder in one, of AWS or of anything that speaks its protocol."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str = "",
        region: str = "us-east-1",
        access_key_id: str = "",
        secret_access_key: str = "",
        prefix: str = "",
    ) -> None:
        """Without keys, the machine's own AWS identity is used."""
        folder = prefix.strip("/")
        config: dict[str, Any] = {"region": region, "virtual_hosted_style_request": not endpoint}
        if endpoint:
            config["endpoint"] = endpoint.rstrip("/")
        if access_key_id:
            config |= {"access_key_id": access_key_id, "secret_access_key": secret_access_key}
        store = S3Store(
            bucket,
            prefix=folder or None,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": "5s",
                "read_timeout": "30s",
                "timeout": "1h",  # of a whole answer, which a slow reader may draw out
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
            **config,
        )
        where = "/".join(part for part in (bucket, folder) if part)
        super().__init__(store, f"bucket {where} at {endpoint or f'AWS {region}'}")
        self._signer = store

    def url(self, key: str) -> str | None:
        return obstore.sign(self._signer, "GET", check_key(key), URL_LIFETIME)

    async def settle(self, keys: Sequence[str]) -> None:
        """The store answers when it has kept what it was given."""

    async def sweep(self, older_than: float) -> int:
        return 0

    def check_space(self, needed: int = 0) -> None:
        """The store keeps its own accounts."""

    def attributes(self, content_type: str) -> dict[str, Any]:
        return {"attributes": {"Content-Type": content_type}}


class Source:
    """Data that arrives in pieces, with a look at the disk now and then, and what went wrong with it if anything."""

    def __init__(self, pieces: AsyncIterable[bytes], storage: ObjectStorage) -> None:
        self.error: Exception | None = None
        self._pieces = pieces
        self._storage = storage

    async def __aiter__(self) -> AsyncIterator[bytes]:
        unlooked = 0
        try:
            async for piece in self._pieces:
                unlooked += len(piece)
                if unlooked >= PART:
                    self._storage.check_space(unlooked)
                    unlooked = 0
                if piece:
                    yield piece
        except Exception as error:
            self.error = error
            raise


def sweep_folder(folder: Path, older_than: float) -> int:
    """Remove obstore's unfinished files, which it names `key#1`: no key holds a `#`."""
    swept, before = 0, time.time() - older_than
    for path in folder.rglob("*#*"):
        with contextlib.suppress(OSError):  # finished or gone meanwhile
            if UNFINISHED.search(path.name) and path.is_file() and path.stat().st_mtime < before:
                path.unlink()
                swept += 1
    return swept


def stored_object(meta: Any) -> StoredObject:
    return StoredObject(
        key=meta["path"],
        size=meta["size"],
        etag=(meta["e_tag"] or "").removeprefix("W/").strip('"'),
        modified=meta["last_modified"],
        content_type=content_type_of(meta["path"]),
    )
