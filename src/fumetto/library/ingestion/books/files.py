"""Opening what is on the disk without being led astray: regular files only, no link that leaves the root."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from pathlib import Path

from fumetto.library.ingestion.books.errors import BookError, BookMissing, BookNotAccessible

_SAMPLE = 4096


class OpenFile:
    """A regular file held open; `descriptor` is for `os.pread` only, so that threads do not disturb each other."""

    __slots__ = ("descriptor", "file", "modified_ns", "path", "size")

    def __init__(self, path: str, file: str | None = None) -> None:
        self.path = path
        self.file = display(file if file is not None else path)
        try:
            # O_NONBLOCK: a named pipe must not hang the scan; O_NOCTTY: nor a terminal become ours
            self.descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise cannot_open(self.file, error) from error
        status = os.fstat(self.descriptor)
        if not stat.S_ISREG(status.st_mode):
            self.close()
            raise BookNotAccessible(file=self.file, reason="it is neither a file nor a folder")
        self.size = status.st_size
        self.modified_ns = status.st_mtime_ns

    @property
    def address(self) -> str:
        """A path for libraries that want one: of this very file, whatever its name is or has since been given to."""
        own = f"/proc/self/fd/{self.descriptor}"
        return own if os.path.exists(own) else self.path

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __del__(self) -> None:
        if getattr(self, "descriptor", -1) >= 0:
            self.close()


def cannot_open(file: str, error: OSError) -> BookError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return BookMissing(file=file)
    return BookNotAccessible(file=file, reason=os.strerror(error.errno) if error.errno else str(error))


def display(path: str) -> str:
    """A path as text that any database and terminal takes: bytes that are no UTF-8 are written `%NN`."""
    if path.isascii():
        return path
    return "".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in path)


def sampled_fingerprint(descriptor: int, size: int, start: int = 0) -> str:
    """A checksum of the size and of 4 KiB at the beginning, middle and end: changes when a picture is saved again.

    Not proof against somebody who means to deceive; nothing but the making of thumbnails hangs on it.
    """
    crc = zlib.crc32(os.pread(descriptor, min(_SAMPLE, size), start))
    if size > _SAMPLE:
        crc = zlib.crc32(os.pread(descriptor, min(_SAMPLE, size - size // 2), start + size // 2), crc)
        crc = zlib.crc32(os.pread(descriptor, _SAMPLE, start + size - _SAMPLE), crc)
    return f"{crc:08x}-{size:x}"


def stays_within(path: Path, root: Path) -> bool:
    """Whether a path, all links followed, is at or below a root, all links followed."""
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve(strict=True))
    except (OSError, RuntimeError):
        return False
