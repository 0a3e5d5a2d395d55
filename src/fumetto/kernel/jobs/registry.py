"""Which tasks there are. A module's `tasks.py` declares them; whoever enqueues or works imports that module.

    @task("library.scan_root", queue="scan", retry=Retry(attempts=3))
    async def scan_root(context: JobContext, *, root_id: UUID) -> None: ...

A task gets ids, opens its own sessions from `context.database`, and as a habit does its work in one transaction, so
that a job that dies has done nothing. It may run more than once (a worker can die after the work and before saying so)
and must then find its work done: it is idempotent. A task that wants several transactions makes each of them so.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, get_type_hints
from uuid import UUID

from fumetto.kernel.settings import Settings

if TYPE_CHECKING:
    from fumetto.kernel.jobs.context import JobContext

P = ParamSpec("P")

DEFAULT_QUEUE = "default"
HEADER = "_"  # beside a job's arguments: the request it comes from, its activity, its units
OPTIONS = {"session", "task", "dedupe", "lock", "priority", "activity", "units", "delay", HEADER}
MAX_ARGUMENTS = 4096  # characters of a text argument: a path, at most
PLAIN = (str, int, float, bool, UUID, type(None))


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a job is tried in all, and the seconds before the second try, doubled each time up to `longest`.

    Only transient errors are tried again (`retries.is_transient`), and errors of the kinds in `also`. A worker that
    dies under a job costs it one attempt too.
    """

    attempts: int = 5
    first: float = 1.0
    longest: float = 300.0
    also: tuple[type[Exception], ...] = ()


@dataclass(frozen=True)
class Task(Generic[P]):
    """A declared task. Calling it runs its function at once, as tests and other tasks may."""

    name: str
    function: Callable[Concatenate[JobContext, P], Awaitable[None]]
    queue: str
    priority: int
    retry: Retry
    every: Callable[[Settings], timedelta | None] | None = field(default=None)

    async def __call__(self, context: JobContext, /, *args: P.args, **kwargs: P.kwargs) -> None:
        await self.function(context, *args, **kwargs)

    @cached_property
    def signature(self) -> inspect.Signature:
        whole = inspect.signature(self.function)
        return whole.replace(parameters=list(whole.parameters.values())[1:])

    @cached_property
    def ids(self) -> frozenset[str]:
        """Names of the arguments that are UUIDs."""
        hints = get_type_hints(self.function, localns={"JobContext": Any})
        return frozenset(name for name, hint in hints.items() if UUID in (hint, *typing.get_args(hint)))

    def pack(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as JSON, after a look at whether the task takes them: TypeError and ValueError are mistakes."""
        self.signature.bind(**arguments)
        packed: dict[str, Any] = {}
        for name, value in arguments.items():
            if not isinstance(value, PLAIN):
                raise TypeError(
                    f"{self.name}: {name} is {type(value).__name__}; a job carries ids and plain values only"
                )
            if isinstance(value, str) and (len(value) > MAX_ARGUMENTS or "\0" in value):
                raise ValueError(f"{self.name}: {name} is too long or holds NUL; a job carries ids, not content")
            packed[name] = str(value) if isinstance(value, UUID) else value
        return packed

    def unpack(self, packed: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: UUID(value) if name in self.ids and isinstance(value, str) else value
            for name, value in packed.items()
        }


TASKS: dict[str, Task[Any]] = {}


def task(
    name: str,
    *,
    queue: str = DEFAULT_QUEUE,
    priority: int = 0,
    retry: Retry = Retry(),
) -> Callable[[Callable[Concatenate[JobContext, P], Awaitable[None]]], Task[P]]:
    """Declare a task under a name that never changes: it is what waiting jobs are stored by.

    Higher priorities run first; within one, jobs run in the order they were enqueued.
    """

    def declare(function: Callable[Concatenate[JobContext, P], Awaitable[None]]) -> Task[P]:
        return register(Task(name, function, queue, priority, retry))

    return declare


def periodic(
    name: str,
    *,
    every: timedelta | Callable[[Settings], timedelta | None],
    queue: str = DEFAULT_QUEUE,
    priority: int = 0,
    retry: Retry = Retry(),
) -> Callable[[Callable[[JobContext], Awaitable[None]]], Task[[]]]:
    """Declare a task without arguments that some worker, never two, enqueues every so often.

    `every` may read the settings, and answer None for never. The first time is right after the first start. When no
    worker ran for a while, what was missed is made up for once, not as often as it was missed.
    """

    def declare(function: Callable[[JobContext], Awaitable[None]]) -> Task[[]]:
        often = every if callable(every) else lambda _settings: every
        return register(Task(name, function, queue, priority, retry, often))

    return declare


def register(declared: Task[P]) -> Task[P]:
    known = TASKS.get(declared.name)
    if known is not None and known.function.__qualname__ != declared.function.__qualname__:
        raise ValueError(f"two tasks are called {declared.name}")
    if taken := OPTIONS & set(declared.signature.parameters):
        raise ValueError(f"{declared.name} has arguments that enqueue() has itself: {', '.join(sorted(taken))}")
    TASKS[declared.name] = declared
    return declared
