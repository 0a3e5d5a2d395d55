"""Routes of reading: page turns, marks, where to go on, and how the reader likes it."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query, Request

from fumetto.kernel.web.routes import Routes
from fumetto.kernel.web.sessions import ReadTransaction, WriteTransaction, database_of
from fumetto.library.catalogue.schemas import Preferences
from fumetto.library.catalogue.service.viewer import viewer
from fumetto.library.reading import overview, service, times
from fumetto.library.reading.schemas import (
    ContinueList,
    DeviceProgress,
    DeviceProgressList,
    Mark,
    Marked,
    ReadingTimes,
    Turn,
    Turned,
)
from fumetto.people.public import CurrentReader

router = Routes(prefix="/reading", tags=["reading"])


@router.post("/turns")
async def turn_page(session: WriteTransaction, reader: CurrentReader, body: Turn) -> Turned:
    """Say what is on the screen now. May come late, twice and out of order: nothing newer is overwritten."""
    await service.turn(session, reader.id, body)
    await times.note(session, reader, body.at)
    return await overview.turned(session, reader.id, body.episode_id)


@router.post("/mark")
async def mark_reading(session: WriteTransaction, reader: CurrentReader, body: Mark) -> Marked:
    """Mark a series or episodes as read or unread, or everything up to a page as read."""
    return Marked(episodes=await service.mark(session, reader.id, body))


@router.get("/continue")
async def list_continue(
    request: Request,
    session: ReadTransaction,
    reader: CurrentReader,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ContinueList:
    """Where to go on, newest first: one entry per series, its next episode when the last one is finished."""
    return ContinueList(items=await overview.continue_reading(session, viewer(request, reader), limit))


@router.get("/progress/{episode_id}")
async def list_device_progress(
    session: ReadTransaction, reader: CurrentReader, episode_id: uuid.UUID
) -> DeviceProgressList:
    """Where each of the reader's devices is in an episode, newest first."""
    rows = await service.devices(session, reader.id, episode_id)
    return DeviceProgressList(
        items=[
            DeviceProgress(
                device=row.device,
                device_name=row.device_name,
                order_index=row.order_index,
                finished=row.finished,
                language=row.language,
                updated_at=row.updated_at,
            )
            for row in rows
        ]
    )


@router.get("/times")
async def get_reading_times(
    request: Request,
    reader: CurrentReader,
    of: Annotated[uuid.UUID | None, Query(description="A child that the reader answers for; null is oneself.")] = None,
    zone: Annotated[str, Query(max_length=64, description="The time zone that days are days of.")] = "UTC",
) -> ReadingTimes:
    """How long a young person read, day by day over two weeks: for themselves and for who answers for them."""
    return await times.times_of(database_of(request), reader, of or reader.id, zone)


@router.get("/preferences/{series_id}")
async def get_preferences(session: ReadTransaction, reader: CurrentReader, series_id: uuid.UUID) -> Preferences:
    """How the reader likes to read this series."""
    return Preferences.model_validate(await service.preference(session, reader.id, series_id))


@router.put("/preferences/{series_id}")
async def put_preferences(
    session: WriteTransaction, reader: CurrentReader, series_id: uuid.UUID, body: Preferences
) -> Preferences:
    """Keep how the reader likes to read this series, on all their devices."""
    await service.save_preference(session, reader.id, series_id, body.model_dump(mode="json"))
    return body
