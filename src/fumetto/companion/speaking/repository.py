"""Statements about which model speaks about which series."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.companion.personas.models import SeriesCompanion
from fumetto.companion.speaking.models import CollectiveModel
from fumetto.companion.speaking.rules import OPERATOR, Bounds, Decision
from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.public import Purpose, collectives_around, standing_facts


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


async def bounds_of(session: ReadSession, reader_id: uuid.UUID | None) -> Bounds:
    """What holds for a reader; None for the operator. Nobody's has agreed to nothing."""
    if reader_id is None:
        return OPERATOR
    standing = await standing_facts(session, reader_id)
    around = await collectives_around(session, reader_id)
    decided = await decisions(session, around) if around else []
    return Bounds(standing.needed, Purpose.AI_CLOUD in standing.purposes, decided)


async def decisions(session: ReadSession, collective_ids: Sequence[uuid.UUID]) -> list[Decision]:
    wanted = select(CollectiveModel.chat_model, CollectiveModel.cloud_off).where(
        CollectiveModel.collective_id.in_(collective_ids)
    )
    return [Decision(*row) for row in await session.execute(wanted)]


async def decision_of(session: ReadSession, collective_id: uuid.UUID) -> Decision:
    return next(iter(await decisions(session, [collective_id])), Decision())


async def decide(session: WriteSession, collective_id: uuid.UUID, decision: Decision) -> None:
    values = {"chat_model": decision.chat_model, "cloud_off": decision.cloud_off}
    row = insert(CollectiveModel).values(collective_id=collective_id, **values)
    changed = values | {"updated_at": func.now()}
    await session.execute(row.on_conflict_do_update(index_elements=[CollectiveModel.collective_id], set_=changed))
