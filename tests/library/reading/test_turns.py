"""Page turns, marks and fetches on a real database: what a reader has seen, and where they are."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.models import Episode, Page, Series
from fumetto.library.reading import overview, repository, service
from fumetto.library.reading.errors import PageOutsideEpisode
from fumetto.library.reading.models import EpisodeReading, ReadingLedger, ReadingProgress, ReadState
from fumetto.library.reading.schemas import Mark, MarkState, Turn, Turned
from tests.builders import a_series, a_user, an_episode

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Shelf:
    """A series of three episodes with a cover and eight pages each, and two readers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.series: Series
        self.episodes: list[Episode] = []
        self.ada = uuid.UUID(int=0)
        self.ben = uuid.UUID(int=0)

    async def build(self) -> Shelf:
        async with self.database.write() as session:
            self.ada = (await a_user(session)).id
            self.ben = (await a_user(session)).id
            self.series = await a_series(session)
            self.episodes = [await an_episode(session, self.series, pages=8) for _ in range(3)]
        return self

    async def turn(self, reader: uuid.UUID, episode: int, *shown: int, at: datetime = NOON, **rest: object) -> Turned:
        made = Turn.model_validate(
            {"episode_id": self.episodes[episode].id, "shown": list(shown), "device": "phone", "at": at} | rest
        )
        async with self.database.write(reader=reader) as session:
            await service.turn(session, reader, made, now=max(at, NOON) + timedelta(days=1))
            return await overview.turned(session, reader, made.episode_id)

    async def mark(self, reader: uuid.UUID, state: MarkState, now: datetime | None = None, **what: object) -> int:
        async with self.database.write(reader=reader) as session:
            return await service.mark(session, reader, Mark.model_validate({"state": state} | what), now)

    async def seen(self, reader: uuid.UUID, episode: int) -> list[int]:
        async with self.database.read(reader=reader) as session:
            return await repository.seen_pages(session, reader, self.episodes[episode])

    async def state(self, reader: uuid.UUID, episode: int) -> ReadState:
        async with self.database.read(reader=reader) as session:
            found = await repository.readings_of(session, reader, [self.episodes[episode].id])
            return found[self.episodes[episode].id].state if found else ReadState.UNREAD


@pytest.fixture
async def shelf(database: Database) -> Shelf:
    return await Shelf(database).build()


async def test_reader_who_jumps_to_the_last_page_has_seen_that_page_only(shelf: Shelf) -> None:
    told = await shelf.turn(shelf.ada, 0, 8)
    assert told.seen == [8]
    assert await shelf.seen(shelf.ada, 0) == [8]


async def test_spread_shows_both_of_its_pages(shelf: Shelf) -> None:
    told = await shelf.turn(shelf.ada, 0, 3, 4)
    assert told.seen == [3, 4]
    assert told.progress is not None
    assert (told.progress.order_index, told.progress.page_number, told.progress.page_count) == (4, 4, 9)


async def test_what_one_reader_sees_says_nothing_about_another(shelf: Shelf) -> None:
    await shelf.turn(shelf.ada, 0, 1)
    assert await shelf.seen(shelf.ben, 0) == []
    async with shelf.database.read(reader=shelf.ben) as session:
        assert list(await session.scalars(select(ReadingLedger))) == []
        assert list(await session.scalars(select(ReadingProgress))) == []
        assert list(await session.scalars(select(EpisodeReading))) == []


async def test_page_that_the_episode_does_not_have_is_refused_and_nothing_kept(shelf: Shelf) -> None:
    with pytest.raises(PageOutsideEpisode):
        await shelf.turn(shelf.ada, 0, 1, 9)
    assert await shelf.seen(shelf.ada, 0) == []


async def test_turn_that_arrives_late_adds_what_was_seen_and_moves_nobody_back(shelf: Shelf) -> None:
    await shelf.turn(shelf.ada, 0, 5, at=NOON)
    told = await shelf.turn(shelf.ada, 0, 2, at=NOON - timedelta(hours=3))
    assert told.seen == [2, 5]
    assert told.progress is not None
    assert told.progress.order_index == 5


async def test_newest_device_says_where_to_go_on(shelf: Shelf) -> None:
    await shelf.turn(shelf.ada, 0, 5, at=NOON, device="phone")
    await shelf.turn(shelf.ada, 0, 2, at=NOON + timedelta(minutes=1), device="laptop", device_name="Laptop")
    told = await shelf.turn(shelf.ada, 0, 7, at=NOON - timedelta(minutes=1), device="tablet")
    assert told.progress is not None
    assert (told.progress.order_index, told.progress.device_name) == (2, "Laptop")


async def test_clock_that_runs_ahead_does_not_win_for_ever(shelf: Shelf) -> None:
    now = datetime.now(UTC)
    for device, order_index, at in (("fast", 2, now + timedelta(days=400)), ("right", 6, now + timedelta(seconds=5))):
        async with shelf.database.write(reader=shelf.ada) as session:
            made = Turn(episode_id=shelf.episodes[0].id, shown=[order_index], device=device, at=at)
            await service.turn(session, shelf.ada, made, now=now if device == "fast" else now + timedelta(seconds=10))
            told = await overview.turned(session, shelf.ada, shelf.episodes[0].id)
    assert told.progress is not None
    assert told.progress.order_index == 6


async def test_last_page_finishes_and_going_back_to_read_again_leaves_it_read(shelf: Shelf) -> None:
    told = await shelf.turn(shelf.ada, 0, 8)
    assert told.progress is not None
    assert told.progress.finished
    assert told.progress.fraction == 1
    await shelf.turn(shelf.ada, 0, 1, at=NOON + timedelta(hours=1))
    assert await shelf.state(shelf.ada, 0) is ReadState.READ


async def test_marking_read_shows_every_page_and_unread_takes_them_and_the_place_away(shelf: Shelf) -> None:
    await shelf.turn(shelf.ada, 0, 3)
    assert await shelf.mark(shelf.ada, MarkState.READ, series_id=shelf.series.id) == 3
    assert [await shelf.seen(shelf.ada, episode) for episode in range(3)] == [list(range(9))] * 3
    await shelf.mark(shelf.ada, MarkState.UNREAD, episode_id=shelf.episodes[1].id)
    assert await shelf.seen(shelf.ada, 1) == []
    assert await shelf.seen(shelf.ada, 0) == list(range(9))
    assert await shelf.state(shelf.ada, 1) is ReadState.UNREAD
    async with shelf.database.read(reader=shelf.ada) as session:
        assert await repository.progress_of(session, shelf.ada, [shelf.episodes[1].id]) == []


async def test_turn_made_before_unread_was_said_changes_nothing_when_it_arrives_after(shelf: Shelf) -> None:
    await shelf.turn(shelf.ada, 0, 1, at=NOON)
    await shelf.mark(shelf.ada, MarkState.UNREAD, NOON + timedelta(hours=1), episode_id=shelf.episodes[0].id)
    told = await shelf.turn(shelf.ada, 0, 2, 3, at=NOON + timedelta(minutes=30))
    assert told.seen == []
    assert told.progress is None
    told = await shelf.turn(shelf.ada, 0, 4, at=NOON + timedelta(hours=2))
    assert told.seen == [4]


async def test_up_to_here_shows_what_comes_before_and_nothing_after(shelf: Shelf) -> None:
    await shelf.mark(shelf.ada, MarkState.UP_TO, episode_id=shelf.episodes[1].id, order_index=4)
    assert await shelf.seen(shelf.ada, 0) == list(range(9))
    assert await shelf.seen(shelf.ada, 1) == [0, 1, 2, 3, 4]
    assert await shelf.seen(shelf.ada, 2) == []
    assert [await shelf.state(shelf.ada, episode) for episode in range(3)] == [
        ReadState.READ,
        ReadState.READING,
        ReadState.UNREAD,
    ]


async def test_client_that_only_fetches_has_seen_a_page_after_five_later_ones(shelf: Shelf) -> None:
    async with shelf.database.read() as session:
        pages = list(
            await session.scalars(
                select(Page.id).where(Page.episode_id == shelf.episodes[0].id).order_by(Page.order_index)
            )
        )
    for page_id in pages[:5]:
        async with shelf.database.write(reader=shelf.ada) as session:
            assert await service.fetched(session, shelf.ada, page_id, "key", "Panels") == []
    assert await shelf.seen(shelf.ada, 0) == []
    for page_id in pages[5:8]:
        async with shelf.database.write(reader=shelf.ada) as session:
            assert len(await service.fetched(session, shelf.ada, page_id, "key", "Panels")) == 1
    assert await shelf.seen(shelf.ada, 0) == [0, 1, 2]
    async with shelf.database.read(reader=shelf.ada) as session:
        told = await overview.turned(session, shelf.ada, shelf.episodes[0].id)
    assert told.progress is not None
    assert (told.progress.order_index, told.progress.device_name) == (2, "Panels")


async def test_continue_reading_goes_on_in_the_middle_and_with_the_next_when_finished(shelf: Shelf) -> None:
    async with shelf.database.read(reader=shelf.ada) as session:
        assert await repository.continue_reading(session, shelf.ada, 10) == []
    await shelf.turn(shelf.ada, 0, 3)
    first, second, third = (episode.id for episode in shelf.episodes)
    assert await places(shelf) == [(first, "reading")]
    await shelf.turn(shelf.ada, 0, 8, at=NOON + timedelta(hours=1))
    assert await places(shelf) == [(second, "next")]
    await shelf.turn(shelf.ada, 1, 0, at=NOON + timedelta(hours=2))
    assert await places(shelf) == [(second, "reading")]
    await shelf.mark(shelf.ada, MarkState.READ, episode_ids=[second, third])
    assert await places(shelf) == []


async def places(shelf: Shelf) -> list[tuple[uuid.UUID, str]]:
    async with shelf.database.read(reader=shelf.ada) as session:
        return [(row[1], row[2]) for row in await repository.continue_reading(session, shelf.ada, 10)]


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    turns=st.lists(
        st.tuples(st.sampled_from(["phone", "laptop"]), st.integers(0, 2), st.integers(0, 8)), min_size=2, max_size=12
    )
)
async def test_two_devices_turning_at_once_lose_no_page_of_each_other(
    shelf: Shelf, turns: list[tuple[str, int, int]]
) -> None:
    async with shelf.database.write(reader=shelf.ada) as session:
        for table in (ReadingLedger, ReadingProgress, EpisodeReading):
            await session.execute(delete(table))

    async def device(name: str) -> None:
        for minute, (own, episode, page) in enumerate(turns):
            if own == name:
                await shelf.turn(shelf.ada, episode, page, at=NOON + timedelta(minutes=minute), device=name)

    await asyncio.gather(device("phone"), device("laptop"))
    for episode in range(3):
        assert await shelf.seen(shelf.ada, episode) == sorted({page for _, own, page in turns if own == episode})
        of_episode = [(minute, page) for minute, (_, own, page) in enumerate(turns) if own == episode]
        async with shelf.database.read(reader=shelf.ada) as session:
            rows = await repository.progress_of(session, shelf.ada, [shelf.episodes[episode].id])
        assert [row[1].order_index for row in rows] == ([max(of_episode)[1]] if of_episode else [])
