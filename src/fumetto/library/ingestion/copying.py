"""Files that come into the managed folder, by copy or upload: whole or not at all, never over what is there.

They are gathered in a hidden folder beside their place, which no scan looks into, and moved when they are complete.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from fumetto.kernel.storage import check_disk_space, settle_files
from fumetto.library.ingestion.assembly import name_books
from fumetto.library.ingestion.rules import is_ignored

INCOMING = ".incoming-"
LONGEST_NAME = 200  # bytes; file systems allow 255, and a number may have to be added
DEEPEST = 16


def safe_segment(name: str) -> str | None:
    """One part of a path as a name that every file system takes; None where nothing of it can be kept."""
    name = "".join("_" if character in '<>:"|?*\\/' else character for character in unicodedata.normalize("NFC", name))
    name = "".join(character for character in name if character.isprintable()).strip().rstrip(". ")
    while len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[:-1]}.{suffix}" if dot and len(suffix) < 10 and stem else name[:-1]
    return name if name.strip(".") and not is_ignored(name) else None


def safe_path(name: str) -> PurePosixPath | None:
    """A name with folders, as browsers send for dropped folders, with each part safe; None for one that leads out, is
    absolute, hidden or too deep."""
    parts = name.replace("\\", "/").split("/")
    if len(parts) > DEEPEST or any(part in ("", ".", "..") for part in parts):
        return None
    kept = [safe_segment(part) for part in parts]
    return PurePosixPath(*(part for part in kept if part)) if all(kept) else None


def copy_in_tree(source: Path, managed: Path, incoming: Path, series_title: str | None, reserve: int) -> Path:
    """Copy a file or folder into the managed folder; where in it the books are now. Blocking.

    `incoming` is a hidden folder in the managed one, emptied first: a copy that was interrupted begins again. What is
    there already with the same content is not copied twice. Raises OSError, and DiskFull when less than `reserve` bytes
    would be left.
    """
    shutil.rmtree(incoming, ignore_errors=True)
    managed.mkdir(parents=True, exist_ok=True)
    shelf = shelf_for(source, managed, series_title)
    name = safe_segment(source.name) or "book"
    gathered = incoming / name if source.is_file() or series_title else incoming
    try:
        for original, relative in files_of(source):
            check_disk_space(managed, reserve, original.stat().st_size)
            target = gathered if source.is_file() else gathered / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, target, follow_symlinks=False)
        incoming.mkdir(exist_ok=True)
        move_into(incoming, shelf)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    return shelf


def shelf_for(source: Path, managed: Path, series_title: str | None) -> Path:
    """The folder in the managed one that the books of a file or folder go to: named as their series."""
    if series_title:
        named = series_title
    elif source.is_file():
        named = name_books(["."], source)["."].series or "Comics"
    else:
        named = source.name
    return managed / (safe_segment(named) or "Comics")


def files_of(source: Path) -> Iterator[tuple[Path, Path]]:
    """Regular files at or below a path with their relative paths; links and hidden files are left out."""
    if source.is_file():
        yield source, Path(source.name)
        return
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if not is_ignored(name))
        for name in sorted(names):
            place = Path(folder, name)
            if not is_ignored(name) and place.is_file() and not place.is_symlink():
                yield place, place.relative_to(source)


def move_into(gathered: Path, shelf: Path) -> list[Path]:
    """Move everything from one folder into another on the same disk, for good; where each file is now.

    A file that is there with the same content stays; one with other content is kept, and the new one gets a number.
    """
    moved: list[Path] = []
    for place, relative in list(files_of(gathered)):
        target = shelf / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        count = 1
        while target.exists() and not filecmp.cmp(place, target, shallow=False):
            count += 1
            target = shelf / relative.with_name(f"{relative.stem} ({count}){relative.suffix}")
        if not target.exists():
            os.rename(place, target)
        moved.append(target)
    settle_files(shelf.parent, moved)
    return moved
