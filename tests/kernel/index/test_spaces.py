"""A new model's vectors are made beside the old ones, and searched from one moment to the next."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import cached, filling, spaces, tasks
from fumetto.kernel.index.built_in import built_in
from fumetto.kernel.index.embedding import reach_models_by
from fumetto.kernel.index.spaces import drop_retired, known_spaces, live_spaces, status
from fumetto.kernel.jobs.activities import cancel
from fumetto.kernel.providers import embeddings
from fumetto.kernel.providers.errors import EmbeddingDimensions, EmbeddingsRefused, EmbeddingsUnavailable
from fumetto.kernel.settings import Settings
from tests.builders.embeddings import EmbeddingServer, serving, settings_for
from tests.kernel.index.builders import up_to
from tests.kernel.index.spaces import SERIES, check, erase, held, texts_in_table, write

MODEL = "ollama/made-up"
WORKER = Path(__file__).with_name("filling_process.py")
WORDS = ["potion", "broom", "hat", "cat", "witch", "moon", "forest", "dragon", "egg", "tea"]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    monkeypatch.setattr(embeddings, "FIRST_PAUSE", 0.001)
    index.register_texts("tests", texts_in_table)
    with serving() as served:
        yield served
    index.register_texts("tests", nothing)
    reach_models_by(Settings())


async def nothing(_: object, __: object) -> dict[uuid.UUID, str]:
    return {}


@pytest.fixture
def wanting(settings: Settings, server: EmbeddingServer) -> Settings:
    """Settings that want the server's model, for this process."""
    wanted = settings_for(settings, server, "ollama")
    reach_models_by(wanted)
    return wanted


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same each time


def some_texts(count: int, seed: int) -> dict[uuid.UUID, str]:
    chance = chance_of(seed)
    return {uuid.UUID(int=chance.getrandbits(128)): " ".join(chance.choices(WORDS, k=6)) for _ in range(count)}


async def put(database: Database, texts: dict[uuid.UUID, str]) -> None:
    async with database.write(EVERY_READER) as session:
        await write(session, texts)


async def states(database: Database) -> list[tuple[str, str]]:
    async with database.read() as session:
        return [(one.model, one.state) for one in await status(session)]


async def active(database: Database) -> spaces.LiveSpace:
    async with database.read() as session:
        return next(one for one in await known_spaces(session) if one.state == "active")


async def search(database: Database, text: str) -> index.Found:
    async with database.read() as session:
        return await index.search(session, up_to(SERIES, 1000), text, forgiving=False)


async def test_space_is_filled_and_searched_from_one_moment_to_the_next(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    texts = some_texts(30, 1)
    await put(database, texts)
    seen: list[str] = []
    loop = asyncio.get_running_loop()

    def look() -> None:
        hits = asyncio.run_coroutine_threadsafe(search(database, "potion"), loop).result()
        seen.append("words alone" if hits.words_alone else "both")
        assert len(hits.hits) == 10

    server.before = look
    await filling.fill(database, wanting, MODEL)
    server.before = lambda: None
    assert set(seen) == {"both"}, "somebody who searched meanwhile had less"
    assert await states(database) == [(built_in().name, "retired"), (MODEL, "active")]
    assert await check(database, 2, server, complete=True) == 30
    wanted = next(iter(texts))
    found = await search(database, texts[wanted])
    assert not found.words_alone
    assert found.hits[0].id == wanted
    assert found.hits[0].dense == pytest.approx(1, abs=2e-3)
    assert len(server.texts()) < 30 + 20, "a passage was sent more than once"


@pytest.mark.parametrize("seed", [1, 2])
async def test_vectors_are_never_mixed_whatever_is_written_while_spaces_change(
    database: Database, wanting: Settings, server: EmbeddingServer, seed: int
) -> None:
    texts = some_texts(30, seed)
    wanting = wanting.model_copy(update={"embedding_batch": 8})
    await put(database, texts)
    done = asyncio.Event()
    server.before = lambda: time.sleep(0.002)

    async def scribble(own: random.Random) -> int:
        writes = 0
        while not done.is_set():
            async with database.write(EVERY_READER) as session:
                chosen = own.sample(sorted(texts), 3)
                if own.random() < 0.3:
                    await erase(session, chosen)
                else:
                    await write(session, {one: " ".join(own.choices(WORDS, k=6)) for one in chosen})
                await asyncio.sleep(own.random() / 100)
            writes += 1
            await search(database, "witch")
        return writes

    async def look() -> None:
        while not done.is_set():
            async with database.read() as session:
                numbers = [one.number for one in await known_spaces(session) if one.model == MODEL]
            for number in numbers:
                async with database.read(EVERY_READER) as session:
                    filling_rows = await held(session, number)
                assert all(vector is None or len(vector) == server.dimensions for vector in filling_rows.values())
            await asyncio.sleep(0.01)

    writers = [asyncio.create_task(scribble(chance_of(seed * 10 + number))) for number in range(2)]
    looker = asyncio.create_task(look())
    await filling.fill(database, wanting, MODEL)
    assert (await active(database)).model == MODEL
    await asyncio.sleep(0.1)
    done.set()
    assert min(await asyncio.gather(*writers)) > 1
    await looker
    number = (await active(database)).number
    await check(database, number, server, complete=False)
    await filling.fill(database, wanting, MODEL)
    await check(database, number, server, complete=True)


async def test_one_who_wrote_before_the_space_was_known_is_waited_for_and_nobody_else(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    first, late, other = (some_texts(1, seed) for seed in (1, 2, 3))
    await put(database, first)
    async with database.write(EVERY_READER) as early:
        await live_spaces(early)
        fill = asyncio.create_task(filling.fill(database, wanting, MODEL))
        while (MODEL, "filling") not in await states(database):  # noqa: ASYNC110 - the event is in a database
            await asyncio.sleep(0.01)
        await put(database, other)
        assert not fill.done()
        await write(early, late)
    await fill
    assert await check(database, 2, server, complete=True) == 3


async def test_text_put_again_has_its_vector_at_once_and_others_wait_for_the_job(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    texts = some_texts(2, 1)
    await put(database, texts)
    await filling.fill(database, wanting, MODEL)
    sent = len(server.asked)
    again = {uuid.uuid4(): text for text in texts.values()} | {uuid.uuid4(): "a new text"}
    await put(database, again)
    assert await check(database, 2, server, complete=False) == 4
    assert len(server.asked) == sent
    assert {hit.dense is None for hit in (await search(database, "new text")).hits} == {True, False}
    assert await tasks.tend(database, wanting)
    await filling.fill(database, wanting, MODEL)
    assert await check(database, 2, server, complete=True) == 5
    async with database.write() as session:
        await cached.tidy(session, most=2)
        rows = await session.raw().execute("SELECT count(*) FROM cache.embeddings")
        assert await rows.fetchone() == (2,)


async def test_provider_that_is_away_leaves_search_by_words_and_says_so(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    texts = some_texts(5, 1)
    await put(database, texts)
    await filling.fill(database, wanting, MODEL)
    assert not (await search(database, "witch moon")).words_alone
    server.always = 500
    sent = len(server.asked)
    found = [await search(database, f"{word} tea") for word in WORDS]
    assert {one.words_alone for one in found} == {True}
    assert any(one.hits[0].lexical > 0 for one in found)
    assert len(server.asked) == sent + 1, "a server that is away is left alone for a while"
    assert not (await search(database, "witch moon")).words_alone, "what was asked before is remembered"
    async with database.read() as session:
        assert {one.waiting for one in await status(session)} == {0}


async def test_question_is_asked_of_the_model_while_no_connection_is_held(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    await put(database, some_texts(2, 1))
    await filling.fill(database, wanting, MODEL)
    held_then: list[int] = []

    def look() -> None:
        pool = database.pools["general"].psycopg.get_stats()
        held_then.append(pool["pool_size"] - pool["pool_available"])

    server.before = look
    await index.think_ahead(database, "who has the egg?")
    assert held_then == [0, 0]  # once to see that it is the same model
    await search(database, "who has the egg?")
    reach_models_by(wanting)  # as another process
    await index.think_ahead(database, "who has the egg?")
    assert len(held_then) == 2


async def test_another_model_under_the_same_name_fills_a_space_of_its_own(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    await put(database, some_texts(5, 1))
    await filling.fill(database, wanting, MODEL)
    server.seed = "two"
    reach_models_by(wanting)
    assert (await search(database, "witch cat")).words_alone, "its vectors compare with none there"
    await put(database, some_texts(1, 2))
    await filling.fill(database, wanting, MODEL)
    assert [state for _, state in await states(database)] == ["retired", "retired", "active"]
    assert await check(database, 3, server, complete=True) == 6
    assert not (await search(database, "witch cat")).words_alone


async def test_dimensions_that_differ_from_what_was_declared_are_told_and_nothing_is_changed(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    await put(database, some_texts(2, 1))
    declared = wanting.model_copy(update={"embedding_dimensions": 1024})
    with pytest.raises(EmbeddingDimensions, match="EMBEDDING_DIMENSIONS to 8"):
        await filling.fill(database, declared, MODEL)
    assert await states(database) == [(built_in().name, "active")]
    assert not (await search(database, "witch")).words_alone


async def test_text_that_the_model_refuses_stops_no_other(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    texts = some_texts(9, 1)
    bad = uuid.uuid4()
    await put(database, texts | {bad: "unspeakable"})
    server.refuses = "unspeakable"
    await filling.fill(database, wanting, MODEL)
    async with database.read(EVERY_READER) as session:
        vectors = await held(session, 2)
    assert vectors[bad] == [0.0] * 8
    assert all(vector is not None and any(vector) for one, vector in vectors.items() if one != bad)
    server.statuses = [401]
    await put(database, some_texts(1, 2))
    with pytest.raises(EmbeddingsRefused):
        await filling.fill(database, wanting, MODEL)


async def test_fill_that_was_cancelled_waits_until_somebody_wants_it(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    await put(database, some_texts(2, 1))
    assert await tasks.tend(database, wanting)
    assert not await tasks.tend(database, wanting), "it is under way"
    async with database.write() as session:
        rows = await session.raw().execute("SELECT id, kind, title FROM app.activities")
        ((activity, kind, title),) = await rows.fetchall()
        assert (kind, title) == (tasks.ACTIVITY, MODEL)
        await cancel(session, activity)
    assert not await tasks.tend(database, wanting)
    assert await tasks.tend(database, wanting, insisting=True)


async def test_setting_that_changes_while_a_space_is_filled_gives_it_up(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    await put(database, some_texts(8, 1))
    server.statuses = [200, *[500] * embeddings.ATTEMPTS]
    with pytest.raises(EmbeddingsUnavailable):
        await filling.fill(database, wanting, MODEL)
    assert await states(database) == [(built_in().name, "active"), (MODEL, "filling")]
    other = wanting.model_copy(update={"embedding_model": "other"})
    await filling.fill(database, other, "ollama/other")
    assert await states(database) == [(built_in().name, "retired"), (MODEL, "retired"), ("ollama/other", "active")]
    builtin = wanting.model_copy(update={"embedding_provider": "builtin", "embedding_model": ""})
    await filling.fill(database, builtin, built_in().name)
    assert (await states(database))[-1] == (built_in().name, "active")
    assert not (await search(database, "witch")).words_alone


async def test_what_was_replaced_is_dropped_once_nobody_can_look_at_it(
    database: Database, wanting: Settings, server: EmbeddingServer
) -> None:
    await put(database, some_texts(3, 1))
    await search(database, "tea")
    await filling.fill(database, wanting, MODEL)
    assert await drop_retired(database) == 0
    assert (await search(database, "tea")).hits
    assert await drop_retired(database, timedelta(0)) == 1
    assert await states(database) == [(MODEL, "active")]
    assert (await search(database, "tea")).hits
    await put(database, some_texts(1, 5))
    async with database.write() as session:
        rows = await session.raw().execute("SELECT to_regclass('rag.space_1')")
        assert await rows.fetchone() == (None,)


def start_worker(settings: Settings, server: EmbeddingServer) -> subprocess.Popen[bytes]:
    assert settings.conninfo is not None
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    arguments = [settings.conninfo, str(settings.data_dir), server.address]
    return subprocess.Popen(
        [sys.executable, WORKER, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.mark.timeout(170)
async def test_fill_whose_worker_is_killed_is_finished_by_the_next_with_just_the_right_rows(
    database: Database, wanting: Settings, server: EmbeddingServer, settings_with_database: Settings
) -> None:
    texts = some_texts(48, 1)
    await put(database, texts)
    await tasks.tend(database, wanting)
    for at in (3, 11, None):
        worker = start_worker(settings_with_database, server)

        def kill(worker: subprocess.Popen[bytes] = worker, at: int | None = at) -> None:
            if at is not None and len(server.asked) >= at:
                worker.send_signal(signal.SIGKILL)

        server.before = kill
        try:
            while worker.poll() is None and (await active(database)).model != MODEL:  # noqa: ASYNC110 - another process's
                await asyncio.sleep(0.05)
        finally:
            worker.kill()
            worker.wait()
    assert await check(database, 2, server, complete=True) == 48
    async with database.read() as session:
        assert [(one.state, one.waiting) for one in await status(session)] == [("retired", 0), ("active", 0)]
    assert len(server.texts()) < 48 * 2, "batches that were done were not made again"
