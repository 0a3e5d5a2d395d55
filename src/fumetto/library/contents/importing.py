"""Taking sidecars over from a folder apart, and checking them where they lie: what the commands do."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.events import emit
from fumetto.library.contents import looks_repository as rows
from fumetto.library.contents.errors import SidecarsMissing
from fumetto.library.contents.events import PageLookedAt, PageTextChanged
from fumetto.library.contents.kinds import Look, LookState
from fumetto.library.contents.lettering_repository import carry_over
from fumetto.library.contents.looking import digest_of
from fumetto.library.contents.looking_service import characters_of, store_sidecar
from fumetto.library.contents.looks_repository import Noted
from fumetto.library.contents.pages_repository import pages_by_name
from fumetto.library.contents.rules import VERSIONS
from fumetto.library.contents.sidecars.document import MAX_BYTES, Problem, Sidecar, check_sidecar
from fumetto.library.contents.sidecars.naming import SUFFIX, KnownPage, is_metadata, match
from fumetto.library.ingestion.books.names import folded

MOST_FILES = 50_000
DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked into; `name` is its path below the folder, with slashes."""

    name: str
    sidecar: Sidecar | None
    digest: str
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Imported:
    """What came of an import: files that were taken over, those with mistakes, and those that belong to no page."""

    taken: list[str] = field(default_factory=list)
    wrong: list[Checked] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def check_folder(folder: Path) -> list[Checked]:
    """Every sidecar at or below a folder, or the one that a path is, with its mistakes, in the order of their names."""
    if folder.is_file():
        return [check_file(folder, folder.name)]
    return [check_file(folder / name, name) for name in sorted(names_below(folder))]


def names_below(folder: Path) -> Iterator[str]:
    """JSON files below a folder, as paths with slashes; links to folders are not followed."""
    count = 0
    pending = [("", 0)]
    while pending:
        prefix, depth = pending.pop()
        try:
            entries = sorted(os.scandir(folder / prefix), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = f"{prefix}/{entry.name}" if prefix else entry.name
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST:
                    pending.append((name, depth + 1))
            elif entry.is_file() and entry.name.lower().endswith(SUFFIX) and not is_metadata(entry.name):
                count += 1
                if count > MOST_FILES:
                    return
                yield name


def named_and_checked(folder: Path) -> tuple[str, list[Checked]]:
    """The same, with what to put before their names: the folder's own name may be its episode's."""
    return "" if folder.is_file() else f"{folder.resolve().name}/", check_folder(folder)


def check_file(path: Path, name: str) -> Checked:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        problem = Problem(1, "$", f"the file cannot be read: {error.strerror or type(error).__name__}")
        return Checked(name, None, "", (problem,))
    sidecar, problems = check_sidecar(data)
    return Checked(name, sidecar, digest_of(data), tuple(problems))


async def import_folder(database: Database, folder: Path, series_id: uuid.UUID | None = None) -> Imported:
    """Take over every sidecar below a folder that belongs to a page of the library, or of one series.

    Each page is a transaction of its own. What a person wrote stays above it; a sidecar beside the page's own picture
    takes its place when the book is scanned again. Raises SidecarsMissing when no file belongs to any page.
    """
    base, files = await asyncio.to_thread(named_and_checked, folder)
    checked = {each.name: each for each in files}
    async with database.read(EVERY_READER) as session:
        pages = await pages_by_name(session, series_id)
    known = [
        KnownPage(
            key=str(page.id),
            member=page.member,
            folders=frozenset(folded(name) for name in page.folders),
            series=frozenset(folded(name) for name in page.series),
        )
        for page in pages
    ]
    found, left = match([base + name for name in checked], known)
    result = Imported(left=[name.removeprefix(base) for name in left])
    if not found:
        raise SidecarsMissing(path=str(folder))
    for key, name in found.items():
        one = checked[name.removeprefix(base)]
        if one.sidecar is None:
            result.wrong.append(one)
            continue
        async with database.write(EVERY_READER) as session:
            if await take_over(session, uuid.UUID(key), one):
                result.taken.append(one.name)
    return result


async def take_over(session: WriteSession, page_id: uuid.UUID, checked: Checked) -> bool:
    """Make what a sidecar says the page's; False when the page is gone."""
    sidecar = checked.sidecar
    page = await rows.page_to_look_at(session, page_id) if await rows.hold_page(session, page_id) else None
    if page is None or sidecar is None:
        return False
    await store_sidecar(session, page, sidecar, checked.name, checked.digest)
    await carry_over(session, page_id)
    detail = {"file": checked.name, "imported": True}
    noted = Noted(Look.SIDECAR, LookState.DONE, VERSIONS[Look.SIDECAR], checked.digest, None, detail)
    await rows.note(session, page_id, [noted])
    await emit(session, PageLookedAt(page_id, characters_of(sidecar)))
    await emit(session, PageTextChanged(page_id))
    return True
