"""Jobs of the index: filling spaces, dropping those that were replaced, and keeping the cache of vectors small."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.index import blocks, cached, filling, spaces
from fumetto.kernel.index.embedding import wanted
from fumetto.kernel.index.spaces import LiveSpace
from fumetto.kernel.jobs.activities import start_activity
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.queue import enqueue
from fumetto.kernel.jobs.registry import Retry, periodic, task
from fumetto.kernel.settings import Settings

ACTIVITY: Final = "index_space"
OFTEN, SELDOM = timedelta(seconds=20), timedelta(minutes=5)
AGAIN_AFTER: Final = timedelta(minutes=15)  # is a model tried again that failed for a reason that stays

UNDER_WAY = """
SELECT EXISTS (
    SELECT FROM jobs.procrastinate_jobs WHERE task_name = 'kernel.fill_space' AND status IN ('todo', 'doing')
)
"""
CANCELLED = """
SELECT state = 'cancelled' FROM app.activities WHERE kind = %s AND title = %s ORDER BY id DESC LIMIT 1
"""
FAILED_LATELY = """
SELECT EXISTS (
    SELECT FROM jobs.procrastinate_jobs job JOIN jobs.procrastinate_events event ON event.job_id = job.id
    WHERE job.task_name = 'kernel.fill_space' AND job.status = 'failed' AND job.args ->> 'model' = %s
      AND event.at > now() - %s::interval
)
"""
WAITING = "SELECT EXISTS (SELECT FROM rag.{space} WHERE embedding IS NULL)"


@task("kernel.fill_space", queue="reading", priority=-10, retry=Retry(attempts=8, first=1.0))
async def fill_space(context: JobContext, *, model: str) -> None:
    """Make the vectors that a model has not made yet, and search by it from then on. Not for a model that is no longer
    the one that is wanted."""
    if model == wanted(context.settings):
        await filling.fill(context.database, context.settings, model, context.activity)


def pace(settings: Settings) -> timedelta:
    """The built-in model makes its vectors at once, so there is seldom anything to do."""
    return SELDOM if settings.embedding_provider == "builtin" else OFTEN


@periodic("kernel.tend_index", every=pace, priority=-10)
async def tend_index(context: JobContext) -> None:
    """Have the model that the settings name fill what waits for it, drop what was replaced, and sum up what is new in a
    large library."""
    await spaces.drop_retired(context.database)
    await blocks.make_blocks(context.database)
    await tend(context.database, context.settings)


@periodic("kernel.tidy_embeddings", every=timedelta(days=1), priority=-10)
async def tidy_embeddings(context: JobContext) -> None:
    """Forget vectors of models that are no longer used, and the oldest when there are too many."""
    async with context.database.write() as session:
        await cached.tidy(session)


async def tend(database: Database, settings: Settings, *, insisting: bool = False) -> bool:
    """Enqueue the filling that is due; returns whether it did. insisting: also where somebody cancelled it, or where it
    failed a short while ago."""
    name = wanted(settings)
    async with database.write(EVERY_READER) as session:
        live = {space.state: space for space in await spaces.known_spaces(session)}
        active, begun = live.get("active"), live.get("filling")
        if active is None:
            return False
        if begun is not None and begun.model != name:
            await spaces.give_up_filling(session)
        if await told(session, UNDER_WAY):
            return False
        if not insisting and await told(session, FAILED_LATELY, name, AGAIN_AFTER):
            return False
        activity = None
        if fits(active, name, settings) and begun is None:
            if not await waits(session, active):
                return False
        elif not insisting and await told(session, CANCELLED, ACTIVITY, name):
            return False
        else:
            activity = await start_activity(session, kind=ACTIVITY, title=name)
        await enqueue(session, fill_space, dedupe=f"fill:{name}", lock="fill_space", activity=activity, model=name)
        return True


async def is_under_way(database: Database) -> bool:
    """Whether a model makes vectors, or is about to."""
    async with database.write() as session:
        return await told(session, UNDER_WAY)


def fits(space: LiveSpace, name: str, settings: Settings) -> bool:
    declared = settings.embedding_dimensions
    return space.model == name and (not declared or space.sample is None or declared == space.dimensions)


async def waits(session: WriteSession, space: LiveSpace) -> bool:
    await session.raw().execute(spaces.SET_SCOPE, [spaces.UNIVERSE])
    return await told(session, WAITING.format(space=space.table))


async def told(session: WriteSession, statement: str, *values: object) -> bool:
    row = await (await session.raw().execute(statement.encode(), values)).fetchone()
    return bool(row and row[0])
