"""A folder that an episode is acquired into: files appear in it whole or not at all, and it remembers what it has.

What was fetched is kept in `.acquired.json`: for each file its address, size, checksum and what the server said to
recognise it by. The layout itself is described in docs/reference/acquired-layout.md.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

import yaml

from fumetto.library.acquisition.errors import AlreadyUnderWay, OutputRefused

STATE: Final = ".acquired.json"
LOCK: Final = ".acquiring"
PART: Final = ".part"
SUBFOLDERS: Final = ("pages", "art", "lettering")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was fetched whole and found good."""

    url: str
    size: int
    sha256: str
    etag: str | None = None
    last_modified: str | None = None


class Folder:
    """One episode's folder, held by one process at a time. Use it with `with`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, Kept] = {}
        self.finished = False
        self._lock: int | None = None

    def __enter__(self) -> Folder:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise OutputRefused(folder=str(self.path), reason=os.strerror(error.errno or 0)) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken = os.fstat(self._lock).st_ino != os.stat(self.path / LOCK).st_ino
        except OSError:
            taken = True
        if taken:  # also where whoever held it removed it just now, and somebody else has made a new one
            os.close(self._lock)
            self._lock = None
            raise AlreadyUnderWay(folder=str(self.path))
        self._sweep()
        self._remember()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            with suppress(OSError):
                (self.path / LOCK).unlink()
            os.close(self._lock)

    def _sweep(self) -> None:
        """Remove what an earlier run left half written."""
        for part in (
            *self.path.glob(f"*{PART}"),
            *(p for sub in SUBFOLDERS for p in (self.path / sub).rglob(f"*{PART}")),
        ):
            if part.is_file() and not part.is_symlink():
                part.unlink(missing_ok=True)

    def _remember(self) -> None:
        try:
            state = json.loads((self.path / STATE).read_text("utf-8"))
            self.files = {str(name): Kept(**kept) for name, kept in state["files"].items()}
            self.finished = state.get("finished") is True
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            self.files, self.finished = {}, False

    def holds(self, name: str) -> Kept | None:
        """What is remembered of a file that is still there as it was left; None where it must be fetched."""
        kept = self.files.get(name)
        path = self.path / name
        if kept is None or path.is_symlink() or not path.is_file() or path.stat().st_size != kept.size:
            return None
        return kept

    def is_intact(self, name: str) -> bool:
        """Whether a file's bytes are those that were fetched."""
        kept = self.holds(name)
        if kept is None:
            return False
        with (self.path / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256

    @contextmanager
    def part(self, name: str) -> Iterator[BinaryIO]:
        """A file to write to, which `keep` makes appear under its name; left alone, it is removed."""
        path = self.path / f"{name}{PART}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Opened anew, never through a link that somebody may have put there.
            path.unlink(missing_ok=True)
            with path.open("x+b") as file:
                yield file
        except OSError as error:
            raise OutputRefused(folder=str(path.parent), reason=os.strerror(error.errno or 0)) from error
        finally:
            path.unlink(missing_ok=True)

    def keep(self, file: BinaryIO, part: str, name: str, kept: Kept) -> None:
        """Make a written part appear as `name`, at once and whole, also after a loss of power; forget its other names.

        `part` is the name that it was written under; `name` may differ in its suffix, which the content decides.
        """
        file.flush()
        os.fsync(file.fileno())
        os.replace(self.path / f"{part}{PART}", self.path / name)
        stem = name.rpartition(".")[0]
        for other in [other for other in self.files if other != name and other.rpartition(".")[0] == stem]:
            self.drop(other)
        self.files[name] = kept
        self.save()

    def drop(self, name: str) -> None:
        """Remove a file that the publisher no longer has."""
        self.files.pop(name, None)
        (self.path / name).unlink(missing_ok=True)

    def finish(self, finished: bool) -> None:
        self.finished = finished
        self.save()

    def save(self) -> None:
        state = {"files": {name: asdict(kept) for name, kept in sorted(self.files.items())}, "finished": self.finished}
        self.write(STATE, json.dumps(state, indent=1, ensure_ascii=False).encode())

    def write(self, name: str, data: bytes) -> bool:
        """Write a small file in one piece. Returns whether that changed anything."""
        path = self.path / name
        try:
            if path.is_file() and path.read_bytes() == data:
                return False
            temporary = self.path / f"{name}{PART}"
            temporary.write_bytes(data)
            os.replace(temporary, path)
        except OSError as error:
            raise OutputRefused(folder=str(self.path), reason=os.strerror(error.errno or 0)) from error
        return True

    def write_yaml(self, name: str, value: Mapping[str, Any]) -> bool:
        text = yaml.safe_dump(dict(value), sort_keys=False, allow_unicode=True, width=1000)
        return self.write(name, text.encode())
