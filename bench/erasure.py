"""How long it takes to erase a reader who has talked a lot, and to write their export before.

    ./fumetto bench erasure [--messages N] [--json]

A database of its own: one reader with so many messages, half of them answers with citations and traces, another with as
many who stays, and then the erasure as it is done over HTTP, in one transaction.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from fumetto.entry import models
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.migrate import upgrade
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import load_settings
from fumetto.kernel.storage import open_storage
from fumetto.people.accounts.models import User
from fumetto.people.privacy.exporting import write_export
from fumetto.people.privacy.farewell import erase_everywhere
from fumetto.people.privacy.kinds import ExportKind
from fumetto.people.privacy.rules.who import sections_of

PER_SESSION = 100
MESSAGES = """
INSERT INTO app.chat_messages
    (id, user_id, conversation_id, session_id, author, mode, language, content, state, answers_id, sentences)
SELECT CASE WHEN half = 0 THEN question ELSE gen_random_uuid() END, %(user)s, %(conversation)s, %(session)s,
    CASE WHEN half = 0 THEN 'user' ELSE 'assistant' END, 'page', 'en', repeat('so many words ', 20), 'done',
    CASE WHEN half = 0 THEN NULL ELSE question END, '[]'
FROM (SELECT gen_random_uuid() AS question FROM generate_series(1, %(pairs)s)) q, generate_series(0, 1) AS half
ORDER BY half
"""
TRACES = """
INSERT INTO app.retrieval_traces
    (message_id, user_id, queries, hits, context, prompt, prompt_version, model, horizon, timings)
SELECT id, user_id, '[]', '[]', jsonb_build_array(repeat('context ', 100)), '[]', '1', 'builtin', '', '{}'
FROM app.chat_messages WHERE user_id = %(user)s AND author = 'assistant'
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    result = asyncio.run(measure(arguments.messages))
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{arguments.messages:,} messages, load {result['load']:.1f}")
    print(f"export   {result['export_seconds']:6.2f} s, {result['export_mb']:.1f} MB")
    print(f"erasure  {result['erasure_seconds']:6.2f} s, {result['rows']:,} rows")


async def measure(messages: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="fumetto-erasure-", ignore_cleanup_errors=True) as folder:
        settings = load_settings({}, data_dir=Path(folder, "data"))
        storage = open_storage(settings)
        async with await Database.open(settings) as database:
            await upgrade(settings)
            users = [await talkative(database, messages) for _ in range(2)]
            began = time.perf_counter()
            with tempfile.TemporaryFile() as file:
                async with database.read(users[0]) as session:
                    sections = sections_of(ExportKind.OWN)
                    await write_export(session.raw(), models.METADATA, storage, file, users[0], sections, "en")
                size = file.seek(0, 2)
            exported = time.perf_counter() - began
            began = time.perf_counter()
            erased = await erase_everywhere(database, storage, users[0], actor=None)
            return {
                "load": os.getloadavg()[0],
                "export_seconds": exported,
                "export_mb": size / 1e6,
                "erasure_seconds": time.perf_counter() - began,
                "rows": sum(erased.counts.values()),
            }


async def talkative(database: Database, messages: int) -> uuid.UUID:
    async with database.write(EVERY_READER) as session:
        user = User(username=f"talkative {uuid.uuid4().hex}")
        session.add(user)
        await session.flush()
        raw = session.raw()
        for _ in range(0, messages, PER_SESSION):
            known = {"user": user.id, "conversation": uuid7(), "session": uuid7(), "pairs": PER_SESSION // 2}
            await raw.execute(
                "INSERT INTO app.conversations (id, user_id, kind) VALUES (%(conversation)s, %(user)s, 'reading')",
                known,
            )
            await raw.execute(
                "INSERT INTO app.chat_sessions (id, user_id, conversation_id)"
                " VALUES (%(session)s, %(user)s, %(conversation)s)",
                known,
            )
            await raw.execute(MESSAGES, known)
        await raw.execute(TRACES, {"user": user.id})
    return user.id


if __name__ == "__main__":
    main()
