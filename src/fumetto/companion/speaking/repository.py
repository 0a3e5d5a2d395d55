"""Statements about which model speaks about which series."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.companion.personas.models import SeriesCompanion
from fumetto.kernel.db.sessions import ReadSession, WriteSession


async def model_of_series(session: ReadSession, series_id: uuid.UUID) -> str | None:
    """provider/model, `builtin`, or None where nothing was chosen."""
    return await session.scalar(select(SeriesCompanion.chat_model).where(SeriesCompanion.series_id == series_id))


async def set_model(session: WriteSession, series_id: uuid.UUID, model: str | None) -> None:
    if model is None:
        await session.execute(delete(SeriesCompanion).where(SeriesCompanion.series_id == series_id))
        return
    row = insert(SeriesCompanion).values(series_id=series_id, chat_model=model)
    changed = {"chat_model": model, "updated_at": func.now()}
    await session.execute(row.on_conflict_do_update(index_elements=[SeriesCompanion.series_id], set_=changed))
