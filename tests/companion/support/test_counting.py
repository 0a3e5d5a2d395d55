"""Counts in which nobody can be found, and rows that nobody else reads."""

from __future__ import annotations

import uuid
from datetime import date

from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from fumetto.companion.support.models import ConversationAnalytics, Incident
from fumetto.companion.support.rules.suppressing import FEWEST, shown
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.people.public import Purpose, Role
from tests.builders.api import a_client_as
from tests.builders.families import MINE
from tests.companion.support.talking import SUPPORT, a_talk, a_teenager


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)))
def test_no_group_under_five_is_told_by_itself_or_by_a_difference(counts: dict[str, int]) -> None:
    told = shown(counts)
    assert all(count >= FEWEST and count % FEWEST == 0 for count in told.values())
    hidden = {name: count for name, count in counts.items() if count and name not in told}
    assert not hidden or sum(hidden.values()) >= FEWEST or not told
    assert len(hidden) != 1 or next(iter(hidden.values())) >= FEWEST or not told


async def test_only_who_agreed_is_counted_and_never_in_words(app: FastAPI, database: Database) -> None:
    counted, _ = await a_teenager(database, purposes=(*MINE, Purpose.ANALYTICS))
    not_counted, _ = await a_teenager(database)
    for young in (counted, not_counted):
        async with a_client_as(app, account=young) as client:  # type: ignore[arg-type] # it has an account's id
            talk = await a_talk(client)
            await talk.say("Des filles se moquent de moi, canari, et j'ai honte")
    async with database.read(EVERY_READER) as session:
        [row] = list(await session.scalars(select(ConversationAnalytics)))
        assert (row.bullying_message, row.mood, row.user_id) == ("words", "ashamed", counted.id)
        dump = (
            await session.execute(text("SELECT string_agg(a::text, '') FROM app.conversation_analytics a"))
        ).scalar()
        assert "canari" not in str(dump)
    async with database.read(not_counted.id) as session:  # the database's wall
        assert await session.scalar(select(func.count()).select_from(ConversationAnalytics)) == 0
        assert await session.scalar(select(func.count()).select_from(Incident)) == 1


async def test_the_owner_sees_months_that_are_over_and_groups_of_five(app: FastAPI, database: Database) -> None:
    async with a_client_as(app, Role.OWNER) as owner, a_client_as(app) as reader:
        for number in range(6):
            young, _ = await a_teenager(database)
            async with database.write(EVERY_READER) as session:
                conversation = uuid.uuid4()
                await session.execute(
                    text("INSERT INTO app.conversations (id, user_id, kind) VALUES (:id, :user, 'incident')"),
                    {"id": conversation, "user": young.id},
                )
                row = ConversationAnalytics(
                    user_id=young.id,
                    conversation_id=conversation,
                    bullying_message="words",
                    mood="sad" if number < 5 else "angry",
                    variant="teenager",
                    chatbot_version="rules-1",
                    language="fr",
                )
                session.add(row)
                await session.flush()
                await session.execute(text("UPDATE app.conversation_analytics SET created_at = '2026-01-15'"))
        told = (await owner.get(f"{SUPPORT}/analytics", params={"month": "2026-01-20"})).json()
        counts = {one["what"]: one["counts"] for one in told["of"]}
        assert counts["bullying_message"] == {"words": 5}
        assert counts["mood"] == {"other": 5}  # one angry one would be told by the difference
        now = (await owner.get(f"{SUPPORT}/analytics", params={"month": date.today().isoformat()})).json()
        assert now["of"] == []
        assert (await reader.get(f"{SUPPORT}/analytics")).status_code == 404


async def test_who_agreed_may_say_what_they_think_of_an_answer_and_it_goes_with_the_conversation(
    app: FastAPI, database: Database
) -> None:
    counted, _ = await a_teenager(database, purposes=(*MINE, Purpose.ANALYTICS))
    not_counted, _ = await a_teenager(database)
    given = {"is_positive": True, "rating": 5, "comment": "Merci, canari"}
    for young, status in ((counted, 204), (not_counted, 403)):
        async with a_client_as(app, account=young) as client:  # type: ignore[arg-type] # it has an account's id
            talk = await a_talk(client)
            answer = await talk.say("Je suis triste")
            said = await client.put(f"/api/v1/companion/answers/{answer['id']}/feedback", json=given)
            assert said.status_code == status, said.text
            assert (await client.get(SUPPORT)).json()["counted"] is (status == 204)
            kept = (await client.get(f"{talk.path}/messages")).json()["items"][-1]["feedback"]
            assert kept == (given if status == 204 else None)
            assert (await client.delete(talk.path)).status_code == 204
    async with database.read(counted.id) as session:
        assert await session.scalar(text("SELECT count(*) FROM app.feedback")) == 0
