"""CBR: RAR 4 and 5, plain and solid, through unrar's own library (unrar2-cffi). For a ParserPool only.

The binding's own classes take any failure for the end of the archive, collect without bound, and let a solid archive be
unpacked in order to list it; so the library's functions are called here directly (UnRAR's `dll.txt` describes them).
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from typing import Any, Final

from unrar.cffi import unrarlib  # defines the callback that the library's functions are given
from unrar.cffi._unrarlib import ffi, lib

from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import (
    BookDamaged,
    BookHasNoPages,
    BookMethodUnsupported,
    BookNamesUnsafe,
    BookNeedsPassword,
    BookTooLarge,
    PageDamaged,
    PageError,
    PageMissing,
    PageNeedsPassword,
    PageTooLarge,
)
from fumetto.library.ingestion.books.files import OpenFile
from fumetto.library.ingestion.books.model import RATIO_COUNTS_FROM, BookWarning, Limits, Member
from fumetto.library.ingestion.books.names import safe_name

_LIST: Final = lib.C_RAR_OM_LIST_INCSPLIT
_EXTRACT: Final = lib.C_RAR_OM_EXTRACT
_END, _NO_MEMORY, _BAD_ARCHIVE, _OPEN_FAILED, _READ_FAILED, _LARGE_DICTIONARY = 10, 11, 13, 15, 18, 25
_PASSWORD_ERRORS: Final = (lib.C_ERAR_MISSING_PASSWORD, lib.C_ERAR_BAD_PASSWORD)
_VOLUME, _ENCRYPTED_HEADERS = 0x0001, 0x0080  # of the archive
_SPLIT, _ENCRYPTED, _DIRECTORY = 0x01 | 0x02, 0x04, 0x20  # of an entry
_UNIX_RAR4: Final = 3
_UNKNOWN_SIZE: Final = 0x7FFFFFFF7FFFFFFF
_BLAKE2: Final = 2
_DICTIONARY_BYTES: Final = 1024**3

assert unrarlib.FLAGS_SUCCESS == 0  # noqa: S101  # keeps the import, which registers the callback, from looking unused


class RarContainer(Container):
    """Reading a page runs through the archive up to it, and unpacks what lies before it where the archive is solid."""

    def __init__(self, opened: OpenFile, limits: Limits) -> None:
        super().__init__(opened.file, limits)
        self._opened = opened
        file = opened.file
        self._places: dict[str, int] = {}
        self._encrypted: set[str] = set()
        self._packed: dict[str, int] = {}
        total, unsafe = 0, False
        with _Archive(opened.address, file, _LIST) as archive:
            self.comment = archive.comment.encode()
            for place, header in enumerate(archive):
                if place >= limits.entries:
                    raise BookTooLarge(file=file, what="entries", limit=limits.entries)
                unsafe |= self._take(place, header)
                archive.skip()
            if archive.first_error and not self._places:
                raise _book_error(archive.first_error, file)
            if archive.first_error in _PASSWORD_ERRORS:
                raise BookNeedsPassword(file=file)
            if archive.first_error:
                self.warnings.append(BookWarning("archive_cut_off", ""))
        for member in self.members.values():
            total += member.byte_size
        if total > limits.archive_bytes:
            raise BookTooLarge(file=file, what="bytes", limit=limits.archive_bytes)
        if unsafe and not self._places:
            raise BookNamesUnsafe(file=file)
        if not self._places:
            raise BookHasNoPages(file=file)

    def _take(self, place: int, header: Any) -> bool:
        """Remember one entry, if it is an ordinary file; whether its name was unsafe."""
        raw = ffi.string(header.FileNameW)
        name = safe_name(raw)
        if header.Flags & _DIRECTORY:
            return False
        if name is None or not _encodable(name):
            self.warnings.append(BookWarning("unsafe_name", raw[:200].encode("utf-8", "replace").decode()))
            return True
        if header.RedirType or (header.HostOS == _UNIX_RAR4 and stat.S_ISLNK(header.FileAttr)):
            self.warnings.append(BookWarning("symlink", name))
            return False
        if header.Flags & _SPLIT:
            raise BookMethodUnsupported(file=self.file, method="split into volumes")
        if header.DictSize * 1024 > _DICTIONARY_BYTES:
            raise BookTooLarge(file=self.file, what="memory", limit=_DICTIONARY_BYTES)
        if name in self._places:
            self.warnings.append(BookWarning("duplicate_name", name))
            del self.members[name]
        size = header.UnpSize + (header.UnpSizeHigh << 32)
        checksum = bytes(header.Hash)[:16].hex() if header.HashType == _BLAKE2 else f"{header.FileCRC:08x}"
        self.members[name] = Member(0 if size == _UNKNOWN_SIZE else size, f"{checksum}-{size:x}")
        self._places[name] = place
        self._packed[name] = header.PackSize + (header.PackSizeHigh << 32)
        if header.Flags & _ENCRYPTED:
            self._encrypted.add(name)
        return False

    def close(self) -> None:
        self._opened.close()

    def is_encrypted(self, member: str) -> bool:
        return member in self._encrypted

    def read(self, member: str) -> bytes:
        for _, data in self.each([member]):
            if isinstance(data, PageError):
                raise data
            return data
        raise PageMissing(file=self.file, member=member)

    def each(self, members: Iterable[str]) -> Iterator[tuple[str, bytes | PageError]]:
        wanted: dict[int, str] = {}
        for member in members:
            if member not in self.members:
                yield member, PageMissing(file=self.file, member=member)
            elif member in self._encrypted:
                yield member, PageNeedsPassword(file=self.file, member=member)
            else:
                wanted[self._places[member]] = member
        if not wanted:
            return
        with _Archive(self._opened.address, self.file, _EXTRACT) as archive:
            for place, _ in enumerate(archive):
                member = wanted.pop(place, "")
                if not member:
                    archive.skip()
                    continue
                yield member, self._unpack(archive, member)
                if not wanted:
                    return
        for member in wanted.values():
            yield member, PageDamaged(file=self.file, member=member, reason="it is cut off")

    def _unpack(self, archive: _Archive, member: str) -> bytes | PageError:
        announced = self.members[member].byte_size
        try:
            self.check_size(member, announced, None)  # solid archives announce no honest packed size for one entry
        except PageError as error:
            archive.skip()
            return error
        most = announced or self.limits.entry_bytes
        collected = Collected(most, self.limits.ratio * max(self._opened.size, 1) + RATIO_COUNTS_FROM)
        result = archive.unpack(collected)
        if collected.over_ratio:
            return PageTooLarge(file=self.file, member=member, what="ratio", limit=self.limits.ratio)
        if collected.too_much:
            return PageDamaged(file=self.file, member=member, reason="it unpacks to more than the archive says")
        if result in _PASSWORD_ERRORS:
            return PageNeedsPassword(file=self.file, member=member)
        if result == _NO_MEMORY:
            raise MemoryError
        if result:
            return PageDamaged(file=self.file, member=member, reason=f"it cannot be unpacked (unrar error {result})")
        return b"".join(collected.parts)


class Collected:
    """What an entry unpacks to, until it is more than announced or than is decent for the size of the archive."""

    def __init__(self, most: int, decent: int) -> None:
        self.parts: list[bytes] = []
        self._left = most
        self._decent = decent
        self.too_much = self.over_ratio = False

    def __call__(self, message: int, first: int, second: int) -> int:
        """UnRAR's callback: -1 stops it. It asks for volumes and passwords too, and gets none."""
        if message != lib.UCM_PROCESSDATA:
            return -1
        self._left -= second
        self._decent -= second
        self.too_much, self.over_ratio = self._left < 0, self._decent < 0
        if self.too_much or self.over_ratio:
            return -1
        self.parts.append(bytes(ffi.buffer(ffi.cast("char *", first), second)))
        return 1


class _Archive:
    """An archive opened by the library: iterate over its headers, and skip or unpack after each."""

    def __init__(self, path: str, file: str, mode: int) -> None:
        name = ffi.new("wchar_t[]", path)
        comment = ffi.new("wchar_t[]", 64 * 1024)
        opening = ffi.new("struct RAROpenArchiveDataEx *")
        opening.ArcNameW, opening.OpenMode = name, mode
        opening.CmtBufW, opening.CmtBufSize = comment, 64 * 1024
        self._refusing = ffi.new_handle(_refuse)
        self.first_error = 0
        self._handle = lib.RAROpenArchiveEx(opening)
        if opening.OpenResult:
            if self._handle != ffi.NULL:
                lib.RARCloseArchive(self._handle)
            raise _book_error(opening.OpenResult, file)
        lib.RARSetCallbackPtr(self._handle, lib.PyUNRARCALLBACKStub, self._refusing)
        self.comment = ffi.string(comment) if opening.CmtState == 1 else ""
        if opening.Flags & _ENCRYPTED_HEADERS:
            self.close()
            raise BookNeedsPassword(file=file)
        if opening.Flags & _VOLUME:
            self.close()
            raise BookMethodUnsupported(file=file, method="split into volumes")

    def __iter__(self) -> Iterator[Any]:
        while True:
            header = ffi.new("struct RARHeaderDataEx *")
            result = lib.RARReadHeaderEx(self._handle, header)
            if result:
                self.first_error = 0 if result == _END else self.first_error or result
                return
            yield header

    def skip(self) -> None:
        lib.RARProcessFileW(self._handle, lib.C_RAR_SKIP, ffi.NULL, ffi.NULL)

    def unpack(self, collected: Collected) -> int:
        handle = ffi.new_handle(collected)
        lib.RARSetCallbackPtr(self._handle, lib.PyUNRARCALLBACKStub, handle)
        result = int(lib.RARProcessFileW(self._handle, lib.C_RAR_TEST, ffi.NULL, ffi.NULL))
        lib.RARSetCallbackPtr(self._handle, lib.PyUNRARCALLBACKStub, self._refusing)
        return result

    def close(self) -> None:
        if self._handle != ffi.NULL:
            lib.RARCloseArchive(self._handle)
            self._handle = ffi.NULL

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _refuse(message: int, _first: int, _second: int) -> int:
    return 1 if message == lib.UCM_PROCESSDATA else -1  # data that is skipped over in a solid archive may pass


def _book_error(result: int, file: str) -> Exception:
    if result in _PASSWORD_ERRORS:
        return BookNeedsPassword(file=file)
    if result == _NO_MEMORY:
        return MemoryError()
    if result == _LARGE_DICTIONARY:
        return BookTooLarge(file=file, what="memory", limit=_DICTIONARY_BYTES)
    reasons = {
        _BAD_ARCHIVE: "it is not a whole RAR archive",
        _OPEN_FAILED: "a part of it is missing",
        _READ_FAILED: "it cannot be read to its end",
    }
    return BookDamaged(file=file, reason=reasons.get(result, f"its list of contents is broken (unrar error {result})"))


def _encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
