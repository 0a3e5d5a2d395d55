"""Searching by a model that others serve: its texts are the library's own, and where it is away, words are enough."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from fumetto.kernel import index
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.index import filling
from fumetto.kernel.providers import embeddings
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.models import Page
from fumetto.library.contents.models import PageDescription, Panel
from fumetto.library.search import collecting, indexing
from fumetto.library.search.texts import texts_of
from fumetto.library.world.models import CommentaryNote, EntityFact, WikiArticle, WikiFact, WorldEntity
from tests.builders import a_series, an_episode
from tests.builders.embeddings import EmbeddingServer, serving, settings_for
from tests.library.search.test_search import Told, a_page_saying, app, reader, saw, told

__all__ = ["app", "reader", "told"]  # fixtures
LONG = "A crow sits on the oldest tower of the town and counts the bells. " * 40


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    monkeypatch.setattr(embeddings, "FIRST_PAUSE", 0.001)
    with serving() as served:
        yield served
    index.reach_models_by(Settings())


async def test_texts_are_given_again_as_they_were_put_of_every_kind_and_piece(database: Database) -> None:
    async with database.write(EVERY_READER) as session:
        series = await a_series(session)
        episode = await an_episode(session, series, pages=1)
        page = (await session.scalars(select(Page).where(Page.episode_id == episode.id).limit(1))).one()
        article = WikiArticle(series_id=series.id, slug="owls", title="Owls", language="en")
        entity = WorldEntity(series_id=series.id, slug="ada", name="Ada", kind="character", origin="person")
        session.add_all([article, entity])
        await session.flush()
        await a_page_saying(session, page, LONG)
        session.add_all(
            [
                PageDescription(page_id=page.id, language="en", source="sidecar", visual_description=LONG),
                Panel(page_id=page.id, order_index=0, x=0, y=0, width=1, height=1, source="person", description=LONG),
                CommentaryNote(episode_id=episode.id, order_index=0, text=LONG, language="en"),
                WikiFact(article_id=article.id, order_index=0, heading="Where", text=LONG),
                WikiFact(article_id=article.id, order_index=1, text="They hoot"),
                EntityFact(entity_id=entity.id, order_index=0, text=LONG, origin="person"),
            ]
        )
        await session.flush()
        await indexing.index_series(session, series.id)
        put = [
            *await collecting.passages_of_pages(session, [page.id]),
            *await collecting.passages_of_notes(session, [episode.id]),
            *await collecting.passages_of_articles(session, [article.id]),
            *await collecting.passages_of_entities(session, [entity.id]),
        ]
        texts = {one.passage.id: one.passage.text for one in put}
        assert len({one.passage.kind for one in put}) == 6
        assert len(texts) > 12
        assert await texts_of(session, [*texts, uuid.uuid4()]) == texts


async def test_answer_says_that_words_alone_were_looked_for_when_the_model_is_away(
    database: Database, settings: Settings, server: EmbeddingServer, reader: httpx.AsyncClient, told: Told
) -> None:
    await saw(reader, told.episodes[0], [1])
    wanting = settings_for(settings, server, "ollama")
    index.reach_models_by(wanting)
    await filling.fill(database, wanting, "ollama/made-up")
    assert sum(text.startswith("An owl in episode") for text in server.texts()) == 8
    server.always = 500
    answer = (await reader.get("/api/v1/search", params={"q": "which owl?"})).json()
    assert ([hit["text"] for hit in answer["items"]], answer["words_alone"]) == (["An owl in episode 1, place 1"], True)
    server.always = 200
    index.reach_models_by(wanting)  # after a while
    answer = (await reader.get("/api/v1/search", params={"q": "which owl?"})).json()
    assert (len(answer["items"]), answer["words_alone"]) == (1, False)
