"""Sessions: what they may do, what they cost, and what happens when the server or the pool is not there."""

from __future__ import annotations

import asyncio
import uuid
from typing import NamedTuple

import psycopg
import pytest
from sqlalchemy import Integer, bindparam, literal, select, text
from sqlalchemy.exc import DBAPIError

from fumetto.kernel.db.errors import DatabaseBusy
from fumetto.kernel.db.questions import Question
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.reading.models import ReadingLedger
from fumetto.people.accounts.models import User
from tests.builders import a_series, a_user, an_episode


class Seen(NamedTuple):
    name: object
    reader: str = ""


async def test_a_write_session_commits_when_its_block_ends_well(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session, username="ada")
    async with database.read() as session:
        assert (await session.get_one(User, user.id)).username == "ada"


async def test_a_write_session_keeps_nothing_when_its_block_raises(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            await a_user(session)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.read() as session:
        assert (await session.scalars(select(User))).all() == []


async def test_a_read_session_cannot_write_even_in_raw_sql(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.read() as session:
            await session.execute(text("DELETE FROM app.users"))
    assert isinstance(caught.value.orig, psycopg.errors.ReadOnlySqlTransaction)


async def test_a_read_session_sees_one_moment_throughout(database: Database) -> None:
    count = text("SELECT count(*) FROM app.users")
    async with database.read() as session:
        before = await session.scalar(count)
        async with database.write() as other:
            await a_user(other)
        assert await session.scalar(count) == before == 0


async def test_the_raw_connection_is_in_the_same_transaction(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session)
        row = await (await session.raw().execute("SELECT username FROM app.users WHERE id = %s", (user.id,))).fetchone()
        assert row == (user.username,)


async def test_the_reader_is_known_to_the_transaction_and_forgotten_after_it(database: Database) -> None:
    asked = text("SELECT nullif(current_setting('fumetto.reader', true), '')")
    reader = uuid.uuid4()
    async with database.read(reader) as session:
        assert await session.scalar(asked) == str(reader)
    for _ in range(3):
        async with database.read() as session:
            assert await session.scalar(asked) is None


async def test_a_reader_that_is_no_id_is_refused_before_it_reaches_sql(database: Database) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        async with database.write("x'; DROP TABLE app.users; --"):
            pass


async def test_a_reader_sees_and_writes_own_rows_only(database: Database) -> None:
    async with database.write() as session:
        ada, bob = await a_user(session), await a_user(session)
        series = await a_series(session)
    for reader in (ada, bob):
        async with database.write(reader.id) as session:
            session.add(ReadingLedger(reader_id=reader.id, series_id=series.id, seen=[]))
    everything = select(ReadingLedger.reader_id)
    async with database.read(ada.id) as session:
        assert (await session.scalars(everything)).all() == [ada.id]
    async with database.read() as session:
        assert (await session.scalars(everything)).all() == []
    async with database.read(EVERY_READER) as session:
        assert set(await session.scalars(everything)) == {ada.id, bob.id}
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.write(ada.id) as session:
            await session.execute(text("UPDATE library.reading_ledgers SET reader_id = :bob"), {"bob": bob.id})


async def test_everybody_waiting_for_a_connection_is_told_within_the_timeout(database: Database) -> None:
    general = database.pools["general"]
    entered = asyncio.Semaphore(0)
    release = asyncio.Event()

    async def hold() -> None:
        async with database.read():
            entered.release()
            await release.wait()

    holders = [asyncio.create_task(hold()) for _ in range(general.size)]
    for _ in holders:
        await entered.acquire()
    general.timeout = 0.3
    with pytest.raises(DatabaseBusy) as caught:
        async with asyncio.timeout(60), database.read():
            pass
    assert caught.value.status == 503
    assert "general" in str(caught.value.detail)
    general.timeout = 30
    release.set()
    await asyncio.gather(*holders)
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_a_cancelled_query_gives_its_connection_back(database: Database) -> None:
    async def slow() -> None:
        async with database.write() as session:
            await session.execute(text("SELECT pg_sleep(30)"))

    for _ in range(database.pools["general"].size + 2):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert database.statistics()["general"]["lent"] == 0
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_connections_that_the_server_dropped_are_replaced_without_an_error(database: Database) -> None:
    async def use() -> int | None:
        """The process that answered."""
        async with database.read() as session:
            return await session.scalar(text("SELECT pg_backend_pid() FROM pg_sleep(0.05)"))

    before = await asyncio.gather(*(use() for _ in range(5)))
    async with database.server.connect(database.role.ADMIN) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    after = await asyncio.gather(*(use() for _ in range(5)))
    assert None not in after
    assert set(after).isdisjoint(before)


async def test_a_connection_that_breaks_in_use_leaves_no_hole_in_the_pool(database: Database) -> None:
    for _ in range(database.pools["general"].size + 2):
        with pytest.raises(DBAPIError):
            async with database.write() as session:
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_a_session_that_is_asked_late_is_still_its_own_reader_s(database: Database) -> None:
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    reader = text("SELECT current_setting('fumetto.reader', true)")
    async with database.read(first) as outer, database.read(second) as inner:
        assert (await inner.scalar(reader), await outer.scalar(reader), await inner.scalar(reader)) == (
            second, first, second,
        )  # fmt: skip
        assert outer.raw() is not inner.raw()


async def test_a_failure_in_a_session_that_nobody_asked_leaves_its_connection_as_it_was(database: Database) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with database.read() as session:
            await session.raw().execute("SELECT 1 / 0")
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_a_connection_gathers_nothing_from_being_used_often(database: Database) -> None:
    for _ in range(20):
        async with database.read() as session:
            await session.scalar(text("SELECT 1"))
            handlers = len(session.raw()._notice_handlers)
    assert handlers == 1


USERS = Question(select(User.username, text("current_setting('fumetto.reader', true)")).order_by(User.username), Seen)
NAMED = Question(select(User.username, literal("")).where(User.username == bindparam("name")), Seen)


async def test_questions_asked_together_see_one_moment_and_one_reader(database: Database) -> None:
    reader = uuid.uuid4()
    async with database.write() as session:
        await a_user(session, username="ada")
        await a_user(session, username="bo")
    everybody, one = USERS.about(), NAMED.about(name="bo")
    await database.ask(everybody, one, reader=reader)
    assert everybody.rows == [Seen("ada", str(reader)), Seen("bo", str(reader))]
    assert one.first == Seen("bo", "")
    alone = USERS.about()
    await database.ask(alone)
    assert [row.name for row in alone.rows] == ["ada", "bo"]
    assert not any(row.reader for row in alone.rows)


async def test_a_question_is_under_row_level_security(database: Database) -> None:
    async with database.write(EVERY_READER) as session:
        mine, other = await a_user(session), await a_user(session)
        series = await a_series(session)
        session.add_all([ReadingLedger(reader_id=one.id, series_id=series.id) for one in (mine, other)])
    ledgers = Question(select(ReadingLedger.reader_id), Seen)
    for reader, expected in ((mine.id, [mine.id]), (None, [])):
        asked, beside = ledgers.about(), USERS.about()
        await database.ask(asked, beside, reader=reader)
        assert [row.name for row in asked.rows] == expected


async def test_a_question_in_a_session_sees_what_the_session_wrote(database: Database) -> None:
    async with database.write() as session:
        await a_user(session, username="ada")
        asked = NAMED.about(name="ada")
        await session.ask(asked)
        assert asked.first == Seen("ada", "")


async def test_questions_are_asked_again_when_the_server_dropped_the_connection(database: Database) -> None:
    asked = USERS.about()
    await database.ask(asked)
    async with database.server.connect(database.role.ADMIN) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await database.ask(asked, NAMED.about(name="nobody"))
    assert asked.rows == []
    assert database.statistics()["general"]["lent"] == 0


async def test_a_question_that_fails_gives_its_connection_back(database: Database) -> None:
    wrong = Question(select(literal(1) / bindparam("by", type_=Integer)), Seen)
    for _ in range(database.pools["general"].size + 2):
        for questions in ((wrong.about(by=0),), (USERS.about(), wrong.about(by=0))):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await database.ask(*questions)
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1


async def test_builders_place_pages_in_reading_order(database: Database) -> None:
    async with database.write() as session:
        episode = await an_episode(session, pages=3)
        rows = await session.execute(text("SELECT position, page_number FROM library.pages ORDER BY order_index"))
    assert episode.page_count == 4
    assert [tuple(row) for row in rows] == [(100_000_000, None), (100_000_010, 1), (100_000_020, 2), (100_000_030, 3)]


async def test_work_that_can_wait_waits_and_leaves_half_of_the_connections_to_others(database: Database) -> None:
    general = database.pools["general"]
    most = 0

    async def patiently() -> int | None:
        nonlocal most
        async with database.read(patient=True) as session:
            most = max(most, general.lent)
            found: int | None = await session.scalar(select(literal(1)))
            return found

    several = general.size * 41  # more than may wait for the pool
    assert await asyncio.gather(*(patiently() for _ in range(several))) == [1] * several
    assert 1 <= most <= max(1, general.size // 2)
