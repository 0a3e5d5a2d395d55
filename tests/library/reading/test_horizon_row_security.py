"""The second wall alone: what the database answers to `SELECT *` without any condition, held against plain Python."""

from __future__ import annotations

import uuid
from random import Random

import psycopg.errors
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from fumetto.entry.models import METADATA
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.rowsecurity import REVEALED
from fumetto.kernel.db.sessions import Database, ReadSession
from tests.builders import a_user
from tests.builders.story import Key, Story, a_gappy_choice, a_story, key_of, write_ledger, write_rows, write_story

REVEALING = sorted(table.name for table in METADATA.tables.values() if REVEALED in table.info)
SEEDS = range(6)


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same stories every time, no secret


async def everything(session: ReadSession) -> dict[str, set[Key]]:
    """The keys of all rows that the session gets to see, by table."""
    found = {}
    for name in REVEALING:
        table = METADATA.tables[f"library.{name}"]
        rows = await session.execute(text(f"SELECT * FROM library.{name}"))  # noqa: S608 - our own names
        found[name] = {tuple(row[column.name] for column in table.primary_key) for row in rows.mappings()}
    return found


async def a_told_story(database: Database, seed: int) -> tuple[Story, Random, uuid.UUID]:
    random = seeded(seed)
    story = a_story(random, series=2, episodes=4)
    async with database.write(EVERY_READER) as session:
        await write_story(session, story)
        reader = await a_user(session)
    return story, random, reader.id


def test_every_revealing_table_is_in_the_story() -> None:
    rules = Story().rules(set())
    assert sorted(rules) == REVEALING
    told = [a_story(seeded(seed), series=2, episodes=4) for seed in SEEDS]
    assert all(any(story.rows[table] for story in told) for table in REVEALING)
    seen = {table: set() for table in REVEALING}  # type: dict[str, set[bool]]
    for seed, story in zip(SEEDS, told, strict=True):
        pages = story.seen_at(a_gappy_choice(seeded(seed), [row["id"] for row in story.rows["pages"]]))
        for table, keys in story.visible_rows(pages).items():
            seen[table] |= {key_of(table, row) in keys for row in story.rows[table]}
    assert {table for table, cases in seen.items() if cases != {True, False}} == {"wiki_sources"}


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_reader_gets_exactly_the_rows_that_their_ledger_allows(database: Database, seed: int) -> None:
    story, random, reader = await a_told_story(database, seed)
    pages = [row["id"] for row in story.rows["pages"]]
    for _ in range(4):
        seen = a_gappy_choice(random, pages)
        async with database.write(EVERY_READER) as session:
            await write_ledger(session, story, reader, seen)
        async with database.read(reader) as session:
            assert await everything(session) == story.visible_rows(story.seen_at(seen))
        for present in random.sample(seen, min(2, len(seen))):
            (page,) = story.of("pages", id=present)
            async with database.read(reader) as session:
                await session.execute(select(func.set_config("fumetto.present", str(page["position"]), True)))
                assert await everything(session) == story.visible_rows(story.seen_at(seen, present))


async def test_nobody_gets_nothing_a_stranger_only_safe_lore_and_work_for_all_gets_all(database: Database) -> None:
    story, _, _ = await a_told_story(database, 7)
    none = story.visible_rows(set())
    assert none["wiki_facts"]
    async with database.read() as session:
        assert await everything(session) == {table: set() for table in REVEALING}
    async with database.read(uuid.uuid4()) as session:
        assert await everything(session) == none
    async with database.read(EVERY_READER) as session:
        assert await everything(session) == {
            table: {key_of(table, row) for row in story.rows[table]} for table in REVEALING
        }


async def test_what_one_reader_has_seen_tells_another_nothing(database: Database) -> None:
    story, _, reader = await a_told_story(database, 2)
    async with database.write(EVERY_READER) as session:
        other = await a_user(session)
        await write_ledger(session, story, reader, [row["id"] for row in story.rows["pages"]])
    async with database.read(other.id) as session:
        assert await everything(session) == story.visible_rows(set())


@pytest.mark.parametrize("table", REVEALING)
async def test_a_reader_who_has_seen_all_still_writes_nothing(database: Database, table: str) -> None:
    seed = next(seed for seed in SEEDS if a_story(seeded(seed), series=2, episodes=4).rows[table])
    story, _, reader = await a_told_story(database, seed)
    row = story.rows[table][0]
    key = {name: value for name, value in row.items() if name in METADATA.tables[f"library.{table}"].primary_key}
    async with database.write(EVERY_READER) as session:
        await write_ledger(session, story, reader, [page["id"] for page in story.rows["pages"]])
    where = " AND ".join(f"{name} = :{name}" for name in key)
    column = next(iter(key))
    async with database.write(reader) as session:
        changed = await session.execute(text(f"UPDATE library.{table} SET {column} = {column} WHERE {where}"), key)  # noqa: S608 - our own names
        deleted = await session.execute(text(f"DELETE FROM library.{table} WHERE {where}"), key)  # noqa: S608 - our own names
        assert (changed.rowcount, deleted.rowcount) == (0, 0)  # type: ignore[attr-defined]
    async with database.write(EVERY_READER) as session:
        await session.execute(text(f"DELETE FROM library.{table} WHERE {where}"), key)  # noqa: S608 - our own names
    with pytest.raises(ProgrammingError) as refused:
        async with database.write(reader) as session:
            await write_rows(session, table, [row])
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


LOOKED_UP = {
    "balloons": "page_text_id",
    "panels": "page_id",
    "page_descriptions": "page_id",
    "page_characters": "page_id",
    "episode_summaries": "episode_id",
    "wiki_facts": "article_id",
    "entity_facts": "entity_id",
    "evidence_pages": "evidence_id",
    "commentary_notes": "page_id",
}


@pytest.mark.parametrize("table", LOOKED_UP)
async def test_the_second_wall_leaves_indexes_in_use(database: Database, table: str) -> None:
    """A policy is a barrier: only conditions that cannot leak are looked up before it, and these are."""
    column = LOOKED_UP[table]
    async with database.read(uuid.uuid4()) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))  # the tables here are too small to be worth it
        rows = await session.scalars(
            text(f"EXPLAIN SELECT * FROM library.{table} WHERE {column} = :id"),  # noqa: S608 - our own names
            {"id": uuid.uuid4()},
        )
        assert any(f"Index Cond: ({column} =" in line for line in rows)
