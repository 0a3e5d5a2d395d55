"""Queries on exports, erasures and terms."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.accounts.models import User
from fumetto.people.privacy.kinds import ExportState, Term
from fumetto.people.privacy.models import DataExport, Erasure, RetentionTerm


async def user_called(session: ReadSession, user_id: uuid.UUID) -> User | None:
    return await session.get(User, user_id)


async def export_by_id(session: ReadSession, export_id: uuid.UUID) -> DataExport | None:
    return await session.get(DataExport, export_id)


async def exports_for(session: ReadSession, user_id: uuid.UUID, most: int) -> Sequence[DataExport]:
    """Those about somebody and those that they asked for, the latest first."""
    found = await session.scalars(
        select(DataExport)
        .where(or_(DataExport.user_id == user_id, DataExport.requested_by == user_id))
        .order_by(DataExport.created_at.desc(), DataExport.id.desc())
        .limit(most)
    )
    return found.all()


async def exports_since(session: ReadSession, user_id: uuid.UUID, by: uuid.UUID, age: timedelta) -> list[DataExport]:
    """What somebody asked for about somebody in this time, the latest first."""
    found = await session.scalars(
        select(DataExport)
        .where(DataExport.user_id == user_id, DataExport.requested_by == by, DataExport.created_at > func.now() - age)
        .order_by(DataExport.created_at.desc(), DataExport.id.desc())
    )
    return list(found.all())


async def finish_export(
    session: WriteSession, export_id: uuid.UUID, key: str | None, size: int | None, kept: timedelta
) -> bool:
    """Say that an export is ready, or, without a key, that it failed; False when it is gone."""
    state = ExportState.READY if key else ExportState.FAILED
    statement = (
        update(DataExport)
        .where(DataExport.id == export_id)
        .values(state=state, storage_key=key, size=size, finished_at=func.now(), expires_at=func.now() + kept)
        .returning(DataExport.id)
    )
    return (await session.execute(statement)).first() is not None


async def export_keys(session: ReadSession) -> set[str]:
    """The keys of all files that an export still has."""
    found = await session.scalars(select(DataExport.storage_key).where(DataExport.storage_key.is_not(None)))
    return {key for key in found if key}


async def add_tombstone(session: WriteSession, subject: bytes, pseudonym: uuid.UUID) -> None:
    statement = insert(Erasure).values(subject=subject, pseudonym=pseudonym, finished_at=func.now())
    await session.execute(statement.on_conflict_do_nothing())


async def terms(session: ReadSession) -> dict[Term, int]:
    """The days that the operator has decided on, by kind."""
    return {row.kind: row.days for row in await session.scalars(select(RetentionTerm))}


async def set_term(session: WriteSession, kind: Term, days: int, by: uuid.UUID) -> None:
    values = {"days": days, "updated_by": by, "updated_at": func.now()}
    statement = insert(RetentionTerm).values(kind=kind, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[RetentionTerm.kind], set_=values))


async def before(session: ReadSession, days: int) -> datetime:
    """The moment so many days ago, by the database's clock."""
    return (await session.execute(select(func.now() - timedelta(days=days)))).scalar_one()
