"""What a process that serves does when it hears that something has changed, wherever it was changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI

from fumetto.companion.conversations.errors import AnswerCutOff
from fumetto.companion.conversations.turns import Turns
from fumetto.kernel.db.notices import Handler, Listening
from fumetto.kernel.db.sessions import Database
from fumetto.people.localization.live import load_words, reloading
from fumetto.people.localization.repository import CHANNEL as WORDS
from fumetto.people.public import (
    EVERYBODY,
    FITS,
    PEOPLE,
    ConsentNeeded,
    Purpose,
    flags,
    reader_of,
    restricted_among,
    still_may,
    sync_policies,
)

AI: Final = "ai"


@asynccontextmanager
async def hearing(app: FastAPI) -> AsyncIterator[None]:
    """While the block runs, this process has what others changed, and ends what may not go on."""
    database: Database = app.state.database
    await flags.BOARD.refresh(database)
    await load_words(database)
    async with database.write() as session:
        await sync_policies(session)
    async with Listening(database.server, handlers(app)):
        yield


def handlers(app: FastAPI) -> Mapping[str, Handler]:
    """By the channel that they hear; see `kernel.db.notices`."""
    return {
        flags.CHANNEL: flags_changed(app),
        WORDS: reloading(app.state.database),
        PEOPLE: people_changed(app),
        FITS: fits_changed(app),
    }


def flags_changed(app: FastAPI) -> Handler:
    database: Database = app.state.database

    async def heard(names: frozenset[str] | None) -> None:
        await flags.BOARD.refresh(database)
        await stop_answers(database, app.state.companion)

    return heard


def people_changed(app: FastAPI) -> Handler:
    """Ends the answers and streams of those who may no longer have them: consent was revoked, an account closed."""
    state = app.state

    async def heard(ids: frozenset[str] | None) -> None:
        turns: Turns = state.companion
        here = turns.readers() | state.streams.readers() | state.stops.readers()
        concerned = here if ids is None else {each for each in here if str(each) in ids}
        if not concerned:
            return
        async with state.database.read() as session:
            may = await still_may(session, concerned)
        unasked = [each for each in concerned if Purpose.AI_LOCAL not in may.get(each, frozenset())]
        for reader_id in unasked:
            state.stops.stop_all_of(reader_id)
        for reader_id in concerned - may.keys():
            state.streams.end_all_of(reader_id)
        await asyncio.gather(*(turns.cancel_all_of(reader_id, ConsentNeeded.code) for reader_id in unasked))

    return heard


def fits_changed(app: FastAPI) -> Handler:
    """Ends the answers that are about what does not fit their readers any more."""
    state = app.state

    async def heard(ids: frozenset[str] | None) -> None:
        turns: Turns = state.companion
        here = turns.readers() | state.stops.readers()
        concerned = here if ids is None or EVERYBODY in ids else {each for each in here if str(each) in ids}
        if not concerned:
            return
        async with state.database.read() as session:
            concerned = await restricted_among(session, concerned)
        for reader_id in concerned:
            state.stops.stop_all_of(reader_id, AnswerCutOff())
        await turns.stop_unfitting(concerned)

    return heard


async def stop_answers(database: Database, turns: Turns) -> None:
    """End the answers of those for whom AI is switched off."""
    for reader_id in turns.readers():
        async with database.read() as session:
            reader = await reader_of(session, reader_id)
        if not flags.is_on(reader, AI):
            await turns.cancel_all_of(reader_id, flags.OFF[AI].code)
