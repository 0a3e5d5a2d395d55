"""People to test with."""

from __future__ import annotations

from itertools import count
from typing import Any

from fumetto.kernel.db.sessions import WriteSession
from fumetto.people.accounts.models import User

numbers = count(1)


async def a_user(session: WriteSession, **values: Any) -> User:
    """A reader with a name of their own."""
    user = User(**{"username": f"reader-{next(numbers)}"} | values)
    session.add(user)
    await session.flush()
    return user
