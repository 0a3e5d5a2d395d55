"""Uploads: a multipart body taken apart as it comes in, straight to files in the managed folder."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import check_disk_space
from fumetto.library.ingestion.books.layout import METADATA_NAMES
from fumetto.library.ingestion.copying import INCOMING, move_into, safe_path, safe_segment, shelf_for
from fumetto.library.ingestion.errors import UploadEmpty, UploadMalformed, UploadNameUnsafe, UploadTooLarge
from fumetto.library.ingestion.naming import tidy
from fumetto.library.ingestion.roots import managed_folder
from fumetto.library.ingestion.rules import is_book_file, is_image_file, suffix_of

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

LONGEST_FIELD = 4096
CHECK_SPACE_EVERY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A whole upload in its place: the folder to scan, and the series that was asked for."""

    folder: Path
    series_title: str | None
    files: int


@dataclass(slots=True)
class _Body:
    """What the multipart parser calls; writes each file as it comes. Blocking: fed in a thread.

    `whole` once the form's end has come: a body that is cut off has none.
    """

    incoming: Path
    settings: Settings
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    whole: bool = False
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _name: str = ""
    _text: bytearray = field(default_factory=bytearray)
    _file: BinaryIO | None = None
    _file_name: str | None = None
    _size: int = 0
    _checked: int = 0

    def on_part_begin(self) -> None:
        self._disposition, self._name, self._file_name, self._file = b"", "", None, None
        self._text.clear()
        self._size = 0

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            return
        raw = options[b"filename"].decode("utf-8", "replace").replace("%22", '"')
        self._file_name = raw
        path = safe_path(raw)
        if path is None:
            if not raw or is_left_out(raw):
                return
            raise UploadNameUnsafe(name=raw[:200])
        if not is_wanted(path.name):
            return
        if len(self.files) >= self.settings.max_archive_entries:
            raise UploadTooLarge(name=raw[:200], limit=self.settings.max_archive_entries)
        target = self.incoming / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(target, "wb")  # noqa: SIM115 - closed when the part ends, or by `close`
        self.files.append(str(path))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._file is not None:
            limit = self.settings.max_upload_bytes
            if self._size > limit:
                raise UploadTooLarge(name=(self._file_name or "")[:200], limit=limit)
            self._checked += end - start
            if self._checked > CHECK_SPACE_EVERY:
                self._checked = 0
                check_disk_space(self.incoming, self.settings.disk_reserve_bytes)
            self._file.write(data[start:end])
        elif self._file_name is None and self._size <= LONGEST_FIELD:
            self._text += data[start:end]

    def on_part_end(self) -> None:
        self.close()
        if self._file_name is None and self._name:
            self.fields[self._name] = self._text.decode("utf-8", "replace")

    def on_end(self) -> None:
        self.whole = True

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self.on_part_begin,
            "on_header_field": self.on_header_field,
            "on_header_value": self.on_header_value,
            "on_header_end": self.on_header_end,
            "on_headers_finished": self.on_headers_finished,
            "on_part_data": self.on_part_data,
            "on_part_end": self.on_part_end,
            "on_end": self.on_end,
        }

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


async def receive(settings: Settings, content_type: str, chunks: AsyncIterable[bytes]) -> Received:
    """Take a multipart body: `files`, whose names may hold folders, and perhaps `series_title`.

    Nothing is in its place before all of it has come. Raises UploadMalformed, UploadNameUnsafe, UploadTooLarge,
    UploadEmpty, and DiskFull.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UploadMalformed
    managed = managed_folder(settings)
    incoming = managed / f"{INCOMING}{uuid4().hex}"
    body = _Body(incoming, settings)
    try:
        await asyncio.to_thread(incoming.mkdir, parents=True)
        check_disk_space(managed, settings.disk_reserve_bytes)
        parser = MultipartParser(options[b"boundary"], body.callbacks())
        try:
            async for chunk in chunks:
                if chunk:
                    await asyncio.to_thread(parser.write, chunk)
            parser.finalize()
        except MultipartParseError as error:
            raise UploadMalformed from error
        if not body.whole:
            raise UploadMalformed
        if not body.files:
            raise UploadEmpty
        return await asyncio.to_thread(_put_in_place, body, managed)
    finally:
        body.close()
        await asyncio.to_thread(shutil.rmtree, incoming, True)


def _put_in_place(body: _Body, managed: Path) -> Received:
    title = tidy(body.fields.get("series_title", "")) or None
    loose = [name for name in body.files if "/" not in name]
    pages = [name for name in loose if not is_book_file(name)]
    shelf = managed / (safe_segment(title) or "Comics") if title else managed
    if pages:  # pictures without a folder are the pages of one book
        book = body.incoming / free_name(shelf, safe_segment(title or "") or "Pages")
        book.mkdir()
        for name in pages:
            (body.incoming / name).rename(book / name)
    if not title:
        for name in loose:
            if name not in pages:
                move_one(body.incoming / name, shelf_for(body.incoming / name, managed, None))
    move_into(body.incoming, shelf)
    return Received(shelf, title, len(body.files))


def move_one(file: Path, shelf: Path) -> None:
    """Move a single file to a shelf, by way of a folder of its own."""
    alone = file.with_name(f"{file.name}.d")
    alone.mkdir()
    file.rename(alone / file.name)
    move_into(alone, shelf)
    shutil.rmtree(alone)


def free_name(shelf: Path, name: str) -> str:
    """The name, or the name with the first number that nothing on the shelf has."""
    count, free = 1, name
    while (shelf / free).exists():
        count += 1
        free = f"{name} ({count})"
    return free


def is_wanted(name: str) -> bool:
    """Whether a file can be a book, or a part of one."""
    return is_book_file(name) or is_image_file(name) or suffix_of(name) == ".svg" or name.lower() in METADATA_NAMES


def is_left_out(name: str) -> bool:
    """Whether a name is only hidden, as those that systems add to dropped folders."""
    parts = name.replace("\\", "/").split("/")
    return all(part not in ("", ".", "..") for part in parts) and not name.startswith("/")
