"""Guessing is slowed, in the database and so by every process: by place, and by account.

A place is an address, or the network of 64 bits that a household has of IPv6. An account is guarded too, against
guessing from many places; but never for a place where it is signed in, so that no stranger can lock a household out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.people.access.errors import TooManyAttempts
from fumetto.people.access.repository import failures, sessions

PLACE = (20, timedelta(minutes=5))
ACCOUNT_AT_PLACE = (10, timedelta(minutes=5))
ACCOUNT = (50, timedelta(hours=1))


def budgets(place: str, account: str | None) -> Iterator[tuple[str, int, timedelta]]:
    """What an attempt is counted under, with how many failures are allowed in how long."""
    yield place, *PLACE
    if account:
        both = hashlib.sha256(f"{account}@{place}".encode()).hexdigest()[:32]
        yield f"both:{both}", *ACCOUNT_AT_PLACE
        yield f"user:{account}", *ACCOUNT


async def check(session: ReadSession, place: str, user_id: UUID | None) -> None:
    """Raises TooManyAttempts while a budget is used up."""
    for key, most, window in budgets(place, str(user_id) if user_id else None):
        blocked = await failures.seconds_blocked(session, key, most, window)
        if not blocked:
            continue
        if key.startswith("user:") and user_id and await sessions.is_signed_in_at(session, user_id, place):
            continue
        raise TooManyAttempts(retry_after=blocked)


async def count(database: Database, place: str, user_id: UUID | None) -> None:
    """Count a failed attempt, in a transaction of its own: the request's is rolled back with its error."""
    async with database.write() as session:
        for key, _, window in budgets(place, str(user_id) if user_id else None):
            await failures.count_failure(session, key, window)


async def forgive(database: Database, place: str, user_id: UUID) -> None:
    """Somebody has shown who they are: what they typed wrong before is forgotten."""
    _, both, account = (key for key, _, _ in budgets(place, str(user_id)))
    async with database.write() as session:
        await failures.forget_failures(session, [both, account])
