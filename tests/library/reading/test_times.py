"""How long young readers read: noted by the hour for minors only, and told by the day to them and their guardians."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.reading import times
from fumetto.library.reading.errors import ReadingTimesNotFound, ZoneUnknown
from fumetto.library.reading.models import ReadingTime
from fumetto.library.reading.rules import ReadDay, ReadHour, days_of, sitting
from fumetto.people.privacy.service import enforce_terms
from fumetto.people.public import Reader
from tests.builders.families import a_collective, a_family, an_adult

ROME = ZoneInfo("Europe/Rome")
EVENING = datetime(2026, 3, 27, 18, 50, tzinfo=UTC)


async def turned(database: Database, reader: Reader, *moments: datetime) -> None:
    for at in moments:
        async with database.write(reader=reader.id) as session:
            await times.note(session, reader, at, now=max(at, EVENING))


def test_who_turns_no_page_for_long_has_put_the_comic_away() -> None:
    assert sitting(None, EVENING) == 0
    assert sitting(EVENING, EVENING + timedelta(seconds=40)) == 40
    assert sitting(EVENING, EVENING + timedelta(minutes=5)) == 300
    assert sitting(EVENING, EVENING + timedelta(minutes=5, seconds=1)) == 0
    assert sitting(EVENING, EVENING - timedelta(seconds=40)) == 0


def test_days_are_those_of_the_time_zone_also_where_clocks_change() -> None:
    # On the 29th of March clocks go from two to three: 23 and 1 o’clock in UTC are midnight and three there.
    hours = [ReadHour(datetime(2026, 3, 28, 23, tzinfo=UTC), 61), ReadHour(datetime(2026, 3, 29, 1, tzinfo=UTC), 60)]
    told = days_of(hours, datetime(2026, 3, 29, 12, tzinfo=UTC), ROME, 2)
    assert told == [ReadDay(date(2026, 3, 28), 0), ReadDay(date(2026, 3, 29), 3, begun=0, ended=3)]
    in_utc = days_of(hours, datetime(2026, 3, 29, 12, tzinfo=UTC), UTC, 2)
    assert [day.minutes for day in in_utc] == [2, 1]


async def test_a_child_and_their_guardian_see_for_how_long_they_read(database: Database) -> None:
    parent, child, _ = await a_family(database)
    minutes = [EVENING + timedelta(minutes=each) for each in (0, 1, 2, 30, 31)]
    await turned(database, child, *minutes, EVENING - timedelta(days=40))
    for reader in (child, parent):
        told = await times.times_of(database, reader, child.id, "Europe/Rome", EVENING + timedelta(hours=1))
        assert len(told.days) == times.DAYS
        assert (told.days[-1].minutes, told.days[-1].begun, told.days[-1].ended) == (3, 19, 20)
        assert all(day.minutes == 0 and day.begun is None for day in told.days[:-1])
    with pytest.raises(ZoneUnknown):
        await times.times_of(database, child, child.id, "../etc/passwd")


async def test_nobody_else_sees_it_and_of_grown_ups_none_is_kept(database: Database) -> None:
    parent, child, _ = await a_family(database)
    await turned(database, child, EVENING)
    await turned(database, parent, EVENING)
    async with database.write() as session:
        stranger = await an_adult(session)
        await a_collective(session, stranger)
    for reader, of in ((stranger, child), (child, parent)):
        with pytest.raises(ReadingTimesNotFound):
            await times.times_of(database, reader, of.id, "UTC")
    async with database.read(EVERY_READER) as session:
        kept = select(func.count()).select_from(ReadingTime)
        assert await session.scalar(kept.where(ReadingTime.reader_id == parent.id)) == 0
        assert await session.scalar(kept.where(ReadingTime.reader_id == child.id)) == 1


async def test_it_is_forgotten_after_its_term(database: Database) -> None:
    _, child, _ = await a_family(database)
    now = datetime.now(UTC)
    async with database.write(reader=child.id) as session:
        for days in (1, 29, 31):
            session.add(ReadingTime(reader_id=child.id, hour=now - timedelta(days=days), seconds=60, last_at=now))
    async with database.write(EVERY_READER) as session:
        await enforce_terms(session)
    async with database.read(child.id) as session:
        assert await session.scalar(select(func.count()).select_from(ReadingTime)) == 2
