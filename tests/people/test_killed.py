"""Processes that are killed, by signal 9, in the midst of what people must be able to rely on: it is done or it is not.

Another transaction holds the last table that the deed needs, so the process is surely in its midst when it dies.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select, text

from fumetto.companion.personas.models import Persona
from fumetto.kernel.audit import AuditLog
from fumetto.kernel.db.roles import EVERY_READER, Role
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.kernel.jobs.context import JobContext
from fumetto.kernel.jobs.registry import Task
from fumetto.kernel.settings import Settings
from fumetto.kernel.storage import open_storage
from fumetto.people.accounts.models import User
from fumetto.people.collectives import invitations
from fumetto.people.collectives.models import CollectiveMembership, Guardianship, Invitation
from fumetto.people.consent import requests
from fumetto.people.consent.kinds import Purpose, RequestState
from fumetto.people.consent.models import ParentalConsent
from fumetto.people.consent.requests import Decision
from fumetto.people.privacy.farewell import erase_everywhere
from fumetto.people.privacy.replaying import stored_tombstones
from fumetto.people.privacy.rules.who import subject_of
from fumetto.people.privacy.tasks import delete_file, keep_tombstone
from tests.builders.families import a_collective, a_family, a_newcomer, a_token, an_adult

HOME = Path(__file__).resolve().parents[2]
Process = asyncio.subprocess.Process
STILL_AT_IT = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid = ANY (%s)
"""
WHO_WAITS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def begin(settings_with_database: Settings) -> Callable[..., Awaitable[Process]]:
    async def begin(what: str, *arguments: object) -> Process:
        url = settings_with_database.database_url
        assert url
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.people.killed_process",
            what,
            str(settings_with_database.data_dir),
            *(str(one) for one in arguments),
            cwd=HOME,
            env={"PYTHONPATH": f"{HOME}:{HOME / 'src'}", "DATABASE_URL": url.get_secret_value(), "PATH": ""},
            stdout=asyncio.subprocess.PIPE,
        )

    return begin


@asynccontextmanager
async def held(database: Database, table: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A table that nobody else comes by."""
    async with await psycopg.AsyncConnection.connect(database.server.conninfo(Role.ADMIN)) as connection:
        await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield connection


async def killed_in_the_midst(database: Database, table: str, beginning: Awaitable[Process]) -> None:
    """Begin a deed, kill it as it waits for the table, and return when the server has noticed."""
    looking = await psycopg.AsyncConnection.connect(database.server.conninfo(Role.ADMIN), autocommit=True)
    async with looking, held(database, table):
        process = await beginning
        while not (waiting := await (await looking.execute(WHO_WAITS)).fetchall()):
            assert process.returncode is None, "it was done before it could be killed"
            await asyncio.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with await psycopg.AsyncConnection.connect(database.server.conninfo(Role.ADMIN), autocommit=True) as after:
        while (await (await after.execute(STILL_AT_IT, [[pid for (pid,) in waiting]])).fetchone()) != (0,):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)


async def counted(session: ReadSession, *models: type) -> list[int]:
    return [await session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


async def test_erasure_that_is_killed_has_erased_nothing_and_is_done_by_the_next(
    database: Database, settings: Settings, begin: Callable[..., Awaitable[Process]]
) -> None:
    _, child, _ = await a_family(database)
    models = [User, CollectiveMembership, Guardianship, ParentalConsent, AuditLog]
    async with database.read(EVERY_READER) as session:
        before = await counted(session, *models)
    await killed_in_the_midst(database, "app.erasures", begin("erase", child.id))
    async with database.read(EVERY_READER) as session:
        assert await counted(session, *models) == before
    assert await stored_tombstones(open_storage(settings)) == {}
    await erase_everywhere(database, open_storage(settings), child.id, actor=None)
    async with database.read(EVERY_READER) as session:
        assert await session.get(User, child.id) is None
    assert list(await stored_tombstones(open_storage(settings))) == [subject_of(child.id)]


async def test_files_of_somebody_whose_erasure_was_killed_after_the_database_go_by_a_job(
    database: Database, settings: Settings, begin: Callable[..., Awaitable[Process]]
) -> None:
    _, child, _ = await a_family(database)
    storage, key = open_storage(settings), "personas/0190/face.webp"
    await storage.put(key, b"a face")
    async with database.write(child.id) as session:
        session.add(Persona(user_id=child.id, name="Face", voice="", opening="", portrait_key=key))
    process = await begin("erase_rows", child.id)
    assert process.stdout
    assert b"erasures/" in await process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert await storage.head(key) is not None
    context = JobContext(database, settings, storage, 1, "test", 1, None, lambda: False)
    async with database.read(EVERY_READER) as session:
        assert await session.get(User, child.id) is None
        waiting = (
            await session.execute(
                text("SELECT task_name, args FROM jobs.procrastinate_jobs WHERE task_name LIKE 'people.%'")
            )
        ).all()
    tasks: dict[str, Task[Any]] = {one.name: one for one in (keep_tombstone, delete_file)}
    for name, args in waiting:
        task = tasks[name]
        await task.function(context, **task.unpack({key: value for key, value in args.items() if key != "_"}))
    assert await storage.head(key) is None
    assert list(await stored_tombstones(storage)) == [subject_of(child.id)]


async def test_approval_that_is_killed_leaves_the_request_waiting_and_nothing_agreed(
    database: Database, begin: Callable[..., Awaitable[Process]]
) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        child = await a_newcomer(session, parent, family)
        new = await requests.ask(session, child.id, [Purpose.ACCOUNT, Purpose.AI_LOCAL])
    await killed_in_the_midst(database, "app.parental_consents", begin("decide", parent.id, new.token))
    async with database.write() as session:
        assert await counted(session, ParentalConsent) == [0]
        assert (await requests.look(session, new.token)).state is RequestState.WAITING
        decided = await requests.decide(session, parent, new.token, Decision(approve=True))
    assert decided.state is RequestState.APPROVED
    async with database.read() as session:
        assert await counted(session, ParentalConsent) == [2]


async def test_acceptance_of_an_invitation_that_is_killed_uses_nothing_up_and_leaves_no_account(
    database: Database, begin: Callable[..., Awaitable[Process]]
) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        token = await a_token(session, parent, family)
        before = await counted(session, User, CollectiveMembership)
    await killed_in_the_midst(database, "app.collective_memberships", begin("join", token))
    async with database.write() as session:
        assert await counted(session, User, CollectiveMembership) == before
        assert await session.scalar(select(Invitation.current_uses)) == 0
        await invitations.join_as_new(session, token, "Pepe", "en")
    async with database.read() as session:
        assert await counted(session, User, CollectiveMembership) == [each + 1 for each in before]
