"""The shelf, series and episodes over HTTP: what is listed, in which order, for whom, and at what cost."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.library.catalogue.models import Balloon, EpisodeTitle, Page, PageText, Series, TextSource
from fumetto.people.accounts.models import User
from fumetto.people.public import Role
from tests.builders import a_series, an_episode
from tests.builders.api import a_client_as, an_app
from tests.builders.story import a_summary


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[FastAPI]:
    made = an_app(settings, database)
    yield made
    await made.state.pictures.close()


@pytest.fixture
async def reader(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with a_client_as(app, Role.READER) as client:
        yield client


async def listed(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get("/api/v1/series", params=query)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["items"]]


async def test_titles_sort_without_case_accents_and_articles_and_numbers_by_value(
    database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write() as session:
        for title in ("Zorro", "élan", "The Apple", "Book 10", "Book 9"):
            await a_series(session, title=title)
    assert await listed(reader) == ["The Apple", "Book 9", "Book 10", "élan", "Zorro"]
    assert await listed(reader, order="desc") == ["Zorro", "élan", "Book 10", "Book 9", "The Apple"]


async def test_search_finds_any_case_and_accent_in_titles_of_series_and_episodes_in_any_language(
    database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write() as session:
        await a_series(session, title="L'Élan vert")
        other = await a_series(session, title="Other")
        episode = await an_episode(session, other, title="Die Blaue Stunde", pages=1)
        session.add(EpisodeTitle(episode_id=episode.id, language="fr", title="L'heure bleue"))
        await a_series(session, title="100%")
    assert await listed(reader, search="ELAN") == ["L'Élan vert"]
    assert await listed(reader, search="vert élan") == ["L'Élan vert"]
    assert await listed(reader, search="stunde") == ["Other"]
    assert await listed(reader, search="HEURE") == ["Other"]
    assert await listed(reader, search="%") == ["100%"]
    assert await listed(reader, search="nothing") == []


async def test_pages_of_a_list_follow_each_other_though_rows_come_and_go(
    database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write() as session:
        for number in range(10):
            await a_series(session, title=f"Series {number:02}")
    seen: list[str] = []
    cursor = None
    while True:
        answer = (
            await reader.get("/api/v1/series", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [one["title"] for one in answer["items"]]
        cursor = answer["next_cursor"]
        if len(seen) == 3:
            async with database.write() as session:
                await a_series(session, title="Series 00 and a half")
                gone = await session.scalar(select(Series).where(Series.title == "Series 05"))
                await session.delete(gone)
        if cursor is None:
            break
    assert seen == [f"Series {number:02}" for number in range(10) if number != 5]
    assert (await reader.get("/api/v1/series", params={"cursor": "bm9uc2Vuc2U"})).json()["code"] == "cursor_invalid"


async def test_reading_moves_series_between_the_filters(database: Database, reader: httpx.AsyncClient) -> None:
    async with database.write() as session:
        for title in ("A", "B", "C"):
            series = await a_series(session, title=title)
            for _ in range(2):
                await an_episode(session, series, pages=2)
    ids = {one["title"]: one["id"] for one in (await reader.get("/api/v1/series")).json()["items"]}
    first = (await reader.get(f"/api/v1/series/{ids['B']}/episodes")).json()["items"][0]["id"]
    await reader.post("/api/v1/reading/mark", json={"series_id": ids["A"], "state": "read"})
    turn = {"episode_id": first, "shown": [0], "device": "d", "at": datetime.now(UTC).isoformat()}
    turned = await reader.post("/api/v1/reading/turns", json=turn)
    assert turned.json()["seen"] == [0]
    assert await listed(reader, filter="read") == ["A"]
    assert await listed(reader, filter="reading") == ["B"]
    assert await listed(reader, filter="unread") == ["C"]
    assert await listed(reader, filter="new") == ["B", "C"]
    assert (await listed(reader, sort="last_read"))[0] == "B"
    card = next(one for one in (await reader.get("/api/v1/series")).json()["items"] if one["title"] == "B")
    assert (card["read_state"], card["unread_count"], card["new_count"]) == ("reading", 2, 1)
    (item,) = (await reader.get("/api/v1/reading/continue")).json()["items"]
    assert (item["series"]["title"], item["episode"]["id"], item["page"]["order_index"]) == ("B", first, 0)


async def test_summary_is_told_when_every_page_was_seen_and_not_one_page_before(
    database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write(EVERY_READER) as session:
        series = await a_series(session)
        episode = await an_episode(session, series, pages=3)
        await a_summary(session, episode, "The butler did it.")
    path = f"/api/v1/episodes/{episode.id}"
    now = datetime.now(UTC)
    for index in range(4):
        assert (await reader.get(path)).json()["plot_summary"] is None
        turn = {"episode_id": str(episode.id), "shown": [index], "device": "d", "at": now.isoformat()}
        await reader.post("/api/v1/reading/turns", json=turn)
    assert (await reader.get(path)).json()["plot_summary"] == "The butler did it."
    listing = (await reader.get(f"/api/v1/series/{series.slug}/episodes")).json()
    assert listing["items"][0]["plot_summary"] == "The butler did it."


async def test_summary_is_edited_locked_and_undone_and_told_to_who_edits_it_and_to_who_read_it(
    app: FastAPI, database: Database
) -> None:
    async with database.write(EVERY_READER) as session:
        episode = await an_episode(session, await a_series(session), pages=1)
        await a_summary(session, episode, "The butler did it.")
    path, told = f"/api/v1/episodes/{episode.id}", f"/api/v1/editing/episodes/{episode.id}/plot-summary"
    async with a_client_as(app, Role.EDITOR) as editor, a_client_as(app, Role.READER) as reader:
        assert (await editor.get(told)).json() == {"plot_summary": "The butler did it."}
        assert (await reader.get(told)).status_code == 404
        edit = (await editor.patch(path, json={"plot_summary": " The cook did it.\n"})).json()
        assert (await editor.get(told)).json()["plot_summary"] == "The cook did it."
        assert "plot_summary" in (await editor.get(path)).json()["locked_fields"]
        assert (await reader.get(path)).json()["plot_summary"] is None
        await reader.post("/api/v1/reading/mark", json={"episode_id": str(episode.id), "state": "read"})
        assert (await reader.get(path)).json()["plot_summary"] == "The cook did it."
        assert (await editor.patch(path, json={"plot_summary": None})).status_code == 200
        assert (await editor.get(told)).json()["plot_summary"] is None
        assert (await editor.patch(path, json={"plot_summary": "x" * 20_001})).status_code == 422
        nowhere = await editor.get(told.replace(str(episode.id), str(uuid.uuid4())))
        assert nowhere.json()["code"] == "episode_not_found"
        newest = (await editor.get("/api/v1/edits")).json()["items"][0]["id"]
        await editor.post(f"/api/v1/edits/{newest}/undo")
        await editor.post(f"/api/v1/edits/{edit['edit_id']}/undo")
        assert (await editor.get(told)).json()["plot_summary"] == "The butler did it."
        assert (await editor.get(path)).json()["locked_fields"] == []


async def test_words_of_a_page_are_for_those_who_saw_it(database: Database, reader: httpx.AsyncClient) -> None:
    async with database.write(EVERY_READER) as session:
        episode = await an_episode(session, await a_series(session), pages=2)
        page = (await session.scalars(select(Page).where(Page.order_index == 1))).one()
        text = PageText(page_id=page.id, language="fr", source=TextSource.LETTERING)
        session.add(text)
        await session.flush()
        session.add(Balloon(page_text_id=text.id, order_index=0, text="Bonjour", x=0.1, y=0.2, width=0.3, height=0.1))
    path = f"/api/v1/pages/{page.id}/texts"
    unseen = await reader.get(path)
    nowhere = await reader.get(f"/api/v1/pages/{uuid.uuid4()}/texts")
    assert (
        (unseen.status_code, unseen.json()["code"])
        == (nowhere.status_code, nowhere.json()["code"])
        == (404, "page_not_found")
    )
    turn = {"episode_id": str(episode.id), "shown": [1], "device": "d", "at": datetime.now(UTC).isoformat()}
    await reader.post("/api/v1/reading/turns", json=turn)
    told = (await reader.get(path, params={"lang": "de"})).json()
    assert (told["language"], told["balloons"][0]["text"]) == ("fr", "Bonjour")


async def test_reader_who_hides_what_they_have_not_read_sees_no_title_cover_or_search_hit_of_it(
    app: FastAPI, database: Database
) -> None:
    async with database.write() as session:
        series = await a_series(session, title="S")
        for title in ("Begun", "A telling title"):
            await an_episode(session, series, title=title, pages=1)
    async with a_client_as(app, Role.READER) as client:
        async with database.write() as session:
            me = await session.get_one(User, client.account.id)  # type: ignore[attr-defined]
            me.hide_unread_titles = me.hide_unread_covers = True
        cards = (await client.get(f"/api/v1/series/{series.slug}/episodes")).json()["items"]
        assert [(card["title"], card["cover"]) for card in cards] == [("", None), ("", None)]
        assert await listed(client, search="telling") == []
        turn = {"episode_id": cards[0]["id"], "shown": [0], "device": "d", "at": datetime.now(UTC).isoformat()}
        await client.post("/api/v1/reading/turns", json=turn)
        cards = (await client.get(f"/api/v1/series/{series.slug}/episodes")).json()["items"]
        assert [(card["title"], card["cover"] is None) for card in cards] == [("Begun", False), ("", True)]
        detail = (await client.get(f"/api/v1/episodes/{cards[0]['id']}")).json()
        assert detail["next"]["title"] == ""
        assert await listed(client, search="begun") == ["S"]


async def test_title_is_in_the_readers_language_where_there_is_one(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        series = await a_series(session)
        episode = await an_episode(session, series, title="The Potion", pages=1, language="en")
        session.add(EpisodeTitle(episode_id=episode.id, language="fr", title="La Potion"))
    async with a_client_as(app, Role.READER) as client:
        assert (await client.get(f"/api/v1/episodes/{episode.id}")).json()["title"] == "The Potion"
        async with database.write() as session:
            (await session.get_one(User, client.account.id)).language = "fr-CA"  # type: ignore[attr-defined]
        told = (await client.get(f"/api/v1/episodes/{episode.id}")).json()
    assert (told["title"], told["titles"]) == ("La Potion", {"fr": "La Potion"})


async def test_editions_are_in_the_card_of_their_episode_and_missing_series_say_so(
    database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write() as session:
        series = await a_series(session)
        episode = await an_episode(session, series, pages=2, missing_since=datetime.now(UTC) - timedelta(days=1))
        await an_episode(
            session,
            series,
            episode_number=episode.episode_number,
            slug="x",
            edition_of_id=episode.id,
            title="Scan",
            pages=3,
        )
    (card,) = (await reader.get(f"/api/v1/series/{series.slug}/episodes")).json()["items"]
    assert [(one["label"], one["page_count"]) for one in card["editions"]] == [("Scan", 4)]
    assert card["missing"]
    (shown,) = (await reader.get("/api/v1/series")).json()["items"]
    assert (shown["episode_count"], shown["missing"]) == (1, True)


async def test_longer_list_costs_no_more_queries(app: FastAPI, database: Database, reader: httpx.AsyncClient) -> None:
    async def queries(path: str) -> int:
        count = 0

        def note(*_: Any) -> None:
            nonlocal count
            count += 1

        engine = database._engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert (await reader.get(path)).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return count

    async def grow(series: Series, episodes: int) -> None:
        async with database.write() as session:
            mine = await session.get_one(Series, series.id)
            for _ in range(episodes):
                await an_episode(session, mine, pages=1)

    async with database.write() as session:
        series = await a_series(session, slug="grown")
    await grow(series, 2)
    paths = ["/api/v1/series", "/api/v1/series/grown/episodes", "/opds/v1.2/series/grown", "/api/v1/reading/continue"]
    few = [await queries(path) for path in paths]
    async with database.write() as session:
        for _ in range(10):
            await an_episode(session, await a_series(session), pages=1)
    await grow(series, 10)
    assert [await queries(path) for path in paths] == few


async def test_one_persons_collections_and_reading_lists_are_theirs_alone(app: FastAPI, database: Database) -> None:
    async with database.write() as session:
        series = [await a_series(session, title=title) for title in ("B", "A")]
        episode = await an_episode(session, series[0], pages=1)
    async with a_client_as(app, Role.READER) as ada, a_client_as(app, Role.READER, name="ben") as ben:
        made = (await ada.post("/api/v1/collections", json={"name": " Favourites "})).json()
        assert (made["name"], made["series_count"]) == ("Favourites", 0)
        assert (await ada.post("/api/v1/collections", json={"name": "Favourites"})).json()["code"] == "name_taken"
        path = f"/api/v1/collections/{made['id']}"
        assert (await ada.put(f"{path}/series", json=[str(one.id) for one in series])).status_code == 204
        assert [one["title"] for one in (await ada.get(path)).json()["series"]] == ["B", "A"]
        assert await listed(ada, collection=made["id"], order="desc") == ["B", "A"]
        assert await listed(ben, collection=made["id"]) == []
        assert (await ben.get(path)).json()["code"] == "collection_not_found"
        assert (await ben.delete(path)).status_code == 404
        listing = (await ada.post("/api/v1/reading-lists", json={"name": "Soon"})).json()
        assert (
            await ada.put(f"/api/v1/reading-lists/{listing['id']}/episodes", json=[str(episode.id)])
        ).status_code == 204
        assert (await ada.get("/api/v1/reading-lists")).json()["items"][0]["unread_count"] == 1
        assert (await ben.get(f"/api/v1/reading-lists/{listing['id']}")).status_code == 404
        assert (await ada.delete(path)).status_code == 204
        assert (await ada.get("/api/v1/collections")).json()["items"] == []


async def test_rows_of_a_reading_list_name_their_series_so_that_nobody_has_to_ask_for_each(
    database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write() as session:
        series = [await a_series(session, title=title) for title in ("Luna", "Sole")]
        episodes = [await an_episode(session, one, pages=1) for one in series]
    listing = (await reader.post("/api/v1/reading-lists", json={"name": "Soon"})).json()
    path = f"/api/v1/reading-lists/{listing['id']}"
    await reader.put(f"{path}/episodes", json=[str(one.id) for one in reversed(episodes)])
    rows = (await reader.get(path)).json()["episodes"]
    assert [(row["series_title"], row["series_slug"]) for row in rows] == [
        ("Sole", series[1].slug),
        ("Luna", series[0].slug),
    ]


async def test_preferences_are_kept_per_series_and_come_with_series_and_episode(
    database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write() as session:
        series = await a_series(session)
        episode = await an_episode(session, series, pages=1)
    path = f"/api/v1/reading/preferences/{series.id}"
    assert (await reader.get(path)).json()["layout"] is None
    await reader.put(path, json={"layout": "spread", "direction": "rtl", "spread_offset": True})
    for place in (f"/api/v1/series/{series.slug}", f"/api/v1/episodes/{episode.id}"):
        kept = (await reader.get(place)).json()["preferences"]
        assert (kept["layout"], kept["direction"], kept["spread_offset"]) == ("spread", "rtl", True)
    assert (await reader.put(path, json={"layout": "diagonal"})).status_code == 422


async def test_readers_may_not_edit_and_editors_edits_can_be_undone_by_address(
    app: FastAPI, database: Database, reader: httpx.AsyncClient
) -> None:
    async with database.write() as session:
        series = await a_series(session, title="Before")
    path = f"/api/v1/series/{series.id}"
    assert (await reader.patch(path, json={"title": "After"})).status_code == 403
    async with a_client_as(app, Role.EDITOR) as editor:
        done = (await editor.patch(path, json={"title": "After"})).json()
        assert (await editor.get(path)).json()["locked_fields"] == ["title"]
        assert (await editor.patch(path, json={"titel": "x"})).status_code == 422
        undone = await editor.post(f"/api/v1/edits/{done['edit_id']}/undo")
        assert undone.status_code == 200
        assert (await editor.get(path)).json()["title"] == "Before"
        edits = (await editor.get("/api/v1/edits")).json()["items"]
        assert [(one["action"], one["undone"]) for one in edits] == [
            ("series.edit.undone", False),
            ("series.edit", True),
        ]
    assert (await reader.get("/api/v1/edits")).status_code == 404


def test_sort_titles_have_no_letter_that_folding_leaves() -> None:
    from fumetto.library.catalogue.rules import sort_title_of

    assert not re.search("[A-ZÀ-Þ]", sort_title_of("ÀÉÎ The Thing"))
