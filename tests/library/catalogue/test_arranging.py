"""Numbers, merging, moving and splitting on a real database: where all is then, and what undoing brings back."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.editing import arranging, service
from fumetto.library.catalogue.editing.errors import EditSuperseded, EditUndone, NothingToChange, NumberTaken
from fumetto.library.catalogue.editing.schemas import (
    EpisodePatch,
    MergeSeries,
    MoveEpisodes,
    RenumberEpisodes,
    SameNumber,
    SplitSeries,
)
from fumetto.library.catalogue.lists import Collection, CollectionSeries
from fumetto.library.catalogue.models import Episode, Series
from fumetto.library.world.kinds import Origin
from fumetto.library.world.models import Character
from tests.builders import a_page, an_episode
from tests.library.catalogue.house import House


@pytest.fixture
async def house(database: Database) -> House:
    return await House(database).build()


async def test_swapping_two_numbers_takes_along_what_everybody_saw(house: House) -> None:
    before = await house.seen()
    first, second = house.episodes[:2]
    async with house.database.write() as session:
        numbers = {first: Decimal(2), second: Decimal(1)}
        await arranging.renumber(session, house.editor, RenumberEpisodes(numbers=numbers))
    assert await house.seen() == before
    await house.check_positions()


async def test_number_that_is_taken_is_refused_by_name_and_nothing_moves(house: House) -> None:
    before = await house.snapshot()
    with pytest.raises(NumberTaken) as refused:
        async with house.database.write() as session:
            await arranging.edit_episode(session, house.editor, house.episodes[0], EpisodePatch(number=Decimal(3)))
    assert refused.value.detail == {"numbers": "3", "series": "The Long One"}
    assert await house.snapshot() == before


async def test_merging_moves_everything_and_undoing_brings_the_series_back_with_its_place_in_collections(
    house: House,
) -> None:
    async with house.database.write() as session:
        collection = Collection(owner_id=house.editor, name="Favourites")
        session.add(collection)
        await session.flush()
        session.add(CollectionSeries(collection_id=collection.id, series_id=house.short, order_index=3))
    before, seen = await house.snapshot(), await house.seen()
    async with house.database.write() as session:
        done = await arranging.merge(
            session, house.editor, MergeSeries.model_validate({"into": house.long, "from": [house.short]})
        )
    assert await house.seen() == seen
    await house.check_positions()
    async with house.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Series)) == 1
        assert await session.scalar(select(CollectionSeries.series_id)) == house.long
    async with house.database.write() as session:
        await service.undo(session, house.editor, done.edit_id)
    assert await house.snapshot() == before
    assert await house.seen() == seen


async def test_same_number_becomes_an_edition_when_asked_and_parts_again_exactly_when_undone(house: House) -> None:
    async with house.database.write() as session:
        await arranging.renumber(
            session, house.editor, RenumberEpisodes(episode_ids=house.episodes[4:], start=Decimal(1))
        )
    before, seen = await house.snapshot(), await house.seen()
    body: dict[str, Any] = {"into": house.long, "from": [house.short]}
    with pytest.raises(NumberTaken):
        async with house.database.write() as session:
            await arranging.merge(session, house.editor, MergeSeries.model_validate(body))
    async with house.database.write() as session:
        merge = MergeSeries.model_validate(body | {"same_number": SameNumber.EDITION})
        done = await arranging.merge(session, house.editor, merge)
    async with house.database.read() as session:
        edition = await session.get_one(Episode, house.episodes[4])
        assert edition.edition_of_id == house.episodes[0]
    await house.check_positions()
    async with house.database.write() as session:
        await service.undo(session, house.editor, done.edit_id)
    assert await house.seen() == seen
    assert await house.snapshot() == before


async def test_episode_moves_with_its_other_editions(house: House) -> None:
    async with house.database.write() as session:
        series = await session.get_one(Series, house.long)
        edition = await an_episode(
            session, series, episode_number=Decimal(2), slug="other", edition_of_id=house.episodes[1]
        )
        await a_page(session, edition)
        await arranging.move(
            session, house.editor, MoveEpisodes(episode_ids=[house.episodes[1]], to_series_id=house.short)
        )
        edition_id = edition.id
    async with house.database.read() as session:
        moved = await session.get_one(Episode, edition_id)
        assert (moved.series_id, moved.edition_of_id) == (house.short, house.episodes[1])
    await house.check_positions()


async def test_series_goes_when_its_last_episode_moves_away_and_undoing_brings_it_back(house: House) -> None:
    before, seen = await house.snapshot(), await house.seen()
    async with house.database.write() as session:
        body = MoveEpisodes(episode_ids=house.episodes[4:], to_series_id=house.long)
        done = await arranging.move(session, house.editor, body)
    async with house.database.read() as session:
        assert await session.scalar(select(Series.id)) == house.long
    async with house.database.write() as session:
        await service.undo(session, house.editor, done.edit_id)
    assert await house.snapshot() == before
    assert await house.seen() == seen


async def test_series_of_whose_world_something_is_told_stays_when_its_last_episode_moves_away(house: House) -> None:
    async with house.database.write(reader=EVERY_READER) as session:
        told = {"name": "Pia", "folded_name": "pia", "origin": Origin.PERSON}
        session.add(Character(series_id=house.short, **told))
    async with house.database.write() as session:
        merge = MergeSeries.model_validate({"into": house.long, "from": [house.short]})
        await arranging.merge(session, house.editor, merge)
    async with house.database.read(reader=EVERY_READER) as session:
        assert await session.scalar(select(Character.series_id)) == house.short
        assert await session.scalar(select(func.count()).where(Episode.series_id == house.short)) == 0


async def test_forgetting_missing_lets_a_present_edition_take_the_place(house: House) -> None:
    async with house.database.write() as session:
        series = await session.get_one(Series, house.long)
        edition = await an_episode(
            session, series, episode_number=Decimal(1), slug="other", edition_of_id=house.episodes[0]
        )
        for episode_id in house.episodes[:2]:
            (await session.get_one(Episode, episode_id)).missing_since = datetime.now(UTC)
        edition_id = edition.id
    async with house.database.write() as session:
        assert await service.forget_missing(session, house.editor, house.long) == (2, 0)
    async with house.database.read() as session:
        heir = await session.get_one(Episode, edition_id)
        assert (heir.edition_of_id, heir.sort_key) == (None, Decimal(1))


async def test_forgetting_missing_schedules_the_removal_of_the_forgotten_episodes_images_and_of_no_others(
    house: House,
) -> None:
    gone = house.episodes[1:3]
    async with house.database.write() as session:
        for episode_id in gone:
            (await session.get_one(Episode, episode_id)).missing_since = datetime.now(UTC)
    async with house.database.write() as session:
        await service.forget_missing(session, house.editor, house.long)
    async with house.database.read() as session:
        jobs = text("SELECT task_name, args ->> 'episode_id' FROM jobs.procrastinate_jobs ORDER BY 1, 2")
        assert [tuple(row) for row in await session.execute(jobs)] == [
            (task, str(episode_id))
            for task in ("library.tidy_images", "library.unindex_episode")
            for episode_id in sorted(gone, key=str)
        ]


moves = st.lists(
    st.one_of(
        st.tuples(st.just("renumber"), st.permutations(range(6)), st.integers(1, 6)),
        st.tuples(st.just("move"), st.sets(st.integers(0, 5), min_size=1), st.booleans()),
        st.tuples(st.just("split"), st.sets(st.integers(0, 5), min_size=1), st.just(0)),
        st.tuples(st.just("merge"), st.booleans(), st.just(0)),
        st.tuples(st.just("undo"), st.just(0), st.just(0)),
    ),
    min_size=1,
    max_size=5,
)


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=moves)
async def test_whatever_is_moved_what_was_seen_stays_seen_and_what_was_not_stays_unseen(
    database: Database, plan: list[Any]
) -> None:
    async with database.write(reader=EVERY_READER) as session:
        await session.execute(text("DELETE FROM library.edits"))
        await session.execute(text("DELETE FROM library.series"))
    house = await House(database).build()
    seen, last = await house.seen(), None
    for what, which, more in plan:
        try:
            async with database.write() as session:
                last = await change(session, house, what, which, more, last) or last
        except (NumberTaken, NothingToChange, EditSuperseded, EditUndone):
            pass
        assert await house.seen() == seen
        await house.check_positions()


async def change(
    session: Any, house: House, what: str, which: Any, more: Any, last: uuid.UUID | None
) -> uuid.UUID | None:
    """One edit as the plan says, on whatever is there by now; its id."""
    rows = list(await session.scalars(select(Episode).where(Episode.id.in_(house.episodes)).order_by(Episode.id)))
    series = list(await session.scalars(select(Series.id).order_by(Series.id)))
    if what == "renumber":
        mine = [rows[index] for index in which if rows[index].series_id == rows[0].series_id][:more]
        numbers = sorted(row.episode_number for row in mine)
        given_numbers = {row.id: number for row, number in zip(mine, numbers, strict=True)}
        return (await arranging.renumber(session, house.editor, RenumberEpisodes(numbers=given_numbers))).edit_id
    if what == "move":
        body = MoveEpisodes(episode_ids=[rows[index].id for index in which], to_series_id=series[0 if more else -1])
        return (await arranging.move(session, house.editor, body)).edit_id
    if what == "split":
        mine = [rows[index] for index in which if rows[index].series_id == rows[min(which)].series_id]
        split = SplitSeries(episode_ids=[row.id for row in mine], title="Apart")
        return (await arranging.split(session, house.editor, mine[0].series_id, split))[0].edit_id
    if what == "merge" and len(series) > 1:
        into, gone = (series[0], series[-1]) if which else (series[-1], series[0])
        merge = MergeSeries.model_validate({"into": into, "from": [gone]})
        return (await arranging.merge(session, house.editor, merge)).edit_id
    if what == "undo" and last is not None:
        return (await service.undo(session, house.editor, last)).edit_id
    return None
