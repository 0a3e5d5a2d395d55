"""Giving passages the vectors of a model that takes its time, in batches that each stand by themselves.

A new model's space is filled while the old one is searched: it is made, all who write come to know of it, rows are
copied without their vectors, vectors are made, and it is searched from one moment to the next. Killed at any point, the
job goes on where it was, since all that it knows is in the tables.

A vector is written only where the row is still the one whose text was read, which `xmin` says: whoever changes a
passage meanwhile has it wait for a vector anew.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from psycopg import sql

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.kernel.index import cached
from fumetto.kernel.index.embedding import SAMPLE, check_sample, model_called
from fumetto.kernel.index.encoding import halfvec_literal
from fumetto.kernel.index.spaces import (
    SET_SCOPE,
    UNIVERSE,
    LiveSpace,
    all_know,
    give_up_filling,
    known_spaces,
    make_space,
    switch_to,
)
from fumetto.kernel.index.texts import texts_of
from fumetto.kernel.index.writing import COLUMNS
from fumetto.kernel.providers.embeddings import Embedder
from fumetto.kernel.providers.errors import EmbeddingDimensions, EmbeddingModelChanged, EmbeddingsRefused
from fumetto.kernel.settings import Settings

if TYPE_CHECKING:
    from fumetto.kernel.jobs.context import JobActivity
    from fumetto.kernel.providers.embeddings import Vectors

log = structlog.get_logger(__name__)

COPIED_AT_A_TIME: Final = 2000
REQUESTS_AT_A_TIME: Final = 4  # that a batch of vectors is fetched in
MOST_AT_A_TIME: Final = 2000
MOST_ROUNDS: Final = 10  # for what is put meanwhile, before the space is searched with that still waiting
OF_THE_TEXT: Final = frozenset({400, 413, 422})  # what a server answers that may mean one text of many

COPY_ROWS = f"""
WITH taken AS (
    SELECT {COLUMNS} FROM rag.{{old}} WHERE id > %s ORDER BY id LIMIT %s FOR SHARE SKIP LOCKED
), made AS (
    INSERT INTO rag.{{new}} ({COLUMNS})
    SELECT id, place, span, others, kind, language, labels, words, terms, NULL FROM taken ORDER BY id
    ON CONFLICT (id) DO NOTHING
)
SELECT id FROM taken ORDER BY id DESC LIMIT 1
"""  # noqa: S608 - of constants
MISSING = "SELECT EXISTS (SELECT FROM rag.{old} o WHERE NOT EXISTS (SELECT FROM rag.{new} n WHERE n.id = o.id))"
WAITING = "SELECT id, xmin::text FROM rag.{space} WHERE embedding IS NULL AND id > %s ORDER BY id LIMIT %s"
STANDING = "SELECT count(*), count(embedding) FROM rag.{space}"
WRITE_VECTORS = """
WITH held AS (
    SELECT s.id, given.vector
    FROM rag.{space} s JOIN unnest(%s::uuid[], %s::text[], %s::text[]) AS given (id, version, vector) USING (id)
    WHERE s.embedding IS NULL AND s.xmin::text = given.version
    ORDER BY s.place, s.id FOR NO KEY UPDATE OF s
)
UPDATE rag.{space} s SET embedding = held.vector::public.halfvec FROM held WHERE s.id = held.id
"""
LIVES = "SELECT EXISTS (SELECT FROM rag.spaces WHERE number = %s AND state <> 'retired')"
FIRST = uuid.UUID(int=0)


@dataclass(slots=True)
class Progress:
    """What people who follow an activity see of it, where there is one."""

    activity: JobActivity | None

    def begin(self, total: int, done: int) -> None:
        if self.activity is not None:
            self.activity.expect(total)
            self.activity.advance(done)

    def made(self, count: int) -> None:
        if self.activity is not None:
            self.activity.advance(count)

    def refused(self, passage: uuid.UUID, error: Exception) -> None:
        if self.activity is not None:
            self.activity.fail(str(passage), error)


async def fill(database: Database, settings: Settings, name: str, activity: JobActivity | None = None) -> None:
    """Have everything in the index searched by vectors of this model, and switch to it where it is not the one yet.

    Raises EmbeddingDimensions where it makes others than were declared, EmbeddingModelChanged where it changes while
    it is asked, and what asking it raises. What was made stays.
    """
    model = model_called(settings, name)
    try:
        await filled(database, settings, model, Progress(activity))
    except EmbeddingModelChanged:
        log.warning("index.model_changed", model=name)
        await filled(database, settings, model, Progress(activity))


async def filled(database: Database, settings: Settings, model: Embedder, progress: Progress) -> None:
    sample = (await model.vectors([SAMPLE]))[0]
    wanted = settings.embedding_dimensions
    if wanted and model.name.partition("/")[0] == settings.embedding_provider and len(sample) != wanted:
        raise EmbeddingDimensions(model=model.name, found=len(sample), wanted=wanted)
    async with database.read() as session:
        spaces = {space.state: space for space in await known_spaces(session)}
    active, filling = spaces.get("active"), spaces.get("filling")
    if active is None:
        return
    if made_by(active, model, sample):
        if filling is not None:
            async with database.write(EVERY_READER) as session:
                await give_up_filling(session)
        await embed_waiting(database, model, active, progress)
        return
    if filling is None or not made_by(filling, model, sample):
        built_in = "/" not in model.name
        filling = await make_space(
            database, model.name, len(sample), None if built_in else sample.astype("<f2").tobytes()
        )
        log.info("index.space_begun", model=model.name, dimensions=len(sample))
    await all_know(database, filling)
    await copy_rows(database, active, filling)
    if not await embed_waiting(database, model, filling, progress):
        return
    if await switch_to(database, filling):
        log.info("index.switched", model=model.name)


def made_by(space: LiveSpace, model: Embedder, sample: Vectors) -> bool:
    """Whether the vectors of a space are this model's, as it answers now."""
    if space.model != model.name:
        return False
    try:
        check_sample(space, sample)
    except (EmbeddingDimensions, EmbeddingModelChanged):
        return False
    return True


async def copy_rows(database: Database, old: LiveSpace, new: LiveSpace) -> None:
    """Everything of a space into another, but the vectors. A row that somebody is changing is left to them, or to the
    next round."""
    tables = {"old": sql.Identifier(old.table), "new": sql.Identifier(new.table)}
    missing = True
    while missing:
        after: uuid.UUID | None = FIRST
        while after is not None:
            async with database.write(EVERY_READER) as session:
                connection = session.raw()
                await connection.execute(SET_SCOPE, [UNIVERSE])
                rows = await connection.execute(
                    sql.SQL(COPY_ROWS).format(**tables), [after, COPIED_AT_A_TIME], prepare=True
                )
                last = await rows.fetchone()
                after = last[0] if last else None
        async with database.read(EVERY_READER) as session:
            await session.raw().execute(SET_SCOPE, [UNIVERSE])
            found = await (await session.raw().execute(sql.SQL(MISSING).format(**tables))).fetchone()
            missing = bool(found and found[0])
        if missing:
            await asyncio.sleep(0.1)


async def embed_waiting(database: Database, model: Embedder, space: LiveSpace, progress: Progress) -> bool:
    """Make the vectors that a space has none of; False when it was retired meanwhile."""
    async with database.read(EVERY_READER) as session:
        await session.raw().execute(SET_SCOPE, [UNIVERSE])
        standing = sql.SQL(STANDING).format(space=sql.Identifier(space.table))
        total, done = await (await session.raw().execute(standing)).fetchone() or (0, 0)
    progress.begin(total, done)
    limit = min(model.batch * REQUESTS_AT_A_TIME, MOST_AT_A_TIME)
    for _ in range(MOST_ROUNDS):
        # What is changed or put meanwhile waits again, for the next round or the next time.
        found = await embed_once(database, model, space, progress, limit)
        if found is None:
            return False
        if found == 0:
            break
    return True


async def embed_once(
    database: Database, model: Embedder, space: LiveSpace, progress: Progress, limit: int
) -> int | None:
    """Make the vectors of all that waits, once through; returns how many there were. None: the space was retired."""
    key = cached.kept_as(space.model, space.sample)
    after, found = FIRST, 0
    while True:
        async with database.read(EVERY_READER) as session:
            versions = await waiting(session, space, after, limit)
            texts = await texts_of(session, list(versions))
            digests = {one: cached.digest(texts.get(one, "")) for one in versions}
            known = {} if space.sample is None else await cached.known(session, key, digests.values())
        if not versions:
            return found
        after, found = max(versions), found + len(versions)
        fresh = {one: texts.get(one, "") for one in versions if digests[one] not in known}
        made = await vectors_of(model, space, fresh, progress)
        vectors = {one: made[one] if one in made else known[digests[one]] for one in versions}
        async with database.write(EVERY_READER) as session:
            if not await lives(session, space):
                return None
            written = await write_vectors(session, space, versions, vectors)
            if space.sample is not None:
                await cached.keep(session, key, {digests[one]: vector for one, vector in made.items()})
        progress.made(written)


async def waiting(session: ReadSession, space: LiveSpace, after: uuid.UUID, limit: int) -> dict[uuid.UUID, str]:
    await session.raw().execute(SET_SCOPE, [UNIVERSE])
    statement = sql.SQL(WAITING).format(space=sql.Identifier(space.table))
    rows = await session.raw().execute(statement, [after, limit], prepare=True)
    return dict(await rows.fetchall())


async def vectors_of(
    model: Embedder, space: LiveSpace, texts: dict[uuid.UUID, str], progress: Progress
) -> dict[uuid.UUID, Vectors]:
    """The vectors of texts, made together with the sample, so that none is kept of a model that has changed.

    A text that the model refuses by itself gets a vector of noughts: its words are found, and the others go on.
    """
    import numpy as np

    worded = {one: text for one, text in texts.items() if text.strip()}
    found: dict[uuid.UUID, Vectors] = {one: np.zeros(space.dimensions, np.float32) for one in texts}
    if not worded:
        return found
    try:
        made = await model.vectors([SAMPLE, *worded.values()])
    except EmbeddingsRefused as error:
        if error.detail["answer"] not in OF_THE_TEXT:
            raise
        if len(worded) == 1:
            check_sample(space, (await model.vectors([SAMPLE]))[0])
            progress.refused(next(iter(worded)), error)
            return found
        ids = list(worded)
        for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            found |= await vectors_of(model, space, {one: worded[one] for one in part}, progress)
        return found
    check_sample(space, made[0])
    return found | dict(zip(worded, made[1:], strict=True))


async def lives(session: WriteSession, space: LiveSpace) -> bool:
    row = await (await session.raw().execute(LIVES, [space.number])).fetchone()
    return bool(row and row[0])


async def write_vectors(
    session: WriteSession, space: LiveSpace, versions: dict[uuid.UUID, str], vectors: dict[uuid.UUID, Vectors]
) -> int:
    """How many there was still a use for."""
    await session.raw().execute(SET_SCOPE, [UNIVERSE])
    statement = sql.SQL(WRITE_VECTORS).format(space=sql.Identifier(space.table))
    literals = [halfvec_literal(vectors[one]) for one in versions]
    done = await session.raw().execute(statement, [list(versions), list(versions.values()), literals], prepare=True)
    return done.rowcount
