"""Clocks that jump: nothing that was over comes back, nothing lives for ever, and nobody is kept out for long.

The database's clock is everybody's. A test moves it by moving everything that there is the other way. Devices, failed
attempts and sessions have such tests beside their rooms.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from fastapi import FastAPI
from psycopg.sql import SQL, Identifier

from fumetto.kernel.db.server import DatabaseServer
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.errors import FumettoError
from fumetto.kernel.settings import Settings
from fumetto.people.access.errors import TooManyAttempts
from fumetto.people.collectives import invitations
from fumetto.people.consent import requests, service
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.requests import MOST_A_DAY, Decision, Whom
from fumetto.people.public import create_reset_link, create_sign_in_link
from tests.builders.api import a_client, an_app
from tests.builders.families import MINE, a_child, a_collective, a_family, a_newcomer, a_token, an_adult, held
from tests.builders.server import TestServer

MOMENTS = (
    "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns WHERE table_schema = 'app'"
    " AND data_type LIKE 'timestamp%' AND is_generated = 'NEVER' GROUP BY table_name"
)
Jump = Callable[[timedelta], None]
YES = Decision(approve=True, whom=Whom.ONE)


@pytest.fixture
def clock_jumps(postgres: TestServer, database_server: DatabaseServer, database: Database) -> Jump:
    """From now on it is that much later, or earlier. Receipts never change: triggers look away meanwhile."""

    def jump(by: timedelta) -> None:
        with psycopg.connect(postgres.url(database_server.database)) as connection:
            connection.execute("SET session_replication_role = replica")
            for table, columns in connection.execute(MOMENTS).fetchall():
                moved = SQL(", ").join(SQL("{0} = {0} - {1}").format(Identifier(one), by) for one in columns)
                connection.execute(SQL("UPDATE app.{} SET {}").format(Identifier(table), moved))

    return jump


async def tidied(database: Database) -> None:
    async with database.write() as session:
        await service.tidy(session)


async def refusal(database: Database, token: str) -> str:
    """Why an invitation lets nobody in; "" where it does."""
    async with database.read() as session:
        try:
            await invitations.look(session, token)
        except FumettoError as error:
            return error.code
    return ""


async def test_invitation_that_ran_out_or_was_used_up_stays_so_when_the_clock_is_set_back(
    clock_jumps: Jump, database: Database
) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        once = await a_token(session, parent, family, usage_limit=1)
        used = await a_token(session, parent, family, usage_limit=5)
        unused = await a_token(session, parent, family, usage_limit=5)
        for token in (once, used):
            await invitations.join(session, token, (await an_adult(session)).id)
    clock_jumps(timedelta(days=8))
    told = ["invitation_used", "invitation_expired", "invitation_expired"]
    assert [await refusal(database, token) for token in (once, used, unused)] == told
    await tidied(database)
    clock_jumps(timedelta(days=-6))
    assert [await refusal(database, token) for token in (once, used, unused)] == told
    async with database.write() as session:
        with pytest.raises(FumettoError):
            await invitations.join(session, used, (await an_adult(session)).id)
    async with database.read() as session:
        shown = await invitations.list_invitations(session, parent, family)
    assert sorted(one.state.value for one in shown) == ["ACCEPTED", "EXPIRED", "EXPIRED"]


async def test_what_was_made_while_the_clock_was_ahead_opens_nothing_and_another_is_made(
    clock_jumps: Jump, database: Database, settings: Settings
) -> None:
    parent, child, family = await a_family(database)
    async with database.write() as session:
        token = await a_token(session, parent, family)
        asked = await requests.ask(session, child.id, [Purpose.ANALYTICS])
        link = (await create_sign_in_link(session, parent.id)).token
        reset = (await create_reset_link(session, parent.id, actor=None)).token
    clock_jumps(-timedelta(days=300))
    assert await refusal(database, token) == "invitation_expired"
    async with database.write() as session:
        with pytest.raises(requests.RequestExpired):
            await requests.decide(session, parent, asked.token, YES)
    app: FastAPI = an_app(settings, database)
    async with a_client(app) as client:
        assert (await client.post("/api/v1/session", json={"token": link})).status_code == 410
        new = {"token": reset, "password": "quiet rain on tin roofs"}
        assert (await client.post("/api/v1/password/reset", json=new)).status_code == 410
        async with database.write() as session:
            link = (await create_sign_in_link(session, parent.id)).token
            assert await refusal(database, await a_token(session, parent, family)) != "invitation_expired"
            asked = await requests.ask(session, child.id, [Purpose.ANALYTICS])
            await requests.decide(session, parent, asked.token, YES)
            assert Purpose.ANALYTICS in await held(session, child.id)
        assert (await client.post("/api/v1/session", json={"token": link})).status_code == 201


async def test_request_that_ran_out_is_asked_anew_whatever_the_clock_does(
    clock_jumps: Jump, database: Database
) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        child = await a_newcomer(session, parent, await a_collective(session, parent))
        asked = await requests.ask(session, child.id, MINE)
    clock_jumps(timedelta(days=60))
    await tidied(database)
    clock_jumps(timedelta(days=-60))
    async with database.write() as session:
        with pytest.raises(requests.RequestExpired):
            await requests.decide(session, parent, asked.token, YES)
        for _ in range(MOST_A_DAY - 1):
            asked = await requests.ask(session, child.id, MINE)
        with pytest.raises(TooManyAttempts):
            await requests.ask(session, child.id, MINE)
    clock_jumps(timedelta(days=-3))  # to before all that was asked
    async with database.write() as session:
        asked = await requests.ask(session, child.id, MINE)
        await requests.decide(session, parent, asked.token, YES)
        assert Purpose.ACCOUNT in await held(session, child.id)


async def test_receipt_that_ran_out_holds_no_more_and_one_that_holds_outlives_a_clock_set_back(
    clock_jumps: Jump,
    database: Database,
) -> None:
    async with database.write() as session:
        parent = await an_adult(session)
        family = await a_collective(session, parent)
        child = await a_child(session, parent, family)
    clock_jumps(timedelta(days=-300))  # nobody is kept out
    async with database.read() as session:
        assert Purpose.ACCOUNT in await held(session, child.id)
    clock_jumps(timedelta(days=2000))
    await tidied(database)
    clock_jumps(timedelta(days=-1700))
    async with database.write() as session:
        assert await held(session, child.id) == frozenset()
        asked = await requests.ask(session, child.id, MINE)
        await requests.decide(session, parent, asked.token, YES)
        assert Purpose.ACCOUNT in await held(session, child.id)
