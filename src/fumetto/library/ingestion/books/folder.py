"""A folder of pictures as a book."""

from __future__ import annotations

import os
from pathlib import Path

from fumetto.library.ingestion.books.container import Container
from fumetto.library.ingestion.books.errors import BookTooLarge, PageChanged, PageDamaged, PageError, PageMissing
from fumetto.library.ingestion.books.files import OpenFile, cannot_open, display, sampled_fingerprint, stays_within
from fumetto.library.ingestion.books.layout import METADATA_NAMES
from fumetto.library.ingestion.books.model import BookWarning, Limits, Member, PlainRange
from fumetto.library.ingestion.books.names import IMAGE_TYPES, is_junk, safe_name, suffix_of

DEPTH = 8  # folders below a book's own that are looked into


class FolderContainer(Container):
    """The pictures, lettering and metadata of one folder and what lies below it.

    Where the folder itself holds pictures, pictures in its other subfolders are somebody else's pages and are left out
    (`pages/` and `art/` beside a `metadata.yaml`, and lettering, excepted). Links are followed within the root only.
    """

    random_access = True

    def __init__(self, path: Path, limits: Limits, root: Path | None = None) -> None:
        super().__init__(display(str(path)), limits)
        self._root = root if root is not None else path
        self._paths: dict[str, str] = {}
        self._entries = 0
        self._list(str(path), "", DEPTH)
        names = list(self._paths)
        if not any(name.rpartition("/")[2].lower() == "metadata.yaml" for name in names) and any(
            "/" not in name and suffix_of(name) in IMAGE_TYPES for name in names
        ):
            for name in names:
                if "/" in name and suffix_of(name) in IMAGE_TYPES:
                    del self._paths[name]
        for name, real in list(self._paths.items()):
            try:
                opened = OpenFile(real)
            except PageError:
                raise
            except Exception:
                self.warnings.append(BookWarning("not_accessible", name))
                del self._paths[name]
                continue
            self.members[name] = Member(opened.size, sampled_fingerprint(opened.descriptor, opened.size))
            opened.close()

    def _list(self, folder: str, prefix: str, depth: int) -> None:
        try:
            found = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            if not prefix:
                raise cannot_open(self.file, error) from error
            self.warnings.append(BookWarning("not_accessible", prefix))
            return
        for entry in found:
            name = safe_name(prefix + display(entry.name).replace("\\", "%5C"))
            if name is None:
                self.warnings.append(BookWarning("unsafe_name", display(prefix + entry.name)[:200]))
                continue
            if is_junk(name):
                continue
            self._entries += 1
            if self._entries > self.limits.entries:
                raise BookTooLarge(file=self.file, what="entries", limit=self.limits.entries)
            if entry.is_symlink() and not stays_within(Path(entry.path), self._root):
                self.warnings.append(BookWarning("symlink", name))
            elif entry.is_dir(follow_symlinks=False):  # linked folders are not entered: they may go round in circles
                if depth > 0:
                    self._list(entry.path, name + "/", depth - 1)
            elif self._is_ours(name):
                self._paths[name] = entry.path

    @staticmethod
    def _is_ours(name: str) -> bool:
        suffix = suffix_of(name)
        return suffix in IMAGE_TYPES or suffix in ("svg", "json") or name.rpartition("/")[2].lower() in METADATA_NAMES

    def _open(self, member: str) -> OpenFile:
        self.known(member)
        path = self._paths[member]
        if os.path.islink(path) and not stays_within(Path(path), self._root):
            raise PageMissing(file=self.file, member=member)
        try:
            opened = OpenFile(path)
        except Exception as error:
            raise PageMissing(file=self.file, member=member) from error
        self.check_size(member, opened.size)
        if sampled_fingerprint(opened.descriptor, opened.size) != self.members[member].fingerprint:
            opened.close()
            raise PageChanged(file=self.file, member=member)
        return opened

    def read(self, member: str) -> bytes:
        opened = self._open(member)
        try:
            data = os.pread(opened.descriptor, opened.size, 0)
        except OSError as error:
            raise PageDamaged(file=self.file, member=member, reason=os.strerror(error.errno or 0)) from error
        finally:
            opened.close()
        return data

    def head(self, member: str, count: int) -> bytes:
        opened = self._open(member)
        try:
            return os.pread(opened.descriptor, count, 0)
        finally:
            opened.close()

    def open_range(self, member: str) -> PlainRange | None:
        opened = self._open(member)
        opened.close()
        return PlainRange(opened.path, 0, opened.size)
