"""Library folders: which one a path belongs to, making them, and taking them out."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion import repository
from fumetto.library.ingestion.errors import (
    ImportPathEmpty,
    ImportPathMissing,
    ImportPathRefused,
    ImportPathUnreadable,
    RootNotFound,
)
from fumetto.library.ingestion.kinds import RootState
from fumetto.library.ingestion.models import LibraryRoot
from fumetto.library.ingestion.walk import holds_any_book, on_disk, stored

MANAGED_FOLDER = "library"
ACQUIRED_FOLDER = "acquired"  # where acquisition writes unless told otherwise: a library folder like others


def managed_folder(settings: Settings) -> Path:
    """Where managed copies and uploads are kept."""
    return Path(os.path.abspath(settings.data_dir)) / MANAGED_FOLDER


def is_managed(place: Path, settings: Settings) -> bool:
    return Path(os.path.realpath(place)).is_relative_to(os.path.realpath(managed_folder(settings)))


def check_importable(place: Path, settings: Settings) -> None:
    """Look whether a path can be imported; blocking.

    Raises ImportPathMissing, ImportPathUnreadable, ImportPathEmpty and ImportPathRefused.
    """
    text = stored(str(place))
    try:
        if place.is_dir():
            os.scandir(place).close()
        else:
            with open(place, "rb"):
                pass
    except FileNotFoundError as error:
        raise ImportPathMissing(path=text) from error
    except OSError as error:
        raise ImportPathUnreadable(path=text, reason=error.strerror or type(error).__name__) from error
    data, real = Path(os.path.realpath(settings.data_dir)), Path(os.path.realpath(place))
    books_there = is_managed(place, settings) or real.is_relative_to(data / ACQUIRED_FOLDER)
    if real.is_relative_to(data) and not books_there:
        raise ImportPathRefused(path=text)
    leave_out = [] if is_managed(place, settings) else [settings.data_dir]
    if not holds_any_book(place, leave_out):
        raise ImportPathEmpty(path=text)


def real_path(path: str) -> str:
    """Where a stored path leads to, links followed, as the system has it."""
    return os.path.realpath(on_disk(path))


async def root_for(session: WriteSession, settings: Settings, place: Path, series_title: str | None) -> LibraryRoot:
    """The root that a path belongs to, made if there is none.

    Inside a root it is that one. Only where it is to be a series of its own it becomes a root inside a root, and takes
    its sources along.
    """
    await repository.lock_roots(session)
    roots = await repository.list_roots(session)
    real = real_path(stored(str(place)))
    same = next((root for root in roots if real_path(root.path) == real), None)
    if same is not None:
        if series_title is not None:
            same.series_title = series_title
        if same.state is RootState.REMOVED:
            same.state = RootState.AVAILABLE
        await session.flush()
        return same
    above = covering(roots, real)
    if above is not None and (series_title is None or above.series_title == series_title):
        return above
    root = LibraryRoot(
        id=uuid7(), path=stored(str(place)), series_title=series_title, managed=is_managed(place, settings)
    )
    session.add(root)
    await session.flush()
    if above is not None:
        below = real.removeprefix(real_path(above.path)).lstrip("/")
        await repository.hand_over(session, above.id, root.id, stored(below))
    return root


def covering(roots: Sequence[LibraryRoot], real: str) -> LibraryRoot | None:
    """Of the roots in use that a path lies below, the nearest."""
    nearest: tuple[int, LibraryRoot] | None = None
    for root in roots:
        path = real_path(root.path)
        if root.state is not RootState.REMOVED and real.startswith(path.rstrip(os.sep) + os.sep):
            nearest = max(nearest or (0, root), (len(path), root), key=lambda pair: pair[0])
    return nearest[1] if nearest else None


async def get_root(session: ReadSession, root_id: uuid.UUID) -> LibraryRoot:
    """Raises RootNotFound."""
    root = await repository.find_root(session, root_id)
    if root is None or root.state is RootState.REMOVED:
        raise RootNotFound(id=str(root_id))
    return root


async def remove_root(session: WriteSession, root_id: uuid.UUID) -> None:
    """Take a folder out of the library. No file is touched: its books are missing, with everybody's progress, until
    they are forgotten, or come back with the folder or anywhere else. Raises RootNotFound."""
    root = await get_root(session, root_id)
    if await repository.mark_all_gone(session, root_id):
        root.state = RootState.REMOVED
    else:
        await session.delete(root)
    await session.flush()
