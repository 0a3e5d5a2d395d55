"""How long young readers read: noted by the hour, told by the day, for minors only. They see it themselves, and so does
whoever answers for them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fumetto.kernel.db.sessions import Database, ReadSession, WriteSession
from fumetto.library.reading import times_repository as repository
from fumetto.library.reading.errors import ReadingTimesNotFound, ZoneUnknown
from fumetto.library.reading.rules import ReadHour, believable, days_of, sitting
from fumetto.library.reading.schemas import ReadingDay, ReadingTimes
from fumetto.people.public import Reader, Seen, Viewer, is_guardian, sees, standing_facts

DAYS = 14
"""So many are told, today among them."""

LATEST = timedelta(days=DAYS + 1)
"""A turn that arrives later than this, from a device that was offline, is not noted any more."""


async def note(session: WriteSession, reader: Reader, at: datetime, now: datetime | None = None) -> None:
    """Note that a minor turned a page; of nobody else is this kept."""
    now = now or datetime.now(UTC)
    at = believable(at, now)
    if not reader.is_minor or now - at > LATEST:
        return
    before = await repository.hold_last_turn(session, reader.id)
    await repository.add_time(session, reader.id, at, sitting(before, at))


async def times_of(
    database: Database, reader: Reader, of: uuid.UUID, zone: str, now: datetime | None = None
) -> ReadingTimes:
    """The last two weeks of somebody, day by day in a time zone, today last.

    Raises ReadingTimesNotFound for who is neither themselves nor their guardian, and ZoneUnknown.
    """
    try:
        local = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ZoneUnknown(zone=zone) from error
    async with database.read(reader.id) as session:
        if not await may_see(session, reader, of):
            raise ReadingTimesNotFound
    now = now or datetime.now(UTC)
    async with database.read(of) as session:
        hours = await repository.times_since(session, of, now - timedelta(days=DAYS + 1))
    days = days_of([ReadHour(one.hour, one.seconds) for one in hours], now, local, DAYS)
    return ReadingTimes(
        days=[ReadingDay(date=day.date, minutes=day.minutes, begun=day.begun, ended=day.ended) for day in days]
    )


async def may_see(session: ReadSession, reader: Reader, of: uuid.UUID) -> bool:
    if of == reader.id:
        return True
    if not await is_guardian(session, reader.id, of):
        return False
    return sees(Viewer.GUARDIAN, Seen.READING, (await standing_facts(session, of)).purposes)
