"""Tasks that the tests enqueue, in a module of their own because worker processes import them too."""

import asyncio
import os
import signal
from datetime import timedelta
from uuid import UUID

from fumetto.kernel.context import present_activity, request_id
from fumetto.kernel.errors import Busy
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.errors import TargetGone
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.jobs.registry import Retry, task

EFFECTS = """
CREATE TABLE public.effects (key text PRIMARY KEY, note text);
CREATE TABLE public.attempts (id bigint GENERATED ALWAYS AS IDENTITY, key text, note text,
    at timestamptz DEFAULT now());
GRANT ALL ON public.effects, public.attempts TO fumetto_app;
"""


async def attempted(context: JobContext, key: str, note: str = "") -> None:
    async with context.database.write() as session:
        await session.raw().execute("INSERT INTO public.attempts (key, note) VALUES (%s, %s)", (key, note))


async def take_effect(context: JobContext, key: str, note: str = "") -> None:
    async with context.database.write() as session:
        await session.raw().execute(
            "INSERT INTO public.effects (key, note) VALUES (%s, %s) ON CONFLICT DO NOTHING", (key, note)
        )


@task("test.mark", queue="test")
async def mark(context: JobContext, *, key: str) -> None:
    await attempted(context, key, request_id() or "")
    await take_effect(context, key)


@task("test.nothing", queue="test")
async def nothing(context: JobContext, *, number: int) -> None:
    """The empty job that throughput is measured with."""


@task("test.leads_on", queue="test")
async def leads_on(context: JobContext, *, key: str, after: float) -> None:
    """What follows from it belongs to the same activity, and is put off."""
    async with context.database.write() as session:
        await enqueue(session, mark, activity=present_activity(), units=0, delay=timedelta(seconds=after), key=key)


@task("test.typed", queue="test")
async def typed(context: JobContext, *, target: UUID, other: UUID | None = None) -> None:
    await attempted(context, str(target), f"{type(target).__name__} {type(other).__name__}")


@task("test.slow", queue="test")
async def slow(context: JobContext, *, key: str, seconds: float) -> None:
    await attempted(context, key, "begin")
    await asyncio.sleep(seconds)
    await take_effect(context, key)


@task("test.held", queue="test")
async def held(context: JobContext, *, key: str) -> None:
    """Ends once somebody has written the effect `<key> may end`."""
    await attempted(context, key, "begin")
    asked = "SELECT EXISTS (SELECT FROM public.effects WHERE key = %s)"
    while True:
        async with context.database.read() as session:
            [(may_end,)] = await (await session.raw().execute(asked, (f"{key} may end",))).fetchall()
        if may_end:
            break
        await asyncio.sleep(0.02)
    await take_effect(context, key)


@task("test.many", queue="test")
async def many(context: JobContext, *, key: str, count: int, fail_every: int = 0) -> None:
    """Counts as many units, pausing a little after each."""
    assert context.activity
    context.activity.expect(count)
    for number in range(count):
        await asyncio.sleep(0.005)
        if fail_every and number % fail_every == 0:
            context.activity.fail(f"item {number}", "invalid")
        else:
            context.activity.advance()
    await take_effect(context, key)


@task("test.gone", queue="test")
async def gone(context: JobContext, *, target: UUID) -> None:
    raise TargetGone(kind="series", id=str(target))


@task("test.broken", queue="test")
async def broken(context: JobContext, *, key: str) -> None:
    await attempted(context, key)
    raise ValueError("this cannot succeed")


@task("test.hindered", queue="test")
async def hindered(context: JobContext, *, key: str, errno: int) -> None:
    """Meets an error of the system's."""
    await attempted(context, key)
    raise OSError(errno, "as the system says", "/the/place")


@task("test.flaky", queue="test", retry=Retry(attempts=4, first=0.05))
async def flaky(context: JobContext, *, key: str, failures: int) -> None:
    await attempted(context, key, str(context.attempt))
    if context.attempt <= failures:
        raise Busy
    await take_effect(context, key)


@task("test.deadly", queue="test", retry=Retry(attempts=3, first=0.1))
async def deadly(context: JobContext, *, key: str) -> None:
    await attempted(context, key)
    os.kill(os.getpid(), signal.SIGKILL)


@task("test.stubborn", queue="test")
async def stubborn(context: JobContext, *, key: str) -> None:
    """Asks whether to stop."""
    await attempted(context, key, "begin")
    while not context.should_stop():  # noqa: ASYNC110 - that is what this task is for
        await asyncio.sleep(0.01)
