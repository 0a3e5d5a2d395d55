"""A guardian takes back their consent while an answer is being written."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from fumetto.companion.conversations import keeping
from fumetto.companion.conversations.following import Following
from fumetto.companion.kinds import TurnState
from fumetto.companion.programs.stopping import Stops
from fumetto.entry.hearing import hearing
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.web.sse import OpenStreams, ServerEvent, with_heartbeat
from fumetto.library.catalogue.editing.schemas import SeriesPatch
from fumetto.library.catalogue.editing.service import edit_series
from fumetto.library.catalogue.models import Series
from fumetto.people.access.readers import Reader
from fumetto.people.access.service import reader_of
from fumetto.people.accounts.kinds import AgeClass, UserType
from fumetto.people.accounts.models import User
from fumetto.people.ages import service as ages
from fumetto.people.ages.models import ReadingRule
from fumetto.people.ages.rules import Rule
from fumetto.people.collectives import guardians
from fumetto.people.collectives.kinds import GuardianshipOrigin
from fumetto.people.consent import service
from fumetto.people.consent.kinds import Purpose
from fumetto.people.public import ConsentNeeded
from tests.builders.families import MINE, an_adult
from tests.companion.conversations.beside import API, Beside
from tests.companion.conversations.slow import Slow


async def become_a_child(database: Database, reader: Beside) -> tuple[uuid.UUID, Reader]:
    """The reader is a child from now on, whose parent has agreed to everything; returns the child and the parent."""
    child_id: uuid.UUID = reader.client.account.id  # type: ignore[attr-defined]
    async with database.write() as session:
        young = {"user_type": UserType.CHILD, "age_class": AgeClass.CHILD}
        await session.execute(update(User).where(User.id == child_id).values(**young))
        session.add(ReadingRule(user_id=child_id, max_age=99))  # what they read here has no rating
        parent = await an_adult(session)
        await guardians.begin(session, parent.id, child_id, GuardianshipOrigin.OPERATOR, None, None)
        await service.agree_for(session, parent.id, child_id, MINE, language="en")
    return child_id, parent


async def begun(app: FastAPI, database: Database, reader: Beside, child_id: uuid.UUID) -> AsyncIterator[ServerEvent]:
    """What is still to come of an answer whose first sentence has come."""
    await reader.opened(page=1)
    asked = await reader.asks("Who?")
    events = Following(app.state.companion, database, child_id, uuid.UUID(asked["question"]["id"]), "en").events()
    assert [(await anext(events)).event for _ in range(4)][-1] == "sentence"
    return events


@pytest.mark.parametrize("purpose", [Purpose.AI_LOCAL, Purpose.ACCOUNT])
async def test_answer_stops_and_says_why_when_a_guardian_takes_their_consent_back(
    app: FastAPI, database: Database, reader: Beside, slow: Slow, purpose: Purpose
) -> None:
    child_id, parent = await become_a_child(database, reader)
    async with hearing(app):
        await reader.opened(page=1)
        asked = await reader.asks("Who?")
        events = Following(app.state.companion, database, child_id, uuid.UUID(asked["question"]["id"]), "fr").events()
        assert [(await anext(events)).event for _ in range(4)] == ["started", "retrieved", "citation", "sentence"]
        async with database.write() as session:
            await service.withdraw_for(session, parent.id, child_id, purpose)
        rest = [event async for event in events]
    assert [(one.event, one.data["code"], one.data["retry"]) for one in rest] == [("failed", "consent_needed", False)]
    assert "adulte qui répond de toi" in rest[0].data["detail"]
    assert slow.ended == 1
    refused = await reader.posts("And now?")
    assert (refused.status_code, refused.json()["code"]) == (403, "consent_needed")
    assert (await reader.client.delete(f"{API}/conversations")).status_code == (
        204 if purpose is Purpose.AI_LOCAL else 403
    )


async def test_answer_stops_when_its_story_fits_no_longer_and_is_back_when_it_does(
    app: FastAPI, database: Database, reader: Beside, slow: Slow
) -> None:
    child_id, parent = await become_a_child(database, reader)
    async with hearing(app):
        session = await reader.opened(page=1)
        asked = await reader.asks("Who?")
        events = Following(app.state.companion, database, child_id, uuid.UUID(asked["question"]["id"]), "en").events()
        assert [(await anext(events)).event for _ in range(4)] == ["started", "retrieved", "citation", "sentence"]
        async with database.write() as writing:
            await ages.set_for_user(writing, parent, child_id, Rule(max_age=6, unrated=False))
        rest = [event async for event in events]
        assert [(one.event, one.data["code"]) for one in rest] == [("failed", "turn_not_found")]
        assert slow.ended == 1
        for hidden in (f"/sessions/{session['id']}/messages", f"/turns/{asked['question']['id']}/events"):
            assert (await reader.client.get(f"{API}{hidden}")).status_code == 404
        assert (await reader.get("/conversations"))["items"] == []
        async with database.write() as writing:
            await ages.set_for_user(writing, parent, child_id, Rule(max_age=99))
        _, answer = await reader.messages()
        assert (answer["content"], answer["state"]) == ("First. [1]", "cut_off")
        assert (await reader.get(f"/answers/{answer['id']}/trace"))["prompt_version"] == "en-1"


async def test_answer_stops_when_its_series_is_rated_for_others(
    app: FastAPI, database: Database, reader: Beside, slow: Slow
) -> None:
    child_id, parent = await become_a_child(database, reader)
    async with hearing(app):
        async with database.write() as writing:
            await ages.set_for_user(writing, parent, child_id, Rule(max_age=12))
        events = await begun(app, database, reader, child_id)
        async with database.write(EVERY_READER) as writing:
            (series_id,) = await writing.scalars(select(Series.id))
            await edit_series(writing, parent.id, series_id, SeriesPatch(age_rating="Adults Only 18+"))
        assert [(event.event, event.data["code"]) async for event in events] == [("failed", "turn_not_found")]


async def test_answer_goes_on_when_a_rule_changes_and_its_story_still_fits(
    app: FastAPI, database: Database, reader: Beside, slow: Slow
) -> None:
    child_id, parent = await become_a_child(database, reader)
    async with hearing(app):
        events = await begun(app, database, reader, child_id)
        async with database.write() as writing:
            await ages.set_for_user(writing, parent, child_id, Rule(max_age=12))
        await app.state.companion.stop_unfitting({child_id})
        slow.go_on.set()
        assert [event.event async for event in events] == ["sentence", "done"]


async def test_lost_answer_of_a_story_that_fits_no_longer_is_ended(
    app: FastAPI, database: Database, reader: Beside, slow: Slow
) -> None:
    """Its server was killed: whoever closes it may not depend on what its reader may see."""
    child_id, parent = await become_a_child(database, reader)
    await reader.opened(page=1)
    asked = await reader.asks("Who?")
    async with database.write(EVERY_READER) as writing:
        await ages.set_for_user(writing, parent, child_id, Rule(max_age=6, unrated=False))
        ended = await keeping.close(writing, child_id, uuid.UUID(asked["question"]["id"]), TurnState.CUT_OFF)
    assert ended


async def test_answer_goes_on_when_something_else_is_taken_back(
    app: FastAPI, database: Database, reader: Beside, slow: Slow
) -> None:
    child_id, parent = await become_a_child(database, reader)
    async with hearing(app):
        await reader.opened(page=1)
        asked = await reader.asks("Who?")
        async with database.write() as session:
            await service.withdraw_for(session, parent.id, child_id, Purpose.SHARING)
        slow.go_on.set()
        assert (await reader.follows(asked))[-1].event == "done"


async def test_stream_of_somebody_who_may_no_longer_have_it_ends_after_its_last_word() -> None:
    streams, closing, reader_id = OpenStreams(), asyncio.Event(), uuid.uuid4()

    async def source() -> AsyncIterator[ServerEvent]:
        yield ServerEvent({"number": 1})
        await asyncio.Event().wait()

    with streams.counted(reader_id) as stop:
        pieces = with_heartbeat(source(), closing, 60, stop)
        assert [await anext(pieces) for _ in range(2)][1] == b'data: {"number":1}\n\n'
        assert streams.readers() == {reader_id}
        streams.end_all_of(reader_id)
        assert [piece async for piece in pieces] == []
    assert streams.readers() == frozenset()


async def test_answer_to_a_program_is_broken_off_while_nothing_comes(database: Database) -> None:
    stops, closed = Stops(), asyncio.Event()

    async def source() -> AsyncIterator[str]:
        try:
            yield "one"
            await asyncio.Event().wait()
        finally:
            closed.set()

    async with database.write() as session:
        reader = await reader_of(session, (await an_adult(session)).id)
    answer = stops.unless_stopped(reader, source())
    assert await anext(answer) == "one"
    asyncio.get_running_loop().call_soon(stops.stop_all_of, reader.id)
    with pytest.raises(ConsentNeeded):
        await anext(answer)
    assert closed.is_set()
    assert stops.readers() == frozenset()
