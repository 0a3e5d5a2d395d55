"""Programs of somebody whom something does not fit, or whose consent was taken back: nothing is there for them."""

from __future__ import annotations

import uuid

import openai
import pytest
from fastapi import FastAPI
from mcp.shared.exceptions import MCPError

from fumetto.kernel.db.sessions import Database
from fumetto.people.ages.models import ReadingRule
from fumetto.people.consent import service
from fumetto.people.consent.kinds import Purpose
from fumetto.people.public import refit
from tests.builders.api import a_client
from tests.companion.conversations.beside import Beside
from tests.companion.conversations.test_revoking import become_a_child
from tests.companion.programs.test_programs import WHO, a_chat_client, an_assistant, asked, key_of, slug_of

NOTHING = "nothing-here"


async def no_longer_fits(database: Database, reader: Beside) -> None:
    user_id: uuid.UUID = reader.client.account.id  # type: ignore[attr-defined]
    async with database.write() as session:
        session.add(ReadingRule(user_id=user_id, max_age=9, unrated=False))
        await refit(session, [user_id])


async def test_series_that_no_longer_fits_is_there_for_no_program_not_even_in_an_open_session(
    app: FastAPI, database: Database, reader: Beside
) -> None:
    await reader.opened(page=3)
    slug, key = await slug_of(reader), await key_of(database, reader)
    async with an_assistant(app, key) as assistant, a_chat_client(app, key) as chat:
        assert slug in str(await assistant.read_resource("fumetto://series"))
        assert f"fumetto/{slug}" in [one.id for one in (await chat.models.list()).data]
        await no_longer_fits(database, reader)
        assert slug not in str(await assistant.read_resource("fumetto://series"))
        for tool, words in (("search", {"query": "dangerous"}), ("ask", {"question": WHO})):
            told = [await assistant.call_tool(tool, {"series": one} | words) for one in (slug, NOTHING)]
            assert str(told[0].content).replace(slug, NOTHING) == str(told[1].content)
            assert told[0].structured_content == told[1].structured_content
        for path in ("", "/pages/1/2"):
            refusals = []
            for one in (slug, NOTHING):
                with pytest.raises(Exception, match=one) as refused:
                    await assistant.read_resource(f"fumetto://series/{one}{path}")
                refusals.append(str(refused.value).replace(slug, NOTHING))
            assert refusals[0] == refusals[1]
        assert [one.id for one in (await chat.models.list()).data if slug in one.id] == []
        answers = []
        for one in (slug, NOTHING):
            with pytest.raises(openai.NotFoundError) as missing:
                await asked(chat, f"fumetto/{one}", WHO)
            answers.append(str(missing.value.body).replace(slug, NOTHING))
        assert answers[0] == answers[1]


@pytest.mark.parametrize("purpose", [Purpose.AI_LOCAL, Purpose.ACCOUNT])
async def test_programs_of_a_child_whose_consent_was_taken_back_are_told_so_and_nothing_else(
    app: FastAPI, database: Database, reader: Beside, purpose: Purpose
) -> None:
    await reader.opened(page=3)
    slug, key = await slug_of(reader), await key_of(database, reader)
    child_id, parent = await become_a_child(database, reader)
    async with an_assistant(app, key) as assistant, a_chat_client(app, key) as chat:
        assert (await assistant.call_tool("ask", {"series": slug, "question": WHO})).structured_content
        async with database.write() as session:
            await service.withdraw_for(session, parent.id, child_id, purpose)
        with pytest.raises(MCPError):
            await assistant.call_tool("ask", {"series": slug, "question": WHO})
        for asking in (asked(chat, f"fumetto/{slug}", WHO), chat.models.list()):
            with pytest.raises(openai.PermissionDeniedError) as refused:
                await asking
            assert refused.value.code == "consent_needed"
    async with a_client(app, headers={"Authorization": f"Bearer {key}"}) as program:
        told = await program.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert (told.status_code, told.json()["code"]) == (403, "consent_needed")
        reads = 200 if purpose is Purpose.AI_LOCAL else 403
        for path in ("/api/v1/series", f"/api/v1/series/{slug}", "/opds/v1.2", "/opds/v2/series"):
            assert (await program.get(path)).status_code == reads, path
        if purpose is Purpose.ACCOUNT:
            assert (await program.get("/api/v1/activities/events")).status_code == 403  # a stream that would not end
