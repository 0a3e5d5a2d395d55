"""Moving an episode: nothing stays in the index at positions that mean other pages now."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import delete, func, select, text, update

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.library.catalogue.editing import arranging
from fumetto.library.catalogue.editing.schemas import RenumberEpisodes
from fumetto.library.catalogue.models import Page
from fumetto.library.contents.models import PageDescription
from fumetto.library.reading.horizon import horizon_of, operator_horizon
from fumetto.library.search.indexing import index_episodes, index_series
from fumetto.library.search.models import IndexedPassage
from fumetto.library.search.service import SearchQuery, find
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import EntityFact, WorldEntity
from fumetto.library.world.repository import evidence
from fumetto.library.world.repository.evidence import NewEvidence
from tests.builders import a_series, a_user, an_episode
from tests.builders.world import Story

CROWN = "silver crown"
HELD = select(func.count()).select_from(IndexedPassage)
QUEUED = text("SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'library.index_series'")


async def test_what_was_indexed_of_a_series_is_let_go_of_as_its_episodes_change_places(database: Database) -> None:
    async with database.write(EVERY_READER) as session:
        series, editor = await a_series(session), await a_user(session)
        first, second = [await an_episode(session, series, pages=2) for _ in range(2)]
        for page_id in list(await session.scalars(select(Page.id))):
            session.add(
                PageDescription(page_id=page_id, language="en", source="sidecar", visual_description="A cat in a tree")
            )
        await session.flush()
        await index_series(session, series.id)
        assert await session.scalar(HELD) == 6
    async with database.write(editor.id) as session:
        swapped = RenumberEpisodes(numbers={first.id: Decimal(2), second.id: Decimal(1)})
        await arranging.renumber(session, editor.id, swapped)
    async with database.read(EVERY_READER) as session:
        assert (await session.scalar(HELD), await session.scalar(QUEUED)) == (0, 1)


async def test_fact_whose_page_lies_elsewhere_now_is_found_from_there_and_one_whose_page_is_gone_is_not(
    database: Database,
) -> None:
    story = await Story(database).build(3)
    page = story.pages[1, 2]
    async with database.write(EVERY_READER) as session:
        entity = WorldEntity(series_id=story.series.id, slug="ada", name="Ada", kind="character", origin="person")
        session.add(entity)
        await session.flush()
        fact = EntityFact(entity_id=entity.id, order_index=0, text="She hid the silver crown", origin="person")
        session.add(fact)
        await session.flush()
        known = [(Thing.ENTITY, entity.id), (Thing.ENTITY_FACT, fact.id)]
        await evidence.add(
            session,
            story.series.id,
            [NewEvidence(thing, one, ReviewState.ACCEPTED, Origin.PERSON, (page.id,)) for thing, one in known],
        )
        await index_series(session, story.series.id)
    before = await story.a_reader((1, 2))
    assert await found_by(story, before) == ["She hid the silver crown"]
    async with database.write(before) as session:  # whoever moves it
        await session.execute(update(Page).where(Page.id == page.id).values(position=page.position + 5_000_000))
    async with database.write(EVERY_READER) as session:
        await index_episodes(session, [page.episode_id])
    assert await found_by(story, before) == []
    page.position += 5_000_000
    after = await story.a_reader((1, 2))
    assert await found_by(story, after) == ["She hid the silver crown"]
    async with database.write(EVERY_READER) as session:
        await session.execute(delete(Page).where(Page.id == page.id))
        await index_episodes(session, [page.episode_id])
        assert (
            await index.search(session, (await operator_horizon(session, story.series.id)).scope(), CROWN)
        ).hits == ()


async def found_by(story: Story, reader: uuid.UUID) -> list[str]:
    async with story.database.read(reader) as session:
        horizon = await horizon_of(session, reader, story.series.id)
        return [hit.text for hit in (await find(session, horizon, SearchQuery(CROWN))).items]
