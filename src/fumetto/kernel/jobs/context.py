"""What a running job is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fumetto.kernel.errors import FumettoError

if TYPE_CHECKING:
    from fumetto.kernel.db.sessions import Database
    from fumetto.kernel.settings import Settings
    from fumetto.kernel.storage.protocol import Storage

MAX_FAILURES = 1000  # kept with their reasons per job; the count goes on


@dataclass(slots=True)
class JobActivity:
    """A job's share in the activity it belongs to. Counting costs nothing: the worker stores it four times a second.

    A job starts as one unit, or as many as it was enqueued with, and needs to say nothing: when it ends well, all its
    units are done. Counts begin at nought with every attempt and replace those of the attempt before, so a job that was
    killed halfway and runs again is counted once, provided that it counts what it finds done too.
    """

    id: UUID
    units: int
    done: int = 0
    failed: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    changed: bool = False

    def expect(self, units: int) -> None:
        """How many units this job turns out to have, in place of what it was enqueued with."""
        self.units = units
        self.changed = True

    def advance(self, done: int = 1, failed: int = 0) -> None:
        """So many units more are done or failed."""
        self.done += done
        self.failed += failed
        self.changed = True

    def fail(self, item: str, error: BaseException | str, units: int = 1) -> None:
        """`item`, as people know it (a path, a page), could not be done, for the reason in `error` or of that code."""
        self.failed += units
        self.changed = True
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(failure(item, error))


@dataclass(frozen=True, slots=True)
class JobContext:
    """One attempt at one job. Sessions are opened by the task: `async with context.database.write() as session`."""

    database: Database
    settings: Settings
    storage: Storage
    job_id: int
    task: str
    attempt: int  # 1 at first
    activity: JobActivity | None
    stopping: Callable[[], bool]

    def should_stop(self) -> bool:
        """Whether the job was cancelled or its worker shuts down. What awaits is interrupted in any case; a long loop
        that does not await, or that wants to stop at a good place, asks."""
        return self.stopping()


def failure(item: str, error: BaseException | str) -> dict[str, Any]:
    """An ActivityFailure's item, code and detail, all of it JSON."""
    if isinstance(error, str):
        return {"item": printable(item), "code": error, "detail": {}}
    if isinstance(error, FumettoError):
        return {"item": printable(item), "code": error.code, "detail": {k: plain(v) for k, v in error.detail.items()}}
    return {"item": printable(item), "code": "internal", "detail": {"error": type(error).__name__}}


def plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | None) else printable(str(value))


def printable(text: str) -> str:
    """Text as the database takes it: names of files may hold bytes that are not text."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()[:4000]
