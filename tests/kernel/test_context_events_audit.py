"""What runs through a request, what follows from a deed, and what is noted of it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from fumetto.kernel.audit import AuditLog, audit
from fumetto.kernel.context import ACCEPTABLE_ID, Origin, in_request, origin, request_id
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.events import Event, bind, emit, unbind
from fumetto.people.accounts.kinds import Role


@given(st.text(max_size=80))
def test_request_id_is_acceptable_whatever_was_sent(sent: str) -> None:
    with in_request(sent) as used:
        assert ACCEPTABLE_ID.fullmatch(used)
        assert (used == sent) is (ACCEPTABLE_ID.fullmatch(sent) is not None)
        assert request_id() == used
    assert request_id() is None


async def test_requests_side_by_side_keep_their_own_id() -> None:
    async def work(name: str) -> str | None:
        with in_request(name, Origin(name, "")):
            await asyncio.sleep(0.001)
            found = origin()
            return request_id() if found and found.address == name else None

    wanted = [f"request-{number}" for number in range(20)]
    assert await asyncio.gather(*map(work, wanted)) == wanted


@dataclass(frozen=True)
class PageTurned(Event):
    page: int


@dataclass(frozen=True)
class LastPageTurned(PageTurned):
    pass


@pytest.fixture
def heard() -> Iterator[list[int]]:
    heard: list[int] = []

    async def first(session: WriteSession, fact: PageTurned) -> None:
        heard.append(fact.page)
        await audit(session, None, "page.turn", "page", fact.page)

    async def second(session: WriteSession, fact: PageTurned) -> None:
        heard.append(-fact.page)
        if fact.page == 13:
            raise ValueError("unlucky")

    for handler in (first, second, first):
        bind(PageTurned, handler)
    yield heard
    for handler in (first, second):
        unbind(PageTurned, handler)


async def test_handlers_follow_in_order_once_each_and_in_the_same_transaction(
    database: Database, heard: list[int]
) -> None:
    async with database.write() as session:
        await emit(session, PageTurned(7))
    assert heard == [7, -7]
    assert await noted(database) == ["7"]


async def test_handler_that_fails_undoes_the_deed_and_what_others_did(database: Database, heard: list[int]) -> None:
    with pytest.raises(ValueError, match="unlucky"):
        async with database.write() as session:
            await emit(session, PageTurned(13))
    assert heard == [13, -13]
    assert await noted(database) == []


async def test_fact_of_another_kind_is_not_followed(database: Database, heard: list[int]) -> None:
    async with database.write() as session:
        await emit(session, LastPageTurned(7))
    assert heard == []


async def noted(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.scalars(select(AuditLog.entity_id).order_by(AuditLog.created_at))).all())


async def test_audit_line_tells_who_what_when_and_from_where(database: Database) -> None:
    actor, thing = uuid.uuid4(), uuid.uuid4()
    with in_request("request-1234", Origin("192.0.2.7", "Firefox")):
        async with database.write() as session:
            await audit(
                session,
                actor,
                "series.edit",
                "series",
                thing,
                old={"number": Decimal("12.5"), "role": Role.READER},
                new={"number": 13, "at": datetime(2026, 11, 22, tzinfo=UTC), "by": thing},
                details={"reason": "typo"},
            )
    async with database.read() as session:
        line = (await session.scalars(select(AuditLog))).one()
    assert (line.actor_id, line.action, line.entity_type, line.entity_id) == (
        actor,
        "series.edit",
        "series",
        str(thing),
    )
    assert line.old_value == {"number": "12.5", "role": "reader"}
    assert line.new_value == {"number": 13, "at": "2026-11-22T00:00:00Z", "by": str(thing)}
    assert (line.details, line.request_id) == ({"reason": "typo"}, "request-1234")
    assert (line.ip_address, line.user_agent) == ("192.0.2.7", "Firefox")
    assert line.created_at is not None


async def test_audit_line_goes_with_the_deed_that_failed(database: Database) -> None:
    async def merge_and_fail() -> None:
        async with database.write() as session:
            await audit(session, None, "series.merge", "series", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await merge_and_fail()
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(AuditLog)) == 0
