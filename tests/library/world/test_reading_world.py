"""What readers are told of a world over HTTP: as much as they have read, wherever they stand, and never more."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import select

from fumetto.kernel.db.roles import EVERY_READER
from fumetto.kernel.db.sessions import Database
from fumetto.kernel.settings import Settings
from fumetto.library.contents.events import CharacterSeen
from fumetto.library.world.models import Character, EntityFact, Evidence, WikiFact, WorldEntity
from fumetto.library.world.rules.commentary import Commentary, Note
from fumetto.library.world.service.importing import import_world
from fumetto.library.world.service.linking import link_pages, note_seen
from fumetto.library.world.service.notes import write_notes
from fumetto.library.world.service.review import Decision, decide
from fumetto.library.world.service.wiki import declare_safe, import_articles, read_articles
from fumetto.people.public import Role
from tests.builders.api import a_client_as, an_app
from tests.builders.world import Story, said_on

WORLD = b"""\
entities:
- {slug: ada, name: Ada, kind: character, episode_debut: 1, page_debut: 1, summary: "Ada wears a crown. Ada bakes."}
- {slug: bo, name: Bo, kind: character, episode_debut: 1, page_debut: 3}
- {slug: mill, name: Mill, kind: place, episode_debut: 2, page_debut: 1}
relationships:
- {source: ada, target: bo, kind: friend_of, episode_debut: 1, page_debut: 1}
- {source: bo, target: mill, kind: lives_in, episode_debut: 2, page_debut: 2}
"""
ARTICLE = b"# People\n\n## Ada\n\n* Ada bakes bread.\n* Ada is the queen.\n"


class Tale(Story):
    """Two episodes of three pages with a world, and a reader who talks to the API."""

    client: httpx.AsyncClient

    async def known(self, at: tuple[int, int] | None = None) -> set[str]:
        query = f"?page={self.page(*at)}" if at else ""
        answer = (await self.client.get(f"/api/v1/series/{self.series.slug}/world{query}")).json()
        return {entity["name"] for entity in answer["entities"]}

    async def get(self, path: str) -> dict:  # type: ignore[type-arg]
        answer = await self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    async def reads(self, *pages: tuple[int, int]) -> None:
        await self.sees(self.client.account.id, *pages)  # type: ignore[attr-defined]

    async def id_of(self, model: type, **values: object) -> uuid.UUID:
        async with self.database.read(EVERY_READER) as session:
            return await session.scalar(select(model.id).filter_by(**values))  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
async def tale(database: Database, settings: Settings) -> AsyncIterator[Tale]:
    made = Tale(database)
    await made.build(3, 3)
    async with database.write(EVERY_READER) as session:
        await import_world(session, made.series.id, {"world.yaml": WORLD}, None)
    async with a_client_as(an_app(settings, database)) as client:
        made.client = client
        yield made


async def test_graph_grows_as_pages_are_turned_and_shrinks_when_the_reader_goes_back(tale: Tale) -> None:
    assert await tale.known() == set()
    await tale.reads((1, 1))
    assert await tale.known() == {"Ada"}
    await tale.reads((1, 2), (1, 3), (2, 1))
    assert await tale.known() == {"Ada", "Bo", "Mill"}
    assert await tale.known(at=(1, 2)) == {"Ada"}
    assert await tale.known(at=(1, 3)) == {"Ada", "Bo"}


async def test_page_that_was_not_read_is_no_place_to_stand_at(tale: Tale) -> None:
    await tale.reads((1, 1))
    answer = await tale.client.get(f"/api/v1/series/{tale.series.slug}/world?page={tale.page(2, 1)}")
    assert (answer.status_code, answer.json()["code"]) == (404, "page_not_found")


async def test_tie_is_known_only_with_both_its_ends(tale: Tale) -> None:
    await tale.reads((1, 1))
    assert (await tale.get(f"/series/{tale.series.slug}/world"))["relationships"] == []
    await tale.reads((1, 3))
    ties = (await tale.get(f"/series/{tale.series.slug}/world"))["relationships"]
    assert [tie["kind"] for tie in ties] == ["friend_of"]
    await tale.reads((2, 2))
    assert len((await tale.get(f"/series/{tale.series.slug}/world"))["relationships"]) == 1


async def test_fact_is_told_when_it_was_accepted_and_its_pages_were_read(tale: Tale) -> None:
    await tale.reads((1, 1), (2, 3))
    ada = await tale.id_of(WorldEntity, slug="ada")
    assert (await tale.get(f"/entities/{ada}"))["facts"] == []
    async with tale.database.write(EVERY_READER) as session:
        crown = await session.scalar(select(EntityFact.id).where(EntityFact.text == "Ada wears a crown."))
        evidence = await session.scalar(select(Evidence.id).where(Evidence.entity_fact_id == crown))
        assert evidence is not None
        await decide(session, None, Decision.CORRECT, [evidence], [tale.page(1, 2), tale.page(2, 3)], "Look, a crown!")
    assert (await tale.get(f"/entities/{ada}"))["facts"] == []
    await tale.reads((1, 2))
    facts = (await tale.get(f"/entities/{ada}"))["facts"]
    assert [fact["text"] for fact in facts] == ["Ada wears a crown."]
    evidences = facts[0]["evidence"]
    assert [(one["episode_number"], one["page_number"], one["quote"]) for one in evidences] == [
        ("1", 2, None),
        ("2", 3, "Look, a crown!"),
    ]
    assert (await tale.get(f"/entities/{ada}?page={tale.page(1, 2)}"))["facts"] == []


async def test_entity_that_is_unknown_yet_is_not_there(tale: Tale) -> None:
    await tale.reads((1, 1))
    mill = await tale.id_of(WorldEntity, slug="mill")
    missing = await tale.client.get(f"/api/v1/entities/{uuid.uuid4()}")
    unknown = await tale.client.get(f"/api/v1/entities/{mill}")
    assert unknown.status_code == missing.status_code == 404
    assert unknown.json()["code"] == missing.json()["code"] == "entity_not_found"


async def test_chips_tell_where_somebody_is_met_next_as_far_as_was_read(tale: Tale) -> None:
    async with tale.database.write(EVERY_READER) as session:
        for page in ((1, 2), (2, 1), (2, 3)):
            await said_on(session, tale.page(*page), "Where is Ada?")
        await link_pages(session, tale.series.id)
    await tale.reads((1, 1), (1, 2), (2, 1))
    chips = (await tale.get(f"/pages/{tale.page(1, 2)}/characters"))["items"]
    assert [(chip["name"], chip["presence"]) for chip in chips] == [("Ada", "mentioned")]
    assert chips[0]["first"]["page_id"] == chips[0]["previous"]["page_id"] == str(tale.page(1, 1))
    assert chips[0]["next"]["page_id"] == str(tale.page(2, 1))
    last = (await tale.get(f"/pages/{tale.page(2, 1)}/characters"))["items"]
    assert last[0]["next"] is None


async def test_chips_of_a_page_that_was_not_read_are_not_there(tale: Tale) -> None:
    answer = await tale.client.get(f"/api/v1/pages/{tale.page(1, 1)}/characters")
    assert answer.status_code == 404


async def test_pages_of_a_character_are_listed_in_pieces_as_far_as_was_read(tale: Tale) -> None:
    async with tale.database.write(EVERY_READER) as session:
        for place in tale.pages:
            await note_seen(session, tale.page(*place), [CharacterSeen("Cy")])
    seen = sorted(tale.pages)[:-1:2]
    await tale.reads(*seen)
    cy = await tale.id_of(Character, name="Cy")
    told: list[tuple[int, int]] = []
    cursor = ""
    while True:
        answer = await tale.get(f"/characters/{cy}/pages?limit=1&cursor={cursor}")
        told += [(int(one["episode_number"]), one["page_number"]) for one in answer["items"]]
        assert (answer["total"], answer["items"][0]["presence"]) == (len(seen), "shown")
        cursor = answer["next_cursor"] or ""
        if not cursor:
            break
    assert told == seen
    here = await tale.get(f"/characters/{cy}/pages?page={tale.page(*seen[0])}")
    assert [here["total"], len(here["items"])] == [1, 1]


async def test_character_is_known_from_any_page_they_are_on_and_their_other_names_from_where_they_are_told(
    tale: Tale,
) -> None:
    async with tale.database.write(EVERY_READER) as session:
        await note_seen(session, tale.page(1, 2), [CharacterSeen("Cy")])
        await note_seen(session, tale.page(2, 2), [CharacterSeen("Cy", ("The Thief",))])
    await tale.reads((1, 2))
    cy = await tale.id_of(Character, name="Cy")
    assert (await tale.get(f"/characters/{cy}"))["aliases"] == []
    await tale.reads((2, 2))
    detail = await tale.get(f"/characters/{cy}")
    assert detail["aliases"] == ["The Thief"]
    assert [place["page_number"] for place in detail["appearances"]] == [2, 2]
    assert (await tale.get(f"/characters/{cy}?page={tale.page(1, 2)}"))["aliases"] == []


async def test_page_that_says_only_a_secret_name_does_not_give_its_owner_away(tale: Tale) -> None:
    async with tale.database.write(EVERY_READER) as session:
        await note_seen(session, tale.page(2, 2), [CharacterSeen("Bo", ("The Thief",))])
        await said_on(session, tale.page(1, 2), "The Thief was here!")
        await said_on(session, tale.page(2, 2), "I am the Thief")
        await link_pages(session, tale.series.id)
    await tale.reads((1, 2), (2, 2))
    assert (await tale.get(f"/pages/{tale.page(1, 2)}/characters"))["items"] == []
    assert [each["name"] for each in (await tale.get(f"/pages/{tale.page(2, 2)}/characters"))["items"]] == ["Bo"]


async def test_speaker_whom_a_page_names_speaks_on_it(tale: Tale) -> None:
    async with tale.database.write(EVERY_READER) as session:
        await said_on(session, tale.page(1, 2), ("Ada", "Good morning"), ("Dee", "Hello Ada"), ("?", "Psst"))
        await link_pages(session, tale.series.id)
    await tale.reads((1, 2))
    chips = (await tale.get(f"/pages/{tale.page(1, 2)}/characters"))["items"]
    assert [(chip["name"], chip["presence"]) for chip in chips] == [("Ada", "speaks"), ("Dee", "speaks")]


async def test_wiki_shows_nothing_until_somebody_decides_and_then_only_what_may_be_known(tale: Tale) -> None:
    articles = read_articles({"people.md": ARTICLE})
    async with tale.database.write(EVERY_READER) as session:
        await import_articles(session, tale.series.id, articles, None)
    await tale.reads(*tale.pages)
    assert await tale.get(f"/series/{tale.series.slug}/wiki") == {"items": []}
    async with tale.database.write(EVERY_READER) as session:
        fact = await session.scalar(select(WikiFact).where(WikiFact.text == "Ada bakes bread."))
        assert fact is not None
        evidence = await session.scalar(select(Evidence.id).where(Evidence.wiki_fact_id == fact.id))
        assert evidence is not None
        await decide(session, None, Decision.CORRECT, [evidence], [tale.page(1, 3)])
        article_id = fact.article_id
    assert [each["fact_count"] for each in (await tale.get(f"/series/{tale.series.slug}/wiki"))["items"]] == [1]
    shown = await tale.get(f"/wiki/{article_id}")
    assert [(part["heading"], [fact["text"] for fact in part["facts"]]) for part in shown["sections"]] == [
        ("Ada", ["Ada bakes bread."])
    ]
    early = await tale.client.get(f"/api/v1/wiki/{article_id}?page={tale.page(1, 2)}")
    assert early.json()["code"] == "article_not_found"


async def test_article_declared_safe_is_known_to_who_has_read_nothing_until_it_is_taken_back(tale: Tale) -> None:
    async with tale.database.write(EVERY_READER) as session:
        await import_articles(session, tale.series.id, read_articles({"people.md": ARTICLE}), None)
        article_id = await session.scalar(select(WikiFact.article_id).limit(1))
        assert article_id is not None
        await declare_safe(session, article_id, True, None)
    await tale.reads((1, 1))
    shown = await tale.get(f"/wiki/{article_id}")
    assert len(shown["sections"][0]["facts"]) == 2
    async with tale.database.write(EVERY_READER) as session:
        await declare_safe(session, article_id, False, None)
    assert (await tale.get(f"/series/{tale.series.slug}/wiki"))["items"] == []


async def test_note_is_shown_beside_its_page_and_one_without_a_page_after_the_whole_episode(tale: Tale) -> None:
    commentary = Commentary((Note("I drew the sky first.", 2, "page 2"), Note("The whole thing took a month.")), "en")
    async with tale.database.write(EVERY_READER) as session:
        await write_notes(session, tale.pages[1, 1].episode_id, commentary, "https://example.org/making")
    await tale.reads((1, 2), (1, 3))
    own = (await tale.get(f"/pages/{tale.page(1, 2)}/notes"))["items"]
    assert [(note["text"], note["url"]) for note in own] == [("I drew the sky first.", "https://example.org/making")]
    assert (await tale.get(f"/pages/{tale.page(1, 3)}/notes"))["items"] == []
    await tale.reads((1, 1))
    assert len((await tale.get(f"/pages/{tale.page(1, 3)}/notes"))["items"]) == 1


async def test_editor_who_reads_sees_what_their_own_reading_allows(tale: Tale, settings: Settings) -> None:
    async with a_client_as(an_app(settings, tale.database), Role.EDITOR) as editor:
        answer = await editor.get(f"/api/v1/series/{tale.series.slug}/world")
        assert answer.json() == {"entities": [], "relationships": []}
        everything = (await editor.get(f"/api/v1/editing/series/{tale.series.slug}/world")).json()
        assert {entity["name"] for entity in everything["entities"]} == {"Ada", "Bo", "Mill"}


async def test_somebody_new_is_marked_on_the_day_they_are_met(tale: Tale) -> None:
    for page in (1, 2, 3):
        await tale.client.post(
            "/api/v1/reading/turns",
            json={
                "episode_id": str(tale.pages[1, 1].episode_id),
                "shown": [page - 1],
                "device": "d",
                "at": "2026-01-01T10:00:00Z",
            },
        )
    await tale.client.post(
        "/api/v1/reading/turns",
        json={
            "episode_id": str(tale.pages[2, 1].episode_id),
            "shown": [0],
            "device": "d",
            "at": "2026-01-03T10:00:00Z",
        },
    )
    found = (await tale.get(f"/series/{tale.series.slug}/world"))["entities"]
    assert {entity["name"]: entity["new"] for entity in found} == {"Ada": False, "Bo": False, "Mill": True}
