"""Searching: what a reader has read is found, where it is written; nothing else is."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select

from fumetto.entry.wiring import bind_rooms
from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database, WriteSession
from fumetto.kernel.events import emit
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.models import Balloon, Episode, Page, PageText, Series, TextSource
from fumetto.library.contents.events import PageTextChanged
from fumetto.library.contents.kinds import DescriptionSource, PanelSource
from fumetto.library.contents.models import PageDescription, Panel
from fumetto.library.search import indexing
from fumetto.library.search.models import IndexedPassage
from fumetto.library.world.kinds import EntityKind, Origin, ReviewState
from fumetto.library.world.models import (
    BalloonSpeaker,
    Character,
    CommentaryNote,
    EntityFact,
    Evidence,
    EvidencePage,
    PageCharacter,
    WikiArticle,
    WikiFact,
    WorldEntity,
)
from fumetto.people.public import Role
from tests.builders import a_series, an_episode
from tests.builders.api import a_client_as, an_app


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    bind_rooms()
    return an_app(settings, database)


@pytest.fixture
async def reader(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, Role.READER) as client:
        yield client


@dataclass
class Told:
    """A series of two episodes of three story pages; each page says its own sentence."""

    series: Series
    episodes: list[Episode]
    pages: list[list[Page]]


async def a_page_saying(session: WriteSession, page: Page, text: str, language: str = "en") -> Balloon:
    written = PageText(page_id=page.id, language=language, source=TextSource.LETTERING, state="ready")
    session.add(written)
    await session.flush()
    balloon = Balloon(page_text_id=written.id, order_index=0, text=text, x=0.1, y=0.2, width=0.3, height=0.1)
    session.add(balloon)
    await session.flush()
    return balloon


@pytest.fixture
async def told(database: Database) -> Told:
    async with database.write(EVERY_READER) as session:
        series = await a_series(session, title="The Owl")
        episodes, pages = [], []
        for number in (1, 2):
            episode = await an_episode(session, series, pages=3, episode_number=Decimal(number))
            rows = await session.scalars(select(Page).where(Page.episode_id == episode.id).order_by(Page.order_index))
            episodes.append(episode)
            pages.append(list(rows))
            for page in pages[-1]:
                await a_page_saying(session, page, f"An owl in episode {number}, place {page.order_index}")
        await indexing.index_series(session, series.id)
    return Told(series, episodes, pages)


async def saw(reader: httpx.AsyncClient, episode: Episode, shown: Sequence[int]) -> None:
    turn = {"episode_id": str(episode.id), "shown": list(shown), "device": "d", "at": datetime.now(UTC).isoformat()}
    assert (await reader.post("/api/v1/reading/turns", json=turn)).status_code == 200


async def found(reader: httpx.AsyncClient, q: str, **more: Any) -> list[dict[str, Any]]:
    answer = await reader.get("/api/v1/search", params={"q": q} | more)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_sentence_is_found_after_it_was_read_and_not_before(reader: httpx.AsyncClient, told: Told) -> None:
    assert await found(reader, "owl") == []
    await saw(reader, told.episodes[1], [2])
    (hit,) = await found(reader, "owl")
    assert hit["text"] == "An owl in episode 2, place 2"
    assert [hit["text"][start:end] for start, end in hit["ranges"]] == ["owl"]
    assert (hit["series"]["title"], hit["episode"]["number"], hit["page"]["page_number"]) == ("The Owl", "2", 2)
    assert hit["page"]["id"] == str(told.pages[1][2].id)
    assert hit["box"] == {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.1}
    assert hit["crop"]["x"] < 0.1
    assert hit["crop"]["width"] > 0.3


async def test_the_present_page_hides_what_comes_after_it(reader: httpx.AsyncClient, told: Told) -> None:
    await saw(reader, told.episodes[0], [0, 1, 2, 3])
    here = {"page": str(told.pages[0][1].id)}
    assert {hit["page"]["order_index"] for hit in await found(reader, "owl", **here)} == {0, 1}
    unseen = await reader.get("/api/v1/search", params={"q": "owl", "page": str(told.pages[1][1].id)})
    assert (unseen.status_code, unseen.json()["code"]) == (404, "page_not_found")


async def test_another_reader_finds_nothing_of_it(app: FastAPI, reader: httpx.AsyncClient, told: Told) -> None:
    await saw(reader, told.episodes[0], [1])
    async with a_client_as(app, Role.OWNER) as owner:
        assert await found(owner, "owl") == []
    assert len(await found(reader, "owl")) == 1


async def test_hits_come_in_pieces_and_each_once(reader: httpx.AsyncClient, told: Told) -> None:
    for episode in told.episodes:
        await saw(reader, episode, [0, 1, 2, 3])
    everything = [hit["id"] for hit in await found(reader, "owl")]
    pieces, cursor = [], ""
    while cursor is not None:
        answer = (await reader.get("/api/v1/search", params={"q": "owl", "limit": 3, "cursor": cursor})).json()
        pieces += [hit["id"] for hit in answer["items"]]
        cursor = answer["next_cursor"]
    assert pieces == everything
    assert len(set(pieces)) == 8
    assert (await reader.get("/api/v1/search", params={"q": "owl", "cursor": "?"})).json()["code"] == "cursor_invalid"


async def test_words_are_looked_for_as_they_are_now_in_the_transaction_of_the_change(
    database: Database, reader: httpx.AsyncClient, told: Told
) -> None:
    await saw(reader, told.episodes[0], [1])
    page = told.pages[0][1]
    async with database.write(EVERY_READER) as session:
        balloon = await session.scalar(select(Balloon).join(PageText).where(PageText.page_id == page.id))
        assert balloon is not None
        balloon.text = "A heron, in truth"
        await session.flush()
        await emit(session, PageTextChanged(page.id))
    assert [hit["text"] for hit in await found(reader, "heron")] == ["A heron, in truth"]
    assert "An owl in episode 1, place 1" not in [hit["text"] for hit in await found(reader, "owl")]


async def test_a_page_that_is_gone_is_gone_from_the_index(
    database: Database, reader: httpx.AsyncClient, told: Told
) -> None:
    await saw(reader, told.episodes[0], [0, 1, 2, 3])
    async with database.write(EVERY_READER) as session:
        await session.execute(delete(Page).where(Page.id == told.pages[0][3].id))
        await indexing.index_episodes(session, [told.episodes[0].id])
        held = await session.scalars(select(IndexedPassage.owner_id).where(IndexedPassage.series_id == told.series.id))
        assert told.pages[0][3].id not in set(held)
    assert {hit["page"]["order_index"] for hit in await found(reader, "owl")} == {0, 1, 2}


async def test_more_is_indexed_and_taken_out_than_one_statement_has_room_for(
    database: Database, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "AT_ONCE", 4)  # of seven pages' passages; PostgreSQL's own limit is some 8,000
    held = select(IndexedPassage.id).where(IndexedPassage.series_id == told.series.id)
    async with database.write(EVERY_READER) as session:
        before = set(await session.scalars(held))
        assert len(before) > 4
        await indexing.forget_series(session, told.series.id)
        assert set(await session.scalars(held)) == set()
        await indexing.index_series(session, told.series.id)
        assert set(await session.scalars(held)) == before


async def test_a_misspelt_word_is_taken_for_one_that_was_read_and_that_is_said(
    reader: httpx.AsyncClient, told: Told
) -> None:
    await saw(reader, told.episodes[0], [0, 1])
    answer = (await reader.get("/api/v1/search", params={"q": "epissode"})).json()
    assert answer["corrected"] == "episode"
    first = answer["items"][0]
    assert [first["text"][start:stop] for start, stop in first["ranges"]] == ["episode"]
    assert (await reader.get("/api/v1/search", params={"q": "episode"})).json()["corrected"] is None


async def test_a_statement_is_found_with_its_evidence_read_whole_and_safe_lore_at_once(
    database: Database, reader: httpx.AsyncClient, told: Told
) -> None:
    async with database.write(EVERY_READER) as session:
        article = WikiArticle(series_id=told.series.id, slug="owls", title="Owls", language="en")
        session.add(article)
        await session.flush()
        facts = [
            WikiFact(article_id=article.id, order_index=0, text="Owls brew tea."),
            WikiFact(article_id=article.id, order_index=1, text="Owls are kings."),
            WikiFact(article_id=article.id, order_index=2, text="Owls fly.", safe_lore=True),
        ]
        session.add_all(facts)
        await session.flush()
        evidence = Evidence(
            series_id=told.series.id, wiki_fact_id=facts[0].id, state=ReviewState.ACCEPTED, origin=Origin.PERSON,
            page_count=2,
        )  # fmt: skip
        session.add(evidence)
        await session.flush()
        session.add_all([EvidencePage(evidence_id=evidence.id, page_id=told.pages[0][at].id) for at in (1, 3)])
        await session.flush()
        await indexing.index_articles(session, [article.id])
    await saw(reader, told.episodes[0], [3])
    assert [hit["text"] for hit in await found(reader, "owls", kind="wiki")] == ["Owls fly."]
    await saw(reader, told.episodes[0], [1])
    hits = await found(reader, "brewing tea", kind="wiki")
    assert hits[0]["text"] == "Owls brew tea."
    assert (hits[0]["title"], hits[0]["owner_id"]) == ("Owls", str(article.id))
    assert hits[0]["page"]["id"] == str(told.pages[0][3].id)
    assert "Owls are kings." not in [hit["text"] for hit in await found(reader, "kings")]


async def test_a_fact_is_found_once_its_entity_is_known_too(
    database: Database, reader: httpx.AsyncClient, told: Told
) -> None:
    async with database.write(EVERY_READER) as session:
        entity = WorldEntity(
            series_id=told.series.id, slug="strix", name="Strix", kind=EntityKind.CREATURE, origin=Origin.PERSON
        )
        session.add(entity)
        await session.flush()
        fact = EntityFact(entity_id=entity.id, order_index=0, text="Guards the tower.", origin=Origin.PERSON)
        session.add(fact)
        await session.flush()
        for subject, at in (({"entity_id": entity.id}, 2), ({"entity_fact_id": fact.id}, 1)):
            evidence = Evidence(
                series_id=told.series.id, state=ReviewState.ACCEPTED, origin=Origin.PERSON, page_count=1, **subject
            )
            session.add(evidence)
            await session.flush()
            session.add(EvidencePage(evidence_id=evidence.id, page_id=told.pages[0][at].id))
        await session.flush()
        await indexing.index_entities(session, [entity.id])
    await saw(reader, told.episodes[0], [1])
    assert await found(reader, "who guards the tower", kind="fact") == []
    await saw(reader, told.episodes[0], [2])
    (hit,) = await found(reader, "strix", kind="fact")
    assert (hit["title"], hit["text"], hit["page"]["id"]) == ("Strix", "Guards the tower.", str(told.pages[0][1].id))


async def test_descriptions_panels_and_notes_are_found_and_told_apart(
    database: Database, reader: httpx.AsyncClient, told: Told
) -> None:
    first = told.pages[0][1]
    async with database.write(EVERY_READER) as session:
        session.add(
            PageDescription(
                page_id=first.id, language="en", source=DescriptionSource.PERSON, visual_description="A lighthouse."
            )
        )
        session.add(
            Panel(
                page_id=first.id, order_index=0, x=0, y=0, width=1, height=0.5, source=PanelSource.PERSON,
                description="The lighthouse from below.", language="en",
            )
        )  # fmt: skip
        session.add(CommentaryNote(episode_id=told.episodes[0].id, order_index=0, text="I drew the lighthouse twice."))
        await session.flush()
        await indexing.index_episodes(session, [told.episodes[0].id])
    await saw(reader, told.episodes[0], [1])
    assert {hit["kind"]: hit["panel"] for hit in await found(reader, "lighthouse")} == {"description": None, "panel": 1}
    assert [hit["text"] for hit in await found(reader, "lighthouse", kind="panel")] == ["The lighthouse from below."]
    assert [hit["panel"] for hit in await found(reader, "owl")] == [1]
    await saw(reader, told.episodes[0], [0, 2, 3])
    (note,) = await found(reader, "lighthouse", kind="note")
    assert note["page"]["order_index"] == 0


async def test_filters_by_character_language_and_series(
    database: Database, reader: httpx.AsyncClient, told: Told
) -> None:
    async with database.write(EVERY_READER) as session:
        owl = Character(series_id=told.series.id, name="Hibou", folded_name="hibou", origin=Origin.PERSON)
        session.add(owl)
        await session.flush()
        spoken = await a_page_saying(session, told.pages[0][1], "Un hibou parle", "fr")
        session.add(BalloonSpeaker(balloon_id=spoken.id, character_id=owl.id))
        session.add(PageCharacter(page_id=told.pages[0][2].id, character_id=owl.id, origin=Origin.PERSON))
        await session.flush()
        await indexing.index_pages(session, [page.id for page in told.pages[0]])
        other = await a_series(session)
    await saw(reader, told.episodes[0], [1])
    (said,) = await found(reader, "hibou parle", character=str(owl.id), language="fr")
    assert (said["language"], said["speaker"]) == ("fr", None), "nobody has met who speaks"
    await saw(reader, told.episodes[0], [2, 3])
    assert [hit["speaker"] for hit in await found(reader, "hibou parle", language="fr")] == ["Hibou"]
    assert [hit["page"]["order_index"] for hit in await found(reader, "owl", character=str(owl.id))] == [2]
    assert await found(reader, "owl", series=other.slug) == []
    missing = await reader.get("/api/v1/search", params={"q": "owl", "series": "nothing-such"})
    assert missing.json()["code"] == "series_not_found"
    assert await found(reader, "owl", character=str(uuid.uuid4())) == []


@pytest.mark.parametrize("question", ["", "   ", "?!", "\u200f", "😀", "a" * 500, "'; DROP TABLE rag.keys --", "%_\\"])
async def test_odd_questions_are_answered(reader: httpx.AsyncClient, told: Told, question: str) -> None:
    await saw(reader, told.episodes[0], [1])
    answer = await reader.get("/api/v1/search", params={"q": question})
    assert answer.status_code == 200
    assert len(answer.json()["items"]) <= 1
