"""People to test with."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from fumetto.kernel.db.sessions import WriteSession
from fumetto.people.accounts.models import User

numbers = count(1)


async def a_user(session: WriteSession, **values: Any) -> User:
    """A grown-up reader with a name of their own, who has said who they are."""
    user = User(**{"username": f"reader-{next(numbers)}", "onboarded_at": datetime.now(UTC)} | values)
    session.add(user)
    await session.flush()
    return user
