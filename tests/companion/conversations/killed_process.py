"""Begins to answer a question, says that something was kept of it, and waits to be killed."""

from __future__ import annotations

import asyncio
import sys
import uuid

from fumetto.companion.answering.ports import Rooms
from fumetto.companion.answering.prompts import LocalizedPrompts
from fumetto.companion.conversations import asking
from fumetto.companion.conversations.schemas import Question
from fumetto.companion.conversations.turns import Turns
from fumetto.entry import models
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import load_settings
from tests.companion.conversations.slow import Slow


async def main(reader_id: uuid.UUID, session_id: uuid.UUID) -> None:
    assert models.METADATA.tables
    async with await Database.open(load_settings()) as database:
        asked = Question(text="Who is Ada?", request_id=uuid.uuid4())
        async with database.write(reader_id) as session:
            new = await asking.ask(session, database, (reader_id, "en"), session_id, asked, asked.text)
        assert new.turn is not None
        turns = Turns(database, Rooms(prompts=LocalizedPrompts()), grace=3600, run=Slow().run)
        turns.start(new.turn, reader_id)
        running = turns.here(new.turn.question_id)
        while running is not None and not (running.kept >= 4 and running.half_kept):  # noqa: ASYNC110 - nobody tells when a log was written
            await asyncio.sleep(0.05)
        print(new.turn.question_id, flush=True)
        await asyncio.sleep(3600)


asyncio.run(main(uuid.UUID(sys.argv[1]), uuid.UUID(sys.argv[2])))
