"""Queries on attempts that failed. Times are the database's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import case, delete, func, not_, select
from sqlalchemy.dialects.postgresql import insert

from fumetto.kernel.db.sessions import ReadSession, WriteSession
from fumetto.people.access.models import SignInFailure

LONGEST_KEPT = timedelta(hours=2)  # failures; longer than any window


async def forget_failures(session: WriteSession, keys: Sequence[str]) -> None:
    await session.execute(delete(SignInFailure).where(SignInFailure.place.in_(keys)))


async def seconds_blocked(session: ReadSession, place: str, most: int, window: timedelta) -> int:
    """How long attempts from this place are refused yet; 0 while it has failed at most `most` times in the window."""
    left = func.extract("epoch", SignInFailure.window_started_at + window - func.now())
    found = await session.scalar(
        select(left).where(SignInFailure.place == place, SignInFailure.failures >= most, left > 0)
    )
    # A window that begins in the future was begun before the clock was set back: it lasts no longer for that.
    return min(int(found) + 1, int(window.total_seconds())) if found is not None else 0


async def count_failure(session: WriteSession, place: str, window: timedelta) -> int:
    """Count a failed attempt; returns how many there were in this window. Windows long past are dropped."""
    await session.execute(delete(SignInFailure).where(SignInFailure.window_started_at < func.now() - LONGEST_KEPT))
    over = not_(SignInFailure.window_started_at.between(func.now() - window, func.now() + timedelta(minutes=1)))
    statement = (
        insert(SignInFailure)
        .values(place=place)
        .on_conflict_do_update(
            index_elements=[SignInFailure.place],
            set_={
                "failures": case((over, 1), else_=SignInFailure.failures + 1),
                "window_started_at": case((over, func.now()), else_=SignInFailure.window_started_at),
            },
        )
        .returning(SignInFailure.failures)
    )
    return (await session.execute(statement)).scalar_one()
