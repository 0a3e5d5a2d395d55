"""Horizons: who makes them, what they allow, and that every query cut at one answers with exactly that."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import uuid
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from fumetto.kernel.db.base import Base
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.errors import PageNotFound
from fumetto.library.catalogue.models import Balloon, Page, PageText
from fumetto.library.contents.models import Panel
from fumetto.library.reading.dependencies import HorizonFinder
from fumetto.library.reading.horizon import Horizon, Horizons, horizon_of, horizons_of, operator_horizon, stand_at
from fumetto.library.reading.revealing import WALLS, cut, revealed
from fumetto.library.reading.rules import cell_of, position_of
from fumetto.library.world.models import Evidence, WorldEntity
from tests.builders import a_series, a_user, an_episode
from tests.builders.story import Key, Story, a_gappy_choice, a_story, key_of, write_ledger, write_story

MODELS: dict[str, Any] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
    if mapper.local_table.name in WALLS  # type: ignore[attr-defined]
}


async def a_told_story(database: Database, seed: int, **values: int) -> tuple[Story, Random, uuid.UUID]:
    random = Random(seed)  # noqa: S311 - the same stories every time, no secret
    story = a_story(random, **values)
    async with database.write(EVERY_READER) as session:
        await write_story(session, story)
        reader = (await a_user(session)).id
        await write_ledger(session, story, reader, a_gappy_choice(random, [row["id"] for row in story.rows["pages"]]))
    return story, random, reader


async def a_begun_series(database: Database) -> tuple[uuid.UUID, list[Page], uuid.UUID]:
    """A series of one episode with a cover and three pages, of which a reader has seen the first and the last."""
    async with database.write(EVERY_READER) as session:
        series = await a_series(session)
        episode = await an_episode(session, series, pages=3)
        pages = list(await session.scalars(select(Page).where(Page.episode_id == episode.id).order_by("order_index")))
        reader = (await a_user(session)).id
        story = Story()
        story.add("series", id=series.id)
        story.add("episodes", id=episode.id, series_id=series.id)
        for page in pages:
            story.add("pages", id=page.id, episode_id=episode.id, position=page.position, order_index=page.order_index)
        await write_ledger(session, story, reader, [pages[1].id, pages[3].id])
    return series.id, pages, reader


async def test_nobody_else_can_make_copy_or_keep_a_horizon(database: Database) -> None:
    series_id, pages, reader = await a_begun_series(database)
    async with database.read(reader) as session:
        horizon = await horizon_of(session, reader, series_id)
        horizons = await horizons_of(session, reader)
    for forge in (
        lambda: Horizon(series_id, ((0, 9**9),), None, object()),
        lambda: Horizons({series_id: horizon}, object()),
        lambda: pickle.dumps(horizon),
        lambda: pickle.dumps(horizons),
        lambda: copy.copy(horizon),
    ):
        with pytest.raises(TypeError):
            forge()
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(horizon, seen=((0, 9**9),))  # type: ignore[call-arg]
    with pytest.raises(dataclasses.FrozenInstanceError):
        horizon.seen = ((0, 9**9),)  # type: ignore[misc]
    assert [horizon.knows(page.position) for page in pages] == [False, True, False, True]


async def test_a_horizon_can_be_narrowed_and_never_widened(database: Database) -> None:
    series_id, pages, reader = await a_begun_series(database)
    async with database.read(reader) as session:
        horizon = await horizon_of(session, reader, series_id)
        here = await horizon_of(session, reader, series_id, present=pages[1].id)
    assert horizon.allowed == (cell_of(pages[1].position), cell_of(pages[3].position))
    assert here.allowed == ((pages[1].position, pages[1].position + 1),)
    assert here.narrowed(pages[3].position) == here
    assert horizon.narrowed(pages[0].position).allowed == ()
    assert (
        len({one.fingerprint for one in (horizon, here, horizon.narrowed(pages[1].position), horizon.narrowed(0))}) == 3
    )


async def test_a_present_page_unseen_elsewhere_or_nowhere_looks_the_same(database: Database) -> None:
    series_id, pages, reader = await a_begun_series(database)
    _, other, _ = await a_begun_series(database)
    async with database.read(reader) as session:
        for page_id in (pages[2].id, other[1].id, uuid.uuid4()):
            with pytest.raises(PageNotFound):
                await horizon_of(session, reader, series_id, present=page_id)
        with pytest.raises(PageNotFound):
            await HorizonFinder(session, reader, pages[1].id).at_page(pages[3].id)
        with pytest.raises(PageNotFound):
            await HorizonFinder(session, reader, pages[2].id).of_library()
        at_last = await HorizonFinder(session, reader, pages[3].id).at_page(pages[1].id)
        assert at_last.present == pages[1].position
        assert list(await HorizonFinder(session, reader, pages[3].id).of_library()) == [
            await horizon_of(session, reader, series_id, present=pages[3].id)
        ]


async def test_who_has_no_account_has_seen_nothing(database: Database) -> None:
    series_id, _, _ = await a_begun_series(database)
    async with database.read() as session:
        assert (await horizon_of(session, None, series_id)).allowed == ()
        assert len(await horizons_of(session, None)) == 0


async def test_the_operator_stands_where_they_say_and_has_read_everything_before(database: Database) -> None:
    series_id, pages, _ = await a_begun_series(database)
    async with database.read(EVERY_READER) as session:
        there = await operator_horizon(session, series_id, (Decimal(1), 2))
        assert [there.knows(page.position) for page in pages] == [True, True, True, False]
        cover = await operator_horizon(session, series_id, (Decimal(1), 0))
        assert [cover.knows(page.position) for page in pages] == [True, False, False, False]
        assert (await operator_horizon(session, series_id)).knows(position_of(Decimal(900), pages[1].kind, 1))
        with pytest.raises(PageNotFound, match="no page 9 in episode 1"):
            await operator_horizon(session, series_id, (Decimal(1), 9))


@pytest.mark.parametrize("seed", range(4))
async def test_every_query_cut_at_a_horizon_gets_exactly_what_it_allows(database: Database, seed: int) -> None:
    """The first wall alone: the session sees every reader's rows. Once by series, and once for the whole library."""
    story, random, reader = await a_told_story(database, seed, series=2, episodes=4)
    async with database.read(EVERY_READER) as session:
        horizons = await horizons_of(session, reader)
        pages = {row["id"] for row in story.rows["pages"] if knows(horizons, story, row)}
        begun = {row["id"] for row in story.rows["series"] if row["id"] in horizons.by_series}
        expected = {name: keys & of_series(story, name, begun) for name, keys in story.visible_rows(pages).items()}
        assert {name: await keys_of(session, horizons, name) for name in MODELS} == expected
        for series_id in begun:
            seen = [row for row in story.pages_of(series_id) if row["id"] in pages]
            here = horizons.of(series_id).narrowed(random.choice(seen)["position"])
            told = story.visible_rows({row["id"] for row in seen if here.knows(row["position"])})
            for name in MODELS:
                mine = of_series(story, name, {series_id})
                assert await keys_of(session, here, name) == told[name] & mine


def knows(horizons: Horizons, story: Story, page: dict[str, Any]) -> bool:
    return horizons.of(story.series_of(page["id"])).knows(page["position"])


def of_series(story: Story, table: str, series_ids: set[uuid.UUID]) -> set[Key]:
    """Keys of the rows of a table that belong to some series: safe lore of others is not the horizon's to show."""
    return {key_of(table, row) for row in story.rows[table] if table_series(story, table, row) in series_ids}


def table_series(story: Story, table: str, row: dict[str, Any]) -> uuid.UUID:
    """The series that a row belongs to, by whatever it refers to."""
    if "series_id" in row:
        return uuid.UUID(str(row["series_id"]))
    for column, owner in (
        ("page_id", "pages"),
        ("episode_id", "episodes"),
        ("page_text_id", "page_texts"),
        ("balloon_id", "balloons"),
        ("character_id", "characters"),
        ("article_id", "wiki_articles"),
        ("entity_id", "world_entities"),
        ("evidence_id", "evidences"),
    ):
        if row.get(column) is not None:
            (one,) = story.of(owner, id=row[column])
            return table_series(story, owner, one)
    raise LookupError(table)


async def keys_of(session: Any, within: Horizon | Horizons, table: str) -> set[Key]:
    model = MODELS[table]
    rows = await revealed(session, within).scalars(select(model))
    return {tuple(getattr(row, column.name) for column in model.__table__.primary_key) for row in rows}


async def test_who_is_not_signed_in_is_told_nothing_and_a_stranger_only_safe_lore(database: Database) -> None:
    story, _, _ = await a_told_story(database, 7)
    none = story.visible_rows(set())
    assert none["wiki_facts"]
    nobody, stranger = None, uuid.uuid4()
    for series in story.rows["series"]:
        async with database.read(EVERY_READER) as session:
            theirs = await horizon_of(session, stranger, series["id"])
            nobodys = await horizon_of(session, nobody, series["id"])
            of_library = (await horizons_of(session, nobody)).of(series["id"])
            for name in MODELS:
                assert await keys_of(session, theirs, name) == none[name] & of_series(story, name, {series["id"]})
                for horizon in (nobodys, nobodys.narrowed(10**9), nobodys.alone(), of_library, of_library.alone()):
                    assert await keys_of(session, horizon, name) == set()


async def test_what_a_query_joins_counts_and_nests_is_cut_too(database: Database) -> None:
    story, _, reader = await a_told_story(database, 3, series=1, episodes=4)
    (series,) = story.rows["series"]
    async with database.read(EVERY_READER) as session:
        horizon = await horizon_of(session, reader, series["id"])
        known = revealed(session, horizon)
        balloons, panels = await keys_of(session, horizon, "balloons"), await keys_of(session, horizon, "panels")
        other = aliased(Balloon)
        assert await known.scalar(select(func.count(Balloon.id))) == len(balloons)
        assert await known.scalar(select(func.count()).select_from(other)) == len(balloons)
        outer = select(Page.id, Panel.id).outerjoin(Panel, Panel.page_id == Page.id)
        assert {(row[1],) for row in await known.execute(outer) if row[1]} == panels
        assert {row[0] for row in await known.execute(outer)} == {row["id"] for row in story.rows["pages"]}
        nested = select(Page.id).where(Page.id.in_(select(Panel.page_id)))
        pages_with = {row["page_id"] for row in story.rows["panels"] if (row["id"],) in panels}
        assert set(await known.scalars(nested)) == pages_with
        texts = select(PageText.id).where(select(Balloon.id).where(Balloon.page_text_id == PageText.id).exists())
        spoken = {row["page_text_id"] for row in story.rows["balloons"] if (row["id"],) in balloons}
        assert set(await known.scalars(texts)) == spoken
        subquery = select(Panel.page_id, func.count().label("n")).group_by(Panel.page_id).subquery()
        assert set(await known.scalars(select(subquery.c.page_id))) == pages_with
        everywhere = select(Panel.page_id).union(select(Balloon.id).join(other, other.id == Balloon.id))
        assert set(await known.scalars(everywhere)) == pages_with | {key[0] for key in balloons}


async def test_a_query_that_could_not_be_cut_is_refused(database: Database) -> None:
    series_id, _, reader = await a_begun_series(database)
    async with database.read(reader) as session:
        horizon = await horizon_of(session, reader, series_id)
    for statement in (
        select(Panel.__table__),
        select(Panel.__table__.alias()),
        select(Page.id).where(func.lower(Balloon.text) == "x"),
        select(WorldEntity.id).where(select(Page.id).where(Evidence.entity_id == WorldEntity.id).exists()),
        select(Panel.id).where(func.abs(aliased(Panel).x) > 1),
        func.count(Panel.id),
    ):
        with pytest.raises(TypeError):
            cut(statement, horizon)  # type: ignore[type-var]


async def test_row_security_stands_at_the_same_page(database: Database) -> None:
    series_id, pages, reader = await a_begun_series(database)
    async with database.write(EVERY_READER) as session:
        session.add_all([Panel(page_id=page.id, order_index=0, x=0, y=0, width=1, height=1, source="person")
                         for page in pages])  # fmt: skip
    async with database.read(reader) as session:
        horizon = await horizon_of(session, reader, series_id)
        everything = select(Panel.page_id)
        assert set(await session.scalars(everything)) == {pages[1].id, pages[3].id}
        await stand_at(session, horizon.narrowed(pages[1].position))
        assert set(await session.scalars(everything)) == {pages[1].id}
        await stand_at(session, horizon)
        assert set(await session.scalars(everything)) == {pages[1].id, pages[3].id}
