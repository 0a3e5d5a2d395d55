"""One scan of one root: what is on the disk is compared with what is known, and only what differs is read and written.

Every batch is a transaction of its own and finds its work done if it runs again, so a scan may be killed at any moment:
the next one goes on where it was. Books are read in parser processes while the batch before is written.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.jobs.context import JobActivity
from fumetto.kernel.sandbox import ParserPool
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion import repository
from fumetto.library.ingestion.assembly import Proposal, name_books, propose
from fumetto.library.ingestion.books import Limits
from fumetto.library.ingestion.books.errors import BookError
from fumetto.library.ingestion.errors import RootNotFound, RootUnavailable
from fumetto.library.ingestion.kinds import RootState, SourceState
from fumetto.library.ingestion.models import LibraryRoot
from fumetto.library.ingestion.naming import ParsedName
from fumetto.library.ingestion.parsing import BookRead, BookToRead, fingerprint_book, read_book
from fumetto.library.ingestion.refiling import Stray, find_strays, groups_of, put_right
from fumetto.library.ingestion.rules import (
    Comparison,
    Found,
    Known,
    Settled,
    compare,
    looks_unmounted,
    pair_moves,
    set_aside,
)
from fumetto.library.ingestion.updating import Updated, update_book
from fumetto.library.ingestion.walk import Walk, file_of, hidden, is_mounted, look_at, on_disk, walk
from fumetto.library.ingestion.writing import NewBook, Placed, add_books, placing

log = structlog.get_logger(__name__)

WINDOW = 512  # books read before they are written, in their order
BATCH = 256  # books per transaction
ATTEMPTS = 3
PER_PARSER = 32  # books that one parser process takes at a time

REFUSALS = (psycopg.DataError, psycopg.IntegrityError, DBAPIError, ValueError)
"""What the database, or we, say of a book that it does not take; see `is_refusal`."""

ToRead = tuple[Found, Known | None]
Schedule = Callable[[WriteSession, Sequence["Waiting"]], Awaitable[None]]
"""Enqueues, in the session's transaction, the making of images for episodes."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An episode that was written. `leads`: a new series' cover is its; `changed`: there may be images to remove;
    `images`: there are some to make."""

    episode_id: uuid.UUID
    page_count: int
    leads: bool = False
    changed: bool = False
    images: bool = True

    @classmethod
    def of(cls, made: Placed | Updated) -> Waiting:
        if isinstance(made, Placed):
            return cls(made.episode_id, made.page_count, leads=made.leads)
        return cls(made.episode_id, made.page_count, changed=True, images=made.to_derive > 0)


@dataclass(slots=True)
class Scanned:
    """What a scan came to, in books."""

    found: int = 0
    unchanged: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0
    returned: int = 0
    missing: int = 0
    failed: int = 0
    unreadable: list[str] = field(default_factory=list)


class Scan:
    """A scan that has been given everything; `run` does it."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        parsers: ParserPool,
        schedule: Schedule,
        *,
        root_id: uuid.UUID,
        retry_failed: bool = False,
        activity: JobActivity | None = None,
    ) -> None:
        self.database = database
        self.parsers = parsers
        self.schedule = schedule
        self.settings = settings
        self.limits = Limits.from_settings(settings)
        self.root_id = root_id
        self.retry_failed = retry_failed
        self.activity = activity
        self.result = Scanned()
        self.forced_series: str | None = None
        self.path = Path()
        self.other_roots: dict[uuid.UUID, Path] = {}
        self.names: dict[str, ParsedName] = {}
        self.strays: dict[uuid.UUID, Stray] = {}

    async def run(self) -> Scanned:
        """The outcome. Raises RootNotFound when the root is none of the library's any more, and RootUnavailable when it
        is not mounted: then nothing of it was touched, but that its state says so."""
        async with self.database.read() as session:
            root = await repository.find_root(session, self.root_id)
            if root is None or root.state is RootState.REMOVED:
                raise RootNotFound(id=str(self.root_id))
            roots = await repository.list_roots(session)
        self.path = Path(on_disk(root.path))
        self.forced_series = root.series_title
        self.other_roots = {other.id: Path(on_disk(other.path)) for other in roots if other.id != root.id}
        walking = asyncio.to_thread(walk, self.path, self._leave_out(root))
        seen, (settled, unsettled, neglected) = await asyncio.gather(walking, self._known())
        present = len(settled) + sum(1 for source in unsettled if source.state is not SourceState.MISSING)
        if looks_unmounted(seen.exists, seen.entries, present):
            async with self.database.write() as session:
                await repository.set_root_state(session, self.root_id, RootState.UNMOUNTED)
            raise RootUnavailable(path=root.path)
        different, paths = set_aside(seen.books, settled)
        known = unsettled
        if paths:
            async with self.database.read() as session:
                known = [*unsettled, *(await repository.known_at(session, self.root_id, list(paths))).values()]
        comparison = compare(different, known, retry_failed=self.retry_failed)
        comparison.unchanged += len(seen.books) - len(different)
        comparison.gone = [source for source in comparison.gone if not hidden(source.path, seen)]
        self.result.found = len(seen.books)
        self.result.unchanged = comparison.unchanged
        self.result.unreadable = seen.unreadable
        if self.activity is not None:
            self.activity.expect(self.result.found)
            self.activity.advance(self.result.found - len(comparison.to_read))
        await self._settle(comparison, known, seen)
        forgotten = any(source.state is SourceState.MISSING and source.episode_id is None for source in known)
        async with self.database.write() as session:
            if forgotten:
                await repository.drop_forgotten(session, self.root_id)
            if self.retry_failed:
                again = await repository.retry_pages(session, self.root_id)
                await self.schedule(session, [Waiting(*episode) for episode in again])
            await self.schedule(session, [Waiting(*episode) for episode in neglected])
            await repository.set_root_state(session, self.root_id, RootState.AVAILABLE)
        return self.result

    async def _known(self) -> tuple[set[Settled], list[Known], list[tuple[uuid.UUID, int]]]:
        async with self.database.read() as session:
            return (
                await repository.settled_sources(session, self.root_id),
                await repository.unsettled_sources(session, self.root_id),
                await repository.neglected_episodes(session, self.root_id),
            )

    def _leave_out(self, root: LibraryRoot) -> list[Path]:
        others = list(self.other_roots.values())
        return others if root.managed else [*others, self.settings.data_dir]

    async def _settle(self, comparison: Comparison, known: Sequence[Known], seen: Walk) -> None:
        to_read = comparison.to_read
        if to_read:
            to_read = await self._follow_moves(comparison, known)
        if comparison.returned or comparison.gone:
            async with self.database.write() as session:
                await repository.mark_returned(session, comparison.returned)
                await repository.mark_gone(session, comparison.gone)
                back = await repository.waiting_episodes(session, [source.id for source in comparison.returned])
                await self.schedule(session, [Waiting(*episode) for episode in back])
            self.result.returned = len(comparison.returned)
            self.result.missing = len(comparison.gone)
        if to_read:
            self.names = await asyncio.to_thread(name_books, [book.path for book in seen.books], self.path)
            await self._settle_books(to_read)

    async def _settle_books(self, to_read: Sequence[ToRead]) -> None:
        """What is known goes first: where files say that episodes belong elsewhere, they make way for what is new."""
        changed = [pair for pair in to_read if has_episode(pair[1])]
        await self._read_and_write(changed)
        if self.strays:
            strays = [(stray.found, stray.known) for stray in self.strays.values()]
            await self._put_right(list(self.strays.values()))
            await self._read_and_write(strays, put_right=True)
        await self._read_and_write([pair for pair in to_read if not has_episode(pair[1])])

    async def _put_right(self, strays: Sequence[Stray]) -> None:
        async with self.database.write(EVERY_READER) as session:
            groups = await groups_of(session, strays)
        for group in groups:
            try:
                async with self.database.write(EVERY_READER) as session:
                    await placing(session)
                    await put_right(session, group)
            except REFUSALS as error:
                if not is_refusal(error):
                    raise
                log.warning("scan.move_refused", books=[stray.found.path for stray in group[:20]], error=str(error))

    async def _follow_moves(self, comparison: Comparison, known: Sequence[Known]) -> list[ToRead]:
        """Give sources that moved their new paths; what is left to read. Those found again leave `gone`.

        A source whose path is taken by one that moved there, and whose own content is nowhere, is missing.
        """
        to_read = comparison.to_read
        here = {found.path: found for found, _ in to_read}
        orphans = [*comparison.gone, *(source for _, source in to_read if source is not None)]
        orphans += [source for source in known if source.state is SourceState.MISSING and source.path not in here]
        async with self.database.read() as session:
            elsewhere = await repository.known_elsewhere(
                session, self.root_id, {found.byte_size for found in here.values()}
            )
        if elsewhere:
            orphans += await asyncio.to_thread(self._left_elsewhere, elsewhere)
        sizes = {source.byte_size for source in orphans if source.fingerprint}
        fingerprints = await self._fingerprints([found for found in here.values() if found.byte_size in sizes])
        stayed = {
            source.id for found, source in to_read if source and fingerprints.get(found.path) == source.fingerprint
        }
        pairs = pair_moves(
            {found.path: fingerprints[found.path] for found, source in to_read
             if found.path in fingerprints and (source is None or source.id not in stayed)},
            [source for source in orphans if source.id not in stayed],
        )  # fmt: skip
        if not pairs:
            return to_read
        moved = {source.id for source in pairs.values()}
        displaced = [source for found, source in to_read if source and found.path in pairs and source.id not in moved]
        async with self.database.write() as session:
            await repository.make_way(session, displaced)
            await repository.mark_moved(session, self.root_id, [(source, here[path]) for path, source in pairs.items()])
        comparison.gone = [source for source in comparison.gone if source.id not in moved]
        self.result.moved = len(pairs)
        self.result.missing += len(displaced)
        if self.activity is not None:
            self.activity.advance(len(pairs))
        return [
            (found, None if source is not None and source.id in moved else source)
            for found, source in to_read
            if found.path not in pairs
        ]

    async def _fingerprints(self, books: Sequence[Found]) -> dict[str, str]:
        tasks = [self._book(found) for found in books]
        found: dict[str, str] = {}
        async for index, value in self.parsers.map(fingerprint_book, tasks, batch=PER_PARSER):
            if isinstance(value, str):
                found[books[index].path] = value
        return found

    def _left_elsewhere(self, sources: Sequence[Known]) -> list[Known]:
        """Of other roots' sources those that are missing, or not in their place any more while their root is."""
        by_root: dict[uuid.UUID, list[Known]] = defaultdict(list)
        for source in sources:
            by_root[source.root_id].append(source)
        left: list[Known] = []
        for root_id, of_root in by_root.items():
            left += [source for source in of_root if source.state is SourceState.MISSING]
            path = self.other_roots.get(root_id)
            if path is not None and is_mounted(path):
                there = (source for source in of_root if source.state is not SourceState.MISSING)
                left += [source for source in there if look_at(path, source.path) is None]
        return left

    def _book(self, found: Found) -> BookToRead:
        return BookToRead(file_of(self.path, found.path), found.is_folder, self.limits)

    async def _read_and_write(self, to_read: Sequence[ToRead], *, put_right: bool = False) -> None:
        """`put_right`: that these books are where they belong is settled."""
        if not to_read:
            return
        windows = [to_read[start : start + WINDOW] for start in range(0, len(to_read), WINDOW)]
        reading = asyncio.create_task(self._read(windows[0]))
        try:
            for number, window in enumerate(windows):
                results = await reading
                if number + 1 < len(windows):
                    reading = asyncio.create_task(self._read(windows[number + 1]))
                for start in range(0, len(window), BATCH):
                    await self._write(results[start : start + BATCH], put_right)
        finally:
            reading.cancel()

    async def _read(self, window: Sequence[ToRead]) -> list[tuple[ToRead, BookRead | FumettoError]]:
        tasks = [self._book(found) for found, _ in window]
        results: dict[int, BookRead | FumettoError] = {}
        async for index, result in self.parsers.map(read_book, tasks, batch=PER_PARSER):
            results[index] = result
        return [(window[index], results[index]) for index in range(len(tasks))]

    async def _write(
        self, batch: Sequence[tuple[ToRead, BookRead | FumettoError]], put_right: bool, attempt: int = 1
    ) -> None:
        """Write a batch; one that the database refuses is halved until the book that it refuses stands alone."""
        try:
            await self._write_at_once(batch, put_right)
        except REFUSALS as error:
            if not is_refusal(error):
                raise
            if len(batch) > 1:
                half = len(batch) // 2
                await self._write(batch[:half], put_right)
                await self._write(batch[half:], put_right)
            elif attempt < ATTEMPTS:  # somebody edited what it was placed beside; look again
                await self._write(batch, put_right, attempt + 1)
            else:
                (((found, known), _),) = batch
                log.warning("scan.book_refused", error=str(error))
                refused = BookError(file=str(file_of(self.path, found.path)))
                await self._write_at_once([((found, known), refused)], put_right)

    async def _write_at_once(self, batch: Sequence[tuple[ToRead, BookRead | FumettoError]], put_right: bool) -> None:
        fresh: list[NewBook] = []
        changed: list[tuple[NewBook, Known, uuid.UUID]] = []
        failures: list[tuple[Found, Known | None, FumettoError]] = []
        for (found, known), result in batch:
            if isinstance(result, FumettoError):
                failures.append((found, known, result))
                continue
            book = NewBook(found, known, result, self._propose(found, result))
            if known is not None and known.episode_id is not None:
                changed.append((book, known, known.episode_id))
            else:
                fresh.append(book)
        async with self.database.write(EVERY_READER) as session:
            await placing(session)
            if not await repository.hold_root(session, self.root_id):
                raise RootNotFound(id=str(self.root_id))
            made = [Waiting.of(placed) for placed in await add_books(session, self.root_id, fresh)]
            if changed and not put_right:
                self.strays |= await find_strays(session, [(book, known) for book, known, _ in changed])
                changed = [one for one in changed if one[1].id not in self.strays]
            for book, known, episode_id in changed:
                if done := await update_book(session, book, known, episode_id):
                    made.append(Waiting.of(done))
            for found, known, error in failures:
                kind = "folder" if found.is_folder else "file"
                await repository.record_failure(session, self.root_id, found, known, kind, error)
            await self.schedule(session, made)
        self.result.added += len(fresh)
        self.result.changed += len(changed)
        self.result.failed += len(failures)
        if self.activity is not None:
            self.activity.advance(len(fresh) + len(changed))
            for found, _, error in failures:
                self.activity.fail(str(file_of(self.path, found.path)), error)

    def _propose(self, found: Found, read: BookRead) -> Proposal:
        about = read.metadata
        return propose(
            self.names[found.path],
            forced_series=self.forced_series,
            series=about.series,
            number=about.number,
            volume=about.volume,
            title=about.title,
        )


def is_refusal(error: Exception) -> bool:
    """Whether one of REFUSALS is about what was to be written, not about the database."""
    return not isinstance(error, DBAPIError) or isinstance(error.orig, psycopg.DataError | psycopg.IntegrityError)


def has_episode(source: Known | None) -> bool:
    return source is not None and source.episode_id is not None
