"""Moving an episode: what the index holds of it goes along, and nothing stays at positions that mean other pages."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import delete, select, update

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, ReadSession
from fumetto.library.catalogue.editing import arranging
from fumetto.library.catalogue.editing.schemas import MoveEpisodes, RenumberEpisodes
from fumetto.library.catalogue.models import Page
from fumetto.library.contents.models import PageDescription
from fumetto.library.reading.horizon import horizon_of, operator_horizon
from fumetto.library.search.indexing import index_episodes, index_series
from fumetto.library.search.models import IndexedPassage
from fumetto.library.search.service import SearchQuery, find
from fumetto.library.world.events import Thing
from fumetto.library.world.kinds import Origin, ReviewState
from fumetto.library.world.models import CommentaryNote, EntityFact, WorldEntity
from fumetto.library.world.repository import evidence
from fumetto.library.world.repository.evidence import NewEvidence
from tests.builders import a_series, a_user, an_episode
from tests.builders.world import Story

CROWN = "silver crown"
IN_INDEX = "SELECT id, place, span::text, others::text, words, terms::text, embedding::text FROM rag.space_1"


async def in_index(session: ReadSession) -> set[tuple[object, ...]]:
    await session.raw().execute("SELECT set_config('fumetto.scope', '{(,)}', true)")
    return set(await (await session.raw().execute(IN_INDEX)).fetchall())


async def test_index_follows_episodes_to_other_numbers_and_series_in_the_same_transaction(database: Database) -> None:
    async with database.write(EVERY_READER) as session:
        series, other, editor = await a_series(session), await a_series(session), await a_user(session)
        first, second, third = [await an_episode(session, series, pages=2) for _ in range(3)]
        for page_id in list(await session.scalars(select(Page.id))):
            described = f"A cat in tree {page_id}. " * 30
            session.add(PageDescription(page_id=page_id, language="fr", source="sidecar", visual_description=described))
        session.add(
            CommentaryNote(
                episode_id=first.id, order_index=0, language="en", text="Drawn in a week", url="https://x.test"
            )
        )
        await session.flush()
        await index_series(session, series.id)
        before = await in_index(session)
    swapped = RenumberEpisodes(numbers={first.id: Decimal(2), second.id: Decimal(1)})
    elsewhere = MoveEpisodes(episode_ids=[first.id, third.id], to_series_id=other.id)
    for number in range(2):
        async with database.write(editor.id) as session:
            if number == 0:
                await arranging.renumber(session, editor.id, swapped)
            else:
                await arranging.move(session, editor.id, elsewhere)
        async with database.read(EVERY_READER) as session:
            moved = await in_index(session)
            rows = await session.execute(select(IndexedPassage.episode_id, IndexedPassage.series_id))
            keys = {(episode_id, series_id) for episode_id, series_id in rows}
        async with database.write(EVERY_READER) as session:
            for one in (series, other):
                await index_series(session, one.id)
            assert moved == await in_index(session)
        assert moved != before
        of_third = other if number else series
        assert {series_id for episode_id, series_id in keys if episode_id == third.id} == {of_third.id}
        before = moved


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
