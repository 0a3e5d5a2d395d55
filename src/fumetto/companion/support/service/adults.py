"""Use cases of the grown-ups whom somebody chose to turn to."""

from __future__ import annotations

import uuid
from typing import Final

from fumetto.companion.conversations import repository as conversations
from fumetto.companion.conversations.rules import as_one_line
from fumetto.companion.support import repository
from fumetto.companion.support.errors import TrustedAdultNameless, TrustedAdultNotFound, TrustedAdultsTooMany
from fumetto.companion.support.models import TrustedAdult
from fumetto.companion.support.schemas import TrustedAdultGiven, TrustedAdultItem
from fumetto.kernel.db.base import uuid7
from fumetto.kernel.db.sessions import WriteSession

MOST_ADULTS: Final = 5


def adult_item(row: TrustedAdult) -> TrustedAdultItem:
    return TrustedAdultItem(id=row.id, name=row.name, how_to_reach=row.how_to_reach)


async def add_adult(session: WriteSession, reader_id: uuid.UUID, given: TrustedAdultGiven) -> TrustedAdultItem:
    """Raises TrustedAdultNameless, TrustedAdultsTooMany."""
    await conversations.one_at_a_time(session, reader_id)
    if len(await repository.adults(session, reader_id)) >= MOST_ADULTS:
        raise TrustedAdultsTooMany(most=MOST_ADULTS)
    row = TrustedAdult(
        id=uuid7(), user_id=reader_id, name=adult_name(given), how_to_reach=as_one_line(given.how_to_reach)
    )
    session.add(row)
    await session.flush()
    return adult_item(row)


async def change_adult(
    session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID, given: TrustedAdultGiven
) -> TrustedAdultItem:
    """Raises TrustedAdultNotFound, TrustedAdultNameless."""
    row = await repository.adult(session, reader_id, one)
    if row is None:
        raise TrustedAdultNotFound
    row.name, row.how_to_reach = adult_name(given), as_one_line(given.how_to_reach)
    await session.flush()
    return adult_item(row)


async def delete_adult(session: WriteSession, reader_id: uuid.UUID, one: uuid.UUID) -> None:
    """Raises TrustedAdultNotFound."""
    row = await repository.adult(session, reader_id, one)
    if row is None:
        raise TrustedAdultNotFound
    await session.delete(row)
    await session.flush()


def adult_name(given: TrustedAdultGiven) -> str:
    name = as_one_line(given.name)
    if not name:
        raise TrustedAdultNameless
    return name
