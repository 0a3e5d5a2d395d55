"""Queries on policies, and on the ages that the operator confirmed for countries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.consent.kinds import Purpose
from fumetto.people.consent.models import ConsentAge, ConsentPolicy


async def latest_policy(session: ReadSession, purpose: Purpose) -> ConsentPolicy | None:
    wanted = (
        select(ConsentPolicy).where(ConsentPolicy.purpose == purpose).order_by(ConsentPolicy.version.desc()).limit(1)
    )
    return (await session.scalars(wanted)).one_or_none()


async def add_policy(session: WriteSession, values: dict[str, Any]) -> None:
    await session.execute(insert(ConsentPolicy).values(**values).on_conflict_do_nothing())


async def confirmed_countries(session: ReadSession) -> dict[str, ConsentAge]:
    return {row.country: row for row in (await session.scalars(select(ConsentAge))).all()}


async def confirmed_country(session: ReadSession, country: str | None) -> ConsentAge | None:
    return await session.get(ConsentAge, country) if country else None


async def database_time(session: ReadSession) -> datetime:
    return (await session.execute(select(func.now()))).scalar_one()
