"""Taking answers in: each once, with what it needs to be known, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path

import pytest
from langgraph.store.postgres import AsyncPostgresStore
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from fumetto.companion.kinds import TurnState
from fumetto.companion.memory import lake, repository, taking_in
from fumetto.companion.memory.model import Fact, FactKind, Segment, Summary
from fumetto.companion.memory.rules.summing import LONGEST_SEGMENT, MOST_SEGMENTS, with_segment
from fumetto.companion.memory.tasks import remember_left
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from tests.builders.world import Story
from tests.companion.memory.conftest import Talk

HOME = Path(__file__).resolve().parents[3]


async def one(database: Database, statement: str, *values: object) -> object:
    async with database.read(EVERY_READER) as session:
        row = await (await session.raw().execute(statement.encode(), values)).fetchone()
    assert row is not None
    return row[0]


async def summary_of(talk: Talk) -> Summary:
    async with talk.database.read(talk.reader) as session:
        found = await repository.summary_of(session, talk.reader, talk.conversation)
    assert found is not None
    return found


async def facts_of(talk: Talk) -> dict[FactKind, list[Fact]]:
    async with talk.database.read(talk.reader) as session:
        facts = (await repository.facts_of(session, talk.reader)).values()
    return {kind: [fact for fact in facts if fact.kind is kind] for kind in FactKind}


async def test_an_answer_is_remembered_in_one_line_and_by_what_its_reader_said(talk: Talk) -> None:
    answer = await talk.asked("I love Carrot! Who is he?", "Carrot is a cat. [1]", "He is orange.", pages=(2, 3))
    (segment,) = (await summary_of(talk)).segments
    assert segment.text == "Asked “I love Carrot! Who is he?” – Carrot is a cat. He is orange."
    assert segment.pages == {talk.story.page(1, 2), talk.story.page(1, 3)}
    assert segment.by == "rules"
    assert answer in segment.messages
    facts = await facts_of(talk)
    (likes,) = facts[FactKind.LIKES]
    assert (likes.text, likes.pages, likes.series_id) == ("Likes Carrot", segment.pages, talk.story.series.id)
    (asks,) = facts[FactKind.ASKS_IN]
    assert (asks.text, asks.pages, asks.series_id) == ("Asks in English", frozenset(), None)
    assert await one(talk.database, "SELECT count(*) FROM app.memory_notes") == 0


async def test_taking_an_answer_in_twice_changes_nothing(talk: Talk) -> None:
    answer = await talk.asked("I love Carrot.", "So do many.")
    before = (await summary_of(talk), await facts_of(talk))
    assert not await taking_in.take_in(talk.database, answer, talk.reader)
    async with talk.database.write(talk.reader) as session:  # as if the note had come back
        await repository.write_note(session, answer, talk.reader, talk.conversation)
    assert await taking_in.take_in(talk.database, answer, talk.reader)
    assert (await summary_of(talk), await facts_of(talk)) == before


async def test_the_same_said_again_is_one_fact_with_a_source_more(talk: Talk) -> None:
    await talk.asked("I like Carrot.", "Good.", pages=(9,))
    await talk.asked("I like carrot.", "Good.", pages=(2,))
    (fact,) = (await facts_of(talk))[FactKind.LIKES]
    assert (fact.times, len(fact.sources)) == (2, 2)
    assert fact.source_within({talk.story.page(1, 2)}) is not None
    await talk.asked("I don't like Carrot.", "Oh.", pages=(3,))
    facts = await facts_of(talk)
    assert facts[FactKind.LIKES] == []
    assert [fact.text for fact in facts[FactKind.DISLIKES]] == ["Does not like Carrot"]


async def test_of_a_failed_turn_nothing_is_remembered_and_of_one_cut_off_what_had_come(talk: Talk) -> None:
    await talk.asked("I love Carrot.", state=TurnState.FAILED)
    assert await one(talk.database, "SELECT count(*) FROM langgraph.store") == 0
    await talk.asked("Who is Carrot?", "A cat.", state=TurnState.CUT_OFF)
    assert len((await summary_of(talk)).segments) == 1


async def test_the_note_is_there_exactly_when_the_answer_is_and_soon_its_job(talk: Talk) -> None:
    async def cut_off() -> None:
        async with talk.database.write(talk.reader) as session:
            await repository.write_note(session, uuid7(), talk.reader, talk.conversation)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        await cut_off()
    assert await one(talk.database, "SELECT count(*) FROM app.memory_notes") == 0
    answer = await talk.asked("Who?", "She.", remember=False)
    jobs = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE args->>'answer_id' = %s"
    assert await one(talk.database, "SELECT answer_id FROM app.memory_notes") == answer
    assert await one(talk.database, jobs, str(answer)) == 0  # the turn waits for no queue
    soon = lake.Soon(talk.database)
    soon(answer, talk.reader)
    await soon.close()
    assert await one(talk.database, jobs, str(answer)) == 1


async def test_a_note_of_a_process_that_was_killed_is_taken_in_by_the_next_round(talk: Talk) -> None:
    """It had no time to enqueue a job."""
    await talk.asked("Who?", "She.", remember=False)
    async with talk.database.write(EVERY_READER) as session:
        await session.raw().execute("UPDATE app.memory_notes SET created_at = now() - interval '1 hour'")
    for _ in range(2):
        await remember_left(Context(talk.database))  # type: ignore[arg-type] # of a job's context it takes the database
    waiting = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'companion.remember'"
    assert await one(talk.database, waiting) == 1


class Context:
    def __init__(self, database: Database) -> None:
        self.database = database


async def test_who_is_killed_while_remembering_loses_nothing_and_doubles_nothing(
    talk: Talk, settings_with_database: Settings
) -> None:
    """Processes take notes in and are killed at any moment, by signal 9, until one is left alone."""
    answers = [await talk.asked("I love Carrot.", f"Answer {n}.", remember=False) for n in range(18)]
    assert settings_with_database.database_url
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.companion.memory.killed",
        settings_with_database.database_url.get_secret_value(),
        str(talk.reader),
        "3",
        cwd=HOME,
        env={"PYTHONPATH": f"{HOME}:{HOME / 'src'}", "PATH": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    assert int(told) >= 2, "they were done before they could be killed"
    taken = [message for segment in (await summary_of(talk)).segments for message in segment.messages]
    assert len(taken) == len(set(taken))
    assert set(taken) >= set(answers)
    facts = await facts_of(talk)
    assert (facts[FactKind.LIKES][0].times, facts[FactKind.ASKS_IN][0].times) == (18, 18)


def test_a_long_conversation_grows_no_further_and_keeps_apart_what_needs_other_pages() -> None:
    pages = [uuid7() for _ in range(6)]
    segments: tuple[Segment, ...] = ()
    for number in range(3 * MOST_SEGMENTS):
        needed = frozenset({pages[min(number // 24, 5)]})
        messages = (uuid.UUID(int=2 * number), uuid.UUID(int=2 * number + 1))
        segments = with_segment(segments, Segment(f"Line {number}. " * 9, needed, messages, "en"))
    assert len(segments) == MOST_SEGMENTS
    assert max(len(segment.text) for segment in segments) <= LONGEST_SEGMENT
    assert len({message for segment in segments for message in segment.messages}) == 6 * MOST_SEGMENTS
    assert all(len(segment.pages) == 1 for segment in segments), "who turns back to the first page keeps its segments"


async def test_the_langgraph_store_reads_and_writes_the_same_items(
    talk: Talk, settings_with_database: Settings
) -> None:
    await talk.asked("I love Carrot.", "So do many.")
    assert settings_with_database.database_url
    pool: AsyncConnectionPool = AsyncConnectionPool(
        settings_with_database.database_url.get_secret_value(),
        kwargs={"autocommit": True, "row_factory": dict_row, "options": "-c search_path=langgraph,public"},
        open=False,
    )
    async with pool:
        store = AsyncPostgresStore(pool)
        item = await store.aget(repository.namespace(talk.reader, "summaries"), str(talk.conversation))
        assert item is not None
        assert Summary.of(item.value) == await summary_of(talk)
        found = await store.asearch(repository.namespace(talk.reader, "facts"), filter={"kind": "likes"})
        assert [hit.value["text"] for hit in found] == ["Likes Carrot"]
        await store.aput(found[0].namespace, found[0].key, found[0].value | {"text": "Adores Carrot"})
    assert (await facts_of(talk))[FactKind.LIKES][0].text == "Adores Carrot"


async def test_with_a_conversation_goes_its_summary_and_with_a_reader_everything(story: Story, talk: Talk) -> None:
    other = await Talk(story, await story.a_reader((1, 1))).begin()
    for each in (talk, other):
        await each.asked("I love Carrot.", "So do many.")
        async with each.database.write(each.reader) as session:
            await session.raw().execute(
                "INSERT INTO langgraph.checkpoints (thread_id, checkpoint_id, checkpoint) VALUES (%s, 'a', '{}')",
                [str(each.session)],
            )
    async with talk.database.write(talk.reader) as session:
        await lake.forget_conversations(session, talk.reader, [talk.conversation, other.conversation])
    kept = "SELECT count(*) FROM langgraph.store WHERE prefix LIKE %s"
    assert await one(talk.database, kept, f"memory.{talk.reader}.%") == 2, "facts stay"
    assert await one(talk.database, kept, f"memory.{other.reader}.%") == 3, "another's conversation is not theirs"
    assert await one(talk.database, "SELECT count(*) FROM langgraph.checkpoints") == 1
    async with talk.database.write(other.reader) as session:
        await lake.forget_reader(session, other.reader)
    assert await one(talk.database, kept, f"memory.{other.reader}.%") == 0
    assert await one(talk.database, "SELECT count(*) FROM langgraph.checkpoints") == 0
    assert await one(talk.database, kept, f"memory.{uuid.UUID(int=0)}.%") == 0
