"""Noticing changes in library folders as they happen: one watcher per root, each change a scan, debounced.

Where the system does not announce changes (network disks) a folder is looked at now and then instead; where it cannot
(the limit of watched folders) the owner is told, and the clock has to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import structlog
from psycopg.types.json import Jsonb
from watchfiles import Change, awatch

from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import Busy
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.settings import Settings
from fumetto.library.ingestion import repository
from fumetto.library.ingestion.kinds import RootState
from fumetto.library.ingestion.rules import is_ignored
from fumetto.library.ingestion.tasks import scan_key, scan_root
from fumetto.library.ingestion.walk import is_mounted, on_disk

log = structlog.get_logger(__name__)

QUIET_SECONDS = 2.0  # without a further change before a scan is enqueued: a file that is being copied grows
LONGEST_QUIET = 60.0
POLL_SECONDS = 120.0
LOOK_SECONDS = 10.0
MOUNTS = Path("/proc/self/mounts")
NETWORK = ("nfs", "cifs", "smb", "9p", "fuse", "davfs", "afs", "ceph", "gluster", "virtiofs", "vboxsf", "prl_fs")


class Watcher:
    """Watches every root of the library until it is cancelled; roots that come and go are followed."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.own = os.path.realpath(settings.data_dir)
        self.quiet_seconds = QUIET_SECONDS
        self._tasks: dict[uuid.UUID, tuple[str, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Look which roots there are, now and then, and keep a watcher on each."""
        try:
            while True:
                with contextlib.suppress(Busy, OSError):
                    await self._follow()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._stop(list(self._tasks))

    async def _follow(self) -> None:
        async with self.database.read() as session:
            every = await repository.list_roots(session)
        roots = {root.id: root.path for root in every if root.state is RootState.AVAILABLE}
        for root in every:
            if root.state is RootState.UNMOUNTED and await asyncio.to_thread(is_mounted, Path(on_disk(root.path))):
                await self._scan(root.id)
        await self._stop([key for key, (path, _) in self._tasks.items() if roots.get(key) != path])
        for root_id, path in roots.items():
            if root_id not in self._tasks or self._tasks[root_id][1].done():
                task = asyncio.create_task(self._watch(root_id, Path(on_disk(path))), name="library-watch")
                self._tasks[root_id] = path, task

    async def _stop(self, root_ids: Iterable[uuid.UUID]) -> None:
        stopped = [self._tasks.pop(root_id)[1] for root_id in root_ids]
        for task in stopped:
            task.cancel()
        await asyncio.gather(*stopped, return_exceptions=True)

    async def _watch(self, root_id: uuid.UUID, path: Path) -> None:
        polling = await asyncio.to_thread(is_on_network, path)
        try:
            if polling:
                await self._tell(root_id, "network")
                await self._poll(root_id)
            else:
                await self._tell(root_id, None)
                await self._listen(root_id, path)
        except FileNotFoundError:
            await self._scan(root_id)  # which will say that it is not there
            await self._poll(root_id)
        except (OSError, RuntimeError) as error:  # its Rust part raises RuntimeError
            reason = "limit" if "limit" in str(error).lower() else "refused"
            log.warning("watch.refused", root_id=str(root_id), reason=reason)
            await self._tell(root_id, reason)
            await self._poll(root_id)

    async def _listen(self, root_id: uuid.UUID, path: Path) -> None:
        whole = await asyncio.to_thread(path.is_dir)
        # Of the data directory only what holds books can be a root: managed copies, and what was acquired
        inside = Path(await asyncio.to_thread(os.path.realpath, path)).is_relative_to(self.own)

        def concerns(_: Change, changed: str) -> bool:
            ours = not inside and changed.startswith(self.own + os.sep)
            return concerns_books(changed) and not ours and (whole or os.path.basename(changed) == path.name)

        async for changes in awatch(
            path if whole else path.parent,
            watch_filter=concerns,
            step=int(self.quiet_seconds * 1000),
            debounce=int(LONGEST_QUIET * 1000),
            recursive=whole,
            ignore_permission_denied=True,
        ):
            log.debug("watch.changed", root_id=str(root_id), changes=len(changes))
            await self._scan(root_id)

    async def _poll(self, root_id: uuid.UUID) -> None:
        """Scan now and then: an unchanged folder costs next to nothing, and no system need announce anything."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self._scan(root_id)

    async def _scan(self, root_id: uuid.UUID) -> None:
        with contextlib.suppress(Busy):
            async with self.database.write() as session:
                key = scan_key(root_id)
                await enqueue(session, scan_root, dedupe=key, lock=key, root_id=root_id)

    async def _tell(self, root_id: uuid.UUID, reason: str | None) -> None:
        detail: Any = Jsonb({"reason": reason}) if reason else None
        async with self.database.write() as session:
            await session.raw().execute(
                "UPDATE library.library_roots SET notice_code = %s, notice_detail = %s WHERE id = %s",
                ("root_not_watched" if reason else None, detail, root_id),
            )


def concerns_books(path: str) -> bool:
    """Whether a change may be one of a book: not of hidden files, and not of what is still being written."""
    name = os.path.basename(path)
    return not is_ignored(name) and not name.lower().endswith((".part", ".crdownload", ".tmp", ".partial"))


def is_on_network(path: Path) -> bool:
    """Whether a path lies on a file system that is known not to announce what others change on it."""
    try:
        mounts = MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return kind_of_mount(os.path.realpath(path), mounts).startswith(NETWORK)


def kind_of_mount(path: str, mounts: Iterable[str]) -> str:
    """The type of file system that a path is on, by the lines of `/proc/mounts`."""
    best, kind = "", ""
    for line in mounts:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        place = fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        if (path == place or path.startswith(place.rstrip("/") + "/")) and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind


@contextlib.asynccontextmanager
async def watching(database: Database, settings: Settings) -> AsyncIterator[None]:
    """Watch the library's folders for as long as the block runs; nothing where FUMETTO_WATCH_FOLDERS is off.

    One process of an installation should: two only enqueue the same scans, which the queue makes one.
    """
    if not settings.watch_folders:
        yield
        return
    task = asyncio.create_task(Watcher(database, settings).run(), name="library-watcher")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
